"""What the person before the camera is shown at one instant: numbers and codes, no ink."""

from dataclasses import dataclass
from enum import StrEnum

from hipcv.core.arrays import Floats
from hipcv.core.landmarks import Side
from hipcv.core.pose import Pose


class Stage(StrEnum):
    """Where a guided test stands. A session only ever goes forward, but for a lost framing."""

    SAFETY = "safety"  # the safety questions are read and confirmed
    FRAMING = "framing"  # something about place, camera or light has to be mended
    STILL = "still"  # all is well; waiting for the person to sit still
    COUNTDOWN = "countdown"
    TURNING = "turning"  # recording: the repetitions of one leg
    CHANGEOVER = "changeover"  # recording: on to the other leg
    FINISHED = "finished"


class Key(StrEnum):
    """What somebody at the keyboard may ask for."""

    CONFIRM = "confirm"
    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"
    AUTO = "auto"
    REDO = "redo"
    SKIP = "skip"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class FramingCheck:
    """One condition of a good recording; `code` names what to do where it is not `good`."""

    rule: str  # one of framing.RULES
    good: bool
    code: str = ""  # which way it is broken, such as "turn_left"; empty where good


@dataclass(frozen=True, slots=True)
class RepPreview:
    """One repetition that was done, as the live view saw it: a preview, never the result."""

    peak_deg: float
    held: bool
    practice: bool
    findings: tuple[str, ...]  # codes of compensations, in the order they began


@dataclass(frozen=True, slots=True, eq=False)
class GuideView:
    """Everything one screen shows. Angles are live readings by landmarks: a preview.

    `cue` is what the person should do now: a code of a compensation, or one of `CUES`.
    """

    stage: Stage
    time_s: float
    pose: Pose  # the person, in pixels of the un-mirrored picture; NaN = not seen
    sides: tuple[Side, ...]  # which legs this session tests, in order; empty: whichever moves
    side: Side | None  # the leg whose turn it is; None: not known yet
    start_px: Floats | None = None  # (33, 2) pose that defines 0 degrees; None before it is known
    checks: tuple[FramingCheck, ...] = ()  # most important first
    still_share: float = 0.0  # 0..1 of the time to sit still
    count: int | None = None  # 3, 2, 1
    rotation_deg: float = float("nan")
    peak_deg: float = float("nan")  # of the repetition under way
    target_deg: float = 45.0
    hold_share: float = 0.0  # 0..1 of the time to hold the end
    rep: int = 0  # number of the repetition under way or next; 0 is practice
    reps: int = 3  # measured repetitions wanted for each leg
    marks: tuple[RepPreview, ...] = ()  # repetitions done on this leg
    cue: str | None = None
    notice: str = ""  # what is not as it should be, but can be lived with: one of NOTICES
    recording: bool = False
    recorded_s: float = 0.0


CUES = (
    "hold_still",  # before the first repetition
    "turn_out",  # now swing the foot outwards
    "further",  # on the way: as far as it goes
    "hold",  # keep it there
    "go_back",  # held long enough: return slowly
    "hold_longer",  # came back too soon
    "other_way",  # the foot went inwards
    "other_leg",  # the leg whose turn it is not
    "stay_in_view",  # the person is not seen
    "feet_in_view",  # a foot leaves the picture
)

NOTICES = ("low_frame_rate",)
