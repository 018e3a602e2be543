"""Collector of what the debug pictures show of the outline registration.

Memory does not grow with the clip: of every window the strips of three key frames stay, and one
picture with its flow arrows.
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
"""Shorter side of a stored picture."""


@dataclass(frozen=True, slots=True, eq=False)
class FlowFrame:
    """Picture of a plateau with the optical flow of every region since the start."""

    index: int  # of the frame
    time_s: float
    picture: Picture  # scaled down
    scale: float  # of its pixels to the clip's
    arrows_px: Floats  # (N, 2, 2) at the start and now, in its pixels
    regions: Ints  # (N,) Region of every point
    lost_px: Floats  # (L, 2) where points were at the start that could not be followed
    lost_regions: Ints  # (L,)


@dataclass(slots=True, eq=False)
class SideTrace:
    """Stored steps of one side."""

    cutouts: dict[int, list[tuple[float, Cutout]]] = field(default_factory=dict)  # by window
    registered: dict[float, ShankRegistered] = field(default_factory=dict)  # by time
    flow: dict[int, FlowFrame] = field(default_factory=dict)  # by window
    home_px: Floats = field(default_factory=lambda: np.empty((0, 2)))  # of every point at the start
    home_regions: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    latest: RegionsFollowed | None = None

    def add_cutout(self, event: ShankSeen) -> None:
        """Store a key frame's strip, and the flow's last picture before it."""
        if event.window not in self.cutouts:
            self.thin()
        self.cutouts.setdefault(event.window, []).append((event.frame.time_s, event.cutout))
        if event.window != START and self.latest is not None:
            self.flow[event.window] = self._flow_frame(self.latest)

    def add_flow(self, event: RegionsFollowed) -> None:
        """Store the points' positions at the start and now."""
        if self.latest is None:
            self.home_px, self.home_regions = event.arrows_px[:, 0], event.regions
        self.latest = event

    def thin(self) -> None:
        """Keep the first, the middle and the last strip of every window."""
        for window, strips in self.cutouts.items():
            chosen = sorted({0, len(strips) // 2, len(strips) - 1})
            self.cutouts[window] = [strips[index] for index in chosen]

    def _flow_frame(self, now: RegionsFollowed) -> FlowFrame:
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
    """Trace callback that stores what the debug pictures need."""

    def __init__(self) -> None:
        self._steps: dict[tuple[str, Side], SideTrace] = {}

    def __call__(self, evidence: Evidence) -> None:
        """Store one step."""
        steps = self._steps.setdefault((evidence.model, evidence.side), SideTrace())
        match evidence:
            case ShankSeen():
                steps.add_cutout(evidence)
            case ShankRegistered():
                steps.thin()  # every key frame was cut out by then
                steps.registered[evidence.time_s] = evidence
            case RegionsFollowed():
                steps.add_flow(evidence)

    def steps(self, model: str, side: Side) -> SideTrace:
        """Return the steps of one side with one model; empty where there were none."""
        return self._steps.get((model, side), SideTrace())
