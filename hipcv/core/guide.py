"""State machine of the guided test: one observation and perhaps a key in, the next state out.

There is no clock, camera or screen here: time is that of the observations, so a session replays
exactly from recorded landmarks.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.framing import FramingInput, check_framing, first_broken
from hipcv.core.landmarks import Side
from hipcv.core.live import LegProgress, LegTracker
from hipcv.core.pose import Pose
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.stillness import median_pose_px, still_for_s
from hipcv.core.view_model import FramingCheck, Key, Stage

FRAMING_WINDOW_S: Final = 0.5
"""Framing and light are checked on the median of this window: one bad pose changes no prompt."""

BROKEN_S: Final = 0.7
"""A framing rule must be broken for this long before the session goes back to framing."""

CHANGEOVER_S: Final = 1.0
"""Minimum time the change of legs is shown, even if the other leg has begun already."""


SIDE_CHOICES: Final[dict[str, tuple[Side, ...]]] = {
    "left": (Side.LEFT,),
    "right": (Side.RIGHT,),
    "both": (Side.LEFT, Side.RIGHT),
    "auto": (),
}
"""Legs of a session, in order, by the name of the choice; empty: whichever leg moves."""


@dataclass(frozen=True, slots=True)
class SessionPlan:
    """Protocol and legs of one session."""

    protocol: MeasurementProtocol = field(default_factory=MeasurementProtocol)
    sides: tuple[Side, ...] = ()  # in order; empty: whichever leg moves
    confirmed: bool = False  # the safety questions were answered before

    @property
    def reps(self) -> int:
        """Number of measured repetitions for each leg."""
        return int(self.protocol.reps_wanted)

    @property
    def practice_reps(self) -> int:
        """Number of practice repetitions before them, as the analysis will count them."""
        return max(0, int(self.protocol.practice_from_reps) - self.reps)


@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    """Pose, luminance and people count of one frame."""

    pose: Pose  # NaN = nobody in view
    size_px: tuple[int, int]  # width, height
    luminance: float = 1.0  # 0 black .. 1 white
    people: int = -1  # -1 = not counted
    rate_hz: float = np.nan  # measured frame rate of the camera; NaN = not known yet

    @property
    def time_s(self) -> float:
        """Time on the camera's clock."""
        return self.pose.time_s


@dataclass(frozen=True, slots=True, eq=False)
class SessionState:
    """Complete state of a session after its latest observation."""

    plan: SessionPlan
    stage: Stage
    since_s: float  # when the stage began
    sides: tuple[Side, ...]  # legs still to do, the present one first; empty: whichever moves
    recent: tuple[Observation, ...] = ()  # of the last `guide_still_s`, the latest last
    checks: tuple[FramingCheck, ...] = ()
    good_s: float = -np.inf  # when no framing rule was broken last
    forced: bool = False  # the count-down does not wait for good framing
    start_px: Floats | None = None  # (33, 2) pose that defines 0 degrees
    legs: Mapping[Side, LegProgress] = field(default_factory=dict)
    active: Side | None = None  # leg under test; None: not known yet
    done: tuple[Side, ...] = ()  # legs that have finished, or were left
    moved_s: float = 0.0  # when a leg last turned
    last_finding: tuple[str, float] = ("", -np.inf)  # compensation code, when it last showed
    take: int = 1  # number of the recording; a redo begins another one
    recorded_from_s: float = np.nan

    @property
    def now(self) -> Observation:
        """The latest observation."""
        return self.recent[-1]

    @property
    def recording(self) -> bool:
        """True while frames belong in the file."""
        return self.stage in (Stage.TURNING, Stage.CHANGEOVER)

    @property
    def leg(self) -> LegProgress:
        """Progress of the active leg."""
        return self.legs.get(self.active, LegProgress()) if self.active else LegProgress()


def begin(plan: SessionPlan) -> SessionState:
    """Return the state of a session before its first observation."""
    stage = Stage.FRAMING if plan.confirmed else Stage.SAFETY
    return SessionState(plan, stage, since_s=-np.inf, sides=plan.sides)


def advance(state: SessionState, observation: Observation, key: Key | None = None) -> SessionState:
    """Return the state after one more observation, and the key pressed before it."""
    oldest_s = observation.time_s - state.plan.protocol.guide_still_s - FRAMING_WINDOW_S
    recent = (*(past for past in state.recent if past.time_s >= oldest_s), observation)
    state = replace(state, recent=recent)
    if not np.isfinite(state.since_s):
        state = replace(state, since_s=observation.time_s)
    if key is not None:
        state = _apply_key(state, key)
    return _STEPS[state.stage](state)


# --- keys


def _apply_key(state: SessionState, key: Key) -> SessionState:
    if key is Key.STOP:
        return _enter(state, Stage.FINISHED)
    if state.stage is Stage.SAFETY:
        return _choose_or_confirm(state, key)
    if key is Key.SKIP:
        return _skip(state)
    if key is Key.REDO and state.recording:
        return _redo(state)
    return state


def _choose_or_confirm(state: SessionState, key: Key) -> SessionState:
    if key.value in SIDE_CHOICES:
        plan = replace(state.plan, sides=SIDE_CHOICES[key.value])
        return replace(state, plan=plan, sides=plan.sides)
    return _enter(state, Stage.FRAMING) if key is Key.CONFIRM else state


def _skip(state: SessionState) -> SessionState:
    """Go on without waiting: to the count-down, to the recording, to the next leg."""
    if state.stage in (Stage.FRAMING, Stage.STILL):
        return replace(_enter(state, Stage.COUNTDOWN), forced=True)
    if state.stage is Stage.COUNTDOWN:
        return _begin_recording(state)
    return _finish_leg(state) if state.stage is Stage.TURNING else _begin_leg(state)


def _redo(state: SessionState) -> SessionState:
    """Begin the active leg again in a new recording; finished legs stay finished."""
    redone = () if state.active is None else (state.active,)
    rest = tuple(side for side in state.sides if side not in redone)
    return SessionState(
        state.plan,
        Stage.FRAMING,
        since_s=state.now.time_s,
        sides=(*redone, *rest) if state.plan.sides or state.done else (),
        recent=state.recent,
        take=state.take + 1,
        done=state.done,
    )


# --- stages


def _framing(state: SessionState) -> SessionState:
    state = _with_checks(state)
    return state if first_broken(state.checks) else _enter(state, Stage.STILL)


def _still(state: SessionState) -> SessionState:
    state = _with_checks(state)
    if _framing_lost(state):
        return _enter(state, Stage.FRAMING)
    return state if still_share(state) < 1 else _enter(state, Stage.COUNTDOWN)


def _countdown(state: SessionState) -> SessionState:
    state = _with_checks(state)
    poses = [past.pose for past in _window(state)]
    still = still_for_s(poses, state.plan.protocol) >= poses[-1].time_s - poses[0].time_s
    if not state.forced and (_framing_lost(state) or not still):
        return _enter(state, Stage.STILL)
    over = state.now.time_s - state.since_s >= state.plan.protocol.guide_countdown_s
    return _begin_recording(state) if over else state


def _reps(state: SessionState) -> SessionState:
    """Track the legs until the active one has done its repetitions, or has rested too long."""
    before, state = state.active, _track_legs(state)
    if before is not None and state.active is not before:
        return _enter(replace(state, done=(*state.done, before)), Stage.CHANGEOVER)
    if len(state.leg.reps) >= state.plan.reps + state.plan.practice_reps:
        return _finish_leg(state)
    idle_s = state.now.time_s - max(state.moved_s, state.since_s)
    return _finish_leg(state) if idle_s > state.plan.protocol.guide_idle_s else state


def _changeover(state: SessionState) -> SessionState:
    """Wait until the person sits still again, or the other leg has begun already."""
    state = _track_legs(state)
    waited_s = state.now.time_s - state.since_s
    p = state.plan.protocol
    if state.leg.turning or state.leg.reps:
        return state if waited_s < CHANGEOVER_S else _enter(state, Stage.TURNING)
    if not state.plan.sides and waited_s > p.guide_idle_s / 2:
        return _enter(state, Stage.FINISHED)
    ready = waited_s >= p.guide_countdown_s and still_share(state) >= 0.5  # noqa: PLR2004 - half
    return _begin_leg(state) if ready and state.plan.sides else state


_STEPS: Final[dict[Stage, Callable[[SessionState], SessionState]]] = {
    Stage.SAFETY: lambda state: state,  # until a key
    Stage.FRAMING: _framing,
    Stage.STILL: _still,
    Stage.COUNTDOWN: _countdown,
    Stage.TURNING: _reps,
    Stage.CHANGEOVER: _changeover,
    Stage.FINISHED: lambda state: state,
}


def _enter(state: SessionState, stage: Stage) -> SessionState:
    return replace(state, stage=stage, since_s=state.now.time_s, last_finding=("", -np.inf))


def _begin_recording(state: SessionState) -> SessionState:
    return _begin_leg(replace(state, recorded_from_s=state.now.time_s))


def _begin_leg(state: SessionState) -> SessionState:
    """Begin the next leg's repetitions; its 0 degrees is the pose the person sits in now."""
    return replace(
        _enter(state, Stage.TURNING),
        start_px=median_pose_px([past.pose for past in state.recent]),
        legs={},
        active=state.sides[0] if state.sides else None,
        moved_s=state.now.time_s,
    )


def _finish_leg(state: SessionState) -> SessionState:
    """Go on to the other leg, or to the end."""
    done = (*state.done, state.active) if state.active else state.done
    if state.plan.sides or state.active is None:
        left = state.sides[1:]
    else:
        left = tuple(side for side in Side if side not in done)
    if not left or (state.active is None and not state.plan.sides):
        return replace(_enter(state, Stage.FINISHED), done=done)
    state = replace(_enter(state, Stage.CHANGEOVER), sides=left, done=done, active=left[0])
    return replace(state, legs={})


# --- observations


def _window(state: SessionState) -> list[Observation]:
    return [past for past in state.recent if state.now.time_s - past.time_s <= FRAMING_WINDOW_S]


def _with_checks(state: SessionState) -> SessionState:
    window = _window(state)
    framing = FramingInput(
        xy_px=median_pose_px([past.pose for past in window]),
        size_px=state.now.size_px,
        luminance=float(np.median([past.luminance for past in window])),
        people=state.now.people,
        sides=state.sides or tuple(Side),
    )
    checks = check_framing(framing, state.plan.protocol)
    good_s = state.good_s if first_broken(checks) else state.now.time_s
    return replace(state, checks=checks, good_s=good_s)


def _framing_lost(state: SessionState) -> bool:
    return state.now.time_s - state.good_s > BROKEN_S


def still_share(state: SessionState) -> float:
    """Return the share, 0..1, of `guide_still_s` that the person has been still in this stage."""
    poses = [past.pose for past in state.recent if past.time_s >= state.since_s]
    protocol = state.plan.protocol
    return min(1.0, still_for_s(poses, protocol) / protocol.guide_still_s)


def _track_legs(state: SessionState) -> SessionState:
    """Track both legs through the latest pose, and choose the active one where none is planned.

    While the active leg turns, the other one is moved passively and is ignored.
    """
    if state.start_px is None or not np.isfinite(state.now.pose.xy_px).any():
        return state
    plan = state.plan
    legs = {
        side: LegTracker(state.start_px, side, plan.protocol, plan.practice_reps).advance(
            state.legs.get(side, LegProgress()), state.now.pose
        )
        for side in Side
    }
    active = _active_side(state, legs)
    if active is not None and legs[active].turning:
        legs[active.other] = LegProgress(legs[active.other].reading)
    state = replace(state, legs=legs, active=active)
    if not state.leg.turning:
        return state
    present = state.leg.present
    finding = (present[-1], state.now.time_s) if present else state.last_finding
    return replace(state, moved_s=state.now.time_s, last_finding=finding)


def _active_side(state: SessionState, legs: Mapping[Side, LegProgress]) -> Side | None:
    """Return the planned leg, or else the one that turns while the other rests."""
    if state.plan.sides or (state.active and legs[state.active].turning):
        return state.active
    turning = [side for side in Side if legs[side].turning and side not in state.done]
    return max(turning, key=lambda side: legs[side].peak_deg, default=state.active)
