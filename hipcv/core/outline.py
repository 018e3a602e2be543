"""Registers one outline of the shank to another: turn, shift, and slide along the leg.

A patch is a small upright picture of the shank: rows run from the knee to the ankle, columns
across the leg. Its outline is the pair of edges of the leg in every row. Where the leg has turned
since the start, the edges slope against those of the start; where the patch was put too high or
too low on the leg, the leg's taper makes both edges slope in opposite senses and the widths of
all rows disagree, so the slide is read from the widths before the slope is believed.

Edges are (ROWS, 2) columns of the left and the right edge as displayed; NaN where none was found.
"""

from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from hipcv.core.arrays import Floats
from hipcv.core.geometry import signed_angle_deg, turned

ROWS: Final = 160
COLUMNS: Final = 128
REACH: Final = 14
"""Columns from the middle within which the inside of the leg is looked for."""
SNAP_COLUMNS: Final = 5.0
"""Spread of the pull that keeps a snapped edge near the edge of the mask."""
SLIDE_ROWS: Final = 30
SLIDE_ROWS_COMMON: Final = 70
SLIDE_LIMIT: Final = 0.35
"""Largest slide along the leg that is believed, in shank lengths."""
EDGES_MIN: Final = 40
HUBER: Final = 1.345
SPREAD_FLOOR: Final = 0.05
ITERATIONS: Final = 12

Image32 = NDArray[np.float32]
Detail = Literal["mask", "picture"]
_Y: Final = np.arange(ROWS) - (ROWS - 1) / 2


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """Where a patch lies on the picture."""

    centre_px: Floats  # (2,)
    turn_deg: float  # of the direction knee to ankle from six o'clock, clockwise as displayed
    row_px: float  # size of a patch pixel

    @property
    def along(self) -> Floats:
        """(2,) unit vector of the rows, from the knee towards the ankle."""
        return turned(np.array([0.0, 1.0]), self.turn_deg)

    @property
    def across(self) -> Floats:
        """(2,) unit vector of the columns."""
        return turned(np.array([1.0, 0.0]), self.turn_deg)

    def moved(self, *, along_rows: float = 0.0, across_columns: float = 0.0) -> "Strip":
        """The strip at another place on the picture."""
        step = self.along * along_rows + self.across * across_columns
        return replace(self, centre_px=self.centre_px + step * self.row_px)

    def to_picture(self) -> Floats:
        """(2, 3) matrix that takes patch (column, row, 1) to picture pixels."""
        axes = np.stack([self.across, self.along], axis=1) * self.row_px
        corner = self.centre_px - axes @ np.array([(COLUMNS - 1) / 2, (ROWS - 1) / 2])
        return np.concatenate([axes, corner[:, None]], axis=1)


def strip_at(
    knee_px: Floats, turn_deg: float, shank_px: float, stretch: tuple[float, float]
) -> Strip:
    """The strip over a stretch of the shank, from knee (0) to ankle (1)."""
    first, last = stretch
    strip = Strip(knee_px, turn_deg, shank_px * (last - first) / ROWS)
    return replace(strip, centre_px=knee_px + strip.along * shank_px * (first + last) / 2)


def knee_of(strip: Strip, shank_px: float, stretch: tuple[float, float]) -> Floats:
    """(2,) where the knee is, if the strip lies on the given stretch of the shank."""
    return strip.centre_px - strip.along * shank_px * sum(stretch) / 2


def shank_turn_deg(knee_px: Floats, ankle_px: Floats) -> Floats:
    """(...) direction from knee to ankle, from six o'clock, clockwise as displayed."""
    return signed_angle_deg(np.array([0.0, 1.0]), ankle_px - knee_px)


# --- edges of one patch


def mask_edges(mask: Image32) -> Floats:
    """Edges of the run of inside pixels that is nearest to the middle, in every row.

    Args:
        mask: (ROWS, COLUMNS) 0 outside .. 1 inside; the edge is where it crosses one half.

    Returns:
        (ROWS, 2) sub-pixel columns; NaN where the run is missing or leaves the patch.
    """
    inside = mask > 0.5  # noqa: PLR2004 - half way between outside and inside
    columns = np.arange(mask.shape[1])
    middle = mask.shape[1] // 2
    near = inside[:, middle - REACH : middle + REACH]
    distance = np.where(near, np.abs(np.arange(-REACH, REACH)), COLUMNS)
    seed = distance.argmin(axis=1) + middle - REACH
    found = near.any(axis=1)
    left = np.where(~inside & (columns < seed[:, None]), columns, -1).max(axis=1)
    right = np.where(~inside & (columns > seed[:, None]), columns, len(columns)).min(axis=1)
    return np.stack(
        [
            np.where(found & (left >= 0), _crossing(mask, left, +1), np.nan),
            np.where(found & (right < len(columns)), _crossing(mask, right, -1), np.nan),
        ],
        axis=1,
    )


def _crossing(mask: Image32, outside: NDArray[np.intp], inwards: int) -> Floats:
    """Where each row crosses one half between an outside pixel and its inner neighbour."""
    rows = np.arange(len(mask))
    last = mask.shape[1] - 1
    out = mask[rows, np.clip(outside, 0, last)].astype(np.float64)
    into = mask[rows, np.clip(outside + inwards, 0, last)].astype(np.float64)
    rise = into - out
    share = np.divide(0.5 - out, rise, out=np.zeros_like(rise), where=rise != 0)
    return outside + inwards * share


def snap_edges(contrast: Image32, edges: Floats) -> Floats:
    """Move each edge to the strongest change of colour close by.

    Args:
        contrast: (ROWS, COLUMNS) strength of the change of colour along the row.
        edges: (ROWS, 2) columns of the mask's edges.

    Returns:
        (ROWS, 2) sub-pixel columns; NaN where there was no edge or no peak inside the patch.
    """
    half = int(3 * SNAP_COLUMNS)
    last = contrast.shape[1] - 1
    known = np.isfinite(edges)
    start = np.where(known, edges, 0.0)
    columns = np.rint(start).astype(np.intp)[..., None] + np.arange(-half, half + 1)
    rows = np.arange(len(contrast))[:, None, None]
    pull = np.exp(-0.5 * ((columns - start[..., None]) / SNAP_COLUMNS) ** 2)
    within = (columns >= 0) & (columns <= last)
    strength = np.where(within, contrast[rows, np.clip(columns, 0, last)] * pull, -1.0)
    best = strength.argmax(axis=-1)
    inner = np.clip(best, 1, 2 * half - 1)[..., None] + np.arange(-1, 2)
    before, peak, after = np.moveaxis(np.take_along_axis(strength, inner, axis=-1), -1, 0)
    bend = before - 2 * peak + after
    lean = np.divide(0.5 * (before - after), bend, out=np.zeros_like(bend), where=bend < 0)
    column = np.take_along_axis(columns, best[..., None], axis=-1)[..., 0]
    fine = known & (column >= 1) & (column < last) & (best > 0) & (best < 2 * half)
    return np.where(fine, column + lean, np.nan)


# --- one outline against another


@dataclass(frozen=True, slots=True)
class Fit:
    """A line through the differences between two outlines."""

    slope: float  # columns per row; NaN where too few edges were found
    shift: float  # columns at the patch's middle row
    residual: float  # robust spread about the line, columns


def fit_line(difference: Floats) -> Fit:
    """Robust line through what both edges moved, by Huber's weights.

    Args:
        difference: (ROWS, 2) edges now less edges at the start, columns; NaN is left out.
    """
    known = np.isfinite(difference)
    if known.sum() < EDGES_MIN:
        return Fit(np.nan, np.nan, np.nan)
    moved = difference[known]
    y = np.broadcast_to(_Y[:, None], difference.shape)[known]
    weight = np.ones_like(moved)
    slope = shift = spread = 0.0
    for _ in range(ITERATIONS):
        total = weight.sum()
        y_mean = (weight * y).sum() / total
        moved_mean = (weight * moved).sum() / total
        centred = weight * (y - y_mean)
        slope = float((centred * moved).sum() / (centred * y).sum())
        shift = float(moved_mean - slope * y_mean)
        off = np.abs(moved - shift - slope * y)
        spread = float(1.4826 * np.median(off)) + SPREAD_FLOOR
        weight = 1 / np.maximum(1.0, off / (HUBER * spread))
    return Fit(slope, shift, spread)


def find_slide(width: Floats, start_width: Floats) -> float:
    """Rows by which a width profile must be read further down the start's to agree with it.

    Args:
        width: (ROWS,) width of the leg in every row now; NaN unknown.
        start_width: (ROWS,) the same at the start.

    Returns:
        Whole rows within ±SLIDE_ROWS: width(y) is like start_width(y + rows); NaN where the
        profiles share too few rows at every slide.
    """
    padded = np.pad(start_width, SLIDE_ROWS, constant_values=np.nan)
    shifted = np.lib.stride_tricks.sliding_window_view(padded, len(width))
    off = np.sort(np.abs(shifted - width), axis=1)  # NaN last
    common = np.isfinite(off).sum(axis=1)
    rows = np.arange(len(off))
    last = len(width) - 1
    lower = off[rows, np.clip((common - 1) // 2, 0, last)]
    upper = off[rows, np.clip(common // 2, 0, last)]
    cost = np.where(common >= SLIDE_ROWS_COMMON, (lower + upper) / 2, np.inf)
    best = int(cost.argmin())
    return float(best - SLIDE_ROWS) if np.isfinite(cost[best]) else np.nan
