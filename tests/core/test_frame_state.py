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
from tests.tracks import SHANK_PX, seated_track, swings

P = MeasurementProtocol()
MOMENTS = {"start": 10, "moving": 32, "plateau": 51, "rest": 95}
"""Rows of a clip at 30 Hz: 0.8 s of rest, 0.6 s up, 0.6 s held, 0.6 s down, 0.8 s of rest."""


def _reading(row, *, side=Side.LEFT, **moves):
    track, closeup = performance(35, side=side, **moves)
    motion = measure(track, closeup, side, P)
    return frame_state_at(motion, assess(motion), track, row)


@pytest.mark.parametrize(("phase", "row"), MOMENTS.items())
def test_every_moment_has_its_phase(phase, row):
    assert _reading(row).phase == phase


def test_what_lies_before_the_still_start_is_before():
    track = seated_track(np.r_[np.linspace(20, 0, 20), swings(35)])
    motion = measure(track, None, Side.LEFT, P)

    assert frame_state_at(motion, assess(motion), track, 2).phase == "before"


@pytest.mark.parametrize(("phase", "rep"), [("start", None), ("plateau", 0), ("rest", None)])
def test_the_repetition_under_way_is_told(phase, rep):
    assert _reading(MOMENTS[phase]).rep == rep


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("row", MOMENTS.values())
def test_the_drawn_shanks_make_the_angle_that_is_told(side, row):
    told = _reading(row, side=side)

    before, now = told.start_shank_px - told.knee_px, told.shank_px - told.knee_px
    drawn = LEGS[side].internal_sign * signed_angle_deg(before, now)
    assert drawn == pytest.approx(told.rotation_deg, abs=1e-6)


@pytest.mark.parametrize("side", Side)
def test_the_drawn_shank_points_outwards_at_the_plateau(side):
    told = _reading(MOMENTS["plateau"], side=side)

    outwards = 1 if side is Side.LEFT else -1
    assert outwards * (told.shank_px - told.knee_px)[0] > 0.5 * SHANK_PX


def test_lines_begin_where_the_knee_is_now():
    track, _ = performance(35)

    knee = track.xy_px[MOMENTS["plateau"], LEGS[Side.LEFT].knee]
    assert _reading(MOMENTS["plateau"]).knee_px == pytest.approx(knee)


def test_a_compensation_is_told_from_the_moment_it_began():
    track, closeup = performance(35)
    motion = measure(track, closeup, Side.LEFT, P)
    motion.channels["trunk_lean_deg"].value[:] = np.where(motion.time_s >= 1.2, 8.0, 0.0)
    said = assess(motion)

    told = [frame_state_at(motion, said, track, row).findings for row in (34, 40)]
    assert told == [(), ("trunk_lean",)]


def test_a_compensation_is_told_with_its_moment():
    begun = _reading(MOMENTS["plateau"], lean_deg=8.0)

    assert 0.8 < begun.finding_at_s < begun.time_s


def test_a_compensation_is_no_longer_told_after_its_repetition():
    assert _reading(MOMENTS["rest"], lean_deg=8.0).findings == ()


def test_where_nothing_began_there_is_no_moment():
    assert np.isnan(_reading(MOMENTS["plateau"]).finding_at_s)


def test_a_frame_without_the_patient_reads_nothing():
    track, closeup = performance(35)
    gone = unseen_rows(track, np.arange(60, 80))
    motion = measure(gone, replace(closeup, motion=None), Side.LEFT, P)

    assert np.isnan(frame_state_at(motion, assess(motion), gone, 70).rotation_deg)


def test_a_side_without_a_start_has_no_lines_to_draw():
    track = seated_track(30 * np.sin(np.arange(90) / 4))
    motion = measure(track, None, Side.LEFT, P)

    told = frame_state_at(motion, assess(motion), track, 40)
    assert (told.phase, np.isnan(told.shank_px).all()) == ("before", True)


def test_the_target_is_the_protocols():
    track, closeup = performance(35)
    motion = measure(track, closeup, Side.LEFT, MeasurementProtocol(target_deg=40))

    assert frame_state_at(motion, assess(motion), track, 50).target_deg == 40
