"""Derives what the person is shown from the state of a session: numbers and codes, no words."""

from typing import Final

import numpy as np

from hipcv.core.geometry import rotate
from hipcv.core.guide import SessionState, practice_asked, reps_asked, still_share
from hipcv.core.kinematics import shank_px
from hipcv.core.landmarks import LEGS, Side
from hipcv.core.live import LegProgress
from hipcv.core.quality import foot_margin_share
from hipcv.core.view_model import GuideView, ShankAxis, Stage

CUE_S: Final = 1.5
"""A cue stays this long after its cause has gone, so that it can be read."""

HOLDING_S: Final = 0.3
"""After a hold of this length the cue is to hold, not to go further, whatever one pose reads."""

BACK_SHARE: Final = 0.8
"""Below this share of its end range the leg is on its way back."""

SETTLE_S: Final = 1.0
"""The recording begins with this much stillness, the start that defines 0 degrees."""


def present(state: SessionState) -> GuideView:
    """Return the view of a session that has at least one observation."""
    plan, leg, now = state.plan, _displayed_leg(state), state.now
    angle_deg = leg.smooth_deg if leg.turning else leg.rotation_deg
    left_s = plan.protocol.guide_countdown_s - (now.time_s - state.since_s)
    waiting = state.stage in (Stage.STILL, Stage.CHANGEOVER)
    return GuideView(
        stage=state.stage,
        time_s=now.time_s,
        pose=now.pose,
        sides=plan.sides,
        side=state.active or next(iter(state.sides), None),
        axis=_axis(state),
        question=next(iter(state.questions), ""),
        advice=state.advice,
        checks=state.checks,
        still_share=still_share(state) if waiting else 0.0,
        count=max(1, int(np.ceil(left_s))) if state.stage is Stage.COUNTDOWN else None,
        rotation_deg=leg.corrected_deg(angle_deg),
        angle_source=leg.reading.source if leg.reading and np.isfinite(angle_deg) else "",
        peak_deg=leg.corrected_deg(leg.peak_deg),
        target_deg=plan.protocol.target_deg,
        hold_share=min(1.0, leg.hold_s / plan.protocol.guide_hold_s),
        external=leg.external,
        rep=len(leg.reps_this_way) + 1 - practice_asked(state),
        reps=reps_asked(state),
        reps_done=leg.reps,
        previews=state.previews,
        with_external=plan.external,
        cue=_cue(state) if state.stage is Stage.TURNING else None,
        notice="low_frame_rate" if now.rate_hz < plan.protocol.frame_rate_low_hz else "",
        recording=state.recording,
        recorded_s=now.time_s - state.recorded_from_s if state.recording else 0.0,
    )


def _displayed_leg(state: SessionState) -> LegProgress:
    """Return the active leg; while that is not known, the one with the larger rotation."""
    if state.active is not None or not state.legs:
        return state.leg
    return max(state.legs.values(), key=lambda leg: leg.reading.rotation_deg if leg.reading else 0)


def _axis(state: SessionState) -> ShankAxis | None:
    """Return the shank of the active leg, by its outline or else by landmarks."""
    side, start_px = state.active, state.start_px
    if side is None or start_px is None:
        return None
    hanging_px, shank = shank_px(start_px, side), state.now.shanks.get(side)
    person = np.isfinite(state.now.pose.xy_px).any()
    if shank is None or not (person and np.isfinite(state.leg.zero_deg)):
        knee_px = state.now.pose.xy_px[LEGS[side].knee]
        return ShankAxis(
            knee_px, knee_px + shank_px(state.now.pose.xy_px, side), knee_px + hanging_px
        )
    down_px = np.array([0.0, np.linalg.norm(hanging_px)])
    zero_deg = LEGS[side].internal_sign * state.leg.zero_deg
    ends = shank.knee_px + rotate(down_px, np.array([shank.mean_deg, zero_deg]))
    return ShankAxis(shank.knee_px, *ends)


def _cue(state: SessionState) -> str:
    """Return the most important cue: first what spoils the recording, then the repetition."""
    now, leg = state.now, state.leg
    if not np.isfinite(now.pose.xy_px).any():
        return "stay_in_view"
    if min(foot_margin_share(now.pose.xy_px, side, now.size_px) for side in Side) < 0:
        return "feet_in_view"
    code, at_s = state.last_finding
    if now.time_s - at_s <= CUE_S:
        return code
    return _phase_of_rep(state, leg) if leg.turning else _between_reps(state, leg)


def _phase_of_rep(state: SessionState, leg: LegProgress) -> str:
    """Return the cue for the part of the repetition the person is in."""
    if leg.hold_s >= state.plan.protocol.guide_hold_s:
        return "go_back"
    if leg.rotation_deg < BACK_SHARE * leg.peak_deg:
        return "hold_longer"
    return "hold" if leg.hold_s > HOLDING_S else "further"


def _between_reps(state: SessionState, leg: LegProgress) -> str:
    """Return the cue at rest: what was wrong with the last repetition, or the next one."""
    active, now_s = state.active, state.now.time_s
    if active is not None and state.legs.get(active.other, LegProgress()).turning:
        return "other_leg"
    just_ended = now_s - state.moved_s < CUE_S
    wrong_way = leg.rotation_deg < -state.plan.protocol.external_min_deg
    if wrong_way and not (leg.external and just_ended):  # it may be on its way back from outwards
        return "other_way_in" if leg.external else "other_way"
    if leg.reps_this_way and just_ended:
        last = leg.reps_this_way[-1]
        if last.broken:
            return last.broken[0]
        if not last.held:
            return "hold_longer"
    if leg.external:
        return "turn_in"
    settling = not leg.reps and now_s - state.since_s < SETTLE_S
    return "hold_still" if settling else "turn_out"
