"""Registration of the outlines that masks show, at key frames of a clip.

A mask is independent of the tracked outline: it gives the template that is tracked, checks the
track at the plateaus, and stands in for it where the two disagree. No picture is stored: a key
frame leaves landmarks and the edges of the shank.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from hipcv.core.arrays import Floats, Ints
from hipcv.core.closeup import START, Closeup, KeyFrames, RegionMotion
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
from hipcv.core.shank_track import PATCHES
from hipcv.core.trace import ShankRegistered, ShankSeen, TraceCallback
from hipcv.estimation.silhouette import cut_out, foot_reach_ratio, sole_px

WindowOf = Callable[[float], int]
"""Returns the window of a key frame that is not of the start, given its time; see `Closeup`."""


def refine(
    frames: Iterable[Frame],
    plans: Sequence[KeyFrames],
    estimator: MaskEstimator,
    track: PoseTrack,
    *,
    model: str,
    trace: TraceCallback | None = None,
) -> dict[Side, Closeup]:
    """Register the shank at the key frames of every side.

    The frames are those the track was made from, in the same order; they are read no further than
    the last key frame. The track, of the first pass, locates the patient. There is one plan of key
    frames for each side; `model` is the estimator's, for the record.
    """
    legs = {plan.side: MaskOutlines(plan.side, model, trace) for plan in plans if len(plan.index)}
    windows = {
        plan.side: dict(zip(plan.index.tolist(), plan.window.tolist(), strict=True))
        for plan in plans
    }
    last = max((int(plan.index[-1]) for plan in plans if len(plan.index)), default=-1)
    for row, frame in enumerate(frames if legs else ()):
        at_key = [side for side in legs if row in windows[side]]
        if at_key:
            pose, mask = estimator.estimate_with_mask(frame, track.xy_px[row])
        for side in at_key:
            legs[side].add(frame, pose, mask, at_start=windows[side][row] == START)
        if row >= last:
            break
    by_time = {
        side: {float(track.time_s[row]): window for row, window in rows.items()}
        for side, rows in windows.items()
    }
    return {side: leg.closeup(by_time[side].__getitem__) for side, leg in legs.items()}


@dataclass(frozen=True, slots=True, eq=False)
class _KeyFrame:
    """One key frame of one leg."""

    time_s: float
    at_start: bool
    pose: Pose
    outline: Outline | None  # None: no mask, or the leg is not in it
    sole_px: Floats  # (N, 2)


class MaskOutlines:
    """Collector of one leg's outlines by masks, fed in time order.

    The first key frame of the start that shows the leg fixes the ruler and the direction in which
    the strips of all key frames of the start are laid.
    """

    def __init__(self, side: Side, model: str, trace: TraceCallback | None = None) -> None:
        self.side = side
        self._model = model
        self._trace = trace
        self._ruler: Strip | None = None
        self._keys: list[_KeyFrame] = []

    def add(self, frame: Frame, pose: Pose, mask: Mask | None, *, at_start: bool) -> None:
        """Store a key frame's landmarks and the edges of its shank."""
        strip = self._strip(pose, at_start=at_start)
        outline, sole = None, np.empty((0, 2))
        if mask is not None and strip is not None:
            outline = self._cut_out(frame, mask, strip, at_start=at_start)
            sole = sole_px(mask, strip)
        self._keys.append(_KeyFrame(frame.time_s, at_start, pose, outline, sole))

    def outline(self, frame: Frame, pose: Pose, mask: Mask | None) -> Outline | None:
        """Return the edges of the shank in a frame that is no key frame; None without the leg."""
        strip = self._strip(pose, at_start=False)
        if mask is None or strip is None:
            return None
        return self._cut_out(frame, mask, strip, at_start=False)

    def _cut_out(self, frame: Frame, mask: Mask, strip: Strip, *, at_start: bool) -> Outline:
        cutout = cut_out(frame.bgr, mask, strip)
        if self._trace:
            window = START if at_start else 0
            self._trace(ShankSeen(self._model, self.side, window, frame, cutout))
        return cutout.outline

    def clear_start(self) -> None:
        """Forget the start, to collect it anew."""
        self._ruler = None
        self._keys = [key for key in self._keys if not key.at_start]

    def template(self) -> Outline | None:
        """Return the outline of the start; None where no key frame of it shows the leg."""
        outlines = [key.outline for key in self._keys if key.at_start and key.outline is not None]
        return template_of(outlines, self._ruler.turn_deg) if self._ruler else None

    def start_px(self) -> Floats:
        """Return the median pose (33, 2) of the start's key frames; NaN where there is none."""
        poses = np.array([key.pose.xy_px for key in self._keys if key.at_start]).reshape(-1, 33, 2)
        complete = poses[np.isfinite(poses).all(axis=(1, 2))]
        return np.median(complete, axis=0) if len(complete) else np.full((33, 2), np.nan)

    def _strip(self, pose: Pose, *, at_start: bool) -> Strip | None:
        leg = LEGS[self.side]
        knee, ankle = pose.xy_px[leg.knee], pose.xy_px[leg.ankle]
        if not np.isfinite(knee + ankle).all():
            return None
        turn_deg = float(shank_turn_deg(knee, ankle))
        if self._ruler is None:
            if not at_start:
                return None
            self._ruler = Strip(knee, turn_deg, float(np.linalg.norm(ankle - knee)))
        turn_deg = self._ruler.turn_deg if at_start else turn_deg
        return Strip(knee, turn_deg, self._ruler.shank_px)

    def closeup(self, window_of: WindowOf, motion: RegionMotion | None = None) -> Closeup:
        """Register every key frame and return the arrays."""
        keys = sorted(self._keys, key=lambda key: key.time_s)
        window = np.array(
            [START if key.at_start else window_of(key.time_s) for key in keys], dtype=np.int64
        )
        rows = self._registrations(keys, window)
        turn_deg = np.array([[r.turn_deg for r in row] for row in rows]).reshape(-1, len(PATCHES))
        zero_deg = self._ruler.turn_deg if self._ruler else np.nan
        return Closeup(
            side=self.side,
            time_s=np.array([key.time_s for key in keys]),
            window=window,
            xy_px=np.array([key.pose.xy_px for key in keys]).reshape(-1, 33, 2),
            visibility=np.array([key.pose.visibility for key in keys]).reshape(-1, 33),
            rotation_deg=LEGS[self.side].internal_sign * (turn_deg - zero_deg),
            residual_px=_column(rows, "residual"),
            slide_ratio=_column(rows, "slide_ratio"),
            knee_px=np.array([[r.knee_px for r in row] for row in rows]).reshape(
                -1, len(PATCHES), 2
            ),
            foot_ratio=np.array(
                [self._foot_ratio(key, row) for key, row in zip(keys, rows, strict=True)]
            ),
            shank_px=self._ruler.shank_px if self._ruler else np.nan,
            motion=motion,
            model=self._model,
        )

    def _foot_ratio(self, key: _KeyFrame, registrations: Sequence[Registration]) -> float:
        """Return the reach of the foot below the registered knee, averaged over the patches."""
        assert self._ruler is not None or not len(key.sole_px)
        return foot_reach_ratio(
            key.sole_px,
            np.mean([r.knee_px for r in registrations], axis=0),
            float(np.mean([r.turn_deg for r in registrations])),
            self._ruler.shank_px if self._ruler else np.nan,
        )

    def _registrations(
        self, keys: Sequence[_KeyFrame], window: Ints
    ) -> list[tuple[Registration, ...]]:
        """Register every key frame to the start's outline; failed where either is absent."""
        template = self.template()
        rows = [(Registration.failed(),) * len(PATCHES) for _ in keys]
        if template is None:
            return rows
        for index, key in enumerate(keys):
            if key.outline is None:
                continue
            rows[index] = register_patches(key.outline, template)
            if self._trace:
                self._trace(
                    ShankRegistered(
                        model=self._model,
                        side=self.side,
                        window=int(window[index]),
                        time_s=key.time_s,
                        template=template,
                        outline=key.outline,
                        registrations=rows[index],
                    )
                )
        return rows


def _column(rows: Sequence[Sequence[Registration]], name: str) -> Floats:
    """Return one field of all registrations, (K, P)."""
    values = [[getattr(registration, name) for registration in row] for row in rows]
    return np.array(values, dtype=np.float64).reshape(-1, len(PATCHES))
