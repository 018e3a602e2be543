"""Follows regions of the picture by optical flow: lap, waist, upper trunk, knees, background.

Hip and knee landmarks drift while the leg swings, by more than the compensations they should show;
the texture of clothes and skin does not. Motions are told as displayed, with nothing subtracted.
"""

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from hipcv.core.arrays import Bools, Floats
from hipcv.core.closeup import Region, RegionMotion
from hipcv.core.geometry import signed_angle_deg, turned
from hipcv.core.interfaces import Frame, Picture
from hipcv.core.kinematics import mid_hips_px, mid_shoulders_px, ruler_px
from hipcv.core.landmarks import LEGS, Side
from hipcv.estimation.silhouette import Mask

Points = NDArray[np.float32]
Gray = NDArray[np.uint8]

STEP_S: Final = 1 / 15
STEP_TOLERATED: Final = 0.9
"""Share of a step after which a frame is late enough, since clocks jitter."""

SHORT_SIDE_PX: Final = 720
"""Pictures are followed at this size: smaller ones lose points, larger ones only cost time."""

POINTS_MAX: Final = {
    Region.LAP: 100,
    Region.WAIST: 60,
    Region.UPPER_TRUNK: 60,
    Region.KNEE: 100,
    Region.OTHER_KNEE: 30,
    Region.BACKGROUND: 60,
}
"""Following costs in proportion; lap and knee are short of points, the others are not."""
POINTS_MIN: Final = 8
"""Fewer points do not tell a turn."""
QUALITY: Final = 0.003
SPACING_SHANKS: Final = 0.022
CORNER_PX: Final = 7
WINDOW_SHANKS: Final = 0.14
WINDOW_PX: Final = (25, 41)
PYRAMID_LEVELS: Final = 2
RETURN_PX: Final = 0.5
"""A point followed there and back must come home this closely in every step."""
FLAT: Final = 1e-4
"""A point whose surroundings are flatter than this cannot be followed."""

INSIDE: Final = 0.8
OUTSIDE: Final = 0.1
CLEARANCE_SHANKS: Final = 0.12
"""Background keeps this far from the person."""

KNEE_SHANKS: Final = 0.3
TRUNK_REGIONS: Final = {
    Region.LAP: (-0.15, 0.15, 0.7),
    Region.WAIST: (0.0, 0.3, 0.75),
    Region.UPPER_TRUNK: (0.6, 1.0, 0.8),
}
"""Lower and upper end along the trunk from mid-hip (0) to mid-shoulder (1), half width in hip
widths."""

_CIRCLE: Final = turned(np.array([0.0, 1.0]), np.arange(0, 360, 10.0))


@dataclass(frozen=True, slots=True, eq=False)
class Area:
    """Where a region lies at the start."""

    centre_px: Floats  # (2,)
    corners_px: Floats  # (N, 2); none for the background, which is whatever is not the person


def areas(start_px: Floats, side: Side) -> dict[Region, Area]:
    """Every region, by the landmarks of the start.

    Args:
        start_px: (33, 2) pose at the still start.
        side: the tested side.
    """
    left, right = LEGS[Side.LEFT], LEGS[Side.RIGHT]
    mid_hip = mid_hips_px(start_px)
    up = mid_shoulders_px(start_px) - mid_hip
    across = start_px[left.hip] - start_px[right.hip]
    found = {
        region: Area(
            mid_hip + up * (low + high) / 2,
            np.array(
                [
                    mid_hip + up * along + across * sideways
                    for along, sideways in ((low, -half), (low, half), (high, half), (high, -half))
                ]
            ),
        )
        for region, (low, high, half) in TRUNK_REGIONS.items()
    }
    radius = KNEE_SHANKS * float(ruler_px(start_px))
    for region, each in ((Region.KNEE, side), (Region.OTHER_KNEE, side.other)):
        knee = start_px[LEGS[each].knee]
        found[region] = Area(knee, knee + radius * _CIRCLE)
    return found | {Region.BACKGROUND: Area(mid_hip, np.empty((0, 2)))}


def scale_to_follow(shape: tuple[int, ...]) -> float:
    """Factor by which a picture is resized before it is followed."""
    return SHORT_SIDE_PX / min(shape[:2])


def gray_to_follow(bgr: Picture) -> Gray:
    """The picture as it is followed."""
    gray = np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    return np.asarray(_resized(gray, scale_to_follow(bgr.shape)), dtype=np.uint8)


def _resized(image: Gray | Mask, scale: float) -> NDArray[Any]:
    if scale == 1:
        return image
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=how))


class FrameThinner:
    """Which pictures are followed: those a step or more after the last one.

    Args:
        time_s: of the picture that following begins with.
    """

    def __init__(self, time_s: float) -> None:
        self._last_s = time_s

    def should_track(self, time_s: float) -> bool:
        """Whether the picture of this moment is late enough; if so, it is the last one now."""
        if time_s - self._last_s < STEP_TOLERATED * STEP_S:
            return False
        self._last_s = time_s
        return True


@dataclass(frozen=True, slots=True, eq=False)
class _Sample:
    """What one look told of every region; NaN where too few points were left."""

    time_s: float
    turn_deg: Floats  # (R,)
    shift_px: Floats  # (R, 2) of the centre, followed pixels
    points: NDArray[np.int64]  # (R,)
    inliers: Floats  # (R,)
    scale: Floats  # (R,)


class RegionFlow:
    """Follows the regions of one side from its still start, picture by picture in time order.

    Args:
        frame: a picture of the still start.
        mask: (H, W) 0..1 where the patient is in it.
        start_px: (33, 2) pose at the still start.
        side: the tested side.
    """

    def __init__(self, frame: Frame, mask: Mask, start_px: Floats, side: Side) -> None:
        self._scale = scale_to_follow(frame.bgr.shape)
        self._gray = gray_to_follow(frame.bgr)
        person = np.asarray(_resized(mask, self._scale), dtype=np.float32)
        shank_px = float(ruler_px(start_px)) * self._scale
        where = areas(start_px * self._scale, side)
        found = [
            _corners(
                self._gray,
                _within(where[region], person, shank_px),
                spacing_px=max(2.0, SPACING_SHANKS * shank_px),
                count=POINTS_MAX[region],
            )
            for region in Region
        ]
        self._centre_px = np.array([where[region].centre_px for region in Region])
        self._found = np.array([len(points) for points in found])
        self._home = np.concatenate(found)
        self._here = self._home
        self._region = np.repeat(np.arange(len(Region)), self._found)
        self._window = int(np.clip(int(WINDOW_SHANKS * shank_px) | 1, *WINDOW_PX))
        self._time_s = frame.time_s
        self._samples = [self._sample()]

    def push(self, gray: Gray, time_s: float) -> None:
        """Follow the points to a later picture, as `gray_to_follow` makes it."""
        there, forth = self._followed(self._gray, gray, self._here)
        back, home = self._followed(gray, self._gray, there)
        kept = forth & home & (np.linalg.norm(back - self._here, axis=-1) < RETURN_PX)
        self._home, self._here, self._region = self._home[kept], there[kept], self._region[kept]
        self._gray, self._time_s = gray, time_s
        self._samples.append(self._sample())

    @property
    def arrows_px(self) -> Floats:
        """(N, 2, 2) where the points still followed were at the start and are now."""
        return np.stack([self._home, self._here], axis=1).astype(np.float64) / self._scale

    @property
    def arrow_regions(self) -> NDArray[np.int64]:
        """(N,) the region of every point still followed."""
        return self._region.astype(np.int64)

    def motion(self) -> RegionMotion:
        """Everything that was followed so far, in pixels of the picture."""
        samples = self._samples
        points = np.array([sample.points for sample in samples])
        return RegionMotion(
            time_s=np.array([sample.time_s for sample in samples]),
            turn_deg=np.array([sample.turn_deg for sample in samples]),
            shift_px=np.array([sample.shift_px for sample in samples]) / self._scale,
            centre_px=self._centre_px / self._scale,
            points=points,
            kept=points / np.maximum(self._found, 1),
            inliers=np.array([sample.inliers for sample in samples]),
            scale=np.array([sample.scale for sample in samples]),
        )

    def _followed(self, before: Gray, after: Gray, points: Points) -> tuple[Points, Bools]:
        """Where points have gone, and which of them were found."""
        if not len(points):
            return points, np.zeros(0, dtype=np.bool_)
        there, found, _ = cv2.calcOpticalFlowPyrLK(
            before,
            after,
            points,
            np.empty(0, dtype=np.float32),
            winSize=(self._window, self._window),
            maxLevel=PYRAMID_LEVELS,
            criteria=(cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 20, 0.01),
            minEigThreshold=FLAT,
        )
        return np.asarray(there, dtype=np.float32), np.asarray(found).ravel() > 0

    def _sample(self) -> _Sample:
        """One similarity for each region, from the start to now."""
        told = [
            _similarity(self._home[self._region == region], self._here[self._region == region])
            for region in Region
        ]
        turn = np.array([_turn_deg(similarity) for similarity, _ in told])
        return _Sample(
            time_s=self._time_s,
            turn_deg=turn,
            shift_px=np.array(
                [
                    similarity @ [*centre, 1.0] - centre
                    for (similarity, _), centre in zip(told, self._centre_px, strict=True)
                ]
            ),
            points=np.bincount(self._region, minlength=len(Region)).astype(np.int64),
            inliers=np.array([inliers for _, inliers in told]),
            scale=np.array([np.hypot(*similarity[:, 0]) for similarity, _ in told]),
        )


def _within(area: Area, person: Mask, shank_px: float) -> Gray:
    """Where points of a region may be looked for: 255, and 0 elsewhere."""
    if not len(area.corners_px):
        reach = round(CLEARANCE_SHANKS * shank_px)
        grown = cv2.dilate((person > OUTSIDE).astype(np.uint8), np.ones((2 * reach + 1,) * 2))
        return np.where(grown > 0, 0, 255).astype(np.uint8)
    allowed = np.zeros(person.shape, dtype=np.uint8)
    cv2.fillPoly(allowed, [np.rint(area.corners_px).astype(np.int32)], (255,))
    return np.where(person >= INSIDE, allowed, 0).astype(np.uint8)


def _corners(gray: Gray, allowed: Gray, *, spacing_px: float, count: int) -> Points:
    """(N, 2) points worth following, at most so many."""
    left, top, width, height = cv2.boundingRect(allowed)
    part = slice(top, top + height), slice(left, left + width)
    if not width:
        return np.empty((0, 2), dtype=np.float32)
    found = cv2.goodFeaturesToTrack(
        gray[part],
        count,
        QUALITY,
        spacing_px,
        mask=allowed[part],
        blockSize=CORNER_PX,
    )
    if found is None:
        return np.empty((0, 2), dtype=np.float32)
    return np.asarray(found, dtype=np.float32).reshape(-1, 2) + np.array([left, top], np.float32)


def _similarity(home: Points, here: Points) -> tuple[Floats, float]:
    """(2, 3) turn, size and shift that most points agree on, and the share that does; else NaN."""
    if len(home) >= POINTS_MIN:
        found, agree = cv2.estimateAffinePartial2D(home, here, method=cv2.LMEDS)
        if found is not None:
            return np.asarray(found, dtype=np.float64), float(np.mean(agree))
    return np.full((2, 3), np.nan), 0.0


def _turn_deg(similarity: Floats) -> float:
    return float(signed_angle_deg(np.array([1.0, 0.0]), similarity[:, 0]))
