import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipcv.core.kinematics import (
    lateral_px,
    mean_shank_px,
    pelvic_obliquity_deg,
    rise_px,
    shank_length_px,
    shank_px,
    shank_rotation_deg,
    shank_tilt_deg,
    trunk_lean_deg,
    trunk_length_px,
)
from hipcv.core.landmarks import LEGS, Landmark, Side
from tests.tracks import SHANK_PX, put_shank, seated_track, seated_xy

ANGLES = st.floats(-80, 80)


@pytest.mark.parametrize("side", Side)
def test_foot_moving_away_from_the_midline_reads_positive(side):
    clip = seated_track([0, 38], side=side)

    reading = shank_rotation_deg(clip.xy_px, clip.xy_px[0], side)

    assert reading == pytest.approx([0, 38])


@pytest.mark.parametrize("side", Side)
def test_foot_moving_away_from_the_midline_moves_outwards_in_the_picture(side):
    still, turned = seated_track([0, 38], side=side).xy_px
    ankle = LEGS[side].ankle

    assert lateral_px(turned[ankle] - still[ankle], side) > 0


@given(angle=ANGLES, scale=st.floats(0.2, 5), x=st.floats(-500, 500), y=st.floats(-500, 500))
def test_rotation_ignores_place_and_scale(angle, scale, x, y):
    clip = seated_track([0, angle])
    moved = clip.xy_px * scale + [x, y]

    reading = shank_rotation_deg(moved, moved[0], Side.LEFT)[1]

    assert reading == pytest.approx(angle, abs=1e-6)


@given(angle=ANGLES, tilt=st.floats(-20, 20))
def test_left_is_the_mirror_of_right(angle, tilt):
    left = seated_track([0, angle], side=Side.LEFT, tilt_deg=tilt)
    right = seated_track([0, angle], side=Side.RIGHT, tilt_deg=tilt)

    one = shank_rotation_deg(left.xy_px, left.xy_px[0], Side.LEFT)
    other = shank_rotation_deg(right.xy_px, right.xy_px[0], Side.RIGHT)

    assert one == pytest.approx(other)


def test_one_picture_and_a_clip_give_the_same_angle():
    clip = seated_track([0, 10, 20])

    alone = [float(shank_rotation_deg(xy, clip.xy_px[0], Side.LEFT)) for xy in clip.xy_px]

    assert alone == pytest.approx(shank_rotation_deg(clip.xy_px, clip.xy_px[0], Side.LEFT))


def test_an_unseen_ankle_gives_no_angle():
    clip = seated_track([0, 10])
    clip.xy_px[1, Landmark.LEFT_ANKLE] = np.nan

    assert np.isnan(shank_rotation_deg(clip.xy_px, clip.xy_px[0], Side.LEFT)[1])


@pytest.mark.parametrize("side", Side)
def test_a_foot_hanging_inwards_tilts_negative(side):
    xy = seated_xy()[None]
    put_shank(xy, side, [-9])

    assert shank_tilt_deg(xy, side) == pytest.approx([-9])


@pytest.mark.parametrize("side", Side)
def test_a_raised_hip_of_the_tested_side_reads_as_positive_obliquity(side):
    xy = seated_xy()
    xy[LEGS[side].hip, 1] -= 70 * np.tan(np.radians(5))

    assert pelvic_obliquity_deg(xy, side) == pytest.approx(5)


@pytest.mark.parametrize("side", Side)
def test_leaning_away_from_the_tested_side_reads_positive(side):
    start, lean = seated_xy(), seated_xy()
    away = LEGS[side].internal_sign  # of the picture's x axis
    for shoulder in (Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER):
        lean[shoulder, 0] += away * 160 * np.tan(np.radians(7))

    assert trunk_lean_deg(lean, start, side) == pytest.approx(7)


NEEDED = [
    (shank_px, Landmark.LEFT_KNEE),
    (shank_length_px, Landmark.LEFT_ANKLE),
    (shank_tilt_deg, Landmark.LEFT_KNEE),
    (pelvic_obliquity_deg, Landmark.RIGHT_HIP),
]


@pytest.mark.parametrize(("quantity", "landmark"), NEEDED)
def test_what_needs_an_unseen_landmark_is_unseen(quantity, landmark):
    xy = seated_xy()
    xy[landmark] = np.nan

    assert np.isnan(quantity(xy, Side.LEFT)).all()


@pytest.mark.parametrize("landmark", [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER])
def test_a_lean_needs_both_shoulders(landmark):
    xy = seated_xy()
    xy[landmark] = np.nan

    assert np.isnan(trunk_lean_deg(xy, seated_xy(), Side.LEFT))


def test_one_unseen_leg_leaves_the_other_as_unit_of_length():
    xy = seated_xy()
    xy[Landmark.LEFT_ANKLE] = np.nan

    assert mean_shank_px(xy) == pytest.approx(SHANK_PX)


def test_the_trunk_is_measured_between_its_middles():
    assert trunk_length_px(seated_xy()) == pytest.approx(160)


def test_up_is_positive_though_the_pictures_y_points_down():
    assert rise_px(np.array([3.0, -7.0])) == 7
