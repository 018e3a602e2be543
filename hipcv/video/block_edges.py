"""Edges of coded blocks that appear in a picture, which damage leaves where nothing reports it.

A decoder of HEVC, VP8 or VP9 reads damaged bytes as other content. Blocks of it then differ from
their neighbours along the grid of the blocks, where edges of objects lie no more often than off
it. Edges are counted by their phase, the distance from that grid.
"""

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from hipcv.core.arrays import Bools, Ints

if TYPE_CHECKING:
    from av import VideoFrame

CODECS_TO_SEARCH: Final = frozenset({"hevc", "vp8", "vp9"})
"""Codecs whose pictures are searched for damage."""

GRID_PX: Final = 8
"""Size of the smallest usual block; a segment of an edge is as long."""

NEW_STEP: Final = 8
"""Grey levels by which the step across an edge must have changed."""

FIRST_STEP: Final = 24
"""Grey levels across an edge of the first picture, which has no other to be compared with."""

SHARP: Final = 4
"""Times by which a step exceeds those of the two pixels on either side."""

QUIET: Final = 4
"""Grey levels; what changed less from the picture before to the one before that stood still."""

REACH_PX: Final = 15
"""Width about an edge that stood still."""

NEW_SEGMENTS: Final = 14
FIRST_SEGMENTS: Final = 70
"""Segments on the grid beyond twice those of the worst other phase, which no undamaged picture of a
seated person has; measured with clips of poor quality and of rooms full of right angles. In the
first picture, where damage fills blocks of half the grid as well, only odd phases are compared."""

COARSE: Final = 3
FEW: Final = 32
"""A picture is coded coarsely where its own sharp steps on the grid exceed so many times those of
any other phase, which are few: edges of its blocks then move with each new picture. Damage adds
some of every phase."""

Means = npt.NDArray[np.uint8]


class BlockEdges:
    """Search through the pictures of one reading, in display order."""

    def __init__(self) -> None:
        from av.video.reformatter import VideoReformatter

        self._reformatter = VideoReformatter()  # one for all pictures, since it is slow to set up
        self._before: tuple[Means, Means] | None = None
        self._earlier: tuple[Means, Means] | None = None

    def appear_in(self, picture: "VideoFrame") -> bool:
        """Return True if blocks differ from their neighbours that did not in the picture before."""
        now = _means(self._luma(picture))
        before, earlier = self._before, self._earlier
        self._before, self._earlier = now, before
        if before is None:
            count = np.sum([_first(means) for means in now], axis=0)
            return bool(count[0] - 2 * count[1::2].max() > FIRST_SEGMENTS)
        earlier = earlier or before  # the second picture: the first is taken as still
        if not _are_alike(before, now) or not _are_alike(earlier, now):
            return False
        count = np.sum(list(map(_new, earlier, before, now)), axis=0)
        has_edges = count[0] - 2 * count[1:].max() > NEW_SEGMENTS
        return bool(has_edges) and not _is_coarse(before)

    def _luma(self, picture: "VideoFrame") -> Means:
        """Return the brightness of a picture as stored, (H, W)."""
        gray = self._reformatter.reformat(picture, format="gray", threads=1)
        return np.asarray(gray.to_ndarray(), dtype=np.uint8)


def _means(luma: Means) -> tuple[Means, Means]:
    """Return means over segments of columns, (H/8, W), and of rows, (W/8, H)."""
    import cv2

    height, width = luma.shape
    down, across = max(1, height // GRID_PX), max(1, width // GRID_PX)
    area = cv2.INTER_AREA
    columns = cv2.resize(luma[: down * GRID_PX], (width, down), interpolation=area)
    rows = cv2.resize(luma[:, : across * GRID_PX], (across, height), interpolation=area)
    return np.asarray(columns, np.uint8), np.asarray(rows.T, np.uint8)


def _are_alike(one: tuple[Means, Means], other: tuple[Means, Means]) -> bool:
    return one[0].shape == other[0].shape and one[1].shape == other[1].shape


def _first(means: Means, step: int = FIRST_STEP) -> Ints:
    return _by_phase(_is_sharp(means.astype(np.int16), step))


def _is_coarse(picture: tuple[Means, Means]) -> bool:
    """Return True if sharp steps in a picture are hardly any but those of its own blocks."""
    count = np.sum([_first(means, NEW_STEP) for means in picture], axis=0)
    others = count[1:].max()
    return bool(others <= FEW and count[0] - COARSE * others > NEW_SEGMENTS)


def _new(earlier: Means, before: Means, now: Means) -> Ints:
    """Return the edges, by phase, that appear where the picture stood still."""
    import cv2

    edges = _is_sharp(now.astype(np.int16) - before, NEW_STEP)
    changed = cv2.dilate(cv2.absdiff(before, earlier), np.ones((1, REACH_PX), np.uint8))
    return _by_phase(edges & (np.maximum(changed[:, 2:-3], changed[:, 3:-2]) < QUIET))


def _is_sharp(levels: npt.NDArray[np.int16], step: int) -> Bools:
    """Return (S, N - 5) True where a step stands alone; column i is that before pixel i + 3."""
    steps = np.abs(np.diff(levels, axis=1))
    own = steps[:, 2:-2]
    near = np.maximum(
        np.maximum(steps[:, :-4], steps[:, 1:-3]), np.maximum(steps[:, 3:-1], steps[:, 4:])
    )
    return np.asarray((own > step) & (SHARP * near < own))


def _by_phase(edges: Bools) -> Ints:
    """Return the number of segments at each distance from the grid."""
    count = edges.sum(axis=0)
    phases = (np.arange(len(count)) + 3) % GRID_PX
    return np.bincount(phases, count, GRID_PX).astype(np.int64)
