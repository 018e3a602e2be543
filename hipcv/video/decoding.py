"""Decoding of a file to frames in display order, with a count of the damage."""

import heapq
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from hipcv.core.errors import UnreadableVideo
from hipcv.language import _
from hipcv.video.clip_metadata import DecodeStats, printable_name
from hipcv.video.recording_time import declared_time

if TYPE_CHECKING:
    from av import Packet, VideoCodecContext, VideoFrame, VideoStream
    from av.container import InputContainer

CONTAINERS: Final = "mov,matroska,webm,avi,flv,mpegts,mpeg,asf,ogg,gif,mxf,ivf,dv"
AVI: Final = "avi"
STARTS: Final = {
    0: (b"\x1aE\xdf\xa3", b"FLV", b"GIF8", b"OggS"),
    4: (b"ftyp", b"moov"),
    8: (b"AVI ",),  # of RIFF, which holds sound and still pictures as well
}
LARGEST_PICTURE_PX: Final = 64_000_000  # a file that declares more is damaged or malicious
BARREN_PACKETS: Final = 5000  # decoding ends after so many in a row without a picture
READ_FAILURES: Final = 100


class ByteReader(Protocol):
    """Bytes that are read in order."""

    def read(self, size: int) -> bytes:
        """Return at most this many bytes; none at the end."""
        ...


def open_container(path: Path, content: ByteReader | None = None) -> "InputContainer":
    """Open a clip without access to the network or other files, and without log output.

    `content`, where given, is read in place of the file.

    Raises:
        UnreadableVideo: there is no such file, or it is not a complete video.
    """
    import av

    name = printable_name(path)
    av.logging.set_level(None)
    try:
        if content is None:
            _refuse_absent(path, name)
        return av.open(
            content or str(path.absolute()),
            "r",
            metadata_errors="replace",
            container_options={"format_whitelist": CONTAINERS, "protocol_whitelist": "file"},
        )
    except PermissionError as error:
        raise UnreadableVideo(
            _(
                "{name}: the file may not be read. Check its permissions, or copy it elsewhere."
            ).format(name=name)
        ) from error
    except (av.error.FFmpegError, OSError) as error:
        if _starts_like_a_clip(path):
            raise _cut_off(name) from error
        raise UnreadableVideo(
            _(
                "{name}: this is not a video that can be read. Choose the clip itself, "
                "or re-save it as H.264 MP4."
            ).format(name=name)
        ) from error


def select_stream(container: "InputContainer", name: str) -> "VideoStream":
    """Return the stream that a player would show: the default one, of full length, the largest.

    Raises:
        UnreadableVideo: there is none, or its codec is unknown.
    """
    from av.stream import Disposition

    stills = Disposition.attached_pic | Disposition.still_image | Disposition.timed_thumbnails
    moving = [s for s in container.streams.video if not s.disposition & stills]
    if not container.streams:
        raise _cut_off(name)
    if not moving:
        content = _("only sound") if container.streams.audio else _("no moving picture")
        raise UnreadableVideo(
            _("{name}: the file holds {content}. Choose the video of the test.").format(
                name=name, content=content
            )
        )
    decodable = [s for s in moving if s.codec_context is not None]
    if not decodable:
        raise UnreadableVideo(
            _(
                "{name}: the clip is recorded in a format that cannot be decoded here. "
                "Re-save it as H.264 MP4."
            ).format(name=name)
        )
    longest = max(s.frames for s in decodable)
    return max(
        decodable,
        key=lambda s: (
            bool(s.disposition & Disposition.default),
            2 * s.frames >= longest,
            s.codec_context.width * s.codec_context.height,
        ),
    )


def start_stats(container: "InputContainer", stream: "VideoStream") -> DecodeStats:
    """Return the counts with what the container declares; an AVI declares slots, not frames."""
    declared = 0 if container.format.name == AVI else stream.frames
    codec = stream.codec_context.codec.canonical_name
    return DecodeStats(codec, declared or None, declared_time(container, stream))


def decode(
    container: "InputContainer", stream: "VideoStream", stats: DecodeStats
) -> Iterator["VideoFrame"]:
    """Decode a container's stream from its beginning.

    An AVI stores no display times, only one slot for each packet in decoding order; there each
    frame, coming out in display order, takes the earliest slot still open.
    """
    codec = stream.codec_context.codec.canonical_name
    # "explode": otherwise a decoder conceals damage, and missing references, silently
    options = {"max_pixels": str(LARGEST_PICTURE_PX), "err_detect": "explode"}
    stream.codec_context.options = options
    if codec in {"hevc", "av1"}:
        stream.thread_type = "AUTO"
    slots: list[int] | None = [] if container.format.name == AVI else None
    packets = _packets(container, stream, stats)
    return decode_packets(stream.codec_context, packets, stats, slots=slots)


def decode_packets(
    decoder: "VideoCodecContext",
    packets: "Iterable[Packet[VideoStream]]",
    stats: DecodeStats,
    *,
    slots: list[int] | None = None,
) -> Iterator["VideoFrame"]:
    """Decode packet by packet; one that cannot be decoded is counted and skipped.

    What cannot be decoded spoils every frame that is predicted from it: `stats.is_spoiled` tells of
    the frame that was yielded last, until the next key frame.

    Args:
        decoder: a decoder at the beginning of its stream.
        packets: every packet in decoding order; an empty one at the end flushes the decoder.
        stats: counts of this reading.
        slots: an empty list if the packets carry slots instead of display times.
    """
    barren = 0
    for packet in packets:
        stats.frames_hidden += packet.is_discard
        frames = _frames(decoder, packet, stats, slots)
        barren = 0 if frames or packet.is_discard else barren + 1
        if barren > BARREN_PACKETS:
            return
        for frame in frames:
            if frame.key_frame:
                stats.is_spoiled = False
            stats.is_spoiled |= frame.is_corrupt
            yield frame


def _frames(
    decoder: "VideoCodecContext",
    packet: "Packet[VideoStream]",
    stats: DecodeStats,
    slots: list[int] | None,
) -> "list[VideoFrame]":
    """Return the frames that become complete with one packet, with their display times."""
    import av

    try:
        frames = decoder.decode(packet)
    except av.error.EOFError:
        return []
    except av.error.FFmpegError:
        stats.packets_damaged += 1
        stats.is_spoiled = True
        return []
    if slots is not None:
        slot = packet.dts if packet.pts is None else packet.pts
        if slot is not None:
            heapq.heappush(slots, slot)
        for frame in frames:
            frame.pts = heapq.heappop(slots) if slots else None
    return frames


def _packets(
    container: "InputContainer", stream: "VideoStream", stats: DecodeStats
) -> "Iterator[Packet[VideoStream]]":
    """Yield the packets of one stream; reading resumes after at most `READ_FAILURES` errors."""
    import av

    for _attempt in range(READ_FAILURES):
        try:
            yield from container.demux(stream)
        except av.error.FFmpegError:
            stats.packets_damaged += 1
            stats.is_spoiled = True
        else:
            return


def _refuse_absent(path: Path, name: str) -> None:
    if path.is_dir():
        raise UnreadableVideo(_("{name}: this is a folder. Name one clip in it.").format(name=name))
    if not path.exists():
        raise UnreadableVideo(
            _("{name}: there is no such file. Check its name and folder.").format(name=name)
        )
    if not path.is_file():
        raise UnreadableVideo(
            _("{name}: this is not a file. Choose a recorded clip.").format(name=name)
        )
    if path.stat().st_size == 0:
        raise UnreadableVideo(
            _(
                "{name}: the file is empty. Copy it again from the camera or phone, and "
                "wait for the copy to finish."
            ).format(name=name)
        )


def _cut_off(name: str) -> UnreadableVideo:
    return UnreadableVideo(
        _(
            "{name}: the clip is damaged or was cut off while it was saved or "
            "copied. Copy it again from the camera or phone, and wait for the copy "
            "to finish."
        ).format(name=name)
    )


def _starts_like_a_clip(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            head = file.read(12)
    except OSError:
        return False
    return any(head.startswith(marks, offset) for offset, marks in STARTS.items())
