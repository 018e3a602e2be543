"""Decoding of a file to frames in display order, with a count of the damage."""

import heapq
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from hipcv.core.errors import UnreadableVideo
from hipcv.core.limits import DEFAULT_LIMITS, ClipLimits
from hipcv.language import _
from hipcv.video.block_edges import CODECS_TO_SEARCH, BlockEdges
from hipcv.video.clip_metadata import DecodeStats, printable_name
from hipcv.video.coded_bytes import packet_check
from hipcv.video.recording_time import declared_time
from hipcv.video.spoilage import Spoilage
from hipcv.video.undecoded import CODEC as VP8
from hipcv.video.undecoded import UndecodedEnds

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
SEVERAL_FRAMES_AT_ONCE: Final = {"hevc", "av1"}
SEVERAL_PARTS_AT_ONCE: Final = {"vp9"}
"""Codecs whose damage is reported by a decoder with several threads, too; others conceal it."""

THREADS: Final = 4
"""Threads of a decoder of several frames at once: on their number, which would be that of the
computer's cores, depends which frame a damaged packet is reported with."""

REORDERED: Final = 8
"""Packets by which the one that is damaged may be decoded before the first picture to show it."""

BARREN_PACKETS: Final = 5000  # decoding ends after so many in a row without a picture
READ_FAILURES: Final = 100


class ByteReader(Protocol):
    """Bytes that are read in order."""

    def read(self, size: int) -> bytes:
        """Return at most this many bytes; none at the end."""
        ...


def open_container(
    path: Path, content: ByteReader | None = None, *, limits: ClipLimits = DEFAULT_LIMITS
) -> "InputContainer":
    """Open a clip without access to the network or other files, and without log output.

    `content`, where given, is read in place of the file. The first pictures, which are decoded in
    order to know the format, are no larger than `limits` allows.

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
            options=_decoder_options(limits),
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
    container: "InputContainer",
    stream: "VideoStream",
    stats: DecodeStats,
    limits: ClipLimits = DEFAULT_LIMITS,
) -> Iterator["VideoFrame"]:
    """Decode a container's stream from its beginning.

    An AVI stores no display times, only one slot for each packet in decoding order; there each
    frame, coming out in display order, takes the earliest slot still open.
    """
    codec = stream.codec_context.codec.canonical_name
    # "explode": otherwise a decoder conceals damage, and missing references, silently
    options = {"err_detect": "explode"}
    stream.codec_context.options = _decoder_options(limits) | options
    if codec in SEVERAL_FRAMES_AT_ONCE:
        stream.thread_type = "AUTO"
        stream.codec_context.thread_count = THREADS
    elif codec not in SEVERAL_PARTS_AT_ONCE:
        stream.codec_context.thread_count = 1
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

    A damaged or missing packet spoils every frame that is predicted from it: `stats.is_spoiled`
    tells of the frame that was yielded last.

    Args:
        decoder: a decoder at the beginning of its stream.
        packets: every packet in decoding order; an empty one at the end flushes the decoder.
        stats: counts of this reading.
        slots: an empty list if the packets carry slots instead of display times.
    """
    barren = 0
    decoding = _Decoding(decoder, stats, slots)
    for number, packet in enumerate(packets):
        stats.frames_hidden += packet.is_discard
        frames = decoding.frames(number, packet)
        barren = 0 if frames or packet.is_discard else barren + 1
        if barren > BARREN_PACKETS:
            return
        for frame in frames:
            decoding.complete(number, frame)
            yield frame


def _decoder_options(limits: ClipLimits) -> dict[str, str]:
    """Return the options by which a decoder allocates no picture larger than `limits` allows."""
    return {"max_pixels": str(round(limits.picture_max_mpx * 1e6))}


class _Decoding:
    """State of decoding one stream: what is damaged, and which frame belongs to which packet."""

    def __init__(
        self, decoder: "VideoCodecContext", stats: DecodeStats, slots: list[int] | None
    ) -> None:
        codec = decoder.codec.canonical_name
        self._decoder, self._stats, self._slots = decoder, stats, slots
        self._spoilage = Spoilage()
        self._unread = 0  # packets that could not be read from the container
        self._shows_damage = packet_check(codec, decoder.extradata)
        self._edges = BlockEdges() if codec in CODECS_TO_SEARCH else None
        self._ends = UndecodedEnds() if codec == VP8 else None
        self._is_delayed = codec in SEVERAL_FRAMES_AT_ONCE
        self._packets: dict[int, int] = {}  # whose frames are still to come, by time

    def frames(self, number: int, packet: "Packet[VideoStream]") -> "list[VideoFrame]":
        """Return the frames that become complete with a packet; none where it is damaged."""
        if self._is_damaged(packet):
            self._spoilage.add(number)
        if self._slots is not None and packet.pts is None:
            packet.pts = packet.dts
        if packet.pts is not None:
            self._packets[packet.pts] = number
        frames = _decoded(self._decoder, packet)
        if frames is None:
            self._stats.packets_damaged += 1
            delay = self._decoder.thread_count if self._is_delayed else 0
            self._spoilage.add(number, delay=delay)
            return []
        if self._slots is not None and packet.pts is not None:
            heapq.heappush(self._slots, packet.pts)
        return frames

    def complete(self, number: int, frame: "VideoFrame") -> None:
        """Set whether a frame, which came with a packet, is damaged; set its time from its slot."""
        own = number if frame.pts is None else self._packets.pop(frame.pts, number)
        if frame.is_corrupt:
            self._spoilage.add(own)
        if self._ends is not None and self._ends.is_in(frame):
            self._spoilage.add(own)
        if self._edges is not None and self._edges.appear_in(frame):
            self._stats.packets_damaged += 1
            self._spoilage.add(own, delay=0 if frame.key_frame else REORDERED)
        self._stats.is_spoiled = self._spoilage.spoils(own, is_key=frame.key_frame)
        if self._slots is not None:
            frame.pts = heapq.heappop(self._slots) if self._slots else None

    def _is_damaged(self, packet: "Packet[VideoStream]") -> bool:
        """Return True if the container or the packet's bytes show damage in or before a packet."""
        stats = self._stats
        is_after_unread, self._unread = stats.packets_unread > self._unread, stats.packets_unread
        is_odd = self._shows_damage is not None and self._shows_damage(bytes(packet))
        is_odd = is_odd or packet.is_corrupt
        stats.packets_damaged += is_odd
        return is_odd or is_after_unread


def _decoded(
    decoder: "VideoCodecContext", packet: "Packet[VideoStream]"
) -> "list[VideoFrame] | None":
    """Return the frames that a decoder completes; None where it cannot decode the packet."""
    import av

    try:
        return decoder.decode(packet)
    except av.error.EOFError:
        return []
    except av.error.FFmpegError:
        return None


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
            stats.packets_unread += 1
        else:
            return


def _refuse_absent(path: Path, name: str) -> None:
    if path.is_dir():
        raise UnreadableVideo(
            _(
                "{name}: this is a folder. Name one clip in it, or measure all of them with "
                "`hipcv batch`."
            ).format(name=name)
        )
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
