"""From where a session stands to what the person is shown: numbers and codes, no words."""

from typing import Final

import numpy as np

from hipcv.core.guide import Observation, SessionState, still_share
from hipcv.core.landmarks import Side
from hipcv.core.live import LegProgress
from hipcv.core.quality import foot_room
from hipcv.core.view_model import GuideView, Stage

READ_S: Final = 1.5
"""A cue stays for so long after its cause has gone, so that it can be read."""

HOLDING_S: Final = 0.3
"""Who has held for so long is told to hold, not to go further, whatever one pose reads."""

BACK_SHARE: Final = 0.8
"""Below this share of its end range the leg is on its way back."""

SETTLE_S: Final = 1.0
"""The recording begins with so much stillness: it is the start that defines 0 degrees."""

WAITING: Final = (Stage.STILL, Stage.CHANGEOVER)
"""The stages that go on once the person is still."""


def present(state: SessionState) -> GuideView:
    """What to show of a session that has seen at least one picture."""
    plan, leg, now = state.plan, _shown(state), state.now
    counted = state.stage is Stage.COUNTDOWN
    left_s = plan.protocol.guide_countdown_s - (now.time_s - state.since_s)
    return GuideView(
        stage=state.stage,
        time_s=now.time_s,
        pose=now.pose,
        sides=plan.sides,
        side=state.active or next(iter(state.sides), None),
        start_px=state.start_px,
        checks=state.checks,
        still_share=still_share(state) if state.stage in WAITING else 0.0,
        count=max(1, int(np.ceil(left_s))) if counted else None,
        rotation_deg=_rotation_deg(leg),
        peak_deg=leg.peak_deg,
        target_deg=plan.protocol.target_deg,
        hold_share=min(1.0, leg.hold_s / plan.protocol.guide_hold_s),
        rep=len(leg.marks) + 1 - plan.practice,
        reps=plan.wanted,
        marks=leg.marks,
        cue=_cue(state) if state.stage is Stage.TURNING else None,
        notice="low_frame_rate" if now.rate_hz < plan.protocol.frame_rate_low_hz else "",
        recording=state.recording,
        recorded_s=now.time_s - state.recorded_from_s if state.recording else 0.0,
    )


def _shown(state: SessionState) -> LegProgress:
    """The leg whose turn it is; while that is not known, the one further out."""
    if state.active is not None or not state.legs:
        return state.leg
    return max(state.legs.values(), key=lambda leg: leg.reading.rotation_deg if leg.reading else 0)


def _rotation_deg(leg: LegProgress) -> float:
    """What the dial shows: calm through a repetition, never beyond its own peak."""
    if leg.turning:
        return leg.calm_deg
    return leg.reading.rotation_deg if leg.reading else float("nan")


def _cue(state: SessionState) -> str:
    """What to do now: first what spoils the recording, then what spoils the repetition."""
    now, leg = state.now, state.leg
    if not np.isfinite(now.pose.xy_px).any():
        return "stay_in_view"
    if min(foot_room(now.pose.xy_px, side, now.size_px) for side in Side) < 0:
        return "feet_in_view"
    code, at_s = state.noted
    if now.time_s - at_s <= READ_S:
        return code
    return _way(state, leg) if leg.turning else _rest(state, leg, now)


def _way(state: SessionState, leg: LegProgress) -> str:
    """Through a repetition: out, hold, back."""
    now_deg = leg.reading.rotation_deg if leg.reading else float("nan")
    if leg.hold_s >= state.plan.protocol.guide_hold_s:
        return "go_back"
    if now_deg < BACK_SHARE * leg.peak_deg:
        return "hold_longer"
    return "hold" if leg.hold_s > HOLDING_S else "further"


def _rest(state: SessionState, leg: LegProgress, now: Observation) -> str:
    """Between repetitions: what was wrong with the last one, or the next."""
    p = state.plan.protocol
    active = state.active
    if active is not None and state.legs.get(active.other, LegProgress()).turning:
        return "other_leg"
    if leg.reading is not None and leg.reading.rotation_deg < -p.external_min_deg:
        return "other_way"
    if leg.marks and not leg.marks[-1].held and now.time_s - state.moved_s < READ_S:
        return "hold_longer"
    fresh = not leg.marks and now.time_s - state.since_s < SETTLE_S
    return "hold_still" if fresh else "turn_out"
