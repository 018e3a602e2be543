"""Texts of the guided test: safety questions, framing prompts, cues and terminal lines.

Cues are short imperatives, readable from two metres. Sides are the person's own. Names and cues of
compensations come from `report.wording`, sentences about a result from `report.summary`.
"""

from collections.abc import Callable
from typing import Final

from hipcv.core.framing import first_broken
from hipcv.core.guide import SIDE_CHOICES
from hipcv.core.landmarks import Side
from hipcv.core.view_model import GuideView, Stage
from hipcv.report import numbers, wording

# --- the first screen

BEFORE: Final = "Before you begin"
QUESTIONS_TITLE: Final = "Not without your clinician"
QUESTIONS: Final = (
    "hip surgery or hip replacement",
    "a recent fracture",
    "told not to rotate the hip",
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
    "L": ("Left", SIDE_CHOICES["left"]),
    "R": ("Right", SIDE_CHOICES["right"]),
    "B": ("Both", SIDE_CHOICES["both"]),
    "A": ("Either", SIDE_CHOICES["auto"]),
}
"""Name and legs of a choice, by its key."""

SAFETY: Final = (
    BEFORE,
    f"{QUESTIONS_TITLE}:",
    *(f"  - {question}" for question in QUESTIONS),
    f"{SEAT_TITLE}:",
    *(f"  - {condition}" for condition in SEAT),
)
"""The first screen as lines for a terminal."""

# --- place, camera and light

# Each names what the camera can check; ASKED holds the rest.
RULES: Final = {
    "in_view": "Whole body in the picture",
    "facing": "Facing the camera",
    "level": "Camera level",
    "height": "Camera at knee height",
    "distance": "Right distance",
    "light": "Bright enough",
    "alone": "Nobody else in the picture",
    "seated": "Seated",
    "hands": "Hands down at the seat",
}
ASKED: Final = ("Palms under you", "Weight on both hands", "Feet hanging free")
"""Conditions that a camera in front cannot check: the person is asked for them."""

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
    "hands_under": "Sit on both hands, palms under you",
}
"""Correction by the code of a broken framing rule."""

LOOKING: Final = "Looking for you"
ALL_WELL: Final = "All is well"

# --- the test itself

CUES: Final = {
    "hold_still": "Sit still",
    "turn_out": "Swing your {leg} foot out to the side, as far as you can",
    "further": "Further, as far as you can",
    "hold": "Hold it there",
    "go_back": "Good. Go back slowly",
    "hold_longer": "Next time, hold it longer",
    "other_way": "The other way: swing your {leg} foot out to the side",
    "other_leg": "Only the {leg} leg: let the other one hang",
    "stay_in_view": "Stay in the picture",
    "feet_in_view": "Keep both feet in the picture",
    **{code: words.live_cue for code, words in wording.FINDINGS.items()},
}
"""Instruction by the cue of a view, which may be the code of a compensation."""

STAGES: Final = {
    Stage.SAFETY: BEFORE,
    Stage.FRAMING: "Place, camera and light",
    Stage.STILL: "Sit still",
    Stage.COUNTDOWN: "Get ready",
    Stage.TURNING: "Recording",
    Stage.CHANGEOVER: "Change legs",
    Stage.FINISHED: "Done",
}
STILL_MORE: Final = ", ".join([ASKED[0], *(asked.lower() for asked in ASKED[1:])])
COUNTDOWN_MORE: Final = "Knee still, thigh down, weight on both hands"
CHANGEOVER_MORE: Final = "Let both legs hang, and sit still"
FINISHED_MORE: Final = "You may move again"
NOTICES: Final = {"low_frame_rate": "Few pictures a second: turn on more light"}
PREVIEW: Final = "Live preview; the result comes from the recording"
ROUGH: Final = "Rough angle: the outline of the leg is not tracked"
ROUGH_SIGN: Final = "~"
PRACTICE_SIGN: Final = "P"
HOLD: Final = "Hold"
HELD: Final = "Held"
RECORDING: Final = "REC"
NOT_SEEN: Final = "not seen"
MEASURING: Final = "Measuring your recording"
REPORT_AT: Final = "Report:"
WRITING: Final = "Writing the report"
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
"""Keys of a stage with their actions; the first screen also has its choices."""


def prompt(view: GuideView) -> str:
    """Return the correction to make now."""
    if not view.checks:
        return LOOKING
    check = first_broken(view.checks)
    return PROMPTS[check.code] if check else ALL_WELL


def cue(view: GuideView) -> str:
    """Return the instruction of the cue; without a cue the number of the repetition."""
    if view.cue is None:
        return repetition(view)
    leg = view.side.value.upper() if view.side else ""
    text = CUES[view.cue]
    if not leg:
        text = text.replace("your {leg} foot", "one foot").replace("the {leg} leg", "one leg")
    return text.format(leg=leg)


def leg(side: Side | None) -> str:
    """Return a title such as `LEFT leg`."""
    return f"{side.value.upper()} leg" if side else "Either leg"


def first_leg(view: GuideView) -> str:
    """Return which leg begins."""
    if view.side is None or not view.sides:
        return "Either leg, one at a time"
    return leg(view.side) + (" first" if len(view.sides) > 1 else "")


def next_leg(view: GuideView) -> str:
    """Return the title of the change of legs."""
    return f"Now the {leg(view.side)}" if view.side else "Now the other leg"


def repetition(view: GuideView) -> str:
    """Return `Practice`, or a number such as `2 of 3`."""
    if view.rep <= 0:
        return "Practice"
    return f"{min(view.rep, view.reps)} of {view.reps}"


def live_angle(value_deg: float, *, rough: bool = False) -> str:
    """Return an angle such as `32°`, or `~32°`: a preview has no decimals."""
    return (ROUGH_SIGN if rough else "") + numbers.signed(value_deg, "°", decimals=0)


def preview(view: GuideView) -> str:
    """Return how far the live angle can be relied on."""
    return ROUGH if view.is_rough else PREVIEW


def target(value_deg: float) -> str:
    """Return a label such as `target 45°`."""
    return f"target {numbers.whole(value_deg)}"


def peak(value_deg: float) -> str:
    """Return a label such as `peak 38°`."""
    return f"peak {live_angle(value_deg)}"


def clock(time_s: float) -> str:
    """Return a time such as `1:07`."""
    minutes, seconds = divmod(int(max(time_s, 0)), 60)
    return f"{minutes}:{seconds:02d}"


# --- without a window


def lines(before: GuideView | None, now: GuideView) -> list[str]:
    """Return the lines to print for a view that follows another one: only what has changed.

    Every view has a last line; it is printed only where it differs from the one before, so a view
    that stays the same prints nothing.
    """
    entered = _entered(before, now)
    last = _LAST_LINES[now.stage](now)
    repeated = before is not None and not entered and last == _LAST_LINES[before.stage](before)
    return [*entered, *_finished_reps(before, now), *([] if repeated else [last])]


def _entered(before: GuideView | None, now: GuideView) -> list[str]:
    if before is not None and before.stage is now.stage:
        return []
    text = [wording.SET_UP] if before is None else []
    text.append(f"{STAGES[now.stage]}.")
    if now.stage is Stage.STILL and now.notice:
        text.append(f"{NOTICES[now.notice]}.")
    return text


def _finished_reps(before: GuideView | None, now: GuideView) -> list[str]:
    if before is None or before.side is not now.side:
        return []
    done, practice = len(before.reps_done), sum(rep.practice for rep in now.reps_done)
    text = []
    for number, rep in enumerate(now.reps_done[done:], done + 1 - practice):
        name = "practice" if rep.practice else f"repetition {number} of {now.reps}"
        line = f"{leg(now.side)}, {name}: about {live_angle(rep.angle_deg)}"
        findings = [wording.FINDINGS[code].name.lower() for code in rep.findings]
        held = ", held" if rep.held else ", not held"
        text.append(f"{line}{held}; {', '.join(findings)}." if findings else f"{line}{held}.")
    return text


def _cue_line(view: GuideView) -> str:
    """Return the cue, after the name of the compensation that it corrects."""
    if view.cue in wording.FINDINGS:
        return f"{wording.FINDINGS[view.cue].name}: {cue(view)}"
    return cue(view)


_LAST_LINES: Final[dict[Stage, Callable[[GuideView], str]]] = {
    Stage.SAFETY: lambda _: CONFIRM,
    Stage.FRAMING: prompt,
    Stage.STILL: lambda _: STILL_MORE,
    Stage.COUNTDOWN: lambda view: first_leg(view) + (f": {view.count}" if view.count else ""),
    Stage.TURNING: _cue_line,
    Stage.CHANGEOVER: lambda view: f"{next_leg(view)}. {CHANGEOVER_MORE}",
    Stage.FINISHED: lambda _: FINISHED_MORE,
}
