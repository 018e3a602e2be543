"""Keeps, of all the steps of a closer look, what the pictures of `explain` show, and no more.

Of every window three key frames' strips stay, and one picture with its arrows; a clip of any length
costs no more.
"""

from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np

from hipcv.core.arrays import Floats, Ints
from hipcv.core.closeup import START
from hipcv.core.interfaces import Picture
from hipcv.core.landmarks import Side
from hipcv.core.trace import Cutout, Evidence, RegionsFollowed, ShankRegistered, ShankSeen

PICTURE_PX: Final = 720
"""Shorter side of a kept picture."""


@dataclass(frozen=True, slots=True, eq=False)
class FlowFrame:
    """The picture of a plateau, and where the points of every region have gone."""

    index: int  # of the frame
    time_s: float
    picture: Picture  # made smaller
    scale: float  # its pixels for one of the clip's
    arrows_px: Floats  # (N, 2, 2) at the start and now, in its pixels
    regions: Ints  # (N,) Region of every point
    lost_px: Floats  # (L, 2) where points were at the start that could not be followed
    lost_regions: Ints  # (L,)


@dataclass(slots=True, eq=False)
class SideTrace:
    """What is kept of one side."""

    cutouts: dict[int, list[tuple[float, Cutout]]] = field(default_factory=dict)  # by window
    registered: dict[float, ShankRegistered] = field(default_factory=dict)  # by time
    shots: dict[int, FlowFrame] = field(default_factory=dict)  # by window
    home_px: Floats = field(default_factory=lambda: np.empty((0, 2)))  # of every point found
    home_regions: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    latest: RegionsFollowed | None = None

    def see(self, seen: ShankSeen) -> None:
        """Keep a key frame's strip, and the flow's last picture before it."""
        if seen.window not in self.cutouts:
            self._thin()
        self.cutouts.setdefault(seen.window, []).append((seen.frame.time_s, seen.cutout))
        if seen.window != START and self.latest is not None:
            self.shots[seen.window] = self._shot(self.latest)

    def register(self, registered: ShankRegistered) -> None:
        """Keep a registration; every key frame has been seen by then."""
        self._thin()
        self.registered[registered.time_s] = registered

    def follow(self, followed: RegionsFollowed) -> None:
        """Remember where points were found, and where they are now."""
        if self.latest is None:
            self.home_px, self.home_regions = followed.arrows_px[:, 0], followed.regions
        self.latest = followed

    def _thin(self) -> None:
        self.cutouts = {window: _telling(kept) for window, kept in self.cutouts.items()}

    def _shot(self, now: RegionsFollowed) -> FlowFrame:
        scale = min(PICTURE_PX / min(now.frame.bgr.shape[:2]), 1.0)
        small = cv2.resize(now.frame.bgr, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        followed = {tuple(home) for home in now.arrows_px[:, 0]}
        lost = np.array([tuple(home) not in followed for home in self.home_px], dtype=bool)
        return FlowFrame(
            index=now.frame.index,
            time_s=now.frame.time_s,
            picture=np.asarray(small, dtype=np.uint8),
            scale=scale,
            arrows_px=now.arrows_px * scale,
            regions=now.regions,
            lost_px=self.home_px[lost] * scale,
            lost_regions=self.home_regions[lost],
        )


class TraceCollector:
    """Watches a closer look, and remembers what its pictures need."""

    def __init__(self) -> None:
        self._steps: dict[tuple[str, Side], SideTrace] = {}

    def __call__(self, evidence: Evidence) -> None:
        """Take note of one step."""
        steps = self._steps.setdefault((evidence.model, evidence.side), SideTrace())
        match evidence:
            case ShankSeen():
                steps.see(evidence)
            case ShankRegistered():
                steps.register(evidence)
            case RegionsFollowed():
                steps.follow(evidence)

    def steps(self, model: str, side: Side) -> SideTrace:
        """What was kept of one side's look with one model; nothing where there was none."""
        return self._steps.get((model, side), SideTrace())


def _telling(kept: list[tuple[float, Cutout]]) -> list[tuple[float, Cutout]]:
    """The first, the middle and the last."""
    return [kept[place] for place in sorted({0, len(kept) // 2, len(kept) - 1})]
