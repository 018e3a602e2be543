"""Date and time of a recording: from the clip's container, else from the date of its file."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hipcv.core.clip_info import RecordingTime

if TYPE_CHECKING:
    from av import VideoStream
    from av.container import InputContainer

TAGS: Final = ("com.apple.quicktime.creationdate", "creation_time")
"""Metadata tags with a date, the more exact first: a phone's local time, the container's own."""

EARLIEST: Final = datetime(2001, 1, 2, tzinfo=UTC)
"""An earlier date is that of a clock that was never set: 1904, 1970, 1 January 2000."""

CLOCK_ERROR: Final = timedelta(minutes=10)
"""A date that lies further in the future is not believed."""


def declared_time(container: "InputContainer", stream: "VideoStream") -> datetime | None:
    """Return when the clip was recorded as its container declares it; None where it does not."""
    return first_plausible([container.metadata, stream.metadata], now=datetime.now(UTC))


def first_plausible(metadata: Iterable[Mapping[str, str]], *, now: datetime) -> datetime | None:
    """Return the first plausible date with a time zone in metadata, to the second; else None."""
    texts = [tags[name] for tags in metadata for name in TAGS if name in tags]
    texts.sort(key=_is_utc)  # a local time first
    moments = (_parse(text) for text in texts)
    return next((at for at in moments if at is not None and is_plausible(at, now=now)), None)


def recording_time(path: Path, declared: datetime | None) -> RecordingTime | None:
    """Return the declared time of a recording, else that of its file; None where both are wrong.

    The time of the file has the time zone of this machine.
    """
    if declared is not None:
        return RecordingTime(declared, "container")
    try:
        changed_s = int(path.stat().st_mtime)
        at = datetime.fromtimestamp(changed_s, UTC).astimezone()
    except (OSError, OverflowError, ValueError):
        return None
    return RecordingTime(at, "file") if is_plausible(at, now=datetime.now(UTC)) else None


def is_plausible(at: datetime, *, now: datetime) -> bool:
    """Return False for a time of a clock that was not set, and for one in the future."""
    return EARLIEST <= at <= now + CLOCK_ERROR


def _is_utc(text: str) -> bool:
    return text.endswith("Z")


def _parse(text: str) -> datetime | None:
    """Return a date of ISO 8601 with its time zone; None where it is malformed or has none."""
    try:
        at = datetime.fromisoformat(text.strip())
        at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at.replace(microsecond=0) if at.tzinfo else None
