"""A cut is told from every movement of a person."""

from dataclasses import replace

import numpy as np
import pytest

from hipcv.core.landmarks import LEGS, Landmark, Side
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.scene_cut import scene_cut_s
from tests.closeups import unseen_rows
from tests.tracks import SHANK_PX, seated_track, swings, track_of

P = MeasurementProtocol()
CUT_S = 2.0
ROW = round(30 * CUT_S)


def _track():
    return seated_track(swings(35, 35))


def _moved_from(row, *, scale=1.0, shift_px=0.0, over_rows=0):
    """The same person, larger and elsewhere from a row on, or gradually over some rows."""
    track = _track()
    share = np.clip((np.arange(len(track.time_s)) - row + 1) / max(over_rows, 1), 0, 1)
    share = share[:, None, None]
    return replace(track, xy_px=track.xy_px * (1 + (scale - 1) * share) + shift_px * share)


@pytest.mark.parametrize(
    "change", [{"scale": 1.4}, {"scale": 0.7}, {"shift_px": 0.8 * SHANK_PX}], ids=str
)
def test_a_cut_to_another_picture_is_found_at_its_time(change):
    assert scene_cut_s(_moved_from(ROW, **change), P) == pytest.approx(CUT_S, abs=0.07)


def test_a_swing_is_no_cut():
    assert np.isnan(scene_cut_s(_track(), P))


def test_a_person_who_comes_nearer_in_a_second_is_no_cut():
    assert np.isnan(scene_cut_s(_moved_from(ROW, scale=1.5, over_rows=30), P))


@pytest.mark.parametrize("rows", [5, 10, 30])
def test_a_person_who_stands_up_is_no_cut_however_fast(rows):
    track = _track()
    hips = [*(LEGS[side].hip for side in Side), Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]
    rise = np.clip((np.arange(len(track.time_s)) - ROW) / rows, 0, 1)
    track.xy_px[:, hips, 1] -= SHANK_PX * rise[:, None]

    assert np.isnan(scene_cut_s(track, P))


def test_landmarks_that_are_wrong_in_a_single_picture_are_no_cut():
    track = _track()
    track.xy_px[ROW] *= 1.6

    assert np.isnan(scene_cut_s(track, P))


def test_landmarks_of_a_hidden_head_and_shoulders_that_jump_are_no_cut():
    track = _track()
    track.xy_px[ROW:, [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER], 1] += 0.5 * SHANK_PX

    assert np.isnan(scene_cut_s(track, P))


def test_shanks_whose_landmarks_shorten_as_they_swing_are_no_cut():
    track = _track()
    ankles = [LEGS[side].ankle for side in Side]
    knees = [LEGS[side].knee for side in Side]
    shank = track.xy_px[ROW:, ankles] - track.xy_px[ROW:, knees]
    track.xy_px[ROW:, ankles] = track.xy_px[ROW:, knees] + 0.7 * shank

    assert np.isnan(scene_cut_s(track, P))


def test_a_person_who_was_away_for_a_second_is_no_cut():
    track = unseen_rows(_moved_from(ROW, scale=1.4), slice(ROW - 15, ROW + 15))

    assert np.isnan(scene_cut_s(track, P))


def test_landmarks_that_settle_on_a_person_who_appears_are_no_cut():
    track = unseen_rows(_moved_from(ROW + 15, scale=1.4), slice(ROW - 15, ROW + 5))

    assert np.isnan(scene_cut_s(track, P))


def test_a_clip_that_shows_nobody_is_not_cut():
    nobody = track_of(np.full((60, 33, 2), np.nan), np.arange(60) / 30)

    assert np.isnan(scene_cut_s(nobody, P))
