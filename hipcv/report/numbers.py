"""Formats of numbers and dates for people: the only place that decides decimals and units."""

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from hipcv.core.precision import ANGLE_DECIMALS, TIME_DECIMALS, stored_difference_deg
from hipcv.language import _, current

_NO_BREAK = "\u00a0"
ASCII: Final = str.maketrans(
    {"°": " deg", "–": "-", "−": "-", "±": "+/-", "“": '"', "”": '"', _NO_BREAK: " "}
    | dict(zip("áéíóúñüÁÉÍÓÚÑÜ«»", 'aeiounuAEIOUNU""', strict=True))
    | dict.fromkeys("¿¡", "")
)
"""Replacements for `str.translate` where the output cannot encode the formatted text."""

_OF_SHANK: Final = ("shank lengths", "shank_length", "ratio")
"""Units of `core` that are shares of the shank's length."""

_LOCALES: Final = {"en": "en_GB"}
"""Locale of dates, where it is not the language's code."""


def angle(value_deg: float | None) -> str:
    """Return 34.8°, or a dash where there is no number; the minus sign is U+2212."""
    return signed(value_deg, "°", decimals=1)


def whole(value_deg: float) -> str:
    """Return 45° for a round limit, 8.3° for one that is not."""
    return f"{value_deg:g}°" if round(value_deg, 1) == value_deg else angle(value_deg)


def band(low_deg: float, high_deg: float) -> str:
    """Return 24–42°."""
    return f"{low_deg:g}–{high_deg:g}°"


def signed(value: float | None, unit: str, *, decimals: int, stored: int = ANGLE_DECIMALS) -> str:
    """Return a number with its unit, or a dash where it is None or NaN.

    It is rounded first to the decimals of stored results, then half up (away from zero), so that a
    number reads the same at once and from its stored result: 35.25 and 35.2499 are 35.3.
    """
    if value is None or math.isnan(value):
        return "–"
    text = f"{value:.{max(stored, decimals)}f}"
    text = f"{Decimal(text).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):f}"
    if float(text) == 0:
        text = text.removeprefix("-")
    return text.replace("-", "−") + unit


def interval(limits_deg: tuple[float, float] | None) -> str:
    """Return 32.1 to 37.5°; in words, because a dash would read as a minus."""
    if limits_deg is None:
        return "–"
    low, high = limits_deg
    return _("{low} to {high}").format(low=angle(low).removesuffix("°"), high=angle(high))


def within(limits_deg: tuple[float, float] | None) -> str:
    """Return ±2.7°: half of an interval, for one that lies about its number."""
    if limits_deg is None:
        return "–"
    low, high = limits_deg
    return f"±{angle(stored_difference_deg(high, low) / 2)}"


def seconds(value_s: float) -> str:
    """Return 1.4 s."""
    return signed(value_s, f"{_NO_BREAK}s", decimals=1, stored=TIME_DECIMALS)


def frame_time(value_s: float) -> str:
    """Return 1.43 s: hundredths, because a frame is shorter than a tenth of a second."""
    return signed(value_s, f"{_NO_BREAK}s", decimals=2, stored=TIME_DECIMALS)


def span(limits_s: tuple[float, float]) -> str:
    """Return 1.60 to 2.10 s: hundredths, because corrections move a limit by frames."""
    first_s, last_s = limits_s
    first = frame_time(first_s).removesuffix(f"{_NO_BREAK}s")
    return _("{low} to {high}").format(low=first, high=frame_time(last_s))


def pixel(xy_px: Sequence[float]) -> str:
    """Return 640, 512 px."""
    return f"{xy_px[0]:.0f}, {xy_px[1]:.0f}{_NO_BREAK}px"


def quantity(value: float, unit: str) -> str:
    """Return a value in a unit of `core`: 6.2°, 5 % of shank length, 0.1 s."""
    match unit:
        case "deg" | "°":
            return angle(value)
        case _ if unit in _OF_SHANK:
            return _("{share} of shank length").format(share=share(value))
        case "share" | "share of white":
            return share(value)
        case "" | "reps" | "frames":
            return f"{value:g}".replace("-", "−")
        case _:
            return f"{value:.3g}".replace("-", "−") + _NO_BREAK + unit


def short(value: float, unit: str) -> str:
    """Return a value like `quantity`, without saying that a share is one of the shank's length."""
    return share(value) if unit in _OF_SHANK else quantity(value, unit)


def share(value: float) -> str:
    """Return 93 %."""
    return signed(100 * value, f"{_NO_BREAK}%", decimals=0)


def day(on: date) -> str:
    """Return 3 March 2026."""
    from babel.dates import format_date

    return format_date(on, "long", locale=_LOCALES.get(current(), current()))


def moment(at: datetime) -> str:
    """Return 3 March 2026, 14:05 UTC, of an aware time."""
    at = at.astimezone(UTC)
    return f"{day(at.date())}, {at:%H:%M} UTC"
