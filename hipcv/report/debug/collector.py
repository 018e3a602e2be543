"""Collector of what the debug pictures show of the outlines by masks and of the optical flow.

Memory does not grow with the clip, but by the few strips and the pictures of each repetition: of
the start the latest strips stay, and of the flow the pictures of the last seconds.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np

from hipcv.core.arrays import Floats, Ints
from hipcv.core.closeup import START, UNUSED
from hipcv.core.interfaces import Picture
from hipcv.core.landmarks import Side
from hipcv.core.trace import Cutout, Evidence, RegionsFollowed, ShankRegistered, ShankSeen

PICTURE_PX: Final = 720
"""Shorter side of a stored picture."""

START_STRIPS: Final = 32
"""Strips of the start that are stored: a start may be collected anew."""

FLOW_SPACING_S: Final = 0.25
FLOW_PICTURES: Final = 16
"""Least time between stored pictures of the flow, and how many of the latest are stored: a key
frame is read when its repetition has ended."""


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

    start_cutouts: deque[tuple[float, Cutout]] = field(
        default_factory=lambda: deque(maxlen=START_STRIPS)
    )  # with their times
    cutouts: list[tuple[float, Cutout]] = field(default_factory=list)  # of repetitions
    registered: dict[float, ShankRegistered] = field(default_factory=dict)  # by time
    flow: dict[float, FlowFrame] = field(default_factory=dict)  # by time of a key frame
    home_px: Floats = field(default_factory=lambda: np.empty((0, 2)))  # of every point at the start
    home_regions: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    latest: deque[FlowFrame] = field(default_factory=lambda: deque(maxlen=FLOW_PICTURES))

    def add_cutout(self, event: ShankSeen) -> None:
        """Store a key frame's strip, and the flow's picture nearest to it."""
        time_s = event.frame.time_s
        if event.window == START:
            self.start_cutouts.append((time_s, event.cutout))
            return
        self.cutouts.append((time_s, event.cutout))
        if self.latest:
            self.flow[time_s] = min(self.latest, key=lambda flow: abs(flow.time_s - time_s))

    def add_flow(self, event: RegionsFollowed) -> None:
        """Store a picture with the points' positions at the start and now."""
        if np.array_equal(event.arrows_px[:, 0], event.arrows_px[:, 1]):  # followed from here
            self.home_px, self.home_regions = event.arrows_px[:, 0], event.regions
        last_s = self.latest[-1].time_s if self.latest else -np.inf
        if event.frame.time_s - last_s >= FLOW_SPACING_S:
            self.latest.append(self._flow_frame(event))

    def windows(self) -> dict[int, list[tuple[float, Cutout]]]:
        """Return first, middle and last strip of the start and of every repetition, by window.

        A start that was registered with nothing is returned too; it has no outline.
        """
        windows: dict[int, list[tuple[float, Cutout]]] = {}
        if not self.registered and self.start_cutouts:
            windows[START] = list(self.start_cutouts)
        for time_s, cutout in (*self.start_cutouts, *self.cutouts):
            window = self.registered[time_s].window if time_s in self.registered else UNUSED
            if window != UNUSED:
                windows.setdefault(window, []).append((time_s, cutout))
        return {
            window: [strips[i] for i in sorted({0, len(strips) // 2, len(strips) - 1})]
            for window, strips in sorted(windows.items())
        }

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
                steps.registered[evidence.time_s] = evidence
            case RegionsFollowed():
                steps.add_flow(evidence)

    def steps(self, model: str, side: Side) -> SideTrace:
        """Return the steps of one side with one model; empty where there were none."""
        return self._steps.get((model, side), SideTrace())
