"""Second pass over a clip: outline of the shank at the key frames, region flow in between.

One pass over the frames, in time order, for all sides at once. No picture is stored: a key frame
leaves the edges of the shank, a step of the flow a turn and a shift for each region.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Final

import numpy as np

from hipcv.background import BackgroundWorker
from hipcv.core.arrays import Floats
from hipcv.core.closeup import PATCHES, START, Closeup, KeyFrames
from hipcv.core.interfaces import Frame, Mask, MaskEstimator
from hipcv.core.landmarks import LEGS, Side
from hipcv.core.outline import (
    Outline,
    Registration,
    Strip,
    register_patches,
    shank_turn_deg,
    template_of,
)
from hipcv.core.pose import Pose, PoseTrack
from hipcv.core.trace import RegionsFollowed, ShankRegistered, ShankSeen, TraceCallback
from hipcv.estimation.flow import FrameThinner, Gray, RegionFlow, gray_to_follow
from hipcv.estimation.silhouette import cut_out, foot_reach_ratio, sole_px

MAX_PENDING_STEPS: Final = 24
"""Flow steps, small grey pictures, that may wait while a key frame is processed."""


def refine(
    frames: Iterable[Frame],
    plans: Sequence[KeyFrames],
    estimator: MaskEstimator,
    track: PoseTrack,
    *,
    model: str,
    trace: TraceCallback | None = None,
) -> dict[Side, Closeup]:
    """Register the shank at the key frames of every side and follow regions in between.

    The frames are those the track was made from, in the same order; they are read no further than
    the last key frame. The track, of the first pass, locates the patient. There is one plan of key
    frames for each side; `model` is the estimator's, for the record.
    """
    sides = [_SideRefiner(plan, track, model, trace) for plan in plans if len(plan.index)]
    last = max((int(side.plan.index[-1]) for side in sides), default=-1)
    with BackgroundWorker(
        max_pending=MAX_PENDING_STEPS, synchronous=trace is not None
    ) as background:
        for row, frame in enumerate(frames if sides else ()):
            at_key = [side for side in sides if row in side.key_of_row]
            pose, mask = Pose.unseen(frame.time_s), None
            if at_key:
                pose, mask = estimator.estimate_with_mask(frame, track.xy_px[row])
            for side in at_key:
                side.add_key_frame(row, frame, pose, mask=mask)
            for side in sides:
                side.follow(row, frame, mask, background)
            if row >= last:
                break
    return {side.plan.side: side.closeup() for side in sides}


class _SideRefiner:
    """Collector of one side's outlines and region flow, fed frame by frame."""

    def __init__(
        self, plan: KeyFrames, track: PoseTrack, model: str, trace: TraceCallback | None
    ) -> None:
        self.plan = plan
        self.key_of_row = {int(row): key for key, row in enumerate(plan.index)}
        self._model = model
        self._trace = trace
        self._track = track
        start_rows = plan.index[plan.window == START]
        self._flow_rows = {int(row) for row in start_rows[len(start_rows) // 2 :]}
        self._start_px = _median_pose(track.xy_px[start_rows])
        knee, ankle = (self._start_px[row] for row in (LEGS[plan.side].knee, LEGS[plan.side].ankle))
        self._shank_px = float(np.linalg.norm(ankle - knee))
        self._start_turn_deg = float(shank_turn_deg(knee, ankle))
        self._poses: dict[int, Pose] = {}  # by key frame, as the next two
        self._outlines: dict[int, Outline] = {}
        self._soles_px: dict[int, Floats] = {}
        self._thinner: FrameThinner | None = None  # set when the flow begins
        self._flow: RegionFlow | None = None  # used by the background thread alone

    def add_key_frame(self, row: int, frame: Frame, pose: Pose, *, mask: Mask | None) -> None:
        """Store a key frame's landmarks and the edges of its shank."""
        key, leg = self.key_of_row[row], LEGS[self.plan.side]
        self._poses[key] = pose
        knee, ankle = pose.xy_px[leg.knee], pose.xy_px[leg.ankle]
        window = int(self.plan.window[key])
        turn_deg = self._start_turn_deg if window == START else float(shank_turn_deg(knee, ankle))
        strip = Strip(knee, turn_deg, self._shank_px)
        if mask is None or not np.isfinite(strip.matrix).all():
            return
        cutout = cut_out(frame.bgr, mask, strip)
        self._outlines[key] = cutout.outline
        self._soles_px[key] = sole_px(mask, strip)
        if self._trace:
            self._trace(ShankSeen(self._model, self.plan.side, window, frame, cutout))

    def follow(
        self, row: int, frame: Frame, mask: Mask | None, background: BackgroundWorker
    ) -> None:
        """Follow regions from the middle of the start to the last key frame."""
        if self._thinner is not None:
            if row <= self.plan.index[-1] and self._thinner.should_track(frame.time_s):
                gray = gray_to_follow(frame.bgr)
                traced = frame if self._trace else None
                background.submit(partial(self._push, gray, frame.time_s, traced))
        elif mask is not None and row in self._flow_rows and np.isfinite(self._start_px).all():
            self._thinner = FrameThinner(frame.time_s)
            background.submit(partial(self._begin, frame, mask))

    def _begin(self, frame: Frame, mask: Mask) -> None:
        self._flow = RegionFlow(frame, mask, self._start_px, self.plan.side)
        self._trace_flow(self._flow, frame)

    def _push(self, gray: Gray, time_s: float, frame: Frame | None) -> None:
        """Follow one step; the frame is referenced only if it is traced, to free its memory."""
        assert self._flow is not None
        self._flow.push(gray, time_s)
        self._trace_flow(self._flow, frame)

    def _trace_flow(self, flow: RegionFlow, frame: Frame | None) -> None:
        if self._trace and frame:
            arrows_px, regions = flow.arrows_px, flow.arrow_regions
            self._trace(RegionsFollowed(self._model, self.plan.side, frame, arrows_px, regions))

    def closeup(self) -> Closeup:
        """Register every key frame and return the arrays."""
        keys, plan = range(len(self.plan.index)), self.plan
        time_s = self._track.time_s[plan.index]
        poses = [self._poses.get(key, Pose.unseen(0.0)) for key in keys]
        rows = self._registrations(time_s)
        turn_deg = np.array([[r.turn_deg for r in row] for row in rows])
        return Closeup(
            side=plan.side,
            time_s=time_s,
            window=plan.window,
            xy_px=np.array([pose.xy_px for pose in poses]),
            visibility=np.array([pose.visibility for pose in poses]),
            rotation_deg=LEGS[plan.side].internal_sign * (turn_deg - self._start_turn_deg),
            residual_px=np.array([[r.residual for r in row] for row in rows]),
            slide_ratio=np.array([[r.slide_ratio for r in row] for row in rows]),
            knee_px=np.array([[r.knee_px for r in row] for row in rows]),
            foot_ratio=np.array([self._foot_ratio(key, rows[key]) for key in keys]),
            shank_px=self._shank_px,
            motion=self._flow.motion() if self._flow else None,
            model=self._model,
        )

    def _foot_ratio(self, key: int, registrations: Sequence[Registration]) -> float:
        """Return the reach of the foot below the registered knee, averaged over the patches."""
        return foot_reach_ratio(
            self._soles_px.get(key, np.empty((0, 2))),
            np.mean([r.knee_px for r in registrations], axis=0),
            float(np.mean([r.turn_deg for r in registrations])),
            self._shank_px,
        )

    def _registrations(self, time_s: Floats) -> list[tuple[Registration, ...]]:
        """Register every key frame to the start's outline; failed where either is absent."""
        starts = [o for key, o in self._outlines.items() if self.plan.window[key] == START]
        template = template_of(starts, self._start_turn_deg)
        rows = [(Registration.failed(),) * len(PATCHES) for _ in self.plan.index]
        if template is None:
            return rows
        for key, outline in self._outlines.items():
            rows[key] = register_patches(outline, template)
            if self._trace:
                self._trace(
                    ShankRegistered(
                        model=self._model,
                        side=self.plan.side,
                        window=int(self.plan.window[key]),
                        time_s=float(time_s[key]),
                        template=template,
                        outline=outline,
                        registrations=rows[key],
                    )
                )
        return rows


def _median_pose(xy_px: Floats) -> Floats:
    """Return the (33, 2) median of the complete poses; NaN if there is none."""
    complete = xy_px[np.isfinite(xy_px).all(axis=(1, 2))]
    return np.median(complete, axis=0) if len(complete) else np.full(xy_px.shape[1:], np.nan)
