"""One side at one frame, as the annotated video shows it: angles and positions in pixels."""

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.assessment import Assessment
from hipcv.core.geometry import rotate
from hipcv.core.issues import Finding
from hipcv.core.kinematics import shank_length_px
from hipcv.core.landmarks import LEGS, Landmark, Side
from hipcv.core.measure import Motion, Phase
from hipcv.core.pose import PoseTrack
from hipcv.core.shank_track import AngleSource


@dataclass(frozen=True, slots=True, eq=False)
class FrameState:
    """One side at one instant, ready to be drawn on the frame of that instant.

    Where the outline was tracked, the line of the shank is its axis in the picture, so the turn
    between the two lines is the picture's: `rotation_deg` is the same corrected for the view.
    Elsewhere the line begins at the knee's landmark, and the turn is `rotation_deg` itself.
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
    source: AngleSource = "outline"  # of the angle


def frame_state_at(
    motion: Motion, assessment: Assessment, track: PoseTrack, row: int
) -> FrameState:
    """Return the state of one side at one row of the track, from its finished measurement."""
    xy, time_s = track.xy_px[row], float(track.time_s[row])
    phase, number = motion.phase_at(time_s)
    begun = [f for f in _findings(assessment, number) if f.at_s <= time_s]
    knee, now, before = shank_lines_px(motion, track, row)
    return FrameState(
        side=motion.side,
        time_s=time_s,
        rotation_deg=float(motion.rotation_deg[row]),
        target_deg=motion.protocol.target_deg,
        phase=phase,
        rep=number,
        knee_px=knee,
        shank_px=now,
        start_shank_px=before,
        hips_px=xy[[Landmark.LEFT_HIP, Landmark.RIGHT_HIP]],
        shoulders_px=xy[[Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]],
        findings=tuple(finding.code for finding in begun),
        finding_at_s=max((finding.at_s for finding in begun), default=float("nan")),
        source=motion.source_at(row),
    )


def _findings(assessment: Assessment, number: int | None) -> tuple[Finding, ...]:
    """Return the findings of a repetition; they are in the order of their numbers."""
    reps = assessment.reps
    index = len(reps) if number is None else bisect_left(reps, number, key=lambda rep: rep.number)
    is_found = index < len(reps) and reps[index].number == number
    return reps[index].findings if is_found else ()


def shank_lines_px(motion: Motion, track: PoseTrack, row: int) -> Floats:
    """Return the shank in one frame, (3, 2): the knee, the far end now, and that at the start.

    Both lines begin at the present knee and have the shank's length at the start. NaN where nothing
    was read, or without a start.
    """
    if motion.start is None:
        return np.full((3, 2), np.nan)
    leg, knee_px = LEGS[motion.side], _tracked_knee_px(motion, track, row)
    turn_deg = motion.rotation_deg[row] if knee_px is None else motion.raw_deg[row]
    down = np.array([0.0, float(shank_length_px(motion.start.xy_px, motion.side))])
    before = rotate(down, leg.internal_sign * motion.start.tilt_deg)
    now = rotate(before, leg.internal_sign * float(turn_deg))
    knee = track.xy_px[row, leg.knee] if knee_px is None else knee_px
    return np.array([knee, knee + now, knee + before])


def _tracked_knee_px(motion: Motion, track: PoseTrack, row: int) -> Floats | None:
    """Return the knee by registration, (2,), interpolated in a bridged gap; None elsewhere."""
    shank, by_outline = track.shanks.get(motion.side), motion.by_outline
    if shank is None or by_outline is None:
        return None
    if by_outline[row]:
        return np.asarray(shank.knee_px[row])
    if not (motion.bridged[row] and by_outline.any()):
        return None
    time_s, knee_px = track.time_s[by_outline], shank.knee_px[by_outline]
    return np.array([np.interp(track.time_s[row], time_s, axis) for axis in knee_px.T])
