from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipcv.core.camera_motion import (
    BACKGROUND_POINTS,
    largest_camera_shift_px,
    subtract_background_motion,
)
from hipcv.core.channels import Channel, channels, knee_drift_ratio
from hipcv.core.closeup import START, Region
from hipcv.core.landmarks import LEGS, Landmark, Side
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.span import Span
from tests.closeups import closeup_of, regions, seen_by_moving_camera, with_region
from tests.tracks import SHANK_PX, put_shank, seated_track, swings, with_tracked_shank

P = MeasurementProtocol()
MOVES = {
    "obliquity_deg": ("pelvic_obliquity_deg", 6.0),
    "waist_deg": ("waist_tilt_deg", 4.0),
    "lean_deg": ("trunk_lean_deg", -7.0),
    "shift_ratio": ("trunk_shift_ratio", 0.08),
    "rise_ratio": ("knee_rise_ratio", 0.1),
    "drift_ratio": ("knee_drift_ratio", -0.09),
}
EACH_MOVE = [pytest.param(move, *expected, id=expected[0]) for move, expected in MOVES.items()]
FLOWN = [name for name, _ in MOVES.values()]


def _track(**changes):
    return seated_track(np.zeros(60), **changes)


def _read(motion, side=Side.LEFT, track=None):
    track = _track() if track is None else track
    closeup = closeup_of(track, side, rotation_deg=[], motion=motion)
    return channels(
        track, track.xy_px[0], side, closeup=closeup, start_s=Span(0.0, 0.2), protocol=P
    )


def _flow(side=Side.LEFT, **moves):
    return regions(_track().time_s[::2], side, **moves)


def _middle(channel):
    return float(channel.value[30])


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize(("move", "name", "amount"), EACH_MOVE)
def test_what_moved_is_read_with_its_sign_on_both_sides(side, move, name, amount):
    read = _read(_flow(side, **{move: amount}), side)

    assert _middle(read[name]) == pytest.approx(amount)


@pytest.mark.parametrize("name", FLOWN)
def test_a_still_patient_has_no_compensation(name):
    assert _middle(_read(_flow())[name]) == pytest.approx(0)


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize(("move", "name", "amount"), EACH_MOVE)
def test_a_shaken_camera_changes_no_channel(side, move, name, amount):
    shaken = seen_by_moving_camera(
        _flow(side, **{move: amount}), turn_deg=0.0, shift_px=(9.0, -14.0)
    )

    assert _middle(_read(shaken, side)[name]) == pytest.approx(amount)


PIXELS = st.floats(0, 1280)


@given(turn=st.floats(-5, 5), shift=st.tuples(PIXELS, PIXELS), about=st.tuples(PIXELS, PIXELS))
def test_a_rolling_camera_moves_no_region_wherever_it_rolls_about(turn, shift, about):
    flow = seen_by_moving_camera(_flow(), turn_deg=turn, shift_px=shift, about_px=about)

    turned, shifted = subtract_background_motion(flow)

    assert np.abs(np.append(turned, shifted)).max() < 1e-6


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize(("move", "name", "amount"), EACH_MOVE)
def test_a_rolling_camera_leaves_the_compensation_as_it_is(side, move, name, amount):
    rolled = seen_by_moving_camera(_flow(side, **{move: amount}), turn_deg=2.0, shift_px=(5, 3))

    assert _middle(_read(rolled, side)[name]) == pytest.approx(amount, rel=0.01, abs=0.004)


def test_a_background_too_bare_to_follow_is_taken_as_still():
    bare = with_region(
        _flow(obliquity_deg=6), Region.BACKGROUND, points=BACKGROUND_POINTS - 1, turn_deg=3.0
    )

    assert _middle(_read(bare)["pelvic_obliquity_deg"]) == pytest.approx(6)


def test_the_cameras_way_is_the_largest_shift_of_the_background():
    shift = np.zeros((30, 2))
    shift[12] = [3, 4]

    moved = seen_by_moving_camera(_flow(), turn_deg=0.0, shift_px=shift)

    assert largest_camera_shift_px(moved) == pytest.approx(5)


def test_the_cameras_way_is_unknown_without_background():
    bare = with_region(_flow(), Region.BACKGROUND, points=BACKGROUND_POINTS - 1)

    assert np.isnan(largest_camera_shift_px(bare))


@pytest.mark.parametrize(
    "lost",
    [
        {"points": 11},
        {"kept": 0.39},
        {"inliers": 0.54},
        {"scale": 0.83},
        {"scale": 1.09},
        {"turn_deg": np.nan},
    ],
    ids=lambda lost: "-".join(map(str, *lost.items())),
)
def test_a_lap_that_was_lost_gives_no_pelvis_channel(lost):
    motion = with_region(_flow(obliquity_deg=6), Region.LAP, **lost)

    assert np.isnan(_read(motion)["pelvic_obliquity_deg"].value).all()


@pytest.mark.parametrize(
    "held", [{"points": 12}, {"kept": 0.4}, {"inliers": 0.55}, {"scale": 0.84}, {"scale": 1.08}]
)
def test_a_lap_at_the_limits_of_tracking_is_used(held):
    motion = with_region(_flow(obliquity_deg=6), Region.LAP, **held)

    assert _middle(_read(motion)["pelvic_obliquity_deg"]) == pytest.approx(6)


@pytest.mark.parametrize(
    ("region", "name"),
    [
        (Region.WAIST, "waist_tilt_deg"),
        (Region.UPPER_TRUNK, "trunk_lean_deg"),
        (Region.UPPER_TRUNK, "trunk_shift_ratio"),
        (Region.KNEE, "knee_rise_ratio"),
        (Region.KNEE, "knee_drift_ratio"),
    ],
)
@pytest.mark.parametrize("lost", [{"points": 7}, {"inliers": 0.49}, {"turn_deg": np.nan}])
def test_a_lost_region_is_not_measured_rather_than_still(region, name, lost):
    read = _read(with_region(_flow(), region, **lost))

    assert np.isnan(read[name].value).all()


def test_regions_that_were_followed_speak_before_landmarks():
    read = _read(_flow())

    assert {read[name].source for name in FLOWN} == {"flow"}


@pytest.mark.parametrize("motion", [None, "nothing"])
def test_without_flow_landmarks_stand_in(motion):
    empty = regions([], Side.LEFT) if motion else None

    sources = {channel.source for channel in _read(empty).values()}
    assert sources == {"landmarks", "masks"}


def test_landmarks_never_speak_of_the_knees_own_way():
    """They slide along the leg by up to 35 % of its length."""
    assert not {"knee_rise_ratio", "knee_drift_ratio", "waist_tilt_deg"} & set(_read(None))


def test_nothing_is_made_up_before_the_first_and_after_the_last_look():
    hiked = regions(_track().time_s[20:40], Side.LEFT, obliquity_deg=6.0)

    value = _read(hiked)["pelvic_obliquity_deg"].value

    assert np.flatnonzero(np.isfinite(value)).tolist() == list(range(20, 40))


def test_nothing_is_made_up_between_looks_that_lie_far_apart():
    time_s = np.r_[_track().time_s[:10], _track().time_s[40:50]]

    value = _read(regions(time_s, Side.LEFT, obliquity_deg=6.0))["pelvic_obliquity_deg"].value

    assert np.isnan(value[10:40]).all()


def test_a_single_flow_frame_fills_its_own_time_alone():
    value = _read(regions([1.0], Side.LEFT, obliquity_deg=6.0))["pelvic_obliquity_deg"].value

    assert np.flatnonzero(np.isfinite(value)).tolist() == [30]


@pytest.mark.parametrize("side", Side)
def test_the_resting_leg_turning_along_is_read(side):
    track = seated_track(np.zeros(60), side=side)
    put_shank(track.xy_px[10:], side.other, np.full(50, 12.0))

    assert _middle(_read(None, side, track)["other_shank_deg"]) == pytest.approx(12)


@pytest.mark.parametrize("wrist", [Landmark.LEFT_WRIST, Landmark.RIGHT_WRIST])
def test_either_wrist_leaving_the_seat_is_read(wrist):
    track = _track()
    track.xy_px[10:, wrist, 1] -= 0.4 * SHANK_PX

    assert _middle(_read(None, track=track)["wrist_rise_ratio"]) == pytest.approx(0.4)


@pytest.mark.parametrize("side", Side)
def test_landmarks_read_the_trunk_shifting_away_as_positive(side):
    track = seated_track(np.zeros(60), side=side)
    away = LEGS[side].internal_sign  # of the picture's x axis
    track.xy_px[10:, [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER], 0] += away * 16

    assert _middle(_read(None, side, track)["trunk_shift_ratio"]) == pytest.approx(0.1)


@pytest.mark.parametrize("side", Side)
def test_landmarks_read_a_rising_hip_from_where_it_was_at_the_start(side):
    track = seated_track(swings(30), side=side)
    track.xy_px[:, LEGS[side].hip, 1] -= 4  # sits unevenly all along
    track.xy_px[10:, LEGS[side].hip, 1] -= 8

    tilt = np.degrees(np.arctan2([12, 4], 70))

    read = channels(track, track.xy_px[0], side, closeup=None, start_s=Span(0.0, 0.2), protocol=P)
    assert read["pelvic_obliquity_deg"].value[40] == pytest.approx(tilt[0] - tilt[1])


def _drift(flow, outline):
    of_side = {
        "knee_drift_ratio": Channel(np.array([flow]), "flow"),
        "knee_drift_outline_ratio": Channel(np.array([outline]), "outline"),
    }
    return knee_drift_ratio(of_side, 1, P)[0]


@pytest.mark.parametrize(
    ("flow", "outline", "expected"),
    [
        (0.10, 0.12, 0.07),
        (-0.10, -0.05, -0.07),
        (0.02, 0.05, 0.0),
        (np.nan, -0.10, -0.04),
        (np.nan, 0.05, 0.0),
        (0.10, -0.10, -0.04),  # flow that settled on the swinging shank
        (np.nan, np.nan, 0.0),
    ],
)
def test_the_knees_drift_is_what_exceeds_the_noise_of_flow_or_else_of_the_outline(
    flow, outline, expected
):
    assert _drift(flow, outline) == pytest.approx(expected)


def test_without_flow_and_outline_no_knee_drifts():
    assert knee_drift_ratio({}, 3, P).tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(("template_deg", "is_read"), [(0, True), (30, False)])
def test_the_knee_of_a_template_made_at_another_angle_than_the_start_is_not_read(
    template_deg, is_read
):
    tilt = swings(30)
    track = with_tracked_shank(seated_track(tilt), Side.LEFT, tilt)
    closeup = closeup_of(track, Side.LEFT, rotation_deg=(30,))
    at_template = track.time_s[np.isclose(tilt, template_deg, atol=0.1)][: len(closeup.window)]
    keys_s = np.where(closeup.window == START, at_template[0], closeup.time_s)
    closeup = replace(closeup, time_s=keys_s)

    read = channels(
        track, track.xy_px[0], Side.LEFT, closeup=closeup, start_s=Span(0.0, 0.5), protocol=P
    )

    assert ("knee_rise_outline_ratio" in read) == is_read
