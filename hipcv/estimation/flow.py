"""Tracking of picture regions by optical flow: lap, waist, upper trunk, knees, background.

Hip and knee landmarks drift while the leg swings, by more than the compensations they should show;
the texture of clothes and skin does not. Motions are in picture axes, with nothing subtracted.
"""

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from hipcv.core.arrays import Bools, Floats
from hipcv.core.closeup import Region, RegionMotion
from hipcv.core.geometry import rotate, signed_angle_deg
from hipcv.core.interfaces import Frame, Mask, Picture
from hipcv.core.kinematics import mean_shank_px, mid_hips_px, mid_shoulders_px
from hipcv.core.landmarks import LEGS, Side

Points = NDArray[np.float32]
Gray = NDArray[np.uint8]

MOVING_STEP_S: Final = 1 / 15
"""Time between two tracked frames while a shank moves."""

RESTING_STEP_S: Final = 1 / 6
"""The same while none does: smaller movements let points be found over longer steps."""

STEP_TOLERATED: Final = 0.9
"""Share of a step after which the next frame is tracked; less than 1, since clocks jitter."""

SHORT_SIDE_PX: Final = 720
"""Size of the tracked pictures: smaller ones lose points, larger ones only cost time."""

POINTS_MAX: Final = {
    Region.LAP: 100,
    Region.WAIST: 60,
    Region.UPPER_TRUNK: 60,
    Region.KNEE: 100,
    Region.OTHER_KNEE: 100,
    Region.BACKGROUND: 60,
}
"""The cost is proportional; only lap and knee are short of points."""
POINTS_MIN: Final = 8
"""Fewest points from which a rotation is estimated."""
QUALITY: Final = 0.003
SPACING_SHANKS: Final = 0.022
CORNER_PX: Final = 7
WINDOW_SHANKS: Final = 0.14
WINDOW_PX: Final = (25, 41)
PYRAMID_LEVELS: Final = 2
RETURN_PX: Final = 0.5
"""Largest forward-backward error of a point in each step."""
FLAT: Final = 1e-4
"""Smallest eigenvalue of the gradient matrix of a point that can be tracked."""

INSIDE: Final = 0.8
OUTSIDE: Final = 0.1
CLEARANCE_SHANKS: Final = 0.12
"""Distance of background points from the person."""

KNEE_SHANKS: Final = 0.3
TRUNK_REGIONS: Final = {
    Region.LAP: (-0.15, 0.15, 0.7),
    Region.WAIST: (0.0, 0.3, 0.75),
    Region.UPPER_TRUNK: (0.6, 1.0, 0.8),
}
"""Lower and upper end along the trunk from mid-hip (0) to mid-shoulder (1), half width in hip
widths."""

_CIRCLE: Final = rotate(np.array([0.0, 1.0]), np.arange(0, 360, 10.0))


@dataclass(frozen=True, slots=True, eq=False)
class Area:
    """Outline of a region at the start."""

    centre_px: Floats  # (2,)
    corners_px: Floats  # (N, 2); none for the background, which is all but the person


def areas(start_px: Floats) -> dict[Region, Area]:
    """Return every region, by the landmarks of the start (33, 2); KNEE is the left one."""
    left, right = LEGS[Side.LEFT], LEGS[Side.RIGHT]
    mid_hip = mid_hips_px(start_px)
    up = mid_shoulders_px(start_px) - mid_hip
    across = start_px[left.hip] - start_px[right.hip]
    regions = {
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
    radius = KNEE_SHANKS * float(mean_shank_px(start_px))
    for region, leg in ((Region.KNEE, left), (Region.OTHER_KNEE, right)):
        knee = start_px[leg.knee]
        regions[region] = Area(knee, knee + radius * _CIRCLE)
    return regions | {Region.BACKGROUND: Area(mid_hip, np.empty((0, 2)))}


def gray_to_follow(bgr: Picture) -> Gray:
    """Return a picture in grey at the size in which it is tracked."""
    gray = np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    return np.asarray(_resized(gray, _scale(bgr.shape)), dtype=np.uint8)


def _scale(shape: tuple[int, ...]) -> float:
    return SHORT_SIDE_PX / min(shape[:2])


def _resized(image: Gray | Mask, scale: float) -> NDArray[Any]:
    if scale == 1:
        return image
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=method))


class FrameThinner:
    """Selector of the frames that are tracked: those a step apart, but for jitter."""

    def __init__(self, time_s: float) -> None:
        self._last_s = time_s

    def should_track(self, time_s: float, step_s: float) -> bool:
        """Return True, and begin the next step, if the frame of this time is to be tracked."""
        if time_s - self._last_s < STEP_TOLERATED * step_s:
            return False
        self._last_s = time_s
        return True


@dataclass(frozen=True, slots=True, eq=False)
class _Sample:
    """Motion of every region from the start to one frame; NaN where too few points are left."""

    time_s: float
    turn_deg: Floats  # (R,)
    shift_px: Floats  # (R, 2) of the centre, pixels of the tracked size
    points: NDArray[np.int64]  # (R,)
    inliers: Floats  # (R,)
    scale: Floats  # (R,)


class RegionFlow:
    """Tracker of the regions, fed in time order from a picture of the still start.

    The mask (H, W) is 1 on the patient; `start_px` (33, 2) is the pose at the still start.
    """

    def __init__(self, frame: Frame, mask: Mask, start_px: Floats) -> None:
        self._scale = _scale(frame.bgr.shape)
        self._gray = gray_to_follow(frame.bgr)
        person = np.asarray(_resized(mask, self._scale), dtype=np.float32)
        shank_px = float(mean_shank_px(start_px)) * self._scale
        regions = areas(start_px * self._scale)
        corners = [
            _corners(
                self._gray,
                _allowed(regions[region], person, shank_px),
                spacing_px=max(2.0, SPACING_SHANKS * shank_px),
                count=POINTS_MAX[region],
            )
            for region in Region
        ]
        self._centre_px = np.array([regions[region].centre_px for region in Region])
        self._initial = np.array([len(points) for points in corners])
        self._start_points = np.concatenate(corners)
        self._points = self._start_points
        self._region = np.repeat(np.arange(len(Region)), self._initial)
        self._window = int(np.clip(int(WINDOW_SHANKS * shank_px) | 1, *WINDOW_PX))
        self._time_s = frame.time_s
        self._samples = [self._sample()]

    def push(self, gray: Gray, time_s: float) -> None:
        """Track the points to a later picture, made by `gray_to_follow`."""
        moved, forward = self._track(self._gray, gray, self._points)
        returned, backward = self._track(gray, self._gray, moved)
        error_px = np.linalg.norm(returned - self._points, axis=-1)
        good = forward & backward & (error_px < RETURN_PX)
        self._start_points, self._points = self._start_points[good], moved[good]
        self._region = self._region[good]
        self._gray, self._time_s = gray, time_s
        self._samples.append(self._sample())

    @property
    def arrows_px(self) -> Floats:
        """(N, 2, 2) positions of the points still tracked, at the start and now."""
        return np.stack([self._start_points, self._points], axis=1).astype(np.float64) / self._scale

    def arrow_regions(self, side: Side) -> NDArray[np.int64]:
        """Return the region (N,) of every point still tracked; KNEE is that of the side given."""
        return _regions_of(side)[self._region].astype(np.int64)

    def motion(self, side: Side) -> RegionMotion:
        """Return the motion of every region so far, in pixels of the original picture.

        KNEE is that of the side given.
        """
        samples, regions = self._samples, _regions_of(side)
        points = np.array([sample.points for sample in samples])[:, regions]
        return RegionMotion(
            time_s=np.array([sample.time_s for sample in samples]),
            turn_deg=np.array([sample.turn_deg for sample in samples])[:, regions],
            shift_px=np.array([sample.shift_px for sample in samples])[:, regions] / self._scale,
            centre_px=self._centre_px[regions] / self._scale,
            points=points,
            kept=points / np.maximum(self._initial[regions], 1),
            inliers=np.array([sample.inliers for sample in samples])[:, regions],
            scale=np.array([sample.scale for sample in samples])[:, regions],
        )

    def _track(self, before: Gray, after: Gray, points: Points) -> tuple[Points, Bools]:
        """Return the new positions of points, and which of them were tracked."""
        if not len(points):
            return points, np.zeros(0, dtype=np.bool_)
        moved, status, _ = cv2.calcOpticalFlowPyrLK(
            before,
            after,
            points,
            np.empty(0, dtype=np.float32),
            winSize=(self._window, self._window),
            maxLevel=PYRAMID_LEVELS,
            criteria=(cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 20, 0.01),
            minEigThreshold=FLAT,
        )
        return np.asarray(moved, dtype=np.float32), np.asarray(status).ravel() > 0

    def _sample(self) -> _Sample:
        """Fit one similarity for each region, from the start to now."""
        fits = []
        for region in Region:
            rows = self._region == region
            fits.append(_similarity(self._start_points[rows], self._points[rows]))
        matrices = np.array([matrix for matrix, _ in fits])
        across = matrices[:, :, 0]
        return _Sample(
            time_s=self._time_s,
            turn_deg=signed_angle_deg(np.array([1.0, 0.0]), across),
            shift_px=np.array(
                [
                    matrix @ [*centre, 1.0] - centre
                    for matrix, centre in zip(matrices, self._centre_px, strict=True)
                ]
            ),
            points=np.bincount(self._region, minlength=len(Region)).astype(np.int64),
            inliers=np.array([inliers for _, inliers in fits]),
            scale=np.hypot(across[:, 0], across[:, 1]),
        )


def _regions_of(side: Side) -> NDArray[np.int64]:
    """Return the tracker's region for each `Region` of a side."""
    regions = np.arange(len(Region))
    if side is Side.RIGHT:
        regions[[Region.KNEE, Region.OTHER_KNEE]] = Region.OTHER_KNEE, Region.KNEE
    return regions


def _allowed(area: Area, person: Mask, shank_px: float) -> Gray:
    """Return the mask in which points of a region are searched: 255 inside, 0 outside."""
    if not len(area.corners_px):
        reach = round(CLEARANCE_SHANKS * shank_px)
        grown = cv2.dilate((person > OUTSIDE).astype(np.uint8), np.ones((2 * reach + 1,) * 2))
        return np.where(grown > 0, 0, 255).astype(np.uint8)
    polygon = np.zeros(person.shape, dtype=np.uint8)
    cv2.fillPoly(polygon, [np.rint(area.corners_px).astype(np.int32)], (255,))
    return np.where(person >= INSIDE, polygon, 0).astype(np.uint8)


def _corners(gray: Gray, allowed: Gray, *, spacing_px: float, count: int) -> Points:
    """Return the (N, 2) strongest corners inside a mask, at most `count`."""
    left, top, width, height = cv2.boundingRect(allowed)
    part = slice(top, top + height), slice(left, left + width)
    if not width:
        return np.empty((0, 2), dtype=np.float32)
    corners = cv2.goodFeaturesToTrack(
        gray[part], count, QUALITY, spacing_px, mask=allowed[part], blockSize=CORNER_PX
    )
    if corners is None:
        return np.empty((0, 2), dtype=np.float32)
    return np.asarray(corners, dtype=np.float32).reshape(-1, 2) + np.array([left, top], np.float32)


def _similarity(start: Points, now: Points) -> tuple[Floats, float]:
    """Return the (2, 3) similarity of most points and the share of inliers; NaN and 0 if too few.

    By least median of squares.
    """
    if len(start) >= POINTS_MIN:
        matrix, inliers = cv2.estimateAffinePartial2D(start, now, method=cv2.LMEDS)
        if matrix is not None:
            return np.asarray(matrix, dtype=np.float64), float(np.mean(inliers))
    return np.full((2, 3), np.nan), 0.0
