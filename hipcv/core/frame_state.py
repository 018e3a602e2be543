"""What there is to show at one instant: numbers and places, no ink."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.assessment import Assessment, Rep
from hipcv.core.geometry import turned
from hipcv.core.kinematics import shank_px
from hipcv.core.landmarks import LEGS, Landmark, Side
from hipcv.core.measure import Motion, Start
from hipcv.core.pose import PoseTrack

Phase = Literal["before", "start", "moving", "plateau", "rest"]


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """One side at one instant, ready to be drawn on the frame of that instant.

    `shank_px` is the line of the leg that the angle used stands for: it begins at the knee and
    makes exactly `rotation_deg` with `start_shank_px`, so that picture and number agree.
    """

    side: Side
    time_s: float
    rotation_deg: float  # NaN = not read
    target_deg: float
    phase: Phase
    rep: int | None  # which repetition is under way, 0 first
    knee_px: Floats  # (2,)   where both shank lines begin; NaN = not seen
    shank_px: Floats  # (2,)   where the line of the shank ends now
    start_shank_px: Floats  # (2,)   where it would end, had it not turned since the start
    hips_px: Floats  # (2, 2) left, right
    shoulders_px: Floats  # (2, 2) left, right
    findings: tuple[str, ...]  # codes of compensations that have begun in this repetition
    finding_at_s: float  # when the latest of them began; NaN where there is none


def reading_at(motion: Motion, assessment: Assessment, track: PoseTrack, row: int) -> Reading:
    """What one side showed at one row of the track, as measured afterwards."""
    xy, time_s = track.xy_px[row], float(track.time_s[row])
    number = _rep_under_way(assessment, time_s)
    rep = None if number is None else assessment.reps[number]
    begun = [f for f in rep.findings if f.at_s <= time_s] if rep else []
    rotation = float(motion.rotation_deg[row])
    return Reading(
        side=motion.side,
        time_s=time_s,
        rotation_deg=rotation,
        target_deg=motion.protocol.target_deg,
        phase=_phase(motion.start, rep, time_s),
        rep=number,
        knee_px=xy[LEGS[motion.side].knee],
        **_shanks(motion.start, xy[LEGS[motion.side].knee], motion.side, rotation),
        hips_px=xy[[Landmark.LEFT_HIP, Landmark.RIGHT_HIP]],
        shoulders_px=xy[[Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]],
        findings=tuple(finding.code for finding in begun),
        finding_at_s=max((finding.at_s for finding in begun), default=float("nan")),
    )


def _shanks(
    start: Start | None, knee_px: Floats, side: Side, rotation_deg: float
) -> dict[str, Floats]:
    """Ends of the shank now and at the start, both hung from where the knee is now."""
    if start is None:
        unseen = np.full(2, np.nan)
        return {"shank_px": unseen, "start_shank_px": unseen}
    before = shank_px(start.xy_px, side)
    now = turned(before, LEGS[side].internal_sign * rotation_deg)
    return {"shank_px": knee_px + now, "start_shank_px": knee_px + before}


def _rep_under_way(assessment: Assessment, time_s: float) -> int | None:
    for number, rep in enumerate(assessment.reps):
        if rep.start_s <= time_s <= rep.end_s:
            return number
    return None


def _phase(start: Start | None, rep: Rep | None, time_s: float) -> Phase:
    if rep is not None:
        held = rep.plateau_s[0] <= time_s <= rep.plateau_s[1]
        return "plateau" if held else "moving"
    if start is None or time_s < start.span_s[0]:
        return "before"
    return "start" if time_s <= start.span_s[1] else "rest"
