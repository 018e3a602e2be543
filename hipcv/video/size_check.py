"""Refusal of clips beyond `ClipLimits`: by what their packets hold, never by their header alone.

A header may declare any length. What counts is the time that the packets or pictures cover, in
which a gap, as where a clock jumped, counts as `LONGEST_GAP_S` at most.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from hipcv.core.errors import OverLimit
from hipcv.core.limits import ClipLimits
from hipcv.language import N_, _
from hipcv.video.clip_metadata import printable_name
from hipcv.video.decoding import open_container, select_stream

if TYPE_CHECKING:
    from av import VideoStream
    from av.container import InputContainer

LONGEST_GAP_S: Final = 10.0

TOLERANCE_S: Final = 1.0
"""Time by which a clip may exceed its limit, which is a round number."""

SMALL_BYTES: Final = 4 << 20
"""A smaller file that declares a length within the limit is not scanned: decoding it is bounded."""

MICROSECONDS: Final = 1_000_000

LONGER: Final = N_(
    "{name}: the clip is {found} long, and clips of up to {limit} are read. Cut it to the test. To "
    "allow more: --set {setting}=SECONDS, or {setting} under [limits] in hipcv.toml."
)
LONGER_UNKNOWN: Final = N_(
    "{name}: the clip is longer than {limit}, the most that is read. Cut it to the test. To allow "
    "more: --set {setting}=SECONDS, or {setting} under [limits] in hipcv.toml."
)
MORE_FRAMES: Final = N_(
    "{name}: the clip holds more than {limit:.0f} pictures, the most that are read. Cut it to the "
    "test, or save it at 60 pictures a second. To allow more: --set {setting}=NUMBER, or {setting} "
    "under [limits] in hipcv.toml."
)
LARGER: Final = N_(
    "{name}: the picture has {width} × {height} pixels, {found:.4g} million, and pictures of up to "
    "{limit:g} million are read. Save the clip smaller, such as in 1080p. To allow more: --set "
    "{setting}=MILLIONS, or {setting} under [limits] in hipcv.toml."
)
MORE_STREAMS: Final = N_(
    "{name}: the file holds {found} streams, and files of up to {limit:.0f} are read. Save the "
    "clip alone, as H.264 MP4. To allow more: --set {setting}=NUMBER, or {setting} under [limits] "
    "in hipcv.toml."
)


class ClipExtent:
    """Time and number of the packets or pictures of one clip, as they come."""

    def __init__(self, name: str, limits: ClipLimits, declared_s: float = 0.0) -> None:
        self._name, self._limits, self._declared_s = name, limits, declared_s
        self._count = 0
        self._covered_s = 0.0
        self._last_s: float | None = None

    def add(self, time_s: float | None) -> None:
        """Add one; None where it has no time.

        Raises:
            OverLimit: the clip is longer than `duration_max_s`, or has more than `frames_max`.
        """
        self._count += 1
        if time_s is not None:
            gap_s = 0.0 if self._last_s is None else time_s - self._last_s
            self._covered_s += min(max(gap_s, 0.0), LONGEST_GAP_S)
            self._last_s = time_s
        if self._covered_s > self._limits.duration_max_s + TOLERANCE_S:
            raise self._longer()
        if self._count > self._limits.frames_max:
            text = _(MORE_FRAMES)
            limit = self._limits.frames_max
            raise OverLimit(text.format(name=self._name, limit=limit, setting="frames_max"))

    def _longer(self) -> OverLimit:
        is_declared = self._declared_s > self._limits.duration_max_s
        text = _(LONGER) if is_declared else _(LONGER_UNKNOWN)
        return OverLimit(
            text.format(
                name=self._name,
                found=_minutes(self._declared_s),
                limit=_minutes(self._limits.duration_max_s),
                setting="duration_max_s",
            )
        )


def check_size(path: Path, limits: ClipLimits) -> None:
    """Check a clip before it is decoded: its header first, then times and number of its packets.

    Raises:
        UnreadableVideo: it is no video, or `OverLimit`: beyond a limit.
    """
    name = printable_name(path)
    with open_container(path, limits=limits) as container:
        stream = select_stream(container, name)
        _check_header(container, stream, name, limits)
        declared_s = _declared_s(container, stream)
        within = 0 < declared_s <= limits.duration_max_s and stream.frames <= limits.frames_max
        if within and path.stat().st_size < SMALL_BYTES:
            return
        extent = ClipExtent(name, limits, declared_s)
        _scan(container, stream, extent)


def declared_duration_s(path: Path) -> float:
    """Return the duration that a clip declares; 0 without any.

    Raises:
        UnreadableVideo: it is no video.
    """
    with open_container(path) as container:
        return _declared_s(container, select_stream(container, printable_name(path)))


def _check_header(
    container: "InputContainer", stream: "VideoStream", name: str, limits: ClipLimits
) -> None:
    """Check the size of the picture and the number of streams that a file declares.

    Raises:
        OverLimit: one of them is beyond its limit.
    """
    width, height = stream.codec_context.width, stream.codec_context.height
    mpx = width * height / 1e6
    if mpx > limits.picture_max_mpx:
        size = {"width": width, "height": height, "found": mpx, "limit": limits.picture_max_mpx}
        raise OverLimit(_(LARGER).format(name=name, setting="picture_max_mpx", **size))
    streams = len(container.streams)
    if streams > limits.streams_max:
        counts = {"found": streams, "limit": limits.streams_max}
        raise OverLimit(_(MORE_STREAMS).format(name=name, setting="streams_max", **counts))


def _scan(container: "InputContainer", stream: "VideoStream", extent: ClipExtent) -> None:
    """Read the packets of a stream, none of which is decoded; what is damaged is left to that."""
    import av

    try:
        for packet in container.demux(stream):
            ticks = packet.pts if packet.dts is None else packet.dts
            if ticks is None or packet.time_base is None:
                extent.add(None)
            else:
                extent.add(float(ticks * packet.time_base))
    except av.error.FFmpegError:
        return


def _declared_s(container: "InputContainer", stream: "VideoStream") -> float:
    """Return the longer of the durations that container and stream declare; 0 without any."""
    of_container = (container.duration or 0) / MICROSECONDS
    of_stream = float((stream.duration or 0) * stream.time_base) if stream.time_base else 0.0
    return max(of_container, of_stream)


def _minutes(seconds: float) -> str:
    """Return a length such as "10:01 min"."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d} min"
