from dataclasses import replace

import numpy as np
import pytest

from hipcv.core.assessment import assess
from hipcv.core.frame_state import frame_state_at
from hipcv.core.geometry import signed_angle_deg
from hipcv.core.landmarks import LEGS, Side
from hipcv.core.measure import measure
from hipcv.core.protocol import MeasurementProtocol
from tests.closeups import performance, unseen_rows
from tests.tracks import SHANK_PX, seated_track, swings, with_tracked_shank

P = MeasurementProtocol()
MOMENTS = {"start": 10, "moving": 32, "plateau": 51, "rest": 95}
"""Rows of a clip at 30 Hz: 0.8 s of rest, 0.6 s up, 0.6 s held, 0.6 s down, 0.8 s of rest."""


def _state(row, *, side=Side.LEFT, **moves):
    track, closeup = performance(35, side=side, **moves)
    motion = measure(track, closeup, side, P)
    return frame_state_at(motion, assess(motion), track, row)


@pytest.mark.parametrize(("phase", "row"), MOMENTS.items())
def test_every_moment_has_its_phase(phase, row):
    assert _state(row).phase == phase


def test_the_phase_before_the_still_start_is_before():
    track = seated_track(np.r_[np.linspace(20, 0, 20), swings(35)])
    motion = measure(track, None, Side.LEFT, P)

    assert frame_state_at(motion, assess(motion), track, 2).phase == "before"


@pytest.mark.parametrize(("phase", "rep"), [("start", None), ("plateau", 0), ("rest", None)])
def test_the_state_has_the_number_of_the_repetition(phase, rep):
    assert _state(MOMENTS[phase]).rep == rep


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("row", MOMENTS.values())
def test_the_drawn_shanks_make_the_stated_angle(side, row):
    state = _state(row, side=side)

    before, now = state.start_shank_px - state.knee_px, state.shank_px - state.knee_px
    drawn = LEGS[side].internal_sign * signed_angle_deg(before, now)
    assert drawn == pytest.approx(state.rotation_deg, abs=1e-6)


@pytest.mark.parametrize("side", Side)
def test_the_drawn_shank_points_outwards_at_the_plateau(side):
    state = _state(MOMENTS["plateau"], side=side)

    outwards = 1 if side is Side.LEFT else -1
    assert outwards * (state.shank_px - state.knee_px)[0] > 0.5 * SHANK_PX


def test_lines_begin_where_the_knee_is_now():
    track, _ = performance(35)

    knee = track.xy_px[MOMENTS["plateau"], LEGS[Side.LEFT].knee]
    assert _state(MOMENTS["plateau"]).knee_px == pytest.approx(knee)


def _tracked_state(row, *, side=Side.LEFT, lost=()):
    """The state of a leg whose landmarks follow it by half, and its knee's by 12 pixels too low."""
    track = with_tracked_shank(
        seated_track(swings(35) / 2, side=side), side, swings(35), lost=lost, knee_shift_px=(0, -12)
    )
    motion = measure(track, None, side, P)
    return frame_state_at(motion, assess(motion), track, row), track


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("row", MOMENTS.values())
def test_the_drawn_shank_is_the_tracked_one_in_every_frame(side, row):
    state, _ = _tracked_state(row, side=side)

    tilt = LEGS[side].internal_sign * signed_angle_deg(
        np.array([0.0, 1.0]), state.shank_px - state.knee_px
    )
    assert tilt == pytest.approx(swings(35)[row], abs=1e-6)


def test_a_tracked_shank_begins_at_the_registered_knee():
    state, track = _tracked_state(MOMENTS["plateau"])

    landmark = track.xy_px[MOMENTS["plateau"], LEGS[Side.LEFT].knee]
    assert state.knee_px == pytest.approx(landmark - np.array([0, 12]))


def test_a_tracked_shank_has_its_length_at_the_start():
    state, _ = _tracked_state(MOMENTS["plateau"])

    assert np.linalg.norm(state.shank_px - state.knee_px) == pytest.approx(SHANK_PX)


def test_in_a_bridged_gap_the_shank_moves_on_evenly():
    row = MOMENTS["moving"]
    (state, track), (sure, _) = _tracked_state(row, lost=(row,)), _tracked_state(row)

    assert state.source == "bridged"
    assert state.knee_px == pytest.approx(track.xy_px[row, LEGS[Side.LEFT].knee] + [0, -12])
    assert state.shank_px == pytest.approx(sure.shank_px, abs=2.0)


def test_a_frame_says_where_its_angle_is_from():
    by_landmarks = _state(MOMENTS["plateau"])
    tracked, _ = _tracked_state(MOMENTS["plateau"])

    assert (by_landmarks.source, tracked.source) == ("landmarks", "outline")


def test_a_finding_is_in_the_state_from_its_beginning():
    track, closeup = performance(35)
    motion = measure(track, closeup, Side.LEFT, P)
    motion.channels["trunk_lean_deg"].value[:] = np.where(motion.time_s >= 1.2, 8.0, 0.0)
    assessment = assess(motion)

    state = [frame_state_at(motion, assessment, track, row).findings for row in (34, 40)]
    assert state == [(), ("trunk_lean",)]


def test_a_finding_has_the_time_of_its_beginning():
    begun = _state(MOMENTS["plateau"], lean_deg=8.0)

    assert 0.8 < begun.finding_at_s < begun.time_s


def test_a_finding_is_not_in_the_state_after_its_repetition():
    assert _state(MOMENTS["rest"], lean_deg=8.0).findings == ()


def test_without_findings_their_time_is_nan():
    assert np.isnan(_state(MOMENTS["plateau"]).finding_at_s)


def test_a_frame_without_the_patient_has_no_rotation():
    track, closeup = performance(35)
    gone = unseen_rows(track, np.arange(60, 80))
    motion = measure(gone, replace(closeup, motion=None), Side.LEFT, P)

    assert np.isnan(frame_state_at(motion, assess(motion), gone, 70).rotation_deg)


def test_a_side_without_a_start_has_no_lines_to_draw():
    track = seated_track(30 * np.sin(np.arange(90) / 4))
    motion = measure(track, None, Side.LEFT, P)

    state = frame_state_at(motion, assess(motion), track, 40)
    assert (state.phase, np.isnan(state.shank_px).all()) == ("before", True)


def test_the_target_is_the_protocols():
    track, closeup = performance(35)
    motion = measure(track, closeup, Side.LEFT, MeasurementProtocol(target_deg=40))

    assert frame_state_at(motion, assess(motion), track, 50).target_deg == 40
