"""Strip of the picture along the shank, with the edges of the leg; lower border of the foot."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from hipcv.core.arrays import Floats
from hipcv.core.geometry import rotate
from hipcv.core.interfaces import Mask, Picture
from hipcv.core.outline import (
    COLUMNS,
    INSIDE,
    PITCH,
    REGISTERED_ROWS,
    ROWS,
    Outline,
    SnapWindows,
    Strip,
    mask_edges,
    snap_edges,
)
from hipcv.core.trace import Cutout

ANKLE: Final = 0.85
"""Upper end of the searched foot region, in shank lengths below the knee."""
FOOT_REACH: Final = 1.1
FOOT_HALF_WIDTH: Final = 0.45
FOOT_PITCH: Final = 2 * PITCH
"""Sampling distance of the foot region, in shank lengths."""
ANKLE_HALF_WIDTH: Final = 0.12
BORDER_POINTS: Final = 2
"""Lowest border points left out; the mask is ragged there."""

COLOUR_STEP: Final = 4
COLOUR_SHARE: Final = 0.6
"""Rows, and middle part of the leg's width, of which the colour is read."""

BLUR_COLUMNS: Final = 1.0
BLUR_ROWS: Final = 2.0
"""Standard deviations of the blur before the colour gradient; larger along the leg."""

_SLOPE_ACROSS: Final = np.convolve(cv2.getGaussianKernel(9, BLUR_COLUMNS)[:, 0], [-0.5, 0, 0.5])
_BLUR_ALONG: Final = cv2.getGaussianKernel(17, BLUR_ROWS)[:, 0]


def cut_out(bgr: Picture, mask: Mask, strip: Strip) -> Cutout:
    """Resample a picture along a strip; detect the edges of the leg in its mask (H, W), 0..1."""
    picture = np.asarray(_resample(bgr, strip), dtype=np.uint8)
    rough = mask_edges(np.asarray(_resample(mask, strip), dtype=np.float32))
    edges = snap_edges(contrast(picture), SnapWindows.about(rough, COLUMNS))
    return Cutout(picture, rough, Outline(strip, edges, _Inner.between(edges, step=1).bgr(picture)))


def trace_edges(bgr: Picture, strip: Strip, template: Outline) -> Outline:
    """Detect the edges of the leg in a strip, with the template's edges as the guess for a mask's.

    The strip has the template's ruler (`shank_px`) and lies within a few columns of the leg. Edges
    are NaN outside of REGISTERED_ROWS.
    """
    picture = np.asarray(_resample(bgr, strip, REGISTERED_ROWS), dtype=np.uint8)
    windows, expected = _expected(template)
    edges = np.full((ROWS, 2), np.nan)
    edges[REGISTERED_ROWS] = snap_edges(contrast(picture), windows)
    inner: Floats = np.full((ROWS, 3), np.nan)
    inner[REGISTERED_ROWS] = expected.bgr(picture)
    return Outline(strip, edges, inner)


@lru_cache(maxsize=8)
def _expected(template: Outline) -> "tuple[SnapWindows, _Inner]":
    """Return where the edges and the inner part of a template's leg are expected."""
    edges = template.edges[REGISTERED_ROWS]
    return SnapWindows.about(edges, COLUMNS), _Inner.between(edges, step=COLOUR_STEP)


@dataclass(frozen=True, slots=True, eq=False)
class _Inner:
    """Middle part of the leg between two edges, of N rows at a step."""

    rows: int  # of the strip
    step: int
    inside: NDArray[np.float32]  # (N, COLUMNS)  1 in that part
    count: NDArray[np.float32]  # (N,)  columns in it

    @classmethod
    def between(cls, edges: Floats, *, step: int) -> Self:
        """Return the part between edges (rows, 2); empty in rows without both."""
        middle, half = edges[::step].mean(axis=1), (edges[::step, 1] - edges[::step, 0]) / 2
        off = np.abs(np.arange(COLUMNS) - middle[:, None])
        inside = (off < COLOUR_SHARE * half[:, None]).astype(np.float32)
        return cls(len(edges), step, inside, inside.sum(axis=1))

    def bgr(self, picture: Picture) -> Floats:
        """Return the (rows, 3) mean colour of the part; NaN in the other rows and where empty."""
        total = np.einsum("rcb,rc->rb", picture[:: self.step].astype(np.float32), self.inside)
        has_part = self.count > 0
        bgr: Floats = np.full((self.rows, 3), np.nan)
        bgr[:: self.step][has_part] = total[has_part] / self.count[has_part, None]
        return bgr


def sole_px(mask: Mask, strip: Strip) -> Floats:
    """Return the lower border of the foot that is connected to the shank.

    `mask` (H, W) is 0..1, 1 on the person. The points (N, 2) of the picture are without the lowest
    few; empty if there is no ankle.
    """
    foot = replace(strip, shank_px=strip.shank_px * FOOT_PITCH / PITCH)
    middle = round(FOOT_HALF_WIDTH / FOOT_PITCH)
    size = 2 * middle + 1, round(FOOT_REACH / FOOT_PITCH)
    axes = foot.matrix[:, :2]
    corner = strip.knee_px + axes @ np.array([-middle, ANKLE / FOOT_PITCH])
    matrix = np.concatenate([axes, corner[:, None]], axis=1)
    region = cv2.warpAffine(mask, matrix, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    _, pieces = cv2.connectedComponents((region > INSIDE).astype(np.uint8))
    near = round(ANKLE_HALF_WIDTH / FOOT_PITCH)
    ankle = pieces[0, middle - near : middle + near + 1]
    if not ankle.any():
        return np.empty((0, 2))
    whole = pieces == np.bincount(ankle[ankle > 0]).argmax()
    columns = np.flatnonzero(whole.any(axis=0))
    rows = len(whole) - 1 - whole[::-1, columns].argmax(axis=0)
    inner = np.argsort(rows, kind="stable")[: max(len(rows) - BORDER_POINTS, 0)]
    border = np.stack([columns, rows, np.ones(len(rows))])[:, inner]
    points: Floats = (matrix @ border).T
    return points


def foot_reach_ratio(sole_px: Floats, knee_px: Floats, turn_deg: float, shank_px: float) -> float:
    """Return how far a sole (N, 2) reaches below the registered knee, in shank lengths.

    Along the registered shank, whose turn is against six o'clock, clockwise as displayed. NaN where
    there is no sole or no knee.
    """
    if not len(sole_px):
        return float("nan")
    along = rotate(np.array([0.0, 1.0]), turn_deg)
    return float(np.max((sole_px - knee_px) @ along) / shank_px)


def contrast(picture: Picture) -> Mask:
    """Return the (ROWS, COLUMNS) magnitude of the colour gradient along each row."""
    change = cv2.sepFilter2D(picture, cv2.CV_32F, _SLOPE_ACROSS, _BLUR_ALONG)
    squares = cv2.transform(cv2.multiply(change, change), np.ones((1, picture.shape[2])))
    return np.asarray(cv2.sqrt(squares), dtype=np.float32)


def _resample(
    image: Picture | Mask, strip: Strip, rows: slice = slice(0, ROWS)
) -> NDArray[np.generic]:
    """Return the given rows of the picture, or mask, along a strip.

    Bilinear: on a shank much longer than the strip (4K) pixels between the samples are left out.
    """
    matrix = strip.matrix
    matrix[:, 2] += matrix[:, 1] * rows.start
    return np.asarray(
        cv2.warpAffine(
            image,
            matrix,
            (COLUMNS, rows.stop - rows.start),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
    )
