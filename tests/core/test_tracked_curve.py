"""Angle of every frame from the tracked outline, landmarks where it was not tracked."""

from dataclasses import replace

import numpy as np
import pytest

from hipcv.core.assessment import assess
from hipcv.core.landmarks import Side
from hipcv.core.measure import disputed_reps, measure
from hipcv.core.phases import Curve, find_phases
from hipcv.core.protocol import MeasurementProtocol
from tests.closeups import closeup_of, unseen_rows
from tests.tracks import seated_track, swings, with_tracked_shank

P = MeasurementProtocol()
TRUE_DEG = swings(30)
LAGGING = seated_track(0.9 * TRUE_DEG)
"""Landmarks that follow the swing by nine tenths."""


def tracked(lost=(), side=Side.LEFT, **options):
    """Return the lagging landmarks with the outline at the true tilts but in the lost rows."""
    track = LAGGING if side is Side.LEFT else seated_track(0.9 * TRUE_DEG, side=side)
    return with_tracked_shank(track, side, TRUE_DEG, lost=lost, **options)


def curve_of(track, side=Side.LEFT):
    return Curve.of(track, side, P)


def sources(track):
    motion = measure(track, None, Side.LEFT, P)
    return [motion.source_at(row) for row in range(len(track.time_s))]


@pytest.mark.parametrize("side", Side)
def test_the_angle_is_that_of_the_outline_where_it_was_tracked(side):
    assert curve_of(tracked(side=side), side).tilt_deg == pytest.approx(TRUE_DEG)


def test_before_the_outline_is_first_tracked_the_angle_is_that_of_the_landmarks():
    curve = curve_of(tracked(lost=range(35)))

    assert curve.tilt_deg[:35] == pytest.approx(0.9 * TRUE_DEG[:35])


def test_the_origin_of_every_angle_is_recorded():
    origins = sources(tracked(lost=[*range(5), 50, 51, *range(70, 90)]))

    assert (origins[0], origins[30], origins[50], origins[80]) == (
        "landmarks", "outline", "bridged", "",
    )  # fmt: skip


def test_a_short_loss_is_bridged():
    curve = curve_of(tracked(lost=[40, 41, 42]))

    assert np.flatnonzero(curve.bridged).tolist() == [40, 41, 42]


def test_a_bridged_angle_lies_between_its_neighbours():
    tilt = curve_of(tracked(lost=[28, 29])).tilt_deg

    assert tilt[27] < tilt[28] < tilt[29] < tilt[30]


@pytest.mark.parametrize("lost", [range(45, 60), range(70, 90)])
def test_a_long_loss_leaves_a_gap_though_landmarks_were_detected(lost):
    tilt = curve_of(tracked(lost=lost)).tilt_deg

    assert np.flatnonzero(np.isnan(tilt)).tolist() == list(lost)


def test_where_the_outline_was_mostly_lost_landmarks_are_read_throughout():
    curve = curve_of(tracked(lost=range(20, len(TRUE_DEG))))

    assert curve.tilt_deg == pytest.approx(0.9 * TRUE_DEG)


def test_a_frame_without_a_person_has_no_angle_though_an_edge_was_followed():
    tilt = curve_of(unseen_rows(tracked(), range(70, 90))).tilt_deg

    assert np.flatnonzero(np.isnan(tilt)).tolist() == list(range(70, 90))


def test_a_rejected_repetition_is_read_from_landmarks():
    track = tracked()
    shank = track.shanks[Side.LEFT].reject([(30, 60)])
    curve = curve_of(replace(track, shanks={Side.LEFT: shank}))

    assert np.flatnonzero(~curve.by_outline).tolist() == list(range(30, 61))


# --- plateaus


def plateau_of(track, closeup=None):
    (plateau,) = measure(track, closeup, Side.LEFT, P).plateaus
    return plateau


def test_a_plateau_is_read_from_the_outline():
    plateau = plateau_of(tracked())

    actual = plateau.by_outline, plateau.picture_deg, plateau.landmarks_deg
    assert actual == (True, pytest.approx(30, abs=0.01), pytest.approx(27, abs=0.01))


def test_the_curve_is_not_scaled_where_it_is_the_outlines():
    motion = measure(tracked(), None, Side.LEFT, P)
    held = motion.reps[0].plateau_s.contains(motion.time_s)

    assert np.median(motion.rotation_deg[held]) == pytest.approx(motion.plateaus[0].rotation_deg)


@pytest.mark.parametrize("off_deg", [-2.0, 0.4, 2.9])
def test_masks_of_the_same_frames_are_a_second_reading(off_deg):
    track = tracked()
    plateau = plateau_of(track, masks(track, 30 + off_deg))

    assert plateau.witness_deg - plateau.rotation_deg == pytest.approx(off_deg, abs=0.1)


def test_without_masks_there_is_no_second_reading():
    assert np.isnan(plateau_of(tracked()).witness_deg)


# --- repetitions that masks dispute


def masks(track, rotation_deg):
    """Return masks that read a rotation at the plateau; their zero is none of the outline's."""
    return closeup_of(track, Side.LEFT, rotation_deg=(rotation_deg,), bias_deg=1.5)


def disputed(track, rotation_deg, protocol=P):
    phases = find_phases(track, Side.LEFT, protocol)
    return disputed_reps(track, masks(track, rotation_deg), phases, protocol)


@pytest.mark.parametrize(("off_deg", "reps"), [(-3.1, [0]), (-2.9, []), (2.9, []), (3.1, [0])])
def test_masks_dispute_the_outline_beyond_the_limit_either_way(off_deg, reps):
    assert disputed(tracked(), 30 + off_deg) == reps


def test_the_limit_is_the_protocols():
    assert disputed(tracked(), 31.2, MeasurementProtocol(witness_limit_deg=1.0)) == [0]


def test_a_plateau_of_landmarks_alone_is_read_by_masks():
    assert disputed(tracked(lost=range(20, len(TRUE_DEG))), 30) == [0]


def test_a_disputed_repetition_is_read_from_masks():
    track = tracked()
    shank = track.shanks[Side.LEFT].reject([(20, 80)])
    rejected = replace(track, shanks={Side.LEFT: shank})

    plateau = plateau_of(rejected, masks(rejected, 33))

    assert (plateau.by_outline, plateau.registered, plateau.picture_deg) == (
        False, True, pytest.approx(33),
    )  # fmt: skip


def test_a_disputed_repetition_is_an_issue_of_its_side():
    track = with_reps(30, 30)
    rejected = replace(track, shanks={Side.LEFT: track.shanks[Side.LEFT].reject([(20, 80)])})
    closeup = closeup_of(rejected, Side.LEFT, rotation_deg=(33, 30))

    result = assess(measure(rejected, closeup, Side.LEFT, P))

    assert "outline_disputed" in {issue.code for issue in result.issues}


def with_reps(*peaks_deg):
    tilts = swings(*peaks_deg)
    return with_tracked_shank(seated_track(0.9 * tilts), Side.LEFT, tilts)


def _lost_in_hold(lost_s, *, landmarks_return=False):
    """Return a track whose outline is lost in the hold, where the landmarks may drop to rest."""
    tilt = swings(40, hold_s=2.4)
    middle = len(tilt) // 2 - round(15 * lost_s)
    lost = slice(middle, middle + round(30 * lost_s))
    landmarks_deg = 0.8 * tilt
    if landmarks_return:
        landmarks_deg[lost] = 0.0
    rows = range(lost.start, lost.stop)
    return with_tracked_shank(seated_track(landmarks_deg), Side.LEFT, tilt, lost=rows)


@pytest.mark.parametrize(
    ("lost_s", "landmarks_return", "reps"),
    [(0.4, False, 1), (0.4, True, 1), (0.8, False, 1), (0.8, True, 2), (1.6, False, 1)],
)
def test_a_leg_lost_in_its_hold_did_one_repetition_unless_it_may_have_returned(
    lost_s, landmarks_return, reps
):
    track = _lost_in_hold(lost_s, landmarks_return=landmarks_return)

    assert len(find_phases(track, Side.LEFT, P).internal) == reps


@pytest.mark.parametrize(("lost_s", "disputes"), [(1.0, []), (2.35, [0])])
def test_a_hold_in_which_the_leg_was_lost_is_held_and_read_by_masks(lost_s, disputes):
    track = _lost_in_hold(lost_s)
    phases = find_phases(track, Side.LEFT, P)
    closeup = closeup_of(track, Side.LEFT, rotation_deg=[40])

    assert [rep.held for rep in phases.internal] == [True]
    assert disputed_reps(track, closeup, phases, P) == disputes
