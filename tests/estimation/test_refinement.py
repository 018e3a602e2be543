"""Second pass over a drawn patient whose shank turns by a known angle."""

from functools import cache

import cv2
import numpy as np
import pytest

from hipcv.core.closeup import START, KeyFrames
from hipcv.core.interfaces import Frame
from hipcv.core.landmarks import LEGS, Side
from hipcv.core.pose import Pose
from hipcv.core.shank_track import PATCHES
from hipcv.core.trace import ShankRegistered, ShankSeen
from hipcv.estimation.refinement import refine
from tests.tracks import SHANK_PX, put_shank, seated_track, seated_xy

LAG = 0.92
"""Landmarks follow the swing by this share only."""

ROTATION_DEG = np.concatenate([np.zeros(8), np.linspace(0, 30, 10), np.full(8, 30.0)])
PLAN_ROWS = np.array([1, 3, 5, 7, 19, 21, 23, 25])
PLAN_WINDOWS = np.array([START] * 4 + [0] * 4)
CLOTH = (40, 60, 120)


def _leg_polygon(knee, ankle):
    along = (ankle - knee) / np.linalg.norm(ankle - knee)
    across = np.array([along[1], -along[0]])
    offsets = ((-0.15, -0.2), (-0.15, 0.2), (1.3, 0.08), (1.3, -0.08))
    corners = [knee + SHANK_PX * (along * down + across * aside) for down, aside in offsets]
    return np.rint(np.array(corners) * 16).astype(np.int32)


@cache
def draw(rotation_deg, side=Side.LEFT):
    """Return a picture of the stick patient with limbs, and its mask."""
    xy = patients_legs(rotation_deg, side)
    rng = np.random.default_rng(5)
    bgr = np.full((720, 1280, 3), (170, 180, 175), np.uint8)
    mask = np.zeros((720, 1280), np.uint8)
    cv2.rectangle(bgr, (560, 180), (720, 400), CLOTH, -1)
    cv2.rectangle(mask, (560, 180), (720, 400), 255, -1)
    for x, y in rng.uniform((565, 185), (715, 395), (300, 2)):
        cv2.circle(bgr, (int(x), int(y)), 3, tuple(map(int, rng.integers(0, 255, 3))), -1)
    for leg in LEGS.values():
        polygon = [_leg_polygon(xy[leg.knee], xy[leg.ankle])]
        cv2.fillPoly(bgr, polygon, (100, 120, 200), lineType=cv2.LINE_AA, shift=4)
        cv2.fillPoly(mask, polygon, 255, lineType=cv2.LINE_AA, shift=4)
    return bgr, cv2.blur(mask, (5, 5)).astype(np.float32) / 255


def patients_legs(rotation_deg, side=Side.LEFT):
    xy = seated_xy()
    put_shank(xy[None], side, np.array([float(rotation_deg)]))
    return xy


class FakeEstimator:
    """Pose estimator with lagging landmarks and the drawn mask."""

    def __init__(self, side=Side.LEFT, unseen=()):
        self.side, self.unseen, self.rows = side, unseen, []

    def estimate_with_mask(self, frame, near_px):
        self.rows.append(frame.index)
        if frame.index in self.unseen:
            return Pose.unseen(frame.time_s), None
        rotation = ROTATION_DEG[frame.index]
        mask = draw(rotation, self.side)[1]
        pose = patients_legs(LAG * rotation, self.side)
        return Pose(frame.time_s, pose, np.ones(33)), mask


def frames(side=Side.LEFT, read=None):
    for row, rotation in enumerate(ROTATION_DEG):
        if read is not None:
            read.append(row)
        yield Frame(row, row / 30, draw(rotation, side)[0])


def plan(side=Side.LEFT):
    return KeyFrames(side, PLAN_ROWS, PLAN_WINDOWS)


def track(side=Side.LEFT):
    return seated_track(LAG * ROTATION_DEG, side=side)


def refined(side=Side.LEFT, *, unseen=(), trace=None):
    estimator = FakeEstimator(side, unseen)
    closeups = refine(
        frames(side), [plan(side)], estimator, track(side), model="drawn", trace=trace
    )
    return closeups[side]


@pytest.fixture(scope="module")
def closeup():
    return refined()


@pytest.mark.parametrize("side", Side)
def test_the_turn_is_that_of_the_leg_and_not_of_its_landmarks(side):
    closeup = refined(side)

    assert closeup.rotation_deg[closeup.window == 0] == pytest.approx(30, abs=0.3)


def test_the_still_start_has_not_turned(closeup):
    assert closeup.rotation_deg[closeup.window == START] == pytest.approx(0, abs=0.1)


def test_the_reach_of_an_unchanged_foot_is_that_at_the_start(closeup):
    assert closeup.foot_ratio == pytest.approx(1.3, abs=0.04)


def test_key_frames_carry_their_own_landmarks(closeup):
    knee = LEGS[Side.LEFT].knee

    assert closeup.xy_px[:, knee] == pytest.approx(np.tile(seated_xy()[knee], (8, 1)))


def test_the_ruler_is_the_shank_at_the_start(closeup):
    assert closeup.shank_px == pytest.approx(SHANK_PX)


def test_a_frame_without_a_person_is_nan():
    closeup = refined(unseen=(21,))

    assert np.isnan(closeup.rotation_deg).all(axis=1).tolist() == [row == 21 for row in PLAN_ROWS]


def test_without_a_start_nothing_is_registered():
    closeup = refined(unseen=(1, 3, 5, 7))

    assert np.isnan(closeup.rotation_deg).all()


def test_frames_are_read_no_further_than_the_last_key_frame():
    read = []
    short = KeyFrames(Side.LEFT, PLAN_ROWS[:6], PLAN_WINDOWS[:6])

    refine(frames(read=read), [short], FakeEstimator(), track(), model="drawn")

    assert read[-1] == 21


def test_no_frame_is_read_without_key_frames():
    read = []
    nothing = KeyFrames(Side.LEFT, np.zeros(0, np.int64), np.zeros(0, np.int64))

    refine(frames(read=read), [nothing], FakeEstimator(), track(), model="drawn")

    assert read == []


def test_two_sides_share_one_estimate_of_a_frame():
    estimator = FakeEstimator()

    refine(frames(), [plan(side) for side in Side], estimator, track(), model="drawn")

    assert estimator.rows == PLAN_ROWS.tolist()


def test_the_resting_leg_has_not_turned():
    plans = [plan(side) for side in Side]

    closeup = refine(frames(), plans, FakeEstimator(), track(), model="drawn")[Side.RIGHT]

    assert closeup.rotation_deg == pytest.approx(0, abs=0.1)


@pytest.mark.parametrize("kind", [ShankSeen, ShankRegistered])
def test_every_key_frame_can_be_traced(kind):
    steps = []
    refined(trace=steps.append)

    assert sum(isinstance(evidence, kind) for evidence in steps) == len(PLAN_ROWS)


def test_a_registered_key_frame_shows_both_patches():
    steps = []
    refined(trace=steps.append)
    registered = [evidence for evidence in steps if isinstance(evidence, ShankRegistered)]

    assert len(registered[0].registrations) == len(PATCHES)
