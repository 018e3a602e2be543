"""The live view reads what the analysis reads."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipcv.core.channels import landmark_channels
from hipcv.core.kinematics import shank_rotation_deg
from hipcv.core.landmarks import LANDMARK_COUNT, LEGS, Landmark, Side
from hipcv.core.live import MAX_REP_POSES, LegProgress, LegTracker, read_leg
from hipcv.core.measure import measure
from hipcv.core.plateaus import ViewAngles
from hipcv.core.pose import Pose
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.shank_tracker import ShankReading
from tests.tracks import seated_track, seated_xy, swings, track_of

seeds = st.integers(0, 2**32 - 1)
sides = st.sampled_from(Side)


def poses_of(track):
    return [
        Pose(float(t), xy, visibility)
        for t, xy, visibility in zip(track.time_s, track.xy_px, track.visibility, strict=True)
    ]


def anyone(seed, frames=12):
    """Landmarks anywhere, some of them unseen."""
    draw = np.random.default_rng(seed)
    xy = draw.uniform(-200, 1500, (frames, LANDMARK_COUNT, 2))
    xy[draw.random((frames, LANDMARK_COUNT)) < 0.05] = np.nan
    return track_of(xy, np.arange(frames) / 30)


def followed(track, side=Side.LEFT, *, practice=1, protocol=None):
    """The leg after every pose of a track, read against its first pose."""
    tracker = LegTracker(track.xy_px[0], side, protocol or MeasurementProtocol(), practice)
    leg = LegProgress()
    history = []
    for pose in poses_of(track):
        leg = tracker.advance(leg, pose)
        history.append(leg)
    return history


@given(seeds, sides)
def test_live_rotation_is_the_offline_kinematics_of_the_same_poses(seed, side):
    track = anyone(seed)
    start = seated_xy()

    live = [read_leg(pose, start, side).rotation_deg for pose in poses_of(track)]

    np.testing.assert_array_equal(live, shank_rotation_deg(track.xy_px, start, side))


@given(seeds, sides)
def test_live_channels_are_the_offline_channels_of_the_same_poses(seed, side):
    track = anyone(seed)
    start = seated_xy()

    live = [read_leg(pose, start, side).channels for pose in poses_of(track)]

    for name, offline in landmark_channels(track.xy_px, start, side).items():
        np.testing.assert_array_equal([reading[name] for reading in live], offline)


@given(st.floats(10, 60), st.floats(-15, 15), sides)
def test_live_reading_from_the_measured_start_is_the_raw_curve_of_the_analysis(peak, tilt, side):
    track = seated_track(swings(peak), side=side, tilt_deg=tilt)
    motion = measure(track, None, side, MeasurementProtocol())

    live = [read_leg(pose, motion.start.xy_px, side).rotation_deg for pose in poses_of(track)]

    np.testing.assert_allclose(live, motion.raw_deg, atol=1e-9)


@pytest.mark.parametrize("side", Side)
def test_live_repetitions_are_those_the_analysis_counts(side):
    track = seated_track(swings(30, 35, 28, 33), side=side)

    reps = followed(track, side)[-1].reps

    assert len(reps) == len(measure(track, None, side, MeasurementProtocol()).reps)


def test_a_preview_has_the_peak_of_its_repetition():
    reps = followed(seated_track(swings(30, 42, hold_s=1.0)))[-1].reps

    assert [rep.peak_deg for rep in reps] == pytest.approx([30, 42], abs=0.5)


def test_the_first_repetition_is_practice():
    reps = followed(seated_track(swings(30, 30, 30)))[-1].reps

    assert [rep.practice for rep in reps] == [True, False, False]


def test_a_hold_is_timed_at_the_end_range():
    history = followed(seated_track(swings(40, hold_s=2.0)))

    assert max(leg.hold_s for leg in history) == pytest.approx(2.0, abs=0.35)


def test_a_repetition_without_a_hold_is_not_held():
    reps = followed(seated_track(swings(40, hold_s=0.1)))[-1].reps

    assert [rep.held for rep in reps] == [False]


def test_a_hold_begins_anew_when_the_leg_goes_further():
    first = swings(25, hold_s=1.5)
    up = np.concatenate([first[: round(2.9 * 30)], np.full(30, 45.0)])

    history = followed(seated_track(up))

    assert history[-1].hold_s < 1.3


def test_a_twitch_is_no_repetition():
    twitch = np.concatenate([np.zeros(30), np.full(3, 9.0), np.zeros(30)])

    assert followed(seated_track(twitch))[-1].reps == ()


def test_a_gap_does_not_end_a_repetition():
    track = seated_track(swings(40, hold_s=1.0))
    xy = track.xy_px.copy()
    xy[60:66] = np.nan

    assert len(followed(track_of(xy, track.time_s))[-1].reps) == 1


def leaning(track, lean_px):
    """The same clip with the shoulders carried sideways along with the leg."""
    xy = track.xy_px.copy()
    share = track.xy_px[:, LEGS[Side.LEFT].ankle, 0] - track.xy_px[0, LEGS[Side.LEFT].ankle, 0]
    share = share / np.abs(share).max()
    for shoulder in (Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER):
        xy[:, shoulder, 0] += lean_px * share
    return track_of(xy, track.time_s)


def test_a_lean_is_named_while_it_shows():
    history = followed(leaning(seated_track(swings(40, hold_s=1.0)), -40))

    assert any("trunk_lean" in leg.present for leg in history if leg.turning)


def test_a_lean_is_a_finding_of_its_repetition():
    reps = followed(leaning(seated_track(swings(40, hold_s=1.0)), -40))[-1].reps

    assert "trunk_lean" in reps[0].findings


def test_an_upright_repetition_carries_no_finding():
    reps = followed(seated_track(swings(40, hold_s=1.0)))[-1].reps

    assert reps[0].findings == ()


def shank_at(rotation_deg, side=Side.LEFT, *, tilt_deg=0.0):
    turn_deg = LEGS[side].internal_sign * (tilt_deg + rotation_deg)
    return ShankReading(np.full(2, turn_deg), np.zeros(2), 0.3)


def tracked(track, rotation_deg, *, zero_deg=4.0):
    """The leg after every frame, its outline at other angles than the landmarks; NaN = lost."""
    tracker = LegTracker(track.xy_px[0], Side.LEFT, MeasurementProtocol())
    leg, history = LegProgress(zero_deg=zero_deg), []
    for pose, turned_deg in zip(poses_of(track), rotation_deg, strict=True):
        shank = shank_at(turned_deg, tilt_deg=zero_deg) if np.isfinite(turned_deg) else None
        leg = tracker.advance(leg, pose, shank)
        history.append(leg)
    return history


def test_the_angle_is_that_of_the_tracked_outline():
    history = tracked(seated_track(swings(36, hold_s=1.0)), swings(45, hold_s=1.0))

    assert (history[-1].reps[0].peak_deg, {leg.reading.source for leg in history}) == (
        pytest.approx(45, abs=0.1),
        {"outline"},
    )


def test_landmarks_stand_in_for_an_outline_that_is_lost_for_long():
    rotation = swings(40, hold_s=2.0)
    lost = np.where(np.arange(len(rotation)) > 60, np.nan, rotation)

    leg = tracked(seated_track(rotation), lost)[80]

    assert (leg.reading.source, leg.rotation_deg) == ("landmarks", pytest.approx(40))


def test_an_outline_that_is_lost_for_a_moment_leaves_the_angle():
    rotation = swings(45, hold_s=1.0)
    lost = rotation.copy()
    lost[55:60] = np.nan

    history = tracked(seated_track(0.8 * rotation), lost)

    assert {leg.reading.source for leg in history} == {"outline"}


def test_without_a_zero_of_the_outline_the_angle_is_by_landmarks():
    leg = tracked(seated_track(swings(40)), swings(45), zero_deg=np.nan)[-1]

    assert leg.reading.source == "landmarks"


def test_displayed_angles_are_corrected_for_the_view():
    view = ViewAngles(start_tilt_deg=0.0, thigh_deg=20.0)
    leg = LegProgress(zero_deg=-3.0, view=view)

    assert leg.corrected_deg(40.0) == ViewAngles(-3.0, 20.0).corrected_deg(40.0)


def test_an_endless_repetition_stores_a_bounded_past():
    endless = np.concatenate([np.zeros(30), np.full(MAX_REP_POSES + 200, 40.0)])

    assert len(followed(seated_track(endless))[-1].rep) == MAX_REP_POSES
