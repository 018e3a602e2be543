"""Registration of one outline of the shank with another: turn, shift, and slide along the leg.

A strip is an upright patch of picture along the shank: rows run from above the knee to below
the ankle, columns across the leg. The outline is the pair of edges of the leg in every row. Where
the leg has turned since the start, both edges slope against those of the start. Where the strip
is too high or too low on the leg, the leg's taper slopes them in opposite senses and the
widths of the rows disagree; so the slide is read from the widths, in turns with the slope.

Edges are (ROWS, 2) columns of the left and the right edge as displayed; NaN without an edge.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hipcv.core.arrays import Bools, Floats
from hipcv.core.geometry import rotate, signed_angle_deg
from hipcv.core.shank_track import PATCHES

ROWS: Final = 352
COLUMNS: Final = 128
PITCH: Final = 0.75 / 160
"""Size of a row and of a column, shank lengths."""
KNEE_ROW: Final = 0.35 / PITCH - 0.5
"""Row of the knee: the strip begins well above it, since landmarks slide towards the foot."""

REACH: Final = 14
"""Columns from the middle within which the inside of the leg is searched."""
INSIDE: Final = 0.5
SNAP_COLUMNS: Final = 5.0
"""Spread of the pull that keeps a snapped edge near the edge of the mask."""
SNAP_REACH: Final = round(3 * SNAP_COLUMNS)
"""Columns to both sides of that edge in which a snapped one is searched."""
CONTRAST_MIN: Final = 0.3
"""Change of colour, grey levels a column, below which there is no edge: a plain area has none, and
the pull alone would put one where it was guessed."""

SLIDE_ROWS: Final = 30
"""Slide that is searched at once; repeated rounds may add up to more."""
SLIDE_COST: Final = 0.005
"""Columns that one row of slide must win: on a leg that hardly tapers, no slide is the answer."""
COMMON_ROWS: Final = 70
"""Rows that two width profiles must share before their slide is used."""
EDGES_MIN: Final = 40
ROUNDS: Final = 4
ITERATIONS: Final = 8
"""Steps of a robust fit with the weights of Huber, and then with those of Tukey."""
SLOPE_SETTLED: Final = 1e-6
HUBER: Final = 1.345
TUKEY: Final = 4.685
SPREAD_FLOOR: Final = 0.05

COLOURS_MIN: Final = 15
BRIGHTER: Final = 2.0
"""Change of brightness beyond which something else is in the picture."""

DARK_LEVEL: Final = 10.0
"""Brightness, of 255, added to both before colours are compared: noise dominates dark pictures."""

SLIDE_LIMIT: Final = 0.45
TURN_LIMIT_DEG: Final = 25.0
RESIDUAL_LIMIT: Final = 4.0

_DOWN: Final = np.array([0.0, 1.0])
_RIGHT: Final = np.array([1.0, 0.0])
_AXES: Final = np.stack([_RIGHT, _DOWN])

_MIDDLE: Final = (COLUMNS - 1) / 2
_KNEE: Final = np.array([_MIDDLE, KNEE_ROW])

Patch = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """Position of a strip on the picture: its knee row on the knee, its rows along the shank."""

    knee_px: Floats  # (2,)
    turn_deg: float  # of knee to ankle against six o'clock, clockwise as displayed
    shank_px: float  # length of the shank at the start

    @property
    def matrix(self) -> Floats:
        """(2, 3) maps strip (column, row, 1) to picture pixels."""
        axes = rotate(_AXES, self.turn_deg).T * (self.shank_px * PITCH)
        corner = self.knee_px - axes @ _KNEE
        return np.concatenate([axes, corner[:, None]], axis=1)


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """Edges of the leg in one strip, and its colour between them."""

    strip: Strip
    edges: Floats  # (ROWS, 2)
    bgr: Floats | None = None  # (ROWS, 3) mean colour of the inner part, 0..255; NaN: unknown


@dataclass(frozen=True, slots=True, eq=False)
class Registration:
    """Position of the leg, by registration with the start's outline; all NaN where that failed."""

    turn_deg: float  # of the strip on which the leg looks as at the start
    residual: float  # robust spread of the edges about the fit, columns
    slide_ratio: float  # how far the landmarks slid towards the foot, shank lengths
    knee_px: Floats  # (2,) of that strip

    @classmethod
    def failed(cls) -> "Registration":
        """Return a registration that failed."""
        return cls(np.nan, np.nan, np.nan, np.full(2, np.nan))


def shank_turn_deg(knee_px: Floats, ankle_px: Floats) -> Floats:
    """Return the shank's direction, (...), against six o'clock, clockwise as displayed."""
    return signed_angle_deg(_DOWN, ankle_px - knee_px)


def rows_of(stretch: tuple[float, float]) -> slice:
    """Return the rows of a part of the shank, from knee (0) to ankle (1)."""
    first, last = (round(share / PITCH + KNEE_ROW + 0.5) for share in stretch)
    return slice(first, last)


REGISTERED_ROWS: Final = slice(
    min(rows_of(stretch).start for stretch in PATCHES) - SLIDE_ROWS,
    max(rows_of(stretch).stop for stretch in PATCHES) + SLIDE_ROWS,
)
"""Rows that a registration by PATCHES reads."""


# --- the edges of one strip


def mask_edges(mask: Patch) -> Floats:
    """Find the edges of the run of inside pixels nearest to the middle, in every row.

    The mask (ROWS, COLUMNS) is 0 outside .. 1 inside; the edge is where it crosses one half.

    Returns:
        (ROWS, 2) sub-pixel columns; NaN where the run is missing or leaves the strip.
    """
    inside = mask > INSIDE
    width = mask.shape[1]
    columns = np.arange(width, dtype=np.int16)
    near = inside[:, width // 2 - REACH : width // 2 + REACH]
    distance = np.where(near, np.abs(np.arange(-REACH, REACH)), width)
    seed = distance.argmin(axis=1)[:, None] + width // 2 - REACH
    left = np.where(inside | (columns > seed), np.int16(-1), columns).max(axis=1).astype(np.intp)
    right = (
        np.where(inside | (columns < seed), np.int16(width), columns).min(axis=1).astype(np.intp)
    )
    present = near.any(axis=1)
    return np.stack(
        [
            np.where(present & (left >= 0), _crossing(mask, left, 1), np.nan),
            np.where(present & (right < width), _crossing(mask, right, -1), np.nan),
        ],
        axis=1,
    )


def _crossing(mask: Patch, outside: NDArray[np.intp], inwards: int) -> Floats:
    """Return where each row crosses one half between a pixel outside and its inner neighbour."""
    rows = np.arange(len(mask))
    last = mask.shape[1] - 1
    out = mask[rows, np.clip(outside, 0, last)].astype(np.float64)
    rise = mask[rows, np.clip(outside + inwards, 0, last)] - out
    share = np.divide(INSIDE - out, rise, out=np.zeros_like(rise), where=rise != 0)
    column: Floats = outside + inwards * share
    return column


@dataclass(frozen=True, slots=True, eq=False)
class SnapWindows:
    """Windows about a guess of the edges, in which `snap_edges` looks; the same for every picture.

    R is the number of rows, W that of a window's columns.
    """

    found: Bools  # (R, 2)  there is a guess
    middle: NDArray[np.intp]  # (R, 2)  column of it
    index: NDArray[np.intp]  # (R, 2, W)  of its pixels in a flat strip, padded by SNAP_REACH
    pull: Patch  # (R, 2, W)  1 at the guess, less with the distance

    @classmethod
    def about(cls, edges: Floats, columns: int) -> "SnapWindows":
        """Return the windows about edges (R, 2) in a strip of so many columns."""
        found = np.isfinite(edges)
        start = np.where(found, edges, 0.0)
        middle = np.clip(np.rint(start), 0, columns - 1).astype(np.intp)
        window = np.arange(-SNAP_REACH, SNAP_REACH + 1)
        off = window.astype(np.float32) - (start - middle).astype(np.float32)[..., None]
        first = np.arange(len(edges))[:, None] * (columns + 2 * SNAP_REACH) + middle
        index = first[..., None] + np.arange(2 * SNAP_REACH + 1)
        return cls(found, middle, index, np.exp(-0.5 * (off / SNAP_COLUMNS) ** 2))


def snap_edges(contrast: Patch, windows: SnapWindows) -> Floats:
    """Return each edge moved to the strongest change of colour close by.

    `contrast` (R, COLUMNS) is the strength of the change of colour along the row, `windows` are
    those about the mask's edges, or the template's.

    Returns:
        (R, 2) sub-pixel columns; NaN where there was no edge, or no clear peak close by.
    """
    half, width = SNAP_REACH, contrast.shape[1]
    padded = np.zeros((len(contrast), width + 2 * half), dtype=np.float32)
    padded[:, half : half + width] = contrast
    strength = padded.take(windows.index) * windows.pull
    best = strength.argmax(axis=-1)
    around = np.clip(best, 1, 2 * half - 1)[..., None] + np.arange(-1, 2)
    before, peak, after = np.moveaxis(np.take_along_axis(strength, around, axis=-1), -1, 0)
    bend = before - 2 * peak + after
    column = windows.middle + best - half
    inside = (column >= 1) & (column < width - 1)
    is_peak = windows.found & inside & (bend < 0) & (peak > CONTRAST_MIN)
    return np.where(is_peak, column + 0.5 * (before - after) / np.where(is_peak, bend, 1), np.nan)


# --- one outline against another


@dataclass(frozen=True, slots=True)
class Line:
    """A line through what both edges moved, over the rows."""

    slope: float  # columns per row; NaN where too few edges were found
    shift: float  # columns at the middle row
    residual: float  # robust spread about the line, columns


def fit_line(moved: Floats) -> Line:
    """Fit a robust line with Huber's weights; where they do not settle, Tukey's drop outliers.

    `moved` (rows, 2) is edges now less edges at the start, columns; NaN is left out.
    """
    finite = np.isfinite(moved)
    if finite.sum() < EDGES_MIN:
        return Line(np.nan, np.nan, np.nan)
    row, side = finite.nonzero()
    y = row - (len(moved) - 1) / 2
    x = moved[row, side]
    products = np.ones((len(x), 5))
    products[:, 1], products[:, 2], products[:, 3], products[:, 4] = y, x, y * y, y * x
    weight = products[:, 0]
    slope = shift = spread = 0.0
    middle = len(x) // 2
    for reweighted in (_huber,) * ITERATIONS + (_tukey,) * ITERATIONS:
        before = slope
        n, y_sum, x_sum, yy_sum, yx_sum = (weight @ products).tolist()
        slope = (n * yx_sum - y_sum * x_sum) / (n * yy_sum - y_sum**2)
        shift = (x_sum - slope * y_sum) / n
        off = slope * y  # in place from here on: this loop takes most of a registration
        off += shift
        np.abs(np.subtract(x, off, out=off), out=off)
        ordered = off.copy()
        ordered.partition(middle)
        spread = 1.4826 * float(ordered[middle]) + SPREAD_FLOOR
        if abs(slope - before) < SLOPE_SETTLED:
            break
        off /= spread
        weight = reweighted(off)
    return Line(slope, shift, spread)


def _huber(off: Floats) -> Floats:
    """Return the weights, in the array of the distances (N,)."""
    off /= HUBER
    np.maximum(1.0, off, out=off)
    return np.divide(1, off, out=off)


def _tukey(off: Floats) -> Floats:
    return np.asarray((1 - np.minimum(off / TUKEY, 1.0) ** 2) ** 2)


def find_slide(width: Floats, start_width: Floats, rows: slice) -> float:
    """Return the rows by which the leg's width profile is shifted against the start's.

    Widths (ROWS,) are of the leg now and at the start, in columns; NaN is unknown. `rows` are those
    that are compared, SLIDE_ROWS or more from both ends.

    Returns:
        Whole rows within ±SLIDE_ROWS: `width[y]` is like `start_width[y + rows]`. NaN where the
        profiles share too few rows at every slide.
    """
    length = rows.stop - rows.start
    reach = start_width[rows.start - SLIDE_ROWS : rows.stop + SLIDE_ROWS]
    off = np.lib.stride_tricks.sliding_window_view(reach, length) - width[rows]
    np.abs(off, out=off).sort(axis=1)  # NaN comes last
    common = np.isfinite(off).sum(axis=1)
    index = np.arange(len(off))
    median = (off[index, (common - 1) // 2] + off[index, np.minimum(common // 2, length - 1)]) / 2
    cost = np.where(common >= COMMON_ROWS, median + SLIDE_COST * np.abs(index - SLIDE_ROWS), np.inf)
    best = int(cost.argmin())
    return float(best - SLIDE_ROWS) if np.isfinite(cost[best]) else np.nan


@dataclass(frozen=True, slots=True, eq=False)
class _RigidTransform2D:
    """Map of strip coordinates to the start's: a turn, then a shift."""

    pivot: Floats  # (2,) column, row that the turn is about
    turn_deg: float
    shift: Floats  # (2,) columns, rows

    def apply(self, points: Floats) -> Floats:
        """Return strip points (column, row), (..., 2), in the start's coordinates."""
        return rotate(points - self.pivot, self.turn_deg) - self.shift + self.pivot

    def undo(self, points: Floats) -> Floats:
        """Return the inverse map of points."""
        return rotate(points - self.pivot + self.shift, -self.turn_deg) + self.pivot

    def compose(self, turn_deg: float, columns: float, rows: float) -> "_RigidTransform2D":
        """Return the map followed by a turn about the same pivot and a shift."""
        shift = rotate(self.shift, turn_deg) + np.array([columns, rows])
        return _RigidTransform2D(self.pivot, self.turn_deg + turn_deg, shift)


def resample_edges(edges: Floats, transform: Callable[[Floats], Floats]) -> Floats:
    """Return the edges in the rows of a strip placed differently on the same leg.

    `transform` maps points (column, row) of the strip in which `edges` (ROWS, 2) were found to
    those of the other one. The result (ROWS, 2) is NaN beyond both ends and across gaps.
    """
    rows = np.arange(len(edges), dtype=np.float64)
    missing = np.isnan(edges)
    columns = np.where(missing, _MIDDLE, edges)
    before = np.empty((*edges.shape, 2))
    before[..., 0], before[..., 1] = columns, rows[:, None]
    points = transform(before)
    column = np.where(missing, np.nan, points[..., 0])
    row = np.maximum.accumulate(points[..., 1], axis=0)
    resampled = np.empty(edges.shape)
    for side in range(edges.shape[1]):
        resampled[:, side] = np.interp(rows, row[:, side], column[:, side], np.nan, np.nan)
    return resampled


def template_of(outlines: list[Outline], turn_deg: float) -> Outline | None:
    """Return the outline of the still start: the median edge of every row, None without outlines.

    All outlines are laid with the same ruler and the turn given. Its knee is the median of theirs.
    """
    if not outlines:
        return None
    strip = Strip(
        np.median([outline.strip.knee_px for outline in outlines], axis=0),
        turn_deg,
        outlines[0].strip.shank_px,
    )
    colours = [outline.bgr for outline in outlines if outline.bgr is not None]
    return Outline(
        strip,
        _median(np.array([outline.edges for outline in outlines])),
        _median(np.array(colours)) if colours else None,
    )


def colour_change(outline: Outline, template: Outline) -> float:
    """Return the change of the leg's colour since the start, as share of its brightness.

    It is the median over the rows, after both were brought to the same brightness; infinite where
    that changed by more than `BRIGHTER`; NaN where a colour is unknown.
    """
    if outline.bgr is None or template.bgr is None:
        return float("nan")
    both = np.isfinite(outline.bgr).all(axis=1) & np.isfinite(template.bgr).all(axis=1)
    if both.sum() < COLOURS_MIN:
        return float("nan")
    now, start = outline.bgr[both], template.bgr[both]
    level = float(start.mean()) + DARK_LEVEL
    gain = (float(now.mean()) + DARK_LEVEL) / level
    if not 1 / BRIGHTER < gain < BRIGHTER:
        return float("inf")
    off = np.abs((now + DARK_LEVEL) / gain - DARK_LEVEL - start).mean(axis=1)
    return float(np.median(off) / level)


def _median(edges: Floats) -> Floats:
    """Return the median, (ROWS, C), of the finite values; NaN where there is none."""
    ordered = np.sort(edges, axis=0)  # NaN comes last
    finite = np.isfinite(edges).sum(axis=0, keepdims=True)
    lower = np.take_along_axis(ordered, np.maximum(finite - 1, 0) // 2, axis=0)
    upper = np.take_along_axis(ordered, np.minimum(finite // 2, len(edges) - 1), axis=0)
    return np.asarray((lower[0] + upper[0]) / 2)


def register(outline: Outline, start: Outline, stretch: tuple[float, float]) -> Registration:
    """Register the leg's outline, in a strip laid along the landmarks, with that of the start.

    Both have the same ruler; `stretch` is the part of the shank that is compared, from knee (0) to
    ankle (1).

    Returns:
        The strip on which the leg looks as it did at the start. Failed where too few edges were
        found, the outlines cannot be brought to agree, or the result is further from the
        landmarks than landmarks err.
    """
    rows = rows_of(stretch)
    start_width = start.edges[:, 1] - start.edges[:, 0]
    transform = _RigidTransform2D(
        np.array([_MIDDLE, (rows.start + rows.stop - 1) / 2]), 0.0, np.zeros(2)
    )
    edges, slide = outline.edges, 0.0
    for _ in range(ROUNDS):
        transform, _ = _straighten(edges, start, rows, transform)
        edges = resample_edges(outline.edges, transform.apply)
        step = find_slide(edges[:, 1] - edges[:, 0], start_width, rows)
        if step == 0:
            break
        transform, slide = transform.compose(0.0, 0.0, -step), slide + step
        edges = resample_edges(outline.edges, transform.apply)
    transform, line = _straighten(edges, start, rows, transform)
    if not _is_plausible(transform, line, slide * PITCH):
        return Registration.failed()
    strip = outline.strip
    knee = transform.undo(_KNEE)
    return Registration(
        turn_deg=strip.turn_deg - transform.turn_deg,
        residual=line.residual,
        slide_ratio=slide * PITCH,
        knee_px=strip.matrix @ np.array([*knee, 1.0]),
    )


def register_patches(outline: Outline, start: Outline) -> tuple[Registration, ...]:
    """Register an outline with that of the start by each of PATCHES; see `register`."""
    return tuple(register(outline, start, stretch) for stretch in PATCHES)


def _straighten(
    edges: Floats, start: Outline, rows: slice, transform: _RigidTransform2D
) -> tuple[_RigidTransform2D, Line]:
    """Return the transform after a turn and shift to the edges of the start, and the fit."""
    line = fit_line(edges[rows] - start.edges[rows])
    turn = float(signed_angle_deg(np.array([line.slope, 1.0]), _DOWN))
    return transform.compose(turn, line.shift, 0.0), line


def _is_plausible(transform: _RigidTransform2D, line: Line, slide_ratio: float) -> bool:
    """Return True where a registration is within the errors of landmarks and outlines."""
    return bool(
        abs(transform.turn_deg) <= TURN_LIMIT_DEG
        and abs(slide_ratio) < SLIDE_LIMIT
        and line.residual <= RESIDUAL_LIMIT
    )
