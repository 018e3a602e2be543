"""Sentence on when a clip was recorded, and how that is known."""

from datetime import datetime, timedelta
from typing import Final

from hipcv.core.clip_info import RecordingTime, TimeSource
from hipcv.language import N_, Translated, _
from hipcv.report import numbers

_SOURCES: Final[Translated[TimeSource, str]] = Translated(
    {
        "container": N_("Recorded {moment}, from the file's own record."),
        "file": N_("Recorded {moment}, from the date of the file, which copying may change."),
    }
)


def state_recording_time(recorded: RecordingTime | None) -> str:
    """Return Recorded 20 November 2026, 14:03 (UTC+1), from …; "" where it is not known."""
    if recorded is None:
        return ""
    return _SOURCES[recorded.source].format(moment=local_moment(recorded.at))


def local_moment(at: datetime) -> str:
    """Return 20 November 2026, 14:03 (UTC+1): in the time zone of an aware time."""
    return _("{day}, {time} ({zone})").format(
        day=numbers.day(at.date()), time=f"{at:%H:%M}", zone=_zone(at.utcoffset() or timedelta())
    )


def _zone(offset: timedelta) -> str:
    """Return UTC, UTC+1 or UTC−3:30."""
    minutes = round(offset.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes > 0 else "−"
    return f"UTC{sign}{hours}{f':{rest:02d}' if rest else ''}" if minutes else "UTC"
