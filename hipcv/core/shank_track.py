"""Shank of one leg over a clip, as tracked by its outline."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from hipcv.core.arrays import Bools, Floats, Ints, require_shapes

PATCHES: Final = ((0.125, 0.875), (0.15, 0.95))
"""Stretches of the shank that are registered, from knee (0) to ankle (1)."""

AngleSource = Literal["outline", "bridged", "landmarks", ""]
"""Origin of an angle: the tracked outline, a short gap bridged, landmarks; empty: none was read."""


@dataclass(frozen=True, slots=True, eq=False)
class ShankTrack:
    """Shank of one leg in every frame. T is the number of frames, P = `len(PATCHES)`."""

    tilt_deg: Floats  # (T, P)  against the vertical, internal positive; NaN: not registered
    knee_px: Floats  # (T, 2)  position of the knee by registration; NaN where the leg was lost
    residual: Floats  # (T,)    robust spread of the edges about the fit, strip columns
    rejected: Bools  # (T,)    a mask disagreed, so landmarks are used instead

    def __post_init__(self) -> None:
        frames = self.residual.size
        require_shapes(
            self,
            tilt_deg=(frames, len(PATCHES)),
            knee_px=(frames, 2),
            residual=(frames,),
            rejected=(frames,),
        )

    @property
    def mean_deg(self) -> Floats:
        """(T,) tilt, mean of the registered patches; NaN where the leg was lost or rejected."""
        return self.mean_deg_of(np.arange(len(self.tilt_deg)))

    def mean_deg_of(self, rows: Ints) -> Floats:
        """Return the mean tilt in some rows, as in `mean_deg`."""
        tilt_deg = self.tilt_deg[rows]
        finite = np.isfinite(tilt_deg)
        total = np.where(finite, tilt_deg, 0.0).sum(axis=1)
        count = finite.sum(axis=1)
        usable = (count > 0) & ~self.rejected[rows]
        return np.where(usable, total / np.maximum(count, 1), np.nan)

    @property
    def gap_deg(self) -> Floats:
        """(T,) absolute difference between the patches; NaN unless both were registered."""
        return np.asarray(np.abs(self.tilt_deg[:, 0] - self.tilt_deg[:, 1]))

    def reject(self, spans: Sequence[tuple[int, int]]) -> "ShankTrack":
        """Return the track without the rows of some spans, each from its first to its last."""
        rejected = self.rejected.copy()
        for first, last in spans:
            rejected[first : last + 1] = True
        return replace(self, rejected=rejected)
