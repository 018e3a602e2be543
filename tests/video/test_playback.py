"""A clip played as a camera."""

import threading
import time

import numpy as np
import pytest

from hipcv.core.errors import UnreadableVideo
from hipcv.video.playback import PlayedClip
from tests.clips import number_in, numbered_pictures, write_clip
from tests.waiting import LIMIT_S

TIMES_S = [0.0, 0.04, 0.07, 0.2, 0.21, 0.3]


@pytest.fixture
def clip(tmp_path):
    return write_clip(tmp_path / "clip.mp4", numbered_pictures(6), TIMES_S)


def played(source, *, start_after=None):
    """Return all frames; playback starts after so many."""
    taken = []
    for frame in source:
        taken.append(frame)
        if len(taken) == start_after:
            source.start_playback()
    return taken


def test_the_first_picture_repeats_until_playback_starts(clip):
    numbers = [number_in(frame.bgr) for frame in played(PlayedClip(clip), start_after=4)]

    assert numbers == [1, 1, 1, 1, 1, 2, 3, 4, 5, 6]


def test_every_picture_is_played_once_at_the_clips_own_distances(clip):
    taken = played(PlayedClip(clip), start_after=4)[-6:]

    assert np.diff([frame.time_s for frame in taken]) == pytest.approx(np.diff(TIMES_S), abs=1e-9)


def test_time_strictly_increases_from_holding_to_playing(clip):
    taken = played(PlayedClip(clip), start_after=3)

    assert (np.diff([frame.time_s for frame in taken]) > 0).all()


def test_no_picture_comes_before_its_time(clip):
    source = PlayedClip(clip)
    early = []
    for frame in source:
        early.append(frame.time_s - source.now_s())
        source.start_playback()

    assert max(early) <= 1e-3


def test_a_late_reader_gets_every_frame(clip):
    source = PlayedClip(clip)
    source.start_playback()
    numbers = []
    for frame in source:
        time.sleep(0.05)
        numbers.append(number_in(frame.bgr))

    assert numbers == [1, 2, 3, 4, 5, 6]


def test_playback_starts_by_itself_after_the_longest_hold(clip):
    taken = played(PlayedClip(clip, hold_longest_s=0.1))

    assert number_in(taken[-1].bgr) == 6


def test_closing_from_another_thread_ends_a_held_clip(clip):
    source = PlayedClip(clip, hold_longest_s=10 * LIMIT_S)
    threading.Timer(0.1, source.close).start()

    assert {number_in(frame.bgr) for frame in played(source)} == {1}


def test_the_actual_format_is_that_of_the_clip(clip):
    actual = PlayedClip(clip).actual_format

    assert (actual.height_px % 2, actual.rate_hz) == (0, pytest.approx(25, abs=0.1))


def test_a_file_that_is_no_clip_is_refused(tmp_path):
    (tmp_path / "notes.mp4").write_text("not a clip")

    with pytest.raises(UnreadableVideo):
        played(PlayedClip(tmp_path / "notes.mp4"))
