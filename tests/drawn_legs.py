"""Pictures of a seated stick patient with limbs, whose shanks hang at exactly known angles."""

from concurrent.futures import Future
from functools import cache

import cv2
import numpy as np

from hipcv.core.interfaces import Frame
from hipcv.core.landmarks import LANDMARK_COUNT, LEGS, Side
from hipcv.core.outline import Outline, Strip, shank_turn_deg, template_of
from hipcv.core.pose import Pose
from hipcv.estimation.silhouette import cut_out
from tests.tracks import SHANK_PX, SIZE_PX, put_shank, seated_xy, track_of

LAG = 0.92
"""Share of a swing that the landmarks of a light model follow."""

RATE_HZ = 30
EXPOSURE_S = 1 / 30
BLUR_PICTURES = 9
"""Pictures that are averaged over an exposure."""

SKIN, CLOTH, WALL = (110, 130, 205), (120, 70, 40), (165, 180, 172)
SUBPIXEL_BITS = 4

BOARD_INNER_PX, BOARD_OUTER_PX = 55, 260
"""Reach of a board that hides a leg, from its knee towards the midline and outwards."""

PROFILE = ((-0.15, -0.2, 0.2), (0.25, -0.19, 0.21), (0.7, -0.13, 0.14), (1.3, -0.08, 0.08))
"""Distance below the knee, and both sides of the leg there, in shank lengths."""


def seated_with(left_deg=0.0, right_deg=0.0, *, knee_shift_px=(0.0, 0.0)):
    """Return (33, 2) landmarks on legs that hang at these tilts, internal positive.

    `knee_shift_px` moves both legs, and the hips with them.
    """
    xy = seated_xy()
    for side, tilt_deg in ((Side.LEFT, left_deg), (Side.RIGHT, right_deg)):
        leg = LEGS[side]
        xy[[leg.knee, leg.hip]] += knee_shift_px
        put_shank(xy[None], side, np.array([float(tilt_deg)]))
    return xy


def pose_of(xy_px, time_s=0.0):
    """Return a pose of clearly visible landmarks."""
    return Pose(time_s, xy_px, np.ones(LANDMARK_COUNT))


def picture(xy_px, *, width=1.0, skin=SKIN):
    """Return a picture (720, 1280, 3) of the patient before a textured wall."""
    bgr = wall().copy()
    bgr[180:400, 560:720] = cloth()
    for polygon in leg_polygons(xy_px, width):
        cv2.fillPoly(bgr, [polygon], skin, lineType=cv2.LINE_AA, shift=SUBPIXEL_BITS)
    return bgr


def blurred_picture(xy_at, time_s, exposure_s=EXPOSURE_S):
    """Return the mean of the pictures during an exposure; `xy_at` gives landmarks at a time."""
    times_s = time_s + exposure_s * (np.arange(BLUR_PICTURES) / (BLUR_PICTURES - 1) - 0.5)
    pictures = [picture(xy_at(at_s)) for at_s in times_s]
    return np.rint(np.mean(pictures, axis=0)).astype(np.uint8)


def mask_of(xy_px, *, width=1.0):
    """Return the mask (720, 1280) of the patient, 0..1, with the soft edge of a model's."""
    mask = np.zeros(SIZE_PX[::-1], np.uint8)
    cv2.fillPoly(mask, trunk(), 255)
    for polygon in leg_polygons(xy_px, width):
        cv2.fillPoly(mask, [polygon], 255, lineType=cv2.LINE_AA, shift=SUBPIXEL_BITS)
    return cv2.blur(mask, (5, 5)).astype(np.float32) / 255


def covered(bgr, xy_px, side):
    """Return a picture in which a board with the wall's texture hides one leg."""
    x, y = (round(v) for v in xy_px[LEGS[side].knee])
    left, right = sorted(x + LEGS[side].outward_x * np.array([-BOARD_INNER_PX, BOARD_OUTER_PX]))
    area = np.s_[y - 40 : y + 260, left:right]
    board = bgr.copy()
    board[area] = wall(seed=9)[area]
    return board


@cache
def wall(seed=4):
    """Return a wall with soft texture."""
    noise = np.random.default_rng(seed).normal(size=(SIZE_PX[1], SIZE_PX[0], 3))
    soft = cv2.GaussianBlur(noise.astype(np.float32), (0, 0), 6)
    return np.clip(np.array(WALL) + 90 * soft, 0, 255).astype(np.uint8)


@cache
def cloth():
    """Return dotted cloth, (220, 160, 3), for trunk and lap."""
    dots = np.random.default_rng(5)
    dotted = np.full((220, 160, 3), CLOTH, np.uint8)
    for x, y in dots.uniform((5, 5), (155, 215), (300, 2)):
        colour = tuple(map(int, dots.integers(0, 255, 3)))
        cv2.circle(dotted, (round(x), round(y)), 3, colour, -1)
    return dotted


def trunk():
    """Return the corners of trunk and lap."""
    return [np.array([(560, 180), (720, 180), (720, 400), (560, 400)], np.int32)]


def leg_polygons(xy_px, width=1.0):
    """Return the corners of both shanks in fixed point."""
    return [_leg_polygon(xy_px[leg.knee], xy_px[leg.ankle], width) for leg in LEGS.values()]


def _leg_polygon(knee, ankle, width):
    along = (ankle - knee) / SHANK_PX
    across = np.array([along[1], -along[0]])
    left = [knee + SHANK_PX * (down * along + width * aside * across) for down, aside, _ in PROFILE]
    right = [
        knee + SHANK_PX * (down * along + width * aside * across) for down, _, aside in PROFILE
    ]
    return np.rint(np.array(left + right[::-1]) * 2**SUBPIXEL_BITS).astype(np.int32)


def strip_on(xy_px, side):
    """Return the strip along a leg's landmarks."""
    leg = LEGS[side]
    turn_deg = float(shank_turn_deg(xy_px[leg.knee], xy_px[leg.ankle]))
    return Strip(xy_px[leg.knee], turn_deg, SHANK_PX)


def template(xy_px, side) -> Outline:
    """Return the template of a leg in its own picture."""
    strip = strip_on(xy_px, side)
    cutout = cut_out(picture(xy_px), mask_of(xy_px), strip)
    result = template_of([cutout.outline], strip.turn_deg)
    assert result is not None
    return result


class DrawnClip:
    """Drawn clip of a left leg: frames, landmarks that lag, and masks on demand."""

    def __init__(self, tilts_deg, *, width=1.0, knee_shift_px=(0.0, 0.0), covered=()):
        count = len(tilts_deg)
        self.tilts_deg = np.asarray(tilts_deg, float)
        self.widths = np.broadcast_to(width, count)
        self.shifts_px = np.broadcast_to(knee_shift_px, (count, 2))
        self.covered_rows = covered  # of the left leg
        self.masked_rows = []  # rows whose mask was estimated
        self.posed_rows = []  # rows whose landmarks were estimated

    def xy_px(self, row, share=1.0):
        return seated_with(share * self.tilts_deg[row], knee_shift_px=self.shifts_px[row])

    def frame(self, row):
        bgr = picture(self.xy_px(row), width=self.widths[row])
        if row in self.covered_rows:
            bgr = covered(bgr, self.xy_px(row), Side.LEFT)
        return Frame(row, row / RATE_HZ, bgr)

    def estimate_with_mask(self, frame, _near_px):
        """Return lagging landmarks and the true mask."""
        self.masked_rows.append(frame.index)
        mask = mask_of(self.xy_px(frame.index), width=self.widths[frame.index])
        return pose_of(self.xy_px(frame.index, LAG), frame.time_s), mask

    def begin_pose(self, row) -> "Future[Pose]":
        """Return landmarks that are already estimated."""
        self.posed_rows.append(row)
        pose: Future[Pose] = Future()
        pose.set_result(pose_of(self.xy_px(row, LAG), row / RATE_HZ))
        return pose

    def track(self):
        """Return the landmarks of every frame."""
        rows = range(len(self.tilts_deg))
        xy = np.array([self.xy_px(row, LAG) for row in rows])
        return track_of(xy, np.arange(len(xy)) / RATE_HZ)
