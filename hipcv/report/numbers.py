"""How numbers are written for people: decimals, units, ranges."""

import math

_NO_BREAK = "\u00a0"


def angle(value_deg: float | None) -> str:
    """34.8°, or a dash where there is no number; the minus sign is a real one."""
    return signed(value_deg, "°", decimals=1)


def whole(value_deg: float) -> str:
    """45° for a round limit, 8.3° for one that is not."""
    return f"{value_deg:g}°" if round(value_deg, 1) == value_deg else f"{value_deg:.1f}°"


def signed(value: float | None, unit: str, *, decimals: int) -> str:
    """A number with its unit, or a dash where there is none."""
    if value is None or math.isnan(value):
        return "–"
    text = f"{value:.{decimals}f}"
    if float(text) == 0:
        text = text.removeprefix("-")
    return text.replace("-", "−") + unit


def interval(limits_deg: tuple[float, float] | None) -> str:
    """32.1 to 37.5°; words, because a dash would read as a minus."""
    if limits_deg is None:
        return "–"
    low, high = limits_deg
    return f"{angle(low).removesuffix('°')} to {angle(high)}"


def seconds(value_s: float) -> str:
    """1.4 s."""
    return signed(value_s, f"{_NO_BREAK}s", decimals=1)


def quantity(value: float, unit: str) -> str:
    """A value in a core unit, as a reader would write it: 6.2°, 5 % of shank length, 0.1 s."""
    match unit:
        case "deg" | "°":
            return angle(value)
        case "shank lengths" | "shank_length" | "ratio":
            return f"{signed(100 * value, '', decimals=0)}{_NO_BREAK}% of shank length"
        case "share" | "share of white":
            return f"{signed(100 * value, '', decimals=0)}{_NO_BREAK}%"
        case "" | "reps" | "frames":
            return f"{value:g}".replace("-", "−")
        case _:
            return f"{value:.3g}".replace("-", "−") + _NO_BREAK + unit


def share(value: float) -> str:
    """93 %."""
    return signed(100 * value, f"{_NO_BREAK}%", decimals=0)
