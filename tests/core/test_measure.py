from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hipcv.core.camera_angle import THIGH_SHANKS
from hipcv.core.closeup import Region
from hipcv.core.landmarks import LEGS, Landmark, Side
from hipcv.core.measure import measure
from hipcv.core.protocol import MeasurementProtocol
from tests.closeups import (
    closeup_of,
    motion_of,
    performance,
    seen_by_moving_camera,
    unseen_rows,
    with_region,
)
from tests.tracks import SHANK_PX, put_shank, seated_track, swings, with_tracked_shank

P = MeasurementProtocol()


def _rows(motion, span_s):
    return (motion.time_s >= span_s[0]) & (motion.time_s <= span_s[1])


@pytest.mark.parametrize("tilt", [-19, 0, 6])
@pytest.mark.parametrize("side", Side)
def test_the_curve_reaches_what_the_closer_look_read_at_each_plateau(side, tilt):
    track = seated_track(swings(30, 20), side=side, tilt_deg=tilt)
    closeup = closeup_of(track, side, rotation_deg=(33.0, 21.0))

    motion = measure(track, closeup, side, P)

    displayed = [
        np.median(motion.rotation_deg[_rows(motion, rep.plateau_s)]) for rep in motion.reps
    ]
    assert displayed == pytest.approx([p.rotation_deg for p in motion.plateaus], abs=0.1)


def test_the_scaled_curve_still_rests_at_zero():
    motion = motion_of(35)

    assert motion.rotation_deg[_rows(motion, motion.start.span_s)] == pytest.approx(0, abs=0.01)


def test_without_a_tracked_outline_the_raw_curve_is_that_of_the_landmarks():
    track = seated_track(swings(30))
    closeup = closeup_of(track, Side.LEFT, rotation_deg=(33.0,))

    assert measure(track, closeup, Side.LEFT, P).raw_deg == pytest.approx(swings(30), abs=0.01)


def test_without_a_closeup_landmarks_are_measured_and_marked_as_such():
    motion = measure(seated_track(swings(30)), None, Side.LEFT, P)

    actual = [(plateau.registered, plateau.picture_deg) for plateau in motion.plateaus]
    assert actual == [(False, pytest.approx(30, abs=0.1))]


def test_a_failed_closer_look_falls_back_to_the_first_one():
    """The leg was seen in the first look, but not in any key frame of the plateau."""
    track, closeup = performance(30)
    gone = replace(closeup, rotation_deg=np.full_like(closeup.rotation_deg, np.nan))
    gone.xy_px[:] = np.nan

    plateau = measure(track, gone, Side.LEFT, P).plateaus[0]

    assert (plateau.registered, plateau.picture_deg) == (False, pytest.approx(30, abs=0.1))


def test_the_start_is_where_the_shank_hung():
    assert motion_of(30, tilt_deg=-9).start.tilt_deg == pytest.approx(-9, abs=0.01)


def test_the_ruler_is_the_shank_at_the_start():
    assert motion_of(30).start.shank_px == pytest.approx(SHANK_PX)


def test_every_repetition_has_its_time():
    """0.8 s of rest, 0.6 s up, 0.6 s held, 0.6 s down."""
    (rep,) = motion_of(30).reps

    times = [rep.start_s, *rep.plateau_s, rep.end_s]
    assert times == pytest.approx([0.9, 1.4, 2.0, 2.5], abs=0.15)


def test_external_rotation_next_to_internal_is_positive():
    track = seated_track(swings(30, -20))
    closeup = closeup_of(track, Side.LEFT, rotation_deg=(31.0,))

    (plateau,) = measure(track, closeup, Side.LEFT, P).external_plateaus
    assert plateau.rotation_deg == pytest.approx(-20, abs=0.3)


def test_external_rotation_is_read_from_the_tracked_outline():
    lagging = seated_track(0.8 * swings(30, -20))
    track = with_tracked_shank(lagging, Side.LEFT, swings(30, -20))

    (plateau,) = measure(track, None, Side.LEFT, P).external_plateaus

    actual = (plateau.by_outline, plateau.picture_deg)
    assert actual == (True, pytest.approx(-20, abs=0.05))


def test_external_rotation_not_done_is_none_not_zero():
    assert motion_of(30).external_plateaus == ()


@pytest.mark.parametrize("track", [
    seated_track(30 * np.sin(np.arange(90) / 4)),
    unseen_rows(seated_track(swings(30)), np.arange(102)),
])  # fmt: skip
def test_a_side_without_a_start_is_read_against_nothing(track):
    assert np.isnan(measure(track, None, Side.LEFT, P).rotation_deg).all()


def test_a_side_without_a_start_has_an_issue():
    motion = measure(seated_track(30 * np.sin(np.arange(90) / 4)), None, Side.LEFT, P)

    assert [issue.code for issue in motion.issues] == ["too_short"]


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (0.02, []),
        (0.05, [("camera_moved", "warn")]),
        (0.35, [("unstable_camera", "refuse")]),
    ],
)
def test_a_moving_camera_is_reported_by_its_distance(share, expected):
    track, closeup = performance(30)
    shift = np.zeros((len(closeup.motion.time_s), 2))
    shift[30:, 0] = share * SHANK_PX
    moved = seen_by_moving_camera(closeup.motion, turn_deg=0.0, shift_px=shift)

    motion = measure(track, replace(closeup, motion=moved), Side.LEFT, P)

    assert [(issue.code, issue.severity) for issue in motion.issues] == expected


def _background(**columns):
    """Return the issues of a clip whose background has other values from its second second on."""
    track, closeup = performance(30)
    late = closeup.motion.time_s >= 1.0
    values = {
        name: np.where(late, value, getattr(closeup.motion, name)[:, Region.BACKGROUND])
        for name, value in columns.items()
    }
    moved = with_region(closeup.motion, Region.BACKGROUND, **values)
    motion = measure(track, replace(closeup, motion=moved), Side.LEFT, P)
    return {issue.code: issue for issue in motion.issues}


@pytest.mark.parametrize("scale", [0.9, 1.05, 1.4])
def test_a_background_that_changes_its_size_is_a_zoom(scale):
    issues = _background(scale=scale)

    assert issues["zoomed"].value == pytest.approx(abs(scale - 1))


def test_a_zoom_that_takes_most_of_the_background_is_found_by_the_rest():
    assert set(_background(scale=1.1, points=19, kept=0.32)) == {"zoomed", "picture_changed"}


@pytest.mark.parametrize(
    "columns",
    [{"scale": 1.02}, {"scale": 0.98}, {"scale": 1.4, "points": 8}, {"scale": 1.4, "inliers": 0.3}],
)
def test_a_steady_or_unreadable_size_is_no_zoom(columns):
    assert "zoomed" not in _background(**columns)


def test_a_background_that_goes_at_once_is_another_picture_with_its_time():
    issues = _background(kept=0.1, points=6)

    assert issues["picture_changed"].value == pytest.approx(1.0, abs=0.07)


def test_a_background_that_is_covered_bit_by_bit_is_the_same_picture():
    track, closeup = performance(30)
    kept = np.linspace(0.9, 0.2, len(closeup.motion.time_s))
    moved = with_region(closeup.motion, Region.BACKGROUND, kept=kept)

    assert measure(track, replace(closeup, motion=moved), Side.LEFT, P).issues == ()


def test_a_closeup_without_flow_has_no_camera_issue():
    track = seated_track(swings(30))

    assert (
        measure(track, closeup_of(track, Side.LEFT, rotation_deg=(30,)), Side.LEFT, P).issues == ()
    )


def test_a_camera_whose_background_is_bare_is_not_called_steady_or_moved():
    track, closeup = performance(30)
    bare = with_region(closeup.motion, Region.BACKGROUND, points=3, shift_px=90.0)

    assert measure(track, replace(closeup, motion=bare), Side.LEFT, P).issues == ()


def test_a_short_gap_is_bridged_and_marked():
    track = unseen_rows(seated_track(swings(30)), [28, 29, 30])

    assert np.flatnonzero(measure(track, None, Side.LEFT, P).bridged).tolist() == [28, 29, 30]


def test_a_long_gap_stays_unread():
    hidden = np.arange(66, 80)
    motion = measure(unseen_rows(seated_track(swings(30)), hidden), None, Side.LEFT, P)

    assert np.isnan(motion.rotation_deg[hidden]).all()


def test_the_thighs_own_direction_widens_the_rotation_back():
    """The knee lies 20 degrees off the line of sight: 40 is displayed as less."""
    displayed = float(np.degrees(np.arctan(np.tan(np.radians(40)) * np.cos(np.radians(20)))))
    track = seated_track(swings(displayed))
    knee = track.xy_px[0, Landmark.LEFT_KNEE, 0]
    track.xy_px[:, Landmark.LEFT_HIP, 0] = knee - SHANK_PX * np.sin(
        np.radians(20 / P.view_foreshortening)
    )
    track.xy_px[:, Landmark.RIGHT_HIP, 0] = track.xy_px[0, Landmark.LEFT_HIP, 0] - 70
    put_shank(track.xy_px, Side.LEFT, swings(displayed))

    (plateau,) = measure(track, None, Side.LEFT, P).plateaus

    assert plateau.rotation_deg == pytest.approx(40, abs=0.1)


@settings(max_examples=15)
@given(peak=st.floats(10, 60), tilt=st.floats(-19, 19), scale=st.floats(0.5, 2))
def test_the_measured_rotation_ignores_place_size_and_resting_tilt(peak, tilt, scale):
    track = seated_track(swings(peak), tilt_deg=tilt)
    for side in Side:  # thighs that point at the camera, so that no view is corrected
        track.xy_px[:, LEGS[side].hip, 0] = track.xy_px[0, LEGS[side].knee, 0]
    moved = replace(track, xy_px=track.xy_px * scale + 40, size_px=(2700, 1600))

    (plateau,) = measure(moved, None, Side.LEFT, P).plateaus

    assert plateau.rotation_deg == pytest.approx(peak, abs=0.15)


@pytest.mark.parametrize("side", Side)
def test_a_thigh_whose_knee_drifts_inwards_points_elsewhere_at_the_end(side):
    steady = motion_of(35, side=side).plateaus[0]
    drifted = motion_of(35, side=side, drift_ratio=-0.2).plateaus[0]

    moved_deg = LEGS[side].outward_x * (drifted.view_deg - steady.view_deg)
    inwards = np.degrees(np.arcsin((0.2 - P.knee_noise_ratio) / THIGH_SHANKS))
    assert moved_deg == pytest.approx(-inwards, abs=0.5)
    assert drifted.picture_deg == pytest.approx(steady.picture_deg, abs=0.1)
