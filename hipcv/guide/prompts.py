"""Every word of the guided test: what is asked, what to mend, what to do now.

Short imperatives, since they are read from two metres away. Sides are the person's own. What is
said of a result is not here but in `summary`.
"""

from collections.abc import Callable
from typing import Final

from hipcv.core.framing import first_broken
from hipcv.core.landmarks import Side
from hipcv.core.view_model import GuideView, RepPreview, Stage
from hipcv.report import numbers, wording

# --- the first screen

BEFORE: Final = "Before you begin"
QUESTIONS_TITLE: Final = "Not without your clinician"
QUESTIONS: Final = (
    "hip surgery or hip replacement",
    "a recent fracture",
    "told not to turn the hip",
    "pain now",
)
SEAT_TITLE: Final = "Make sure"
SEAT: Final = (
    "the seat is firm and cannot roll",
    "help is near if your balance is poor",
    "you stop on pain, pinching, numbness",
)
CONFIRM: Final = "Press Enter when none of this applies"
CHOOSE: Final = "Which leg?"
CHOICES: Final[dict[str, tuple[str, tuple[Side, ...]]]] = {
    "L": ("Left", (Side.LEFT,)),
    "R": ("Right", (Side.RIGHT,)),
    "B": ("Both", (Side.LEFT, Side.RIGHT)),
    "A": ("Either", ()),
}
"""By key: what it is called, and the legs it stands for."""

SAFETY: Final = (
    BEFORE,
    f"{QUESTIONS_TITLE}:",
    *(f"  - {question}" for question in QUESTIONS),
    f"{SEAT_TITLE}:",
    *(f"  - {condition}" for condition in SEAT),
)
"""The same as lines for a terminal."""

# --- place, camera and light

RULES: Final = {
    "in_view": "Whole body in the picture",
    "facing": "Facing the camera",
    "level": "Camera level",
    "height": "Camera at knee height",
    "distance": "Right distance",
    "light": "Bright enough",
    "alone": "Nobody else in the picture",
    "seated": "Seated, feet hanging",
    "hands": "Hands under the thighs",
}

PROMPTS: Final = {
    "nobody": "Sit down in front of the camera",
    "feet_cut": "Tilt the camera down, or move it back, until both feet show",
    "shoulders_cut": "Tilt the camera up, or move it back, until both shoulders show",
    "move_left": "Move a little to your left",
    "move_right": "Move a little to your right",
    "turn_left": "Turn a little to your left",
    "turn_right": "Turn a little to your right",
    # Clockwise is seen from behind the camera; the person sits before it.
    "camera_clockwise": "Level the camera: lift its edge on your right",
    "camera_anticlockwise": "Level the camera: lift its edge on your left",
    "raise_camera": "Raise the camera to knee height",
    "lower_camera": "Lower the camera to knee height",
    "move_back": "Move the camera back",
    "come_closer": "Bring the camera closer",
    "more_light": "Turn on more light",
    "others": "Ask the others to leave the picture",
    "sit": "Sit on a raised seat, feet hanging free",
    "hands_under": "Put both hands under your thighs",
}
"""What to do, by the way in which a rule is broken."""

LOOKING: Final = "Looking for you"
ALL_WELL: Final = "All is well"

# --- the test itself

CUES: Final = {
    "hold_still": "Sit still",
    "turn_out": "Turn your {leg} foot out, as far as it goes",
    "further": "Further, as far as it goes",
    "hold": "Hold it there",
    "go_back": "Good. Go back slowly",
    "hold_longer": "Next time, hold it longer",
    "other_way": "The other way: turn your {leg} foot outwards",
    "other_leg": "Only the {leg} leg: let the other one hang",
    "stay_in_view": "Stay in the picture",
    "feet_in_view": "Keep both feet in the picture",
    **{code: words.live_cue for code, words in wording.FINDINGS.items()},
}
"""What to do now, by cue of the scene or by compensation."""

STAGES: Final = {
    Stage.SAFETY: BEFORE,
    Stage.FRAMING: "Place, camera and light",
    Stage.STILL: "Sit still",
    Stage.COUNTDOWN: "Get ready",
    Stage.TURNING: "Recording",
    Stage.CHANGEOVER: "Change legs",
    Stage.FINISHED: "Done",
}
STILL_MORE: Final = "Hands under your thighs, legs hanging"
COUNTDOWN_MORE: Final = "Foot out, hold, slowly back"
CHANGEOVER_MORE: Final = "Let both legs hang, and sit still"
FINISHED_MORE: Final = "You may move again"
NOTICES: Final = {"low_frame_rate": "Few pictures a second: turn on more light"}
PREVIEW: Final = "Live preview; the result comes from the recording"
PRACTICE_SIGN: Final = "P"
HOLD: Final = "Hold"
HELD: Final = "Held"
RECORDING: Final = "REC"
NOT_SEEN: Final = "not seen"
MEASURING: Final = "Measuring your recording"
REPORT_AT: Final = "Report:"
ANY_KEY: Final = "Press any key"

_STOP: Final = ("Q", "stop")
_GO_ON: Final = (("S", "go on without waiting"), _STOP)
_AGAIN: Final = (("R", "this leg again"), ("S", "next leg"), _STOP)
KEYS: Final[dict[Stage, tuple[tuple[str, str], ...]]] = {
    Stage.SAFETY: (_STOP,),
    Stage.FRAMING: _GO_ON,
    Stage.STILL: _GO_ON,
    Stage.COUNTDOWN: _GO_ON,
    Stage.TURNING: _AGAIN,
    Stage.CHANGEOVER: _AGAIN,
    Stage.FINISHED: (),
}
"""What the keyboard offers: key, and what it does; on the first screen besides its choices."""


def prompt(scene: GuideView) -> str:
    """What to mend now."""
    if not scene.checks:
        return LOOKING
    check = first_broken(scene.checks)
    return PROMPTS[check.code] if check else ALL_WELL


def cue(scene: GuideView) -> str:
    """What to do now; which repetition it is, where there is nothing to say."""
    if scene.cue is None:
        return repetition(scene)
    leg = scene.side.value.upper() if scene.side else ""
    words = CUES[scene.cue]
    if "{leg}" in words and not leg:
        words = words.replace("your {leg} foot", "one foot").replace("the {leg} leg", "one leg")
    return words.format(leg=leg)


def leg(side: Side | None) -> str:
    """LEFT leg, as a title."""
    return f"{side.value.upper()} leg" if side else "Either leg"


def first_leg(scene: GuideView) -> str:
    """Which leg begins."""
    if scene.side is None or not scene.sides:
        return "Either leg, one at a time"
    return leg(scene.side) + (" first" if len(scene.sides) > 1 else "")


def next_leg(scene: GuideView) -> str:
    """The change of legs."""
    return f"Now the {leg(scene.side)}" if scene.side else "Now the other leg"


def repetition(scene: GuideView) -> str:
    """Practice, or 2 of 3."""
    if scene.rep <= 0:
        return "Practice"
    return f"{min(scene.rep, scene.reps)} of {scene.reps}"


def live_angle(value_deg: float) -> str:
    """32°: a preview has no decimals."""
    return numbers.signed(value_deg, "°", decimals=0)


def target(value_deg: float) -> str:
    """Target 45°."""
    return f"target {numbers.whole(value_deg)}"


def usual(low_deg: float, high_deg: float) -> str:
    """Usual range 24–42°."""
    return f"usual range {low_deg:g}–{high_deg:g}°"


def peak(value_deg: float) -> str:
    """Peak 38°."""
    return f"peak {live_angle(value_deg)}"


def clock(time_s: float) -> str:
    """1:07."""
    minutes, seconds = divmod(int(max(time_s, 0)), 60)
    return f"{minutes}:{seconds:02d}"


# --- without a window


def lines(before: GuideView | None, now: GuideView) -> list[str]:
    """What to print when this scene follows that one: only what has changed.

    A scene always has a last line, and it is printed when it differs from the one before: no line
    follows itself, and a scene that stays as it is prints nothing.
    """
    entered = _entered(before, now)
    told = [*entered, *_done(before, now)]
    last = _last_line(now)
    return [*told, last] if entered or before is None or last != _last_line(before) else told


def _entered(before: GuideView | None, now: GuideView) -> list[str]:
    if before is not None and before.stage is now.stage:
        return []
    told = [wording.SET_UP] if before is None else []
    told.append(f"{STAGES[now.stage]}.")
    if now.stage is Stage.STILL and now.notice:
        told.append(f"{NOTICES[now.notice]}.")
    return told


def _done(before: GuideView | None, now: GuideView) -> list[str]:
    """The repetitions that have ended since."""
    if before is None or before.side is not now.side:
        return []
    new = now.marks[len(before.marks) :]
    return [_mark(now, mark, len(before.marks) + place) for place, mark in enumerate(new, 1)]


def _mark(now: GuideView, mark: RepPreview, place: int) -> str:
    practice = sum(each.practice for each in now.marks)
    which = "practice" if mark.practice else f"repetition {place - practice} of {now.reps}"
    told = f"{leg(now.side)}, {which}: about {live_angle(mark.peak_deg)}"
    told += ", held" if mark.held else ", not held"
    names = [wording.FINDINGS[code].name.lower() for code in mark.findings]
    return f"{told}; {', '.join(names)}." if names else f"{told}."


def _last_line(scene: GuideView) -> str:
    return _LAST_LINES[scene.stage](scene)


def _counted(scene: GuideView) -> str:
    return first_leg(scene) if scene.count is None else f"{first_leg(scene)}: {scene.count}"


def _named(scene: GuideView) -> str:
    """The cue, after the name of the compensation that it mends."""
    if scene.cue in wording.FINDINGS:
        return f"{wording.FINDINGS[scene.cue].name}: {cue(scene)}"
    return cue(scene)


_LAST_LINES: Final[dict[Stage, Callable[[GuideView], str]]] = {
    Stage.SAFETY: lambda _: CONFIRM,
    Stage.FRAMING: prompt,
    Stage.STILL: lambda _: STILL_MORE,
    Stage.COUNTDOWN: _counted,
    Stage.TURNING: _named,
    Stage.CHANGEOVER: lambda scene: f"{next_leg(scene)}. {CHANGEOVER_MORE}",
    Stage.FINISHED: lambda _: FINISHED_MORE,
}
