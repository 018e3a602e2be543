"""Contract of every source of frames; a new one is added to `SOURCES`."""

import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from hipcv.core.interfaces import Frame, FrameSource
from hipcv.video.camera import Camera
from hipcv.video.file import VideoFile
from hipcv.video.playback import PlayedClip
from hipcv.video.recorder import Recorder
from tests.clips import number_in, numbered_pictures, write_clip
from tests.fake_cameras import FakeCapture

NUMBERS = [1, 2, 3, 4, 5, 6]
TIMES_S = [0.0, 0.04, 0.07, 0.2, 0.21, 0.3]


def recorded_file(folder: Path) -> FrameSource:
    return VideoFile(write_clip(folder / "clip.mp4", numbered_pictures(len(NUMBERS)), TIMES_S))


def played_clip(folder: Path) -> FrameSource:
    source = PlayedClip(recorded_file(folder).path)
    source.start_playback()
    return source


def recording(folder: Path) -> FrameSource:
    recorder = Recorder(folder / "recording.mp4")
    source = recorder.decoded_frames()
    for n, (bgr, time_s) in enumerate(zip(numbered_pictures(6), TIMES_S, strict=True)):
        recorder.put(Frame(n, time_s, bgr))
    recorder.finish()
    return source


def camera(_folder: Path) -> FrameSource:
    native = FakeCapture(numbered_pictures(len(NUMBERS)))
    source = Camera(0, factory=native)
    native.when_empty = source.close
    return source


SOURCES = [
    pytest.param(recorded_file, id="VideoFile"),
    pytest.param(recording, id="RecordedFrames"),
    pytest.param(played_clip, id="PlayedClip"),
    pytest.param(camera, id="Camera"),
]


@pytest.fixture(params=SOURCES)
def source(request, tmp_path) -> FrameSource:
    """Return a source of the pictures numbered 1 to 6."""
    build: Callable[[Path], FrameSource] = request.param
    return build(tmp_path)


def test_every_picture_arrives_once_and_in_order(source):
    assert [number_in(frame.bgr) for frame in source] == NUMBERS


def test_time_begins_at_zero(source):
    assert next(iter(source)).time_s == 0


def test_time_strictly_increases(source):
    times_s = [frame.time_s for frame in source]

    assert all(later > earlier for earlier, later in itertools.pairwise(times_s))


def test_index_counts_from_zero(source):
    assert [frame.index for frame in source] == list(range(len(NUMBERS)))


def test_pictures_are_contiguous_colour_bytes(source):
    assert all(
        (frame.bgr.dtype, frame.bgr.shape[2], frame.bgr.flags.c_contiguous) == (np.uint8, 3, True)
        for frame in source
    )


def test_all_pictures_have_one_size(source):
    assert len({frame.bgr.shape for frame in source}) == 1


def test_a_stored_picture_is_not_overwritten_by_later_ones(source):
    stored = [frame.bgr for frame in source]

    assert [number_in(bgr) for bgr in stored] == NUMBERS


def test_leaving_early_raises_nothing(source):
    frames = iter(source)
    next(frames)
    frames.close()

    assert next(frames, None) is None
