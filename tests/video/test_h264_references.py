"""Frame numbers of H.264: what is missing, and what is not."""

import av
import numpy as np
import pytest

from hipcv.video.h264_references import Bits, FrameNumbers
from tests.clips import write_clip

NOISE = np.random.default_rng(0).integers(0, 255, (50, 96, 128, 3), dtype=np.uint8)


def gaps(path, lost=()):
    """The packets before which a reference is missing, by number in decoding order."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        numbers = FrameNumbers(stream.codec_context.extradata)
        packets = [bytes(packet) for packet in container.demux(stream) if packet.size]
    return [n for n, data in enumerate(packets) if n not in lost and numbers.has_gap(data)]


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".ts", ".avi"])
@pytest.mark.parametrize(
    "options",
    [{"g": "10"}, {"g": "1000", "bf": "3"}, {"x264-params": "slices=3"}, {"tune": "zerolatency"},
     {"g": "15", "x264-params": "open-gop=1:bframes=3:b-pyramid=normal"},
     {"flags": "+ildct+ilme", "x264-params": "tff=1"}],
)  # fmt: skip
def test_a_whole_stream_has_no_gap(suffix, options, tmp_path):
    if suffix == ".avi":
        options = options | {"bf": "0"}

    assert gaps(write_clip(tmp_path / f"whole{suffix}", NOISE, options=options)) == []


@pytest.mark.parametrize("suffix", [".mp4", ".ts"])
@pytest.mark.parametrize("profile", ["yuv420p", "yuv444p", "yuv420p10le"])
def test_a_lost_reference_is_noticed_in_every_profile(profile, suffix, tmp_path):
    options = {"g": "1000", "bf": "0"}
    path = write_clip(tmp_path / f"a{suffix}", NOISE, options=options, pixel_format=profile)

    assert gaps(path, lost={20, 35}) == [21, 36]


def test_a_lost_key_frame_is_noticed(tmp_path):
    path = write_clip(
        tmp_path / "a.mp4", NOISE, options={"g": "12", "bf": "0", "sc_threshold": "0"}
    )

    assert gaps(path, lost={24}) == [25]


@pytest.mark.parametrize("seed", range(50))
def test_foreign_bytes_give_no_error(seed):
    rng = np.random.default_rng(seed)
    numbers = FrameNumbers(bytes([1]) + rng.bytes(60) if seed % 2 else rng.bytes(60))

    assert {numbers.has_gap(bytes(4) + rng.bytes(80)) for _ in range(50)} <= {False, True}


def test_numbers_are_read_as_the_standard_codes_them():
    bits = Bits(bytes([0b1_010_011_0, 0b0100_0010, 0b1_0000000]))

    assert [bits.unsigned() for _ in range(4)] == [0, 1, 2, 3]
    assert bits.signed() == -2
