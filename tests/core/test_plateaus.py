from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipcv.core.closeup import START
from hipcv.core.landmarks import LEGS, Side
from hipcv.core.plateaus import ViewAngles, plateau_from_closeup, plateau_from_landmarks
from tests.closeups import closeup_of, regions, seen_by_moving_camera
from tests.tracks import seated_track, swings

FRONTAL = ViewAngles(start_tilt_deg=0.0, thigh_deg=0.0)
TRACK = seated_track(swings(30, 20))


def _closeup(**fields):
    return closeup_of(TRACK, Side.LEFT, **({"rotation_deg": (33.0, 22.0)} | fields))


def _spoilt(closeup, rows, columns=slice(None)):
    rotation = closeup.rotation_deg.copy()
    rotation[rows, columns] = np.nan
    return replace(closeup, rotation_deg=rotation)


@pytest.mark.parametrize(("rep", "rotation"), [(0, 33), (1, 22)])
def test_each_repetition_is_read_against_what_the_start_itself_reads(rep, rotation):
    assert plateau_from_closeup(_closeup(), rep, FRONTAL).rotation_deg == pytest.approx(rotation)


def test_a_stray_key_frame_does_not_move_the_plateau():
    closeup = _closeup()
    closeup.rotation_deg[np.flatnonzero(closeup.window == 0)[4]] = 90

    assert plateau_from_closeup(closeup, 0, FRONTAL).rotation_deg == pytest.approx(33)


def test_the_result_is_the_mean_of_both_patches():
    plateau = plateau_from_closeup(_closeup(patch_gap_deg=1.6), 0, FRONTAL)

    assert plateau.picture_deg == pytest.approx(33)


def test_disagreement_of_the_patches_is_kept():
    plateau = plateau_from_closeup(_closeup(patch_gap_deg=1.6), 0, FRONTAL)

    assert plateau.patch_gap_deg == pytest.approx(1.6)


def test_landmarks_are_kept_for_comparison():
    assert plateau_from_closeup(_closeup(), 0, FRONTAL).landmarks_deg == pytest.approx(30, abs=0.1)


def test_one_patch_alone_is_read_but_has_nothing_to_agree_with():
    closeup = _closeup()

    plateau = plateau_from_closeup(_spoilt(closeup, closeup.window == 0, 1), 0, FRONTAL)

    assert (plateau.rotation_deg, np.isnan(plateau.patch_gap_deg)) == (pytest.approx(33), True)


@pytest.mark.parametrize("window", [START, 0])
def test_a_shank_that_was_not_registered_is_read_from_landmarks(window):
    closeup = _closeup()

    plateau = plateau_from_closeup(_spoilt(closeup, closeup.window == window), 0, FRONTAL)

    actual = (plateau.registered, plateau.rotation_deg)
    assert actual == (False, pytest.approx(30, abs=0.1))


def test_two_registered_key_frames_are_too_few():
    closeup = _closeup()
    most = np.flatnonzero(closeup.window == 0)[2:]

    assert not plateau_from_closeup(_spoilt(closeup, most), 0, FRONTAL).registered


def test_three_registered_key_frames_are_enough():
    closeup = _closeup()
    most = np.flatnonzero(closeup.window == 0)[3:]

    assert plateau_from_closeup(_spoilt(closeup, most), 0, FRONTAL).registered


@pytest.mark.parametrize("window", [START, 0])
def test_an_invisible_leg_gives_no_number(window):
    closeup = _closeup()
    gone = _spoilt(closeup, slice(None))
    gone.xy_px[closeup.window == window] = np.nan

    assert np.isnan(plateau_from_closeup(gone, 0, FRONTAL).rotation_deg)


def test_landmarks_of_a_few_unseen_key_frames_are_left_out():
    closeup = _closeup()
    closeup.xy_px[np.flatnonzero(closeup.window == 0)[:4]] = np.nan

    assert plateau_from_closeup(closeup, 0, FRONTAL).landmarks_deg == pytest.approx(30, abs=0.1)


def test_both_ends_of_the_rotation_are_corrected_for_the_view():
    """A shank from -10 to +30 as displayed, seen 20 degrees off the thigh's own direction."""
    start, end = (np.degrees(np.arctan(np.tan(np.radians(a)) / np.cos(np.radians(20))))
                  for a in (-10, 30))  # fmt: skip

    plateau = plateau_from_landmarks(40.0, ViewAngles(start_tilt_deg=-10.0, thigh_deg=20.0))

    assert plateau.rotation_deg == pytest.approx(end - start)


def test_each_end_is_corrected_by_its_own_thigh():
    """As above, but the knee has drifted until the thigh points at the camera."""
    start = np.degrees(np.arctan(np.tan(np.radians(-10)) / np.cos(np.radians(20))))
    view = ViewAngles(start_tilt_deg=-10.0, thigh_deg=20.0, end_thigh_deg=0.0)

    plateau = plateau_from_landmarks(40.0, view)

    assert (plateau.rotation_deg, plateau.view_deg) == (pytest.approx(30 - start), 0.0)


@given(rotation=st.floats(-60, 60), tilt=st.floats(-19, 19))
def test_an_unknown_view_is_taken_as_frontal(rotation, tilt):
    plateau = plateau_from_landmarks(
        rotation, ViewAngles(start_tilt_deg=tilt, thigh_deg=float("nan"))
    )

    assert plateau.rotation_deg == pytest.approx(rotation, abs=1e-9)


def test_an_unseen_angle_gives_no_number():
    assert np.isnan(plateau_from_landmarks(float("nan"), FRONTAL).rotation_deg)


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("roll", [-6.0, 4.0])
def test_a_camera_that_rolls_during_the_repetition_adds_nothing(side, roll):
    track = seated_track(swings(30), side=side)
    still = regions(track.time_s[::2], side)
    after_start = still.time_s > 0.8
    rolled = seen_by_moving_camera(still, turn_deg=roll * after_start, shift_px=(0.0, 0.0))
    visible = 30 + LEGS[side].internal_sign * roll
    closeup = closeup_of(track, side, rotation_deg=(visible,), motion=rolled)

    assert plateau_from_closeup(closeup, 0, FRONTAL).rotation_deg == pytest.approx(30)
