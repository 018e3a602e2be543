"""The closer look: back to the frames where the number is decided, with the person's silhouette.

One pass over the frames, in time order, for all sides at once. No picture is kept: a key frame
leaves the edges of the shank behind, a step of the flow leaves a turn and a shift for each region.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Final, Protocol

import numpy as np

from hipcv.background import BackgroundWorker
from hipcv.core.arrays import Floats
from hipcv.core.closeup import PATCHES, START, Closeup, KeyFrames
from hipcv.core.interfaces import Frame
from hipcv.core.knee_extension import foot_reach_ratio
from hipcv.core.landmarks import LEGS, Side
from hipcv.core.outline import (
    Outline,
    Registration,
    Strip,
    register,
    shank_turn_deg,
    template_of,
)
from hipcv.core.pose import Pose, PoseTrack
from hipcv.core.trace import Evidence, RegionsFollowed, ShankRegistered, ShankSeen, TraceCallback
from hipcv.estimation.flow import FrameThinner, Gray, RegionFlow, gray_to_follow
from hipcv.estimation.silhouette import Mask, cut_out, sole_px

LAG: Final = 24
"""So many steps of following may wait, small grey pictures, while key frames are looked at."""


class MaskEstimator(Protocol):
    """Finds one person in a single picture, with their silhouette."""

    def estimate_with_mask(self, frame: Frame, near_px: Floats) -> tuple[Pose, Mask | None]:
        """The person nearest to a known place.

        Args:
            frame: the picture.
            near_px: (33, 2) where the person is about; NaN rows are ignored.

        Returns:
            Their pose, and a (H, W) mask 0..1 of the whole picture; an unseen pose and None where
            nobody is found.
        """
        ...


def refine(
    frames: Iterable[Frame],
    plans: Sequence[KeyFrames],
    estimator: MaskEstimator,
    track: PoseTrack,
    *,
    model: str,
    watch: TraceCallback | None = None,
) -> dict[Side, Closeup]:
    """Look closely at the key frames of every side, and follow regions in between.

    Args:
        frames: the frames the track was made from, in the same order; read no further than the
            last key frame.
        plans: which rows of the track to look at, one plan a side.
        estimator: finds the patient in a single picture.
        track: the first look; it says where the patient is.
        model: name of the estimator's model, for the record.
        watch: shown every step.
    """
    sides = [
        _SideLook(plan, track, model=model, watch=watch or _unwatched)
        for plan in plans
        if len(plan.index)
    ]
    last = max((int(side.plan.index[-1]) for side in sides), default=-1)
    with BackgroundWorker(max_pending=LAG, synchronous=watch is not None) as background:
        for row, frame in enumerate(frames if sides else ()):
            wanted = [side for side in sides if row in side.wanted]
            pose, mask = Pose.unseen(frame.time_s), None
            if wanted:
                pose, mask = estimator.estimate_with_mask(frame, track.xy_px[row])
            for side in wanted:
                side.see(row, frame, pose, mask=mask)
            for side in sides:
                side.follow(row, frame, mask, background)
            if row >= last:
                break
    return {side.plan.side: side.closeup() for side in sides}


class _SideLook:
    """What is gathered of one side while the frames go by."""

    def __init__(
        self, plan: KeyFrames, track: PoseTrack, *, model: str, watch: TraceCallback
    ) -> None:
        self.plan = plan
        self.wanted = {int(row): place for place, row in enumerate(plan.index)}
        self._model = model
        self._watch = watch
        self._track = track
        start_rows = plan.index[plan.window == START]
        self._flow_rows = {int(row) for row in start_rows[len(start_rows) // 2 :]}
        self._start_px = _median_pose(track.xy_px[start_rows])
        knee, ankle = (self._start_px[row] for row in (LEGS[plan.side].knee, LEGS[plan.side].ankle))
        self._shank_px = float(np.linalg.norm(ankle - knee))
        self._start_turn_deg = float(shank_turn_deg(knee, ankle))
        self._poses: dict[int, Pose] = {}
        self._outlines: dict[int, Outline] = {}
        self._soles_px: dict[int, Floats] = {}
        self._pace: FrameThinner | None = None  # once something is followed
        self._flow: RegionFlow | None = None  # used by the background thread alone

    def see(self, row: int, frame: Frame, pose: Pose, *, mask: Mask | None) -> None:
        """Keep a key frame's landmarks and the edges of its shank."""
        place, leg = self.wanted[row], LEGS[self.plan.side]
        self._poses[place] = pose
        knee, ankle = pose.xy_px[leg.knee], pose.xy_px[leg.ankle]
        at_start = self.plan.window[place] == START
        turn_deg = self._start_turn_deg if at_start else float(shank_turn_deg(knee, ankle))
        strip = Strip(knee, turn_deg, self._shank_px)
        if mask is None or not np.isfinite(strip.matrix).all():
            return
        cutout = cut_out(frame.bgr, mask, strip)
        self._outlines[place] = cutout.outline
        self._soles_px[place] = sole_px(mask, strip)
        window = int(self.plan.window[place])
        self._watch(ShankSeen(self._model, self.plan.side, window, frame, cutout))

    def follow(
        self, row: int, frame: Frame, mask: Mask | None, background: BackgroundWorker
    ) -> None:
        """Follow regions from the middle of the start to the last key frame."""
        if self._pace is not None:
            if row <= self.plan.index[-1] and self._pace.should_track(frame.time_s):
                gray = gray_to_follow(frame.bgr)
                shown = None if self._watch is _unwatched else frame
                background.submit(partial(self._push, gray, frame.time_s, shown))
        elif mask is not None and row in self._flow_rows and np.isfinite(self._start_px).all():
            self._pace = FrameThinner(frame.time_s)
            background.submit(partial(self._begin, frame, mask))

    def _begin(self, frame: Frame, mask: Mask) -> None:
        self._flow = RegionFlow(frame, mask, self._start_px, self.plan.side)
        self._show(self._flow, frame)

    def _push(self, gray: Gray, time_s: float, shown: Frame | None) -> None:
        """One step; the whole picture is kept no longer than it is shown to somebody."""
        assert self._flow is not None
        self._flow.push(gray, time_s)
        if shown is not None:
            self._show(self._flow, shown)

    def _show(self, flow: RegionFlow, frame: Frame) -> None:
        arrows_px, regions = flow.arrows_px, flow.arrow_regions
        self._watch(RegionsFollowed(self._model, self.plan.side, frame, arrows_px, regions))

    def closeup(self) -> Closeup:
        """Register every key frame and hand over the evidence."""
        keys, plan = len(self.plan.index), self.plan
        time_s = self._track.time_s[plan.index]
        poses = [self._poses.get(place, Pose.unseen(0.0)) for place in range(keys)]
        registered = self._registered(time_s)
        turn_deg = np.array([[r.turn_deg for r in each] for each in registered])
        return Closeup(
            side=plan.side,
            time_s=time_s,
            window=plan.window,
            xy_px=np.array([pose.xy_px for pose in poses]),
            visibility=np.array([pose.visibility for pose in poses]),
            rotation_deg=LEGS[plan.side].internal_sign * (turn_deg - self._start_turn_deg),
            residual_px=np.array([[r.residual for r in each] for each in registered]),
            slide_ratio=np.array([[r.slide_ratio for r in each] for each in registered]),
            knee_px=np.array([[r.knee_px for r in each] for each in registered]),
            foot_ratio=np.array(
                [self._foot_ratio(place, registered[place]) for place in range(keys)]
            ),
            shank_px=self._shank_px,
            motion=self._flow.motion() if self._flow else None,
            model=self._model,
        )

    def _foot_ratio(self, place: int, registrations: Sequence[Registration]) -> float:
        """How far the foot reaches below the registered knee, by the mean of the patches."""
        return foot_reach_ratio(
            self._soles_px.get(place, np.empty((0, 2))),
            np.mean([each.knee_px for each in registrations], axis=0),
            float(np.mean([each.turn_deg for each in registrations])),
            self._shank_px,
        )

    def _registered(self, time_s: Floats) -> list[tuple[Registration, ...]]:
        """Every key frame laid on the start's outline; failed where there is none of either."""
        starts = [o for place, o in self._outlines.items() if self.plan.window[place] == START]
        template = template_of(starts, self._start_turn_deg)
        done = [(Registration.failed(),) * len(PATCHES) for _ in self.plan.index]
        if template is None:
            return done
        for place, outline in self._outlines.items():
            done[place] = tuple(register(outline, template, stretch) for stretch in PATCHES)
            self._watch(
                ShankRegistered(
                    model=self._model,
                    side=self.plan.side,
                    window=int(self.plan.window[place]),
                    time_s=float(time_s[place]),
                    template=template,
                    outline=outline,
                    registrations=done[place],
                )
            )
        return done


def _median_pose(xy_px: Floats) -> Floats:
    """(33, 2) median of the poses that were seen; NaN where none was."""
    seen = xy_px[np.isfinite(xy_px).all(axis=(1, 2))]
    return np.median(seen, axis=0) if len(seen) else np.full(xy_px.shape[1:], np.nan)


def _unwatched(_evidence: Evidence) -> None:
    return None
