"""Region tracking in drawn clips of known motion."""

import cv2
import numpy as np
import pytest

from hipcv.core.closeup import Region
from hipcv.core.interfaces import Frame
from hipcv.core.kinematics import mean_shank_px
from hipcv.core.landmarks import LEGS, Landmark, Side
from hipcv.estimation.flow import (
    MOVING_STEP_S,
    RESTING_STEP_S,
    FrameThinner,
    RegionFlow,
    areas,
    gray_to_follow,
)
from tests.tracks import SHANK_PX, seated_xy

SIZE = (1280, 720)
MID_HIP = np.array([640.0, 360.0])
TRUNK_PX = 160.0
START = seated_xy()


def texture(seed=0, size=SIZE):
    """Return a smooth random picture with texture everywhere."""
    noise = np.random.default_rng(seed).normal(size=(size[1], size[0], 3)).astype(np.float32)
    calm = cv2.GaussianBlur(noise, (0, 0), 3)
    return np.clip(128 + 300 * calm, 0, 255).astype(np.uint8)


WALL, PATIENT = texture(1), texture(2)


def patient_mask():
    """Return a (720, 1280) mask: one box around trunk, lap and legs."""
    mask = np.zeros((SIZE[1], SIZE[0]), np.float32)
    mask[150:620, 480:800] = 1
    return mask


def about(centre, turn_deg=0.0, shift=(0.0, 0.0)):
    """Return the (2, 3) matrix of a clockwise turn as displayed about a point, then a shift."""
    matrix = cv2.getRotationMatrix2D(tuple(map(float, centre)), -turn_deg, 1.0)
    matrix[:, 2] += shift
    return matrix


def carried(image, matrix):
    return cv2.warpAffine(image, matrix, SIZE, flags=cv2.INTER_LINEAR)


def clip(steps, *, step_s=1 / 15, size=SIZE, **move):
    """Yield frames in which the patient moves evenly before a static wall."""
    frames = []
    for step in range(steps + 1):
        share = step / steps
        matrix = about(
            move.get("centre", MID_HIP),
            share * move.get("turn_deg", 0.0),
            share * np.array(move.get("shift", (0.0, 0.0))),
        )
        inside = carried(patient_mask(), matrix)[..., None] > 0.5
        bgr = np.where(inside, carried(PATIENT, matrix), WALL)
        if size != SIZE:
            bgr = cv2.resize(bgr, size, interpolation=cv2.INTER_AREA)
        frames.append(Frame(step, step * step_s, bgr))
    return frames


def pushed(flow, frames):
    """Track the frames that are selected."""
    pace = FrameThinner(frames[0].time_s)
    for frame in frames[1:]:
        if pace.should_track(frame.time_s, MOVING_STEP_S):
            flow.push(gray_to_follow(frame.bgr), frame.time_s)


def followed(frames, *, mask=None, start_px=START, side=Side.LEFT):
    flow = RegionFlow(frames[0], patient_mask() if mask is None else mask, start_px)
    pushed(flow, frames)
    return flow.motion(side)


BODY = [region for region in Region if region is not Region.BACKGROUND]


@pytest.fixture(scope="module")
def turned_patient():
    return followed(clip(8, turn_deg=9.0))


@pytest.mark.parametrize("region", BODY)
def test_a_clockwise_turn_of_the_patient_is_positive(turned_patient, region):
    assert turned_patient.turn_deg[-1, region] == pytest.approx(9.0, abs=0.3)


def test_a_wall_that_stands_still_does_not_turn(turned_patient):
    assert turned_patient.turn_deg[-1, Region.BACKGROUND] == pytest.approx(0.0, abs=0.1)


def test_the_shift_is_that_of_the_centre_of_the_region(turned_patient):
    angle = np.radians(9.0)
    up = np.array([0.0, -0.8 * TRUNK_PX])
    moved = np.array([-np.sin(angle) * up[1], np.cos(angle) * up[1]]) - up

    assert turned_patient.shift_px[-1, Region.UPPER_TRUNK] == pytest.approx(moved, abs=1.0)


def test_every_step_is_recorded_from_the_first_one_on(turned_patient):
    assert turned_patient.time_s == pytest.approx(np.arange(9) / 15)


def test_points_that_stay_in_view_agree_with_each_other(turned_patient):
    assert turned_patient.inliers[-1, Region.LAP] > 0.9


def test_points_that_leave_the_picture_are_counted_as_lost():
    motion = followed(clip(8, shift=(0.0, -60.0)), start_px=START - [0, 140])

    assert motion.kept[-1, Region.UPPER_TRUNK] < 0.7


def test_shifts_are_in_pixels_of_the_original_picture():
    half = (SIZE[0] // 2, SIZE[1] // 2)
    frames = clip(6, shift=(20.0, 8.0), size=half)
    motion = followed(frames, mask=cv2.resize(patient_mask(), half), start_px=START / 2)

    assert motion.shift_px[-1, Region.LAP] == pytest.approx([10.0, 4.0], abs=0.2)


def test_small_pictures_are_enlarged_for_tracking():
    assert gray_to_follow(np.zeros((360, 640, 3), np.uint8)).shape == (720, 1280)


def test_portrait_pictures_keep_their_short_side():
    assert gray_to_follow(np.zeros((1280, 720, 3), np.uint8)).shape == (1280, 720)


@pytest.mark.parametrize(
    ("step_s", "rate_hz", "tracked"),
    [
        (MOVING_STEP_S, 60, 3),
        (MOVING_STEP_S, 30, 6),
        (MOVING_STEP_S, 25, 6),
        (MOVING_STEP_S, 15, 12),
        (RESTING_STEP_S, 60, 1),
        (RESTING_STEP_S, 30, 2),
        (RESTING_STEP_S, 15, 4),
    ],
)
def test_frames_are_tracked_a_step_apart_at_any_rate(step_s, rate_hz, tracked):
    pace = FrameThinner(0.0)

    assert sum(pace.should_track(n / rate_hz, step_s) for n in range(1, 13)) == tracked


def test_a_region_without_texture_is_nan():
    plain = [Frame(n, n / 15, np.full((720, 1280, 3), 90, np.uint8)) for n in range(3)]

    assert np.isnan(followed(plain).turn_deg).all()


def test_arrows_lead_from_the_start_to_now():
    frames = clip(4, shift=(12.0, 0.0))
    flow = RegionFlow(frames[0], patient_mask(), START)
    pushed(flow, frames)
    arrows = flow.arrows_px[flow.arrow_regions(Side.LEFT) == Region.LAP]

    assert np.median(arrows[:, 1] - arrows[:, 0], axis=0) == pytest.approx([12, 0], abs=0.1)


def test_the_arrows_of_the_knee_are_those_of_the_side_asked_for():
    frames = clip(2, shift=(12.0, 0.0))
    flow = RegionFlow(frames[0], patient_mask(), START)

    own, other = (flow.arrow_regions(side) for side in (Side.LEFT, Side.RIGHT))

    assert np.array_equal(own == Region.KNEE, other == Region.OTHER_KNEE)
    assert (own == Region.KNEE).any()


# --- where the regions are


def test_the_lap_lies_about_the_middle_of_the_hips():
    assert areas(START)[Region.LAP].corners_px.mean(axis=0) == pytest.approx(MID_HIP)


def test_the_upper_trunk_ends_at_the_shoulders():
    top = areas(START)[Region.UPPER_TRUNK].corners_px[:, 1].min()

    assert top == pytest.approx(START[Landmark.LEFT_SHOULDER, 1])


@pytest.mark.parametrize("side", Side)
def test_the_knee_is_that_of_the_side_and_the_other_knee_that_of_the_other(side):
    centres = followed(clip(1), side=side).centre_px[[Region.KNEE, Region.OTHER_KNEE]]

    assert centres == pytest.approx(START[[LEGS[side].knee, LEGS[side.other].knee]])


def test_the_ruler_is_the_length_of_a_shank():
    assert mean_shank_px(START) == pytest.approx(SHANK_PX)
