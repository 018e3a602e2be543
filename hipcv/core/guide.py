"""State machine of the guided test: one observation and perhaps a key in, the next state out.

There is no clock, camera or screen here: time is that of the observations, so a session replays
exactly from recorded landmarks.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.camera_angle import thigh_to_sight_deg
from hipcv.core.framing import FramingInput, check_framing, first_broken
from hipcv.core.kinematics import shank_tilt_deg
from hipcv.core.landmarks import LEGS, Side
from hipcv.core.live import LegProgress, LegTracker
from hipcv.core.plateaus import ViewAngles
from hipcv.core.pose import Pose, PoseTrack
from hipcv.core.preview import measured_so_far, start_tilt_deg
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.shank_tracker import ShankReading, shank_track
from hipcv.core.stillness import median_pose_px, still_for_s
from hipcv.core.view_model import QUESTIONS, FramingCheck, Key, RepPreview, Stage

FRAMING_WINDOW_S: Final = 0.5
"""Framing and light are checked on the median of this window: one bad pose changes no prompt."""

BROKEN_S: Final = 0.7
"""A framing rule must be broken for this long before the session goes back to framing."""

CHANGEOVER_S: Final = 1.0
"""Minimum time the change of legs is shown, even if the other leg has begun already."""

MAX_REPEATED: Final = 2
"""Repetitions that are asked for again at most, where some broke the rules or were not held."""

MAX_OBSERVED: Final = 3600
"""Observations of a recording that stay in memory, two minutes: the plateaus are read from them."""

MAX_STILL: Final = 180
"""Observations that are searched for a still moment."""

SIDE_CHOICES: Final[dict[str, tuple[Side, ...]]] = {
    "left": (Side.LEFT,),
    "right": (Side.RIGHT,),
    "both": (Side.LEFT, Side.RIGHT),
    "auto": (),
}
"""Legs of a session, in order, by the name of the choice; empty: whichever leg moves."""


_SAFETY_QUESTIONS: Final = ("red_flags", "ask_first")
"""Questions before the test to which something may apply that speaks against it."""


@dataclass(frozen=True, slots=True)
class SessionPlan:
    """Protocol and legs of one session."""

    protocol: MeasurementProtocol = field(default_factory=MeasurementProtocol)
    sides: tuple[Side, ...] = ()  # in order; empty: whichever leg moves
    confirmed: bool = False  # all questions were answered before
    questions: tuple[str, ...] = QUESTIONS  # that are asked unless `confirmed`
    external: bool = False  # after its internal repetitions, each leg does as many external ones

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
    """Pose, shanks, luminance and people count of one frame."""

    pose: Pose  # NaN = nobody in view; the latest where none was estimated in this frame
    size_px: tuple[int, int]  # width, height
    luminance: float = 1.0  # 0 black .. 1 white
    people: int = -1  # -1 = not counted
    rate_hz: float = np.nan  # measured frame rate of the camera; NaN = not known yet
    shanks: Mapping[Side, ShankReading] = field(default_factory=dict)  # tracked into this frame

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
    questions: tuple[str, ...] = ()  # before the test, still to answer; the present one first
    advice: str = ""  # why the test ends: "pain", or the question to which something applies
    recent: tuple[Observation, ...] = ()  # of the last `guide_still_s`, the latest last
    checks: tuple[FramingCheck, ...] = ()
    good_s: float = -np.inf  # when no framing rule was broken last
    forced: bool = False  # the count-down does not wait for good framing
    start_px: Floats | None = None  # (33, 2) pose that defines 0 degrees
    legs: Mapping[Side, LegProgress] = field(default_factory=dict)
    observed: tuple[Observation, ...] = ()  # since shortly before the recording began
    previews: Mapping[Side, tuple[RepPreview, ...]] = field(default_factory=dict)  # of this take
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
    questions = () if plan.confirmed else plan.questions
    stage = Stage.SAFETY if questions else Stage.FRAMING
    return SessionState(plan, stage, since_s=-np.inf, sides=plan.sides, questions=questions)


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
    if key is Key.STOP or (key is Key.CONFIRM and state.stage is Stage.ADVICE):
        return _enter(state, Stage.FINISHED)
    if state.stage is Stage.SAFETY:
        return _choose_or_confirm(state, key)
    return state if state.stage is Stage.ADVICE else _lead(state, key)


def _lead(state: SessionState, key: Key) -> SessionState:
    """Apply a key pressed during the test, by the person or a helper."""
    if key is Key.PAIN:
        return replace(_enter(state, Stage.ADVICE), advice="pain")
    if key is Key.SKIP:
        return _skip(state)
    if key is Key.REDO and state.recording:
        return _redo(state)
    return state


def _choose_or_confirm(state: SessionState, key: Key) -> SessionState:
    """Answer the present question before the test: nothing applies, something does, or a leg."""
    question, *others = state.questions
    if key is Key.APPLIES and question in _SAFETY_QUESTIONS:
        return replace(_enter(state, Stage.ADVICE), advice=question)
    if key.value in SIDE_CHOICES and question not in _SAFETY_QUESTIONS:
        plan = replace(state.plan, sides=SIDE_CHOICES[key.value])
        return replace(state, plan=plan, sides=plan.sides)
    if key is not Key.CONFIRM:
        return state
    state = replace(state, questions=tuple(others))
    return state if others else _enter(state, Stage.FRAMING)


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
    if len(state.leg.reps_this_way) >= reps_asked(state) + practice_asked(state):
        external_next = state.plan.external and not state.leg.external
        return _begin_external(state) if external_next else _finish_leg(state)
    idle_s = state.now.time_s - max(state.moved_s, state.since_s)
    return _finish_leg(state) if idle_s > state.plan.protocol.guide_idle_s else state


def reps_asked(state: SessionState) -> int:
    """Return the number of measured repetitions asked of the active leg, this way.

    Those that did not count are asked for again, `MAX_REPEATED` at most.
    """
    missed = sum(not (rep.counts or rep.practice) for rep in state.leg.reps_this_way)
    return state.plan.reps + min(missed, MAX_REPEATED)


def practice_asked(state: SessionState) -> int:
    """Return the number of practice repetitions asked of the active leg: none of the second way."""
    return 0 if state.leg.external else state.plan.practice_reps


def _begin_external(state: SessionState) -> SessionState:
    """Ask the active leg for its external repetitions, from the same 0 degrees."""
    legs = {side: leg.begin_external() for side, leg in state.legs.items()}
    return replace(state, legs=legs, last_finding=("", -np.inf))


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
    Stage.ADVICE: lambda state: state,
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
    return _begin_leg(replace(state, recorded_from_s=state.now.time_s, observed=state.recent[:-1]))


def _begin_leg(state: SessionState) -> SessionState:
    """Begin the next leg's repetitions; its 0 degrees is the pose the person sits in now."""
    start_px = median_pose_px([past.pose for past in state.recent])
    return replace(
        _enter(state, Stage.TURNING),
        start_px=start_px,
        legs={side: _leg_at_start(state, start_px, side) for side in Side},
        active=state.sides[0] if state.sides else None,
        moved_s=state.now.time_s,
    )


def _leg_at_start(state: SessionState, start_px: Floats, side: Side) -> LegProgress:
    """Return the progress of a leg that is still; its zero is the median of the latest frames."""
    thigh_deg = thigh_to_sight_deg(start_px, side, state.plan.protocol)
    view = ViewAngles(float(shank_tilt_deg(start_px, side)), thigh_deg)
    shanks = [past.shanks[side] for past in state.recent if side in past.shanks]
    if 2 * len(shanks) <= len(state.recent):
        return LegProgress(view=view)
    return _with_zero(LegProgress(view=view), side, shanks)


def _finish_leg(state: SessionState) -> SessionState:
    """Go on to the other leg, or to the end."""
    done = (*state.done, state.active) if state.active else state.done
    if state.plan.sides or state.active is None:
        left = state.sides[1:]
    else:
        left = tuple(side for side in Side if side not in done)
    if not left or (state.active is None and not state.plan.sides):
        return replace(_enter(state, Stage.FINISHED), done=done)
    legs = {
        side: LegProgress(leg.zero_deg, leg.start_knee_px, leg.view, leg.tracked_s)
        for side, leg in state.legs.items()
    }
    return replace(
        _enter(state, Stage.CHANGEOVER), sides=left, done=done, active=left[0], legs=legs
    )


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
    """Track both legs through the latest frame, and choose the active one where none is planned.

    While the active leg turns, the other one is moved passively and is ignored.
    """
    state = replace(state, observed=(*state.observed, state.now)[-MAX_OBSERVED:])
    if state.start_px is None or not np.isfinite(state.now.pose.xy_px).any():
        return state
    legs = {side: _advanced(state, side) for side in Side}
    active = _active_side(state, legs)
    if active is not None and legs[active].turning:
        legs[active.other] = replace(legs[active.other].at_rest(), largest_deg=0.0, reps=())
    state = _with_previews(replace(state, legs=legs, active=active))
    if not state.leg.turning:
        return state
    present = state.leg.present
    finding = (present[-1], state.now.time_s) if present else state.last_finding
    return replace(state, moved_s=state.now.time_s, last_finding=finding)


def _tracker(state: SessionState, side: Side) -> LegTracker:
    assert state.start_px is not None
    return LegTracker(state.start_px, side, state.plan.protocol, state.plan.practice_reps)


def _advanced(state: SessionState, side: Side) -> LegProgress:
    """Return the progress of one leg after the latest frame.

    As a first repetition begins, 0 degrees becomes the last still start; as one ends, it is
    measured.
    """
    tracker, now = _tracker(state, side), state.now
    before = _with_late_zero(state, side, state.legs.get(side, LegProgress()))
    leg = tracker.advance(before, now.pose, now.shanks.get(side))
    begins = leg.turning and not (before.turning or leg.reps or leg.external)
    if begins and now.shanks:
        zero_deg = start_tilt_deg(_observed_track(state, side), side, state.plan.protocol)
        if np.isfinite(zero_deg):
            before = replace(before, zero_deg=zero_deg)
            leg = tracker.advance(before, now.pose, now.shanks.get(side))
    return _measured(state, side, before, leg)


def _with_late_zero(state: SessionState, side: Side, leg: LegProgress) -> LegProgress:
    """Return the progress with a zero, where the outline is tracked since the recording began."""
    if np.isfinite(leg.zero_deg) or leg.turning or side not in state.now.shanks:
        return leg
    from_s = state.now.time_s - state.plan.protocol.still_s
    past = [o.shanks.get(side) for o in state.observed[-MAX_STILL:] if o.time_s >= from_s]
    shanks = [shank for shank in past if shank is not None]
    still = np.ptp([shank.mean_deg for shank in shanks]) < state.plan.protocol.still_band_deg
    return _with_zero(leg, side, shanks) if len(shanks) == len(past) and still else leg


def _with_zero(leg: LegProgress, side: Side, shanks: Sequence[ShankReading]) -> LegProgress:
    """Return the progress of a leg whose zero and knee are the medians of some readings."""
    tilt_deg = LEGS[side].internal_sign * np.array([shank.mean_deg for shank in shanks])
    knee_px = np.median([shank.knee_px for shank in shanks], axis=0)
    return replace(leg, zero_deg=float(np.median(tilt_deg)), start_knee_px=knee_px)


def _measured(
    state: SessionState, side: Side, before: LegProgress, leg: LegProgress
) -> LegProgress:
    """Return the progress with the plateau of a repetition that has just ended."""
    if len(leg.reps) == len(before.reps):
        return leg
    past = side if np.isfinite(leg.zero_deg) else None
    track, from_s = _observed_track(state, past), before.rep[0].time_s
    rep, zero_deg = measured_so_far(track, side, state.plan.protocol, leg.reps[-1], from_s=from_s)
    zero_deg = zero_deg if np.isfinite(zero_deg) else leg.zero_deg
    return replace(leg, reps=(*leg.reps[:-1], rep), zero_deg=zero_deg)


def _observed_track(state: SessionState, side: Side | None) -> PoseTrack:
    """Return what was observed since the recording began, as the analysis takes a clip.

    With a side, since its outline was first tracked: a start by landmarks is no zero for it.
    """
    tracked = (row for row, o in enumerate(state.observed) if side in o.shanks)
    past = state.observed[next(tracked, 0) :]
    return PoseTrack(
        time_s=np.array([o.time_s for o in past]),
        xy_px=np.array([o.pose.xy_px for o in past]),
        visibility=np.array([o.pose.visibility for o in past]),
        people=np.array([o.people for o in past], dtype=np.int64),
        luminance=np.array([o.luminance for o in past]),
        size_px=state.now.size_px,
        shanks={side: shank_track([o.shanks.get(side) for o in past], side) for side in Side},
    )


def _with_previews(state: SessionState) -> SessionState:
    if state.active is None or not state.leg.reps:
        return state
    return replace(state, previews={**state.previews, state.active: state.leg.reps})


def end_recording(state: SessionState) -> SessionState:
    """Return the state with the repetition under way among the previews: the camera has ended."""
    side, leg = state.active, state.leg
    if side is None or not leg.turning:
        return state
    ended = _measured(state, side, leg, _tracker(state, side).end_rep(leg))
    return _with_previews(replace(state, legs={**state.legs, side: ended}))


def _active_side(state: SessionState, legs: Mapping[Side, LegProgress]) -> Side | None:
    """Return the planned leg, or else the one that turns while the other rests.

    A leg of which external rotation is asked stays active.
    """
    if state.plan.sides or state.leg.external or (state.active and legs[state.active].turning):
        return state.active
    turning = [side for side in Side if legs[side].turning and side not in state.done]
    return max(turning, key=lambda side: legs[side].peak_deg, default=state.active)
