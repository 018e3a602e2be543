"""One side at one frame, as the annotated video shows it: angles and positions in pixels."""

from dataclasses import dataclass

import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.assessment import Assessment
from hipcv.core.geometry import rotate
from hipcv.core.kinematics import shank_px
from hipcv.core.landmarks import LEGS, Landmark, Side
from hipcv.core.measure import Motion, Phase, Start
from hipcv.core.pose import PoseTrack


@dataclass(frozen=True, slots=True, eq=False)
class FrameState:
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


def frame_state_at(
    motion: Motion, assessment: Assessment, track: PoseTrack, row: int
) -> FrameState:
    """Return the state of one side at one row of the track, from its finished measurement."""
    xy, time_s = track.xy_px[row], float(track.time_s[row])
    phase, number = motion.phase_at(time_s)
    begun = [
        finding
        for rep in assessment.reps
        if rep.number == number
        for finding in rep.findings
        if finding.at_s <= time_s
    ]
    rotation = float(motion.rotation_deg[row])
    return FrameState(
        side=motion.side,
        time_s=time_s,
        rotation_deg=rotation,
        target_deg=motion.protocol.target_deg,
        phase=phase,
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
    """Return the ends of the shank now and at the start, both drawn from the present knee."""
    if start is None:
        return {"shank_px": np.full(2, np.nan), "start_shank_px": np.full(2, np.nan)}
    before = shank_px(start.xy_px, side)
    now = rotate(before, LEGS[side].internal_sign * rotation_deg)
    return {"shank_px": knee_px + now, "start_shank_px": knee_px + before}
