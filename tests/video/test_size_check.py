"""Clips beyond a limit are refused before they are decoded, whatever their header declares."""

import struct

import numpy as np
import pytest

from hipcv.core.errors import OverLimit, UnreadableVideo
from hipcv.core.limits import ClipLimits
from hipcv.video import file
from hipcv.video.file import VideoFile
from tests.clips import numbered_pictures, write_clip

BLACK = np.zeros((48, 64, 3), np.uint8)


def slow_clip(path, seconds):
    """Write a clip with one picture a second."""
    times_s = range(seconds)
    return write_clip(path, (BLACK for _ in times_s), map(float, times_s))


def refusal(path, **limits):
    """Return the sentence with which a clip is refused."""
    with pytest.raises(OverLimit) as refused:
        list(VideoFile(path, limits=ClipLimits(**limits)))
    return str(refused.value)


def no_decoding(monkeypatch):
    def fail(*_arguments):
        raise AssertionError("decoded")

    monkeypatch.setattr(file, "decode", fail)


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".avi", ".ts"])
def test_long_clip_is_refused_before_it_is_decoded(tmp_path, monkeypatch, suffix):
    options = {"codec": "mjpeg", "pixel_format": "yuvj420p"} if suffix == ".avi" else {}
    path = write_clip(
        tmp_path / f"long{suffix}", (BLACK for _ in range(700)), map(float, range(700)), **options
    )
    no_decoding(monkeypatch)

    limits = {"duration_max_s": 20} if suffix == ".avi" else {}
    assert "duration_max_s" in refusal(path, **limits)


@pytest.mark.slow
def test_refusal_names_the_length_the_limit_and_how_to_allow_more(tmp_path):
    hours = (10.0 * number for number in range(4 * 360 + 1))
    path = write_clip(tmp_path / "long.mp4", (BLACK for _ in range(4 * 360 + 1)), hours)
    said = refusal(path)

    assert all(part in said for part in ("240:00 min long", "10:00 min", "--set duration_max_s"))


def test_long_clip_is_read_where_it_is_allowed(tmp_path):
    path = slow_clip(tmp_path / "long.mp4", 700)

    assert len(list(VideoFile(path, limits=ClipLimits(duration_max_s=900)))) == 700


def test_length_is_counted_while_decoding_where_the_header_declares_less(tmp_path):
    path = slow_clip(tmp_path / "long.mp4", 700)
    content = bytearray(path.read_bytes())
    for box, offset in ((b"mvhd", 20), (b"mdhd", 20), (b"tkhd", 24)):
        at = content.find(box) + offset
        content[at : at + 4] = struct.pack(">I", 1)
    path.write_bytes(content)
    with pytest.raises(OverLimit, match="longer than 10:00 min"):
        list(VideoFile(path))


def test_length_is_counted_where_none_is_declared(tmp_path):
    path = slow_clip(tmp_path / "live.mkv", 700)
    content = path.read_bytes()
    at = content.find(b"\x44\x89\x88")  # Duration of the segment, eight bytes
    path.write_bytes(content[: at + 3] + bytes(8) + content[at + 11 :])

    assert "longer than 10:00 min" in refusal(path)


@pytest.mark.parametrize("declared", [0x7FFFFFFF, 0xFFFFFFFE])
def test_short_clip_that_declares_years_is_read(tmp_path, declared):
    path = write_clip(tmp_path / "clip.mp4", numbered_pictures(5))
    content = bytearray(path.read_bytes())
    for box, offset in ((b"mvhd", 20), (b"mdhd", 20), (b"tkhd", 24)):
        at = content.find(box) + offset
        content[at : at + 4] = struct.pack(">I", declared)
    path.write_bytes(content)

    assert len(list(VideoFile(path))) == 5


def test_clock_that_jumps_by_years_makes_no_long_clip(tmp_path):
    times_s = (0.0, 1e9, 1e9 + 0.1, 1e9 + 0.2)
    path = write_clip(tmp_path / "jump.mkv", numbered_pictures(4), times_s)

    assert len(list(VideoFile(path))) == 4


def test_number_of_pictures_is_limited(tmp_path):
    path = write_clip(tmp_path / "fast.mkv", numbered_pictures(200), (k / 1e4 for k in range(200)))

    assert "more than 150 pictures" in refusal(path, frames_max=150)


def declared_size(path, width, height):
    """Write a clip of small pictures whose headers declare others."""
    if path.suffix == ".gif":
        write_clip(path, numbered_pictures(3), codec="gif", pixel_format="rgb8")
        content = bytearray(path.read_bytes())
        content[6:10] = struct.pack("<HH", width, height)
    else:
        write_clip(path, [BLACK] * 3, codec="mjpeg", pixel_format="yuvj420p")
        content = bytearray(path.read_bytes())
        for at in range(len(content) - 9):
            if content[at : at + 2] == b"\xff\xc0":
                content[at + 5 : at + 9] = struct.pack(">HH", height, width)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("name", ["canvas.gif", "frames.avi"])
def test_impossible_size_is_refused_without_being_allocated(tmp_path, name):
    path = declared_size(tmp_path / name, 65_500, 65_500)
    resource = pytest.importorskip("resource")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(UnreadableVideo):
        list(VideoFile(path))

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500_000  # kB


def test_size_is_refused_and_named_before_a_picture_is_decoded(tmp_path, monkeypatch):
    path = write_clip(tmp_path / "large.mp4", numbered_pictures(3, width=640, height=480))
    no_decoding(monkeypatch)

    said = refusal(path, picture_max_mpx=0.1)

    assert all(part in said for part in ("640 × 480", "0.3072 million", "0.1 million"))


def test_picture_that_grows_beyond_the_limit_is_not_decoded(tmp_path):
    small = write_clip(tmp_path / "small.ts", [BLACK] * 10)
    large = write_clip(tmp_path / "large.ts", [np.zeros((960, 1280, 3), np.uint8)] * 10)
    joined = tmp_path / "joined.ts"
    joined.write_bytes(small.read_bytes() + large.read_bytes())
    clip = VideoFile(joined, limits=ClipLimits(picture_max_mpx=0.5))

    assert {frame.bgr.shape for frame in clip} == {(48, 64, 3)}


def test_file_of_many_streams_is_refused(tmp_path):
    import av

    path = tmp_path / "many.mkv"
    with av.open(str(path), "w") as container:
        streams = [container.add_stream("mpeg4", rate=25) for _ in range(60)]
        for stream in streams:
            stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for stream in streams:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(BLACK, format="bgr24")))
            container.mux(stream.encode(None))

    assert "60 streams" in refusal(path)


def test_clip_within_the_limits_is_not_scanned_twice(tmp_path, monkeypatch):
    clip = VideoFile(write_clip(tmp_path / "clip.mp4", numbered_pictures(5)))
    checks = []
    monkeypatch.setattr(file, "check_size", lambda *_: checks.append(1))
    list(clip)
    list(clip)

    assert checks == [1]
