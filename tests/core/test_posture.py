import numpy as np
import pytest

from hipcv.core.landmarks import Landmark
from hipcv.core.phases import posture_is_usual
from hipcv.core.protocol import MeasurementProtocol
from tests.closeups import unseen_rows
from tests.tracks import SHANK_PX, seated_track, swings, track_of

P = MeasurementProtocol()
HIPS = [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]
LATE = slice(80, None)


def _track():
    return seated_track(np.zeros(120))


def _held_late(move):
    track = _track()
    move(track.xy_px[LATE])
    return posture_is_usual(track, P)[LATE][10:-1].all()


def _over(share):
    def move(xy):
        xy[..., 0] += share * SHANK_PX

    return move


def _knees_down(share):
    def move(xy):
        xy[:, [Landmark.LEFT_KNEE, Landmark.RIGHT_KNEE], 1] += share * SHANK_PX

    return move


@pytest.mark.parametrize("move", [_over(0.3), _over(-0.3), _knees_down(0.35)])
def test_moving_over_or_getting_up_is_detected(move):
    assert not _held_late(move)


@pytest.mark.parametrize("move", [_over(0.2), _knees_down(0.2)])
def test_settling_into_the_seat_is_allowed(move):
    assert _held_late(move)


def test_a_swinging_leg_holds_the_posture():
    assert posture_is_usual(seated_track(swings(45)), P).all()


def test_a_person_who_is_not_visible_has_the_usual_posture():
    assert posture_is_usual(unseen_rows(_track(), LATE), P).all()


def test_a_clip_without_a_person_has_no_change_of_posture():
    track = track_of(np.full((30, 33, 2), np.nan), np.arange(30) / 30)

    assert posture_is_usual(track, P).all()


def test_one_stray_frame_is_no_change_of_posture():
    track = _track()
    track.xy_px[60, HIPS] += 100

    assert posture_is_usual(track, P).all()
