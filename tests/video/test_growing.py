"""Frames of a growing file: those that the finished file gives."""

import math
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import numpy as np
import pytest

from hipcv.core.errors import UnreadableVideo
from hipcv.video.file import VideoFile
from hipcv.video.growing import GrowingFile
from tests.clips import scratched, write_clip
from tests.waiting import LIMIT_S

FRAMES = 60
FAST = {"g": "20", "deadline": "realtime", "cpu-used": "-8"}
SAME_BYTES = {"fflags": "+bitexact"}
"""A WebM without random identifiers, coded at a fixed speed (a positive `cpu-used` adapts to the
machine's load): damage is in the same bytes of it every time. What VP8 decodes
from damage that it cannot notice differs from one reading to the next."""

FORMATS = {
    "webm": {"codec": "libvpx", "options": FAST, "muxing": {"live": "1"} | SAME_BYTES},
    "mp4": {"options": {"g": "20"}, "muxing": {"movflags": "frag_keyframe+empty_moov"}},
}


def uneven_times_s():
    """Return capture times with a dropped frame."""
    gaps_s = np.random.default_rng(3).uniform(0.03, 0.05, FRAMES)
    gaps_s[20] *= 2
    return np.cumsum(gaps_s)


def noisy_pictures():
    """Yield pictures that take some bytes."""
    random = np.random.default_rng(4)
    for _ in range(FRAMES):
        yield random.integers(0, 255, (96, 128, 3), dtype=np.uint8)


def clip_in(folder, kind):
    """Write a clip as browsers record it, without an index."""
    path = folder / f"whole.{kind}"
    return write_clip(path, noisy_pictures(), uneven_times_s(), **FORMATS[kind])


class Growth:
    """A file that grows by parts of another one."""

    def __init__(self, folder, whole):
        self.content, self.sent = whole.read_bytes(), 0
        self.path, self.target = folder / "part", folder / f"finished{whole.suffix}"
        self.path.touch()
        self.ended = threading.Event()
        self.source = GrowingFile(self.path, lambda: self.target if self.ended.is_set() else None)

    def grow(self, share):
        """Let the file have this share of the content."""
        end = int(share * len(self.content))
        with self.path.open("ab") as file:
            file.write(self.content[self.sent : end])
        self.sent = end

    def end(self):
        """Finish the file under its final name."""
        self.grow(1)
        self.path.rename(self.target)
        self.ended.set()


@pytest.fixture
def reader():
    """Return an executor for the reading thread."""
    with ThreadPoolExecutor(1) as executor:
        yield executor


@pytest.fixture(scope="module", params=FORMATS)
def readings(request, tmp_path_factory):
    """Return source and frames of a file that was read while it grew, and of the finished one."""
    folder = tmp_path_factory.mktemp("growing")
    growth = Growth(folder, clip_in(folder, request.param))
    with ThreadPoolExecutor(1) as executor:
        frames = executor.submit(list, growth.source)
        for part in range(100):
            growth.grow(part / 100)
        growth.end()
        file = VideoFile(growth.target)
        return (growth.source, frames.result(LIMIT_S)), (file, list(file))


def test_pixels_are_those_of_the_file(readings):
    (_, frames), (_, in_file) = readings

    assert [
        np.array_equal(a.bgr, b.bgr) for a, b in zip(frames, in_file, strict=True)
    ] == FRAMES * [True]


def test_times_and_indices_are_those_of_the_file_to_the_last_bit(readings):
    (_, frames), (_, in_file) = readings

    assert [(f.time_s, f.index) for f in frames] == [(f.time_s, f.index) for f in in_file]


def test_metadata_are_those_of_the_finished_file(readings):
    (source, _), (file, _) = readings

    assert source.clip == file.clip


def test_a_second_reading_gives_the_same_frames(readings):
    (source, frames), _ = readings

    assert [f.time_s for f in source] == [f.time_s for f in frames]


@pytest.mark.parametrize("kind", FORMATS)
def test_frames_arrive_while_the_file_grows(tmp_path, reader, kind):
    growth = Growth(tmp_path, clip_in(tmp_path, kind))
    frames = iter(growth.source)
    growth.grow(0.8)
    first = reader.submit(next, frames).result(LIMIT_S)
    share = growth.source.share_read
    growth.end()

    assert (first.index, math.isnan(share)) == (0, True)


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("seed", range(3))
def test_a_damaged_file_is_read_as_the_finished_one_or_not_at_all(tmp_path, kind, seed):
    whole, path = clip_in(tmp_path, kind), tmp_path / f"damaged.{kind}"
    growth = Growth(tmp_path, scratched(whole, path, bytes_flipped=20, seed=seed))
    growth.end()
    file = VideoFile(growth.target)
    in_file = list(file)

    with suppress(UnreadableVideo):
        frames = list(growth.source)
        assert [f.time_s for f in frames] == [f.time_s for f in in_file]
        # A damaged picture holds what its memory held before, which no reading repeats; the decoder
        # of VP8 does not report every such picture.
        if kind != "webm":
            assert growth.source.clip == file.clip
            assert [f.corrupt for f in frames] == [f.corrupt for f in in_file]
            assert np.array_equal(sound_pictures(frames), sound_pictures(in_file))


def sound_pictures(frames):
    return [frame.bgr for frame in frames if not frame.corrupt]


def test_a_file_with_its_index_at_the_end_cannot_be_read_while_it_grows(tmp_path):
    growth = Growth(tmp_path, write_clip(tmp_path / "whole.mp4", noisy_pictures()))
    growth.end()

    with pytest.raises(UnreadableVideo):
        list(growth.source)


def test_a_file_without_a_picture_cannot_be_read(tmp_path):
    growth = Growth(tmp_path, clip_in(tmp_path, "webm"))
    growth.content = b""
    growth.end()

    with pytest.raises(UnreadableVideo):
        list(growth.source)
