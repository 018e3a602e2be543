"""Numbers and dates in the browser: spelled as in the report."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from hipcv import language
from hipcv.report import numbers
from tests.browser.conftest import open_page

VALUES = [0.0, -0.0, 0.04, -0.04, 0.05, 0.25, 0.35, 2.5, 8.3, 34.25, 34.75, 34.85, -12.345, 44.97]
VALUES += [45.0, 180.5, None, 35.25, 35.2499, -35.2501, 35.244, 36.15, 6.125, 99.995]
LIMITS = [24.0, 42.0, 45.0, 8.3, 44.97, 7.25]
UNITS = ["deg", "shank lengths", "share", "reps", "frames", "s", "Hz", "px", "deg/s", ""]
MOMENTS = [
    datetime(2026, 3, 3, 14, 5, tzinfo=UTC),
    datetime(2026, 12, 31, 23, 59, 59, 999000, tzinfo=UTC),
    datetime(2026, 1, 1, 1, 30, tzinfo=timezone(timedelta(hours=2))),
]
ZONES = {"Europe/Berlin": "en", "America/Los_Angeles": "en", "America/Bogota": "es"}
"""Time zones of browsers, other than the report's, each with its language."""


def calls():
    """Return function, its text in Python in the present language, and its arguments."""
    return [
        *(("signed", numbers.signed(value, "°", decimals=places), [value, "°", places])
          for value in VALUES for places in (0, 1, 2)),
        *(("angle", numbers.angle(value), [value]) for value in VALUES),
        *(("whole", numbers.whole(value), [value]) for value in LIMITS),
        ("band", numbers.band(24.0, 42.0), [[24.0, 42.0]]),
        ("band", numbers.band(22.5, 42.0), [[22.5, 42.0]]),
        *(("interval", numbers.interval(pair), [pair])
          for pair in ((32.1, 37.5), (-2.25, 4.0), None)),
        *(("seconds", numbers.seconds(value), [value]) for value in VALUES if value is not None),
        ("span", numbers.span((1.6, 2.1)), [[1.6, 2.1]]),
        *(("share", numbers.share(value), [value]) for value in (0.0, 0.005, 0.125, 0.934, 1.0)),
        *((name, getattr(numbers, name)(value, unit), [value, unit])
          for name in ("quantity", "short")
          for value in (0.0, 0.0512, 1.0, 7.25, 29.97, -3.0) for unit in UNITS),
        *(("day", numbers.day(on), [on.isoformat()])
          for on in (date(2026, 3, 3), date(2024, 2, 29))),
        *(("day", numbers.day(at.astimezone(UTC).date()), [at.isoformat()]) for at in MOMENTS),
        *(("moment", numbers.moment(at), [at.isoformat()]) for at in MOMENTS),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "zone",
    [
        "Europe/Berlin",
        *(pytest.param(zone, marks=pytest.mark.slow) for zone in ZONES if zone != "Europe/Berlin"),
    ],
)
def test_the_browser_spells_numbers_and_dates_as_the_report_does(browser, server, zone):
    with language.using(ZONES[zone]):
        expected = calls()
    page = open_page(browser, server, timezone_id=zone, locale=ZONES[zone])
    texts = page.evaluate(
        """async (calls) => {
            const numbers = await import("/static/shared/numbers.js");
            return calls.map(([name, , values]) => numbers[name](...values));
        }""",
        [list(call) for call in expected],
    )
    page.context.close()

    assert texts == [text for _, text, _ in expected]
