"""Recorded clip as a source of frames: upright, un-mirrored, square pixels, container time."""

import math
from collections.abc import Generator, Iterator
from contextlib import suppress
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import numpy as np

from hipcv.core.clip_info import ClipInfo, SizeChange
from hipcv.core.errors import BadRequest, ChangedWhileRead, UnreadableVideo
from hipcv.core.interfaces import Frame, Picture
from hipcv.core.limits import DEFAULT_LIMITS, ClipLimits
from hipcv.files import FileState, sha256_of
from hipcv.language import _
from hipcv.video import matroska
from hipcv.video.clip_metadata import DecodeStats, build_clip_info, printable_name
from hipcv.video.decoding import decode, open_container, select_stream, start_stats
from hipcv.video.orientation import AS_STORED, Matrix, display_matrix, upright
from hipcv.video.size_check import ClipExtent, check_size
from hipcv.video.writer import size_within

if TYPE_CHECKING:
    from av import VideoCodecContext, VideoFrame, VideoStream
    from av.container import InputContainer

    Stream = VideoStream | VideoCodecContext

LONGEST_SIDE_PX: Final = 4096  # angles are independent of scale; a larger picture only costs memory
SAME_SHAPE: Final = 0.01


class VideoFile:
    """Clip on disk. Each iteration decodes it again; memory use is independent of its length.

    Time comes from the container; a frame without a time, or not later than the one before, is
    skipped and counted as damage. Pictures of another size are scaled to that of the first one, or
    after `use_main_size` to the most frequent one; those larger than `LONGEST_SIDE_PX` are scaled
    down. A mirrored clip (selfie) is flipped back. `start_s` are the seconds skipped after the
    first frame; times count from the first frame used.

    `state` is that of the file as it was first read: every reading must find it in the same one.
    Nothing later than `end_s`, which may be lowered while the clip is read, is part of it.

    Raises:
        BadRequest: `start_s` is negative, or when iterating, beyond the end.
        UnreadableVideo: when iterating: no picture can be decoded from the file.
        OverLimit: when iterating: the clip is larger than `limits` allow.
        ChangedWhileRead: when iterating: the file has changed since it was first read.
    """

    def __init__(
        self,
        path: Path,
        *,
        mirrored: bool = False,
        start_s: float = 0.0,
        state: FileState | None = None,
        limits: ClipLimits = DEFAULT_LIMITS,
    ) -> None:
        if not (math.isfinite(start_s) and start_s >= 0):
            raise BadRequest(
                _("start {start_s:g} s: give the seconds to leave out, 0 or more.").format(
                    start_s=start_s
                )
            )
        self.path = path
        self.mirrored = mirrored
        self.start_s = start_s
        self.end_s = math.inf
        self.state = state
        self.limits = limits
        self._main_px: tuple[int, int] | None = None  # stored size at which all pictures are given
        self._stats: DecodeStats | None = None
        self._reading: DecodeStats | None = None
        self._clip: ClipInfo | None = None

    def __iter__(self) -> Iterator[Frame]:
        """Decode the clip once, from its beginning."""
        is_first = self.state is None
        self._require_unchanged()
        if is_first:
            check_size(self.path, self.limits)
        with open_container(self.path, limits=self.limits) as container:
            stats = yield from self._read(container)
        self._require_unchanged()
        self._complete(stats)

    @property
    def share_read(self) -> float:
        """Share of the declared frames that were decoded by now; NaN if none are declared."""
        stats = self._reading
        if stats is None or not stats.frames_declared:
            return math.nan
        return min(1.0, (len(stats.time_s) + stats.frames_hidden) / stats.frames_declared)

    @property
    def declared_time(self) -> datetime | None:
        """Time of the recording as the container declares it; None before the first frame."""
        return self._reading.declared_time if self._reading else None

    def use_main_size(self) -> bool:
        """Scale pictures, in later readings, to the size that most of them have.

        Returns:
            True if this differs from the size at which the clip was read to its end.
        """
        stats = self._stats
        if stats is None or stats.size_change is None:
            return False
        main_px = max(stats.sizes, key=lambda px: (stats.sizes[px], px))
        used_px = self._main_px or next(iter(stats.sizes))
        self._main_px = main_px
        return main_px != used_px

    @property
    def clip(self) -> ClipInfo:
        """Metadata of the clip; available once it was read to its end."""
        if self._stats is None:
            raise RuntimeError("Read the clip to its end before asking for its account.")
        if self._clip is None:
            self._clip = build_clip_info(
                self.path, self._stats, sha256=sha256_of(self.path), mirrored=self.mirrored
            )
            self._require_unchanged()
        return self._clip

    def _require_unchanged(self) -> None:
        """Keep the state of the file at the first reading; refuse another one from then on.

        A file that cannot be looked up is left to the reading, which says why.
        """
        state = None
        with suppress(OSError):
            state = FileState.of(self.path)
        if self.state not in (None, state):
            raise ChangedWhileRead(
                _(
                    "{name}: the file was changed or replaced while it was analysed. Wait until "
                    "it has been copied whole, and analyse it again."
                ).format(name=printable_name(self.path))
            )
        self.state = state

    def _read(self, container: "InputContainer") -> Generator[Frame, None, DecodeStats]:
        """Yield the frames of an open file; return its counts."""
        stream = select_stream(container, printable_name(self.path))
        stats = start_stats(container, stream)
        yield from self._frames(decode(container, stream, stats, self.limits), stream, stats)
        return stats

    def _frames(
        self, pictures: "Iterator[VideoFrame]", stream: "Stream", stats: DecodeStats
    ) -> Iterator[Frame]:
        """Yield the decoded pictures of one reading as frames."""
        self._reading = stats
        normalizer: _FrameNormalizer | None = None
        for time_s, picture in self._timed(pictures, stats):
            if normalizer is None:
                normalizer = _FrameNormalizer(
                    picture,
                    stream,
                    size_px=self._main_px or (picture.width, picture.height),
                    mirrored=self.mirrored,
                    name=printable_name(self.path),
                )
            if not normalizer.fits(picture):
                stats.packets_damaged += 1
                continue
            bgr = normalizer.bgr(picture)
            stats.matrix, stats.size_px = normalizer.matrix, (bgr.shape[1], bgr.shape[0])
            normalizer.count_size(picture, time_s, stats)
            stats.frames_corrupt += stats.is_spoiled
            stats.time_s.append(time_s)
            yield Frame(len(stats.time_s) - 1, time_s, bgr, stats.is_spoiled)

    def _timed(
        self, pictures: "Iterator[VideoFrame]", stats: DecodeStats
    ) -> "Iterator[tuple[float, VideoFrame]]":
        """Yield frames in strictly increasing time, from the requested start on."""
        first: Fraction | None = None  # the container's time of the clip's first frame
        begin: Fraction | None = None  # and of the first one used
        last: Fraction | None = None
        extent = ClipExtent(printable_name(self.path), self.limits)
        for picture in pictures:
            now = _container_time(picture)
            extent.add(None if now is None else float(now))
            if now is None or (last is not None and now <= last):
                stats.packets_damaged += 1
                continue
            last = now
            first = now if first is None else first
            if now - first < self.start_s:
                stats.frames_hidden += 1
                continue
            if begin is None:
                begin, stats.start_s = now, float(now)
            if float(now - begin) > self.end_s:
                return
            yield float(now - begin), picture

    def _complete(self, stats: DecodeStats) -> None:
        """Accept the counts of a reading that reached the end; it has at least one frame."""
        if math.isfinite(self.end_s):
            stats.end_at(self.end_s)
        if stats.time_s:
            stats.packets_damaged += matroska.damaged_parts(self.path)
            self._stats = stats
            return
        name = printable_name(self.path)
        if self.start_s and stats.frames_hidden:
            raise BadRequest(
                _("{name}: nothing is left after {start_s:g} s. Choose an earlier start.").format(
                    name=name, start_s=self.start_s
                )
            )
        raise UnreadableVideo(
            _(
                "{name}: no picture could be decoded. Re-save the clip as H.264 MP4, or "
                "check that the copy finished."
            ).format(name=name)
        )


class _FrameNormalizer:
    """Converter of a clip's pictures to upright, square-pixel BGR; set up by the first one."""

    def __init__(
        self,
        picture: "VideoFrame",
        stream: "Stream",
        *,
        size_px: tuple[int, int],
        mirrored: bool,
        name: str,
    ) -> None:
        from av.video.reformatter import VideoReformatter

        self.matrix = _matrix_of(picture, name)
        self._mirrored = mirrored
        self._shape = picture.width / picture.height
        self._size = square_pixel_size(*size_px, stream.sample_aspect_ratio)
        self._reformatter = VideoReformatter()

    def fits(self, picture: "VideoFrame") -> bool:
        """Return True if a picture has the aspect ratio of the first, at whatever size."""
        return abs(picture.width / picture.height / self._shape - 1) <= SAME_SHAPE

    def count_size(self, picture: "VideoFrame", time_s: float, stats: DecodeStats) -> None:
        """Count the stored size of a picture, and note the first change of it."""
        size_px = picture.width, picture.height
        if stats.sizes and size_px not in stats.sizes and stats.size_change is None:
            [before_px] = stats.sizes
            stats.size_change = SizeChange(time_s, self._turned(before_px), self._turned(size_px))
        stats.sizes[size_px] += 1

    def _turned(self, size_px: tuple[int, int]) -> tuple[int, int]:
        """Return a stored width and height as displayed."""
        width, height = size_px
        return (height, width) if self.matrix and self.matrix[0][0] == 0 else size_px

    def bgr(self, picture: "VideoFrame") -> Picture:
        """Return the picture as displayed, (H, W, 3) uint8."""
        width, height = self._size
        stored = self._reformatter.reformat(picture, width, height, "bgr24", threads=1)
        pixels = np.asarray(stored.to_ndarray(), dtype=np.uint8)
        return upright(pixels, self.matrix or AS_STORED, mirrored=self._mirrored)


def square_pixel_size(width: int, height: int, pixel_aspect: Fraction | None) -> tuple[int, int]:
    """Return the size of a stored picture once its pixels are square.

    Returns:
        Width and height: the larger side as stored and the other one scaled, both reduced if
        one exceeds `LONGEST_SIDE_PX`.
    """
    aspect = float(pixel_aspect or 1)
    across, down = (width, height / aspect) if width >= height else (width * aspect, height)
    return size_within(across, down, LONGEST_SIDE_PX)


def _container_time(picture: "VideoFrame") -> Fraction | None:
    if picture.pts is None or picture.time_base is None:
        return None
    return picture.pts * picture.time_base


def _matrix_of(picture: "VideoFrame", name: str) -> Matrix | None:
    """Return the picture's display matrix; None if it has none."""
    try:
        tag = picture.side_data.get("DISPLAYMATRIX")
    except ValueError:  # another tag of the picture is unknown to the library
        return _matrix_of_rotation(picture.rotation, name)
    if tag is None:
        return None
    matrix = display_matrix(bytes(cast("bytes", tag)))
    if matrix is None:
        raise _unsupported_matrix(name)
    return matrix


def _matrix_of_rotation(rotation_deg: int, name: str) -> Matrix | None:
    matrices: dict[int, Matrix | None] = {
        0: None,
        90: ((0, -1), (1, 0)),
        180: ((-1, 0), (0, -1)),
        270: ((0, 1), (-1, 0)),
    }
    if rotation_deg % 360 not in matrices:
        raise _unsupported_matrix(name)
    return matrices[rotation_deg % 360]


def _unsupported_matrix(name: str) -> UnreadableVideo:
    return UnreadableVideo(
        _(
            "{name}: the file asks for the picture to be shown at a slant or "
            "stretched. Re-save the clip upright as H.264 MP4."
        ).format(name=name)
    )
