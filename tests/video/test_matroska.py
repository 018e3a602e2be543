"""Damage that the structure of a Matroska or WebM file shows, where a reader passes over it."""

import av
import numpy as np
import pytest

from hipcv.video.file import VideoFile
from hipcv.video.matroska import damaged_parts
from tests.clips import cut_short, numbered_over, write_clip

NOISE = np.random.default_rng(0).integers(0, 80, (60, 96, 128, 3), dtype=np.uint8)
PICTURES = numbered_over(NOISE)
CODECS = {"libvpx": {"g": "20"}, "libvpx-vp9": {"g": "20"}, "libsvtav1": {"g": "20"}}
QUICK_FIRST = [
    "libvpx",
    *(pytest.param(codec, marks=pytest.mark.slow) for codec in ("libvpx-vp9", "libsvtav1")),
]
LIVE = {"live": "1", "cluster_time_limit": "500"}
"""Sizes that are unknown, as a browser writes them while it records."""


@pytest.fixture(autouse=True)
def quiet_encoder(monkeypatch):
    monkeypatch.setenv("SVT_LOG", "1")


def damage_of(path):
    source = VideoFile(path)
    for _ in source:
        pass
    return source.clip.packets_damaged + source.clip.frames_corrupt


def bytes_lost(source, target, share, *, count=700):
    """Write a copy without some bytes after a share of them."""
    content = source.read_bytes()
    at = int(share * len(content))
    target.write_bytes(content[:at] + content[at + count :])
    return target


@pytest.mark.parametrize("codec", QUICK_FIRST)
@pytest.mark.parametrize("suffix", [".webm", ".mkv"])
@pytest.mark.parametrize("muxing", [{}, LIVE, {"cluster_time_limit": "300"}])
def test_an_intact_file_has_no_damage(codec, suffix, muxing, tmp_path):
    path = write_clip(tmp_path / f"c{suffix}", PICTURES, codec=codec, muxing=muxing)

    assert (damaged_parts(path), damage_of(path)) == (0, 0)


@pytest.mark.parametrize("codec", QUICK_FIRST)
def test_an_end_that_is_cut_off_is_damage(codec, tmp_path):
    """The reader reads what is left as if it were all."""
    whole = write_clip(tmp_path / "c.webm", PICTURES, codec=codec, options=CODECS[codec])
    cut = cut_short(whole, tmp_path / "cut.webm", 0.6)

    assert damage_of(cut) > 0


def test_a_recording_without_sizes_that_ends_within_a_picture_is_cut_off(tmp_path):
    whole = write_clip(tmp_path / "c.webm", PICTURES, codec="libvpx", muxing=LIVE)

    assert damaged_parts(cut_short(whole, tmp_path / "cut.webm", 0.6)) == 1


def test_a_recording_without_sizes_that_ends_between_two_pictures_is_whole(tmp_path):
    whole = write_clip(tmp_path / "c.webm", PICTURES, codec="libvpx", muxing=LIVE)
    with av.open(str(whole)) as container:
        packet = [packet for packet in container.demux(video=0) if packet.size][30]
        end = packet.pos + packet.size
    content = whole.read_bytes()
    block = content.index(bytes(packet), packet.pos) + packet.size
    assert block >= end
    (tmp_path / "cut.webm").write_bytes(content[:block])

    assert damaged_parts(tmp_path / "cut.webm") == 0


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
@pytest.mark.parametrize("codec", QUICK_FIRST)
def test_bytes_that_are_missing_are_damage(codec, share, tmp_path):
    """The rest of the file moves, and the reader looks for the next part that it knows."""
    whole = write_clip(tmp_path / "c.webm", PICTURES, codec=codec, options=CODECS[codec])

    assert damage_of(bytes_lost(whole, tmp_path / "lost.webm", share)) > 0


@pytest.mark.parametrize("codec", QUICK_FIRST)
def test_a_flipped_bit_fails_the_checksum_of_its_part(codec, tmp_path):
    whole = write_clip(tmp_path / "c.mkv", PICTURES, codec=codec, options=CODECS[codec])
    content = bytearray(whole.read_bytes())
    with av.open(str(whole)) as container:
        packet = [packet for packet in container.demux(video=0) if packet.size > 32][30]
    content[content.index(bytes(packet)) + packet.size // 2] ^= 4
    (tmp_path / "flipped.mkv").write_bytes(content)

    assert damaged_parts(tmp_path / "flipped.mkv") == 1


def test_a_file_of_another_container_has_no_parts(tmp_path):
    assert damaged_parts(write_clip(tmp_path / "c.mp4", PICTURES[:5])) == 0
