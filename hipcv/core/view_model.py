"""View model of the guided test: what is shown at one instant, as numbers and codes."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from hipcv.core.arrays import Floats
from hipcv.core.landmarks import Side
from hipcv.core.pose import Pose
from hipcv.core.shank_track import AngleSource
from hipcv.core.span import Span


class Stage(StrEnum):
    """Stage of a guided test. A session only goes forward, except when its framing is lost."""

    SAFETY = "safety"  # the questions before the test are answered
    ADVICE = "advice"  # something speaks against the test, or it hurt: what to do; nothing follows
    FRAMING = "framing"  # position, camera or light has to be corrected
    STILL = "still"  # framing is good; waiting for the person to sit still
    COUNTDOWN = "countdown"
    TURNING = "turning"  # recording: the repetitions of one leg
    CHANGEOVER = "changeover"  # recording: on to the other leg
    FINISHED = "finished"


class Key(StrEnum):
    """Command given at the keyboard."""

    CONFIRM = "confirm"
    APPLIES = "applies"  # something of the list on the screen applies
    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"
    AUTO = "auto"
    REDO = "redo"
    SKIP = "skip"
    PAIN = "pain"  # it hurts: ends the test
    STOP = "stop"


QUESTIONS = ("red_flags", "ask_first", "seat")
"""Screens of questions before the test, in order: two of safety, then the seat and the legs."""


@dataclass(frozen=True, slots=True)
class FramingCheck:
    """One condition of a good recording; `code` names the correction where it is not `good`."""

    rule: str  # one of framing.RULES
    good: bool
    code: str = ""  # such as "turn_left"; empty where good, or where it cannot be checked


@dataclass(frozen=True, slots=True)
class RepPreview:
    """One finished repetition as it was read live: a preview, never the result.

    Angles are view-corrected.
    """

    peak_deg: float
    held: bool
    practice: bool
    findings: tuple[str, ...]  # codes of compensations, in the order they began
    broken: tuple[str, ...] = ()  # codes of what broke a rule of the test, `no_hold` among them
    plateau_deg: float = float("nan")  # as the analysis defines it; NaN without a plateau
    plateau_s: Span | None = None  # on the camera's clock
    source: AngleSource = "landmarks"  # of the plateau
    external: bool = False  # the foot went inwards, as asked; the angles are positive then as well

    @property
    def counts(self) -> bool:
        """True where the repetition kept the rules of the test, as far as is known live."""
        return not self.broken

    @property
    def angle_deg(self) -> float:
        """Angle at the plateau, or the peak where there is no plateau."""
        return self.peak_deg if math.isnan(self.plateau_deg) else self.plateau_deg


@dataclass(frozen=True, slots=True, eq=False)
class ShankAxis:
    """Shank in the picture, now and at the start; in pixels of the un-mirrored picture."""

    knee_px: Floats  # (2,)
    end_px: Floats  # (2,)
    start_end_px: Floats  # (2,) where the end would be at 0 degrees


@dataclass(frozen=True, slots=True, eq=False)
class GuideView:
    """Everything one screen shows. Angles are live readings: a preview.

    `cue` is what the person should do now: the code of a compensation, or one of `CUES`.
    """

    stage: Stage
    time_s: float
    pose: Pose  # in pixels of the un-mirrored picture; NaN = not seen
    sides: tuple[Side, ...]  # legs this session tests, in order; empty: whichever moves
    side: Side | None  # leg under test; None: not known yet
    axis: ShankAxis | None = None  # of the leg under test; None before 0 degrees is known
    question: str = ""  # one of QUESTIONS; empty where none is asked
    advice: str = ""  # why the test has ended: "red_flags", "ask_first" or "pain"; else empty
    checks: tuple[FramingCheck, ...] = ()  # most important first
    still_share: float = 0.0  # 0..1 of the time to sit still
    count: int | None = None  # seconds left of the count-down
    rotation_deg: float = float("nan")
    angle_source: AngleSource = ""  # of the rotation
    peak_deg: float = float("nan")  # of the repetition under way
    target_deg: float = 45.0
    hold_share: float = 0.0  # 0..1 of the time to hold the end
    external: bool = False  # external rotation is asked for now; angles are positive inwards
    rep: int = 0  # number of the repetition under way or next; 0 is practice
    reps: int = 3  # measured repetitions to do with each leg, this way
    reps_done: tuple[RepPreview, ...] = ()  # of this leg, practice and the other way included
    previews: Mapping[Side, tuple[RepPreview, ...]] = field(default_factory=dict)  # of this take
    with_external: bool = False  # external rotation follows the internal repetitions
    cue: str | None = None
    notice: str = ""  # a fault that does not stop the session: one of NOTICES
    recording: bool = False
    recorded_s: float = 0.0

    @property
    def is_rough(self) -> bool:
        """True while the rotation is by landmarks, which may be off by many degrees."""
        return self.angle_source == "landmarks"

    @property
    def reps_this_way(self) -> tuple[RepPreview, ...]:
        """Finished repetitions of the way that is asked for, practice included."""
        return tuple(rep for rep in self.reps_done if rep.external is self.external)

    @property
    def before_external(self) -> bool:
        """True from the end of the internal repetitions until the foot goes inwards."""
        begun = self.reps_this_way or math.isfinite(self.peak_deg)
        return self.stage is Stage.TURNING and self.external and not begun


CUES = (
    "hold_still",  # before the first repetition
    "turn_out",  # swing the foot outwards now
    "further",  # on the way out: as far as you can
    "hold",  # stay at the end range
    "go_back",  # held long enough: return slowly
    "hold_longer",  # came back too soon
    "other_way",  # the foot went inwards
    "turn_in",  # swing the foot inwards now
    "other_way_in",  # the foot went outwards
    "other_leg",  # the leg that is not under test
    "stay_in_view",  # the person is not seen
    "feet_in_view",  # a foot leaves the picture
)

NOTICES = ("low_frame_rate", "no_voice", "no_sound", "muted")
