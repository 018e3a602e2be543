"""The guided test as a fold: one sighting and perhaps a key in, the next state out.

No clock, no camera, no screen: time is the sightings' own, so a session replays exactly from
recorded landmarks.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.framing import View, first_broken, judge
from hipcv.core.landmarks import Side
from hipcv.core.live import LegPlan, LegProgress
from hipcv.core.pose import Pose
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.stillness import median_pose_px, still_for_s
from hipcv.core.view_model import FramingCheck, Key, Stage

VIEW_S: Final = 0.5
"""Place and light are judged on so much of the past: one bad pose changes no prompt."""

BROKEN_S: Final = 0.7
"""A rule must be broken for so long before it takes back what was good."""

CHANGEOVER_S: Final = 1.0
"""The change of legs is shown for so long at the least, even to those who have changed already."""


@dataclass(frozen=True, slots=True)
class SessionPlan:
    """What this session is to do."""

    protocol: MeasurementProtocol = field(default_factory=MeasurementProtocol)
    sides: tuple[Side, ...] = ()  # in order; empty: whichever leg moves
    confirmed: bool = False  # the safety questions were answered before

    @property
    def wanted(self) -> int:
        """Measured repetitions for each leg."""
        return int(self.protocol.reps_wanted)

    @property
    def practice(self) -> int:
        """Practice repetitions before them, as the analysis will count them."""
        return max(0, int(self.protocol.practice_from_reps) - self.wanted)


@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    """What was seen at one instant."""

    pose: Pose  # NaN = nobody
    size_px: tuple[int, int]  # width, height
    luminance: float = 1.0
    people: int = -1  # -1 = not counted
    rate_hz: float = np.nan  # pictures a second that the camera really gives; NaN = not known

    @property
    def time_s(self) -> float:
        """On the camera's clock."""
        return self.pose.time_s


@dataclass(frozen=True, slots=True, eq=False)
class SessionState:
    """Where the session stands."""

    plan: SessionPlan
    stage: Stage
    since_s: float  # when the stage began
    sides: tuple[Side, ...]  # those still to do, the present one first; empty: whichever moves
    recent: tuple[Observation, ...] = ()  # of the last `guide_still_s`, the latest last
    checks: tuple[FramingCheck, ...] = ()
    good_s: float = -np.inf  # when all rules were last kept
    forced: bool = False  # go on without waiting for a good place
    start_px: Floats | None = None  # (33, 2)
    legs: Mapping[Side, LegProgress] = field(default_factory=dict)
    active: Side | None = None  # the leg whose turn it is; None: not known yet
    done: tuple[Side, ...] = ()  # legs that have done all that was asked, or were left
    moved_s: float = 0.0  # when a leg last turned
    noted: tuple[str, float] = ("", -np.inf)  # the last compensation named, and when it last showed
    take: int = 1  # a redo begins another recording
    recorded_from_s: float = np.nan

    @property
    def now(self) -> Observation:
        """The latest sighting."""
        return self.recent[-1]

    @property
    def recording(self) -> bool:
        """Whether what is seen belongs in the file."""
        return self.stage in (Stage.TURNING, Stage.CHANGEOVER)

    @property
    def leg(self) -> LegProgress:
        """The active leg's progress."""
        return self.legs.get(self.active, LegProgress()) if self.active else LegProgress()


def begin(plan: SessionPlan) -> SessionState:
    """A session that has seen nothing yet."""
    stage = Stage.FRAMING if plan.confirmed else Stage.SAFETY
    return SessionState(plan, stage, since_s=-np.inf, sides=plan.sides)


def advance(state: SessionState, seen: Observation, key: Key | None = None) -> SessionState:
    """The session after one more sighting."""
    state = replace(state, recent=_kept(state, seen))
    if not np.isfinite(state.since_s):
        state = replace(state, since_s=seen.time_s)
    if key is not None:
        state = _keyed(state, key)
    return _STEPS[state.stage](state)


def _kept(state: SessionState, seen: Observation) -> tuple[Observation, ...]:
    oldest_s = seen.time_s - state.plan.protocol.guide_still_s - VIEW_S
    return (*(each for each in state.recent if each.time_s >= oldest_s), seen)


# --- keys


def _keyed(state: SessionState, key: Key) -> SessionState:
    if key is Key.STOP:
        return _to(state, Stage.FINISHED)
    if state.stage is Stage.SAFETY:
        return _chosen(state, key)
    if key is Key.SKIP:
        return _skipped(state)
    if key is Key.REDO and state.recording:
        return _redone(state)
    return state


def _chosen(state: SessionState, key: Key) -> SessionState:
    """On the first screen: which legs, and the word that nothing speaks against it."""
    choices: dict[Key, tuple[Side, ...]] = {
        Key.LEFT: (Side.LEFT,),
        Key.RIGHT: (Side.RIGHT,),
        Key.BOTH: (Side.LEFT, Side.RIGHT),
        Key.AUTO: (),
    }
    if key in choices:
        plan = replace(state.plan, sides=choices[key])
        return replace(state, plan=plan, sides=plan.sides)
    return _to(state, Stage.FRAMING) if key is Key.CONFIRM else state


def _skipped(state: SessionState) -> SessionState:
    """On without waiting: to the count-down, to the recording, to the next leg."""
    if state.stage in (Stage.FRAMING, Stage.STILL):
        return replace(_to(state, Stage.COUNTDOWN), forced=True)
    if state.stage is Stage.COUNTDOWN:
        return _recording(state)
    return _leg_done(state) if state.stage is Stage.TURNING else _turning(state)


def _redone(state: SessionState) -> SessionState:
    """The active leg anew, in a recording of its own; legs that are done stay done."""
    again = () if state.active is None else (state.active,)
    rest = tuple(side for side in state.sides if side not in again)
    sides = (*again, *rest) if state.plan.sides or state.done else ()
    return SessionState(
        state.plan,
        Stage.FRAMING,
        since_s=state.now.time_s,
        sides=sides,
        recent=state.recent,
        take=state.take + 1,
        done=state.done,
    )


# --- stages


def _framing(state: SessionState) -> SessionState:
    state = _judged(state)
    return state if first_broken(state.checks) else _to(state, Stage.STILL)


def _still(state: SessionState) -> SessionState:
    state = _judged(state)
    if _spoiled(state):
        return _to(state, Stage.FRAMING)
    return state if still_share(state) < 1 else _to(state, Stage.COUNTDOWN)


def _countdown(state: SessionState) -> SessionState:
    state = _judged(state)
    if not state.forced and (_spoiled(state) or not _still_of_late(state)):
        return _to(state, Stage.STILL)
    over = state.now.time_s - state.since_s >= state.plan.protocol.guide_countdown_s
    return _recording(state) if over else state


def _reps(state: SessionState) -> SessionState:
    """Follow the legs; the active one's last repetition ends its turn."""
    before, state = state.active, _followed(state)
    if before is not None and state.active is not before:
        return _to(replace(state, done=(*state.done, before)), Stage.CHANGEOVER)
    if len(state.leg.marks) >= state.plan.wanted + state.plan.practice:
        return _leg_done(state)
    idle_s = state.now.time_s - max(state.moved_s, state.since_s)
    return _leg_done(state) if idle_s > state.plan.protocol.guide_idle_s else state


def _changeover(state: SessionState) -> SessionState:
    """Until the person sits still again, or the other leg has begun already."""
    state = _followed(state)
    waited_s = state.now.time_s - state.since_s
    p = state.plan.protocol
    if state.leg.turning or state.leg.marks:
        return state if waited_s < CHANGEOVER_S else _to(state, Stage.TURNING)
    if not state.plan.sides and waited_s > p.guide_idle_s / 2:
        return _to(state, Stage.FINISHED)
    ready = waited_s >= p.guide_countdown_s and still_share(state) >= 0.5  # noqa: PLR2004 - half
    return _turning(state) if ready and state.plan.sides else state


def _until_a_key(state: SessionState) -> SessionState:
    return state


_STEPS: Final[dict[Stage, Callable[[SessionState], SessionState]]] = {
    Stage.SAFETY: _until_a_key,
    Stage.FRAMING: _framing,
    Stage.STILL: _still,
    Stage.COUNTDOWN: _countdown,
    Stage.TURNING: _reps,
    Stage.CHANGEOVER: _changeover,
    Stage.FINISHED: _until_a_key,
}


def _to(state: SessionState, stage: Stage) -> SessionState:
    return replace(state, stage=stage, since_s=state.now.time_s, noted=("", -np.inf))


def _recording(state: SessionState) -> SessionState:
    """From here on the pictures are kept; zero is where the person has been sitting still."""
    state = replace(state, recorded_from_s=state.now.time_s)
    return _turning(state)


def _turning(state: SessionState) -> SessionState:
    """The next leg's turn, with a zero of its own."""
    active = state.sides[0] if state.sides else None
    return replace(
        _to(state, Stage.TURNING),
        start_px=median_pose_px([seen.pose for seen in state.recent]),
        legs={},
        active=active,
        moved_s=state.now.time_s,
    )


def _leg_done(state: SessionState) -> SessionState:
    """On to the other leg, or to the end."""
    done = (*state.done, state.active) if state.active else state.done
    if state.plan.sides or state.active is None:
        left = state.sides[1:]
    else:
        left = tuple(side for side in Side if side not in done)
    if not left or (state.active is None and not state.plan.sides):
        return replace(_to(state, Stage.FINISHED), done=done)
    state = replace(_to(state, Stage.CHANGEOVER), sides=left, done=done, active=left[0])
    return replace(state, legs={})


# --- what is seen


def _late(state: SessionState) -> list[Observation]:
    return [seen for seen in state.recent if state.now.time_s - seen.time_s <= VIEW_S]


def _checks(state: SessionState) -> tuple[FramingCheck, ...]:
    late = _late(state)
    view = View(
        xy_px=median_pose_px([seen.pose for seen in late]),
        size_px=state.now.size_px,
        luminance=float(np.median([seen.luminance for seen in late])),
        people=state.now.people,
        sides=state.sides or tuple(Side),
    )
    return judge(view, state.plan.protocol)


def _judged(state: SessionState) -> SessionState:
    checks = _checks(state)
    good_s = state.good_s if first_broken(checks) else state.now.time_s
    return replace(state, checks=checks, good_s=good_s)


def _spoiled(state: SessionState) -> bool:
    return state.now.time_s - state.good_s > BROKEN_S


def still_share(state: SessionState) -> float:
    """Share of the wanted time that the person has been still in this stage, up to now; 0..1."""
    here = [seen.pose for seen in state.recent if seen.time_s >= state.since_s]
    protocol = state.plan.protocol
    return min(1.0, still_for_s(here, protocol) / protocol.guide_still_s)


def _still_of_late(state: SessionState) -> bool:
    late = [seen.pose for seen in _late(state)]
    return still_for_s(late, state.plan.protocol) >= late[-1].time_s - late[0].time_s


def _followed(state: SessionState) -> SessionState:
    """Both legs one pose further, the active one found where it was not known.

    While one leg turns, the other is only carried along: what it does then counts for nothing.
    """
    if state.start_px is None or not np.isfinite(state.now.pose.xy_px).any():
        return state
    legs = {side: _leg_after(state, side) for side in Side}
    active = _active(state, legs)
    if active is not None and legs[active].turning:
        legs[active.other] = LegProgress(legs[active.other].reading)
    state = replace(state, legs=legs, active=active)
    if not state.leg.turning:
        return state
    noted = (state.leg.present[-1], state.now.time_s) if state.leg.present else state.noted
    return replace(state, moved_s=state.now.time_s, noted=noted)


def _leg_after(state: SessionState, side: Side) -> LegProgress:
    assert state.start_px is not None
    plan = LegPlan(state.start_px, side, state.plan.protocol, practice=state.plan.practice)
    return plan.advance(state.legs.get(side, LegProgress()), state.now.pose)


def _active(state: SessionState, legs: Mapping[Side, LegProgress]) -> Side | None:
    """The leg whose turn it is: as planned, or else the one that turns while the other rests."""
    if state.plan.sides or (state.active and legs[state.active].turning):
        return state.active
    turning = [side for side in Side if legs[side].turning and side not in state.done]
    return max(turning, key=lambda side: legs[side].peak_deg, default=state.active)
