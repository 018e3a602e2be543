"""Texts of the guided test: safety questions, framing prompts, cues and terminal lines.

Cues are short imperatives, readable from two metres. Sides are the person's own. Names and cues of
compensations come from `report.wording`, sentences about a result from `report.summary`.
"""

from collections.abc import Callable
from typing import Final

from hipcv.core.framing import first_broken
from hipcv.core.guide import SIDE_CHOICES
from hipcv.core.landmarks import Side
from hipcv.core.view_model import GuideView, RepPreview, Stage
from hipcv.language import N_, Translated, _, translate
from hipcv.report import answers, numbers, wording

# --- the first screen

BEFORE: Final = N_("Before you begin")
SEAT_TITLE: Final = N_("Make sure")
SEAT: Final = (
    N_("the seat is firm and cannot roll"),
    N_("help is near if your balance is poor"),
    N_("you stop on pain, pinching, numbness"),
)
CONFIRM: Final = N_("Press Enter when none of this applies")
NOTHING_APPLIES: Final = ("Enter", N_("None of this applies"))
SOMETHING_APPLIES: Final = ("X", N_("Something applies"))
BEGIN: Final = ("Enter", N_("Begin"))
CLOSE: Final = N_("Press any key")
CHOOSE: Final = N_("Which leg?")
CHOICES: Final = Translated({"L": N_("Left"), "R": N_("Right"), "B": N_("Both"), "A": N_("Either")})
"""Name of a choice of legs, by its key."""

CHOICE_SIDES: Final[dict[str, tuple[Side, ...]]] = {
    "L": SIDE_CHOICES["left"],
    "R": SIDE_CHOICES["right"],
    "B": SIDE_CHOICES["both"],
    "A": SIDE_CHOICES["auto"],
}
"""Legs of a choice, by its key."""

# --- place, camera and light

# Each names what the camera can check; ASKED holds the rest.
RULES: Final = Translated(
    {
        "in_view": N_("Whole body in the picture"),
        "facing": N_("Facing the camera"),
        "level": N_("Camera level"),
        "height": N_("Camera at knee height"),
        "distance": N_("Right distance"),
        "light": N_("Bright enough"),
        "alone": N_("Nobody else in the picture"),
        "seated": N_("Seated"),
        "hands": N_("Hands down at the seat"),
    }
)
ASKED: Final = (N_("Palms under you"), N_("Weight on both hands"), N_("Feet hanging free"))
"""Conditions that a camera in front cannot check: the person is asked for them."""

PROMPTS: Final = Translated(
    {
        "nobody": N_("Sit down in front of the camera"),
        "feet_cut": N_("Tilt the camera down, or move it back, until both feet show"),
        "shoulders_cut": N_("Tilt the camera up, or move it back, until both shoulders show"),
        "move_left": N_("Move a little to your left"),
        "move_right": N_("Move a little to your right"),
        "turn_left": N_("Turn a little to your left"),
        "turn_right": N_("Turn a little to your right"),
        # Clockwise is seen from behind the camera; the person sits before it.
        "camera_clockwise": N_("Level the camera: lift its edge on your right"),
        "camera_anticlockwise": N_("Level the camera: lift its edge on your left"),
        "raise_camera": N_("Raise the camera to knee height"),
        "lower_camera": N_("Lower the camera to knee height"),
        "move_back": N_("Move the camera back"),
        "come_closer": N_("Bring the camera closer"),
        "more_light": N_("Turn on more light"),
        "others": N_("Ask the others to leave the picture"),
        "sit": N_("Sit on a raised seat, feet hanging free"),
        "hands_under": N_("Sit on both hands, palms under you"),
    }
)
"""Correction by the code of a broken framing rule."""

LOOKING: Final = N_("Looking for you")
ALL_WELL: Final = N_("All is well")

# --- the test itself

CUES: Final = Translated(
    {
        "hold_still": N_("Sit still"),
        "further": N_("Further, as far as you can"),
        "hold": N_("Hold it there"),
        "go_back": N_("Good. Go back slowly"),
        "hold_longer": N_("Next time, hold it longer"),
        "stay_in_view": N_("Stay in the picture"),
        "feet_in_view": N_("Keep both feet in the picture"),
    }
)
"""Instruction by the cue of a view that is the same for both legs.

Those of compensations are in `wording.FINDINGS`.
"""

LEG_CUES: Final = Translated(
    {
        ("turn_out", Side.LEFT): N_("Swing your LEFT foot out to the side, as far as you can"),
        ("turn_out", Side.RIGHT): N_("Swing your RIGHT foot out to the side, as far as you can"),
        ("turn_out", None): N_("Swing one foot out to the side, as far as you can"),
        ("other_way", Side.LEFT): N_("The other way: swing your LEFT foot out to the side"),
        ("other_way", Side.RIGHT): N_("The other way: swing your RIGHT foot out to the side"),
        ("other_way", None): N_("The other way: swing one foot out to the side"),
        ("turn_in", Side.LEFT): N_("Now swing your LEFT foot inwards"),
        ("turn_in", Side.RIGHT): N_("Now swing your RIGHT foot inwards"),
        ("turn_in", None): N_("Now swing one foot inwards"),
        ("other_way_in", Side.LEFT): N_("The other way: swing your LEFT foot inwards"),
        ("other_way_in", Side.RIGHT): N_("The other way: swing your RIGHT foot inwards"),
        ("other_way_in", None): N_("The other way: swing one foot inwards"),
        ("other_leg", Side.LEFT): N_("Only the LEFT leg: let the other one hang"),
        ("other_leg", Side.RIGHT): N_("Only the RIGHT leg: let the other one hang"),
        ("other_leg", None): N_("Only one leg: let the other one hang"),
    }
)
"""Instruction by a cue that names the leg, and that leg; None: not known yet."""

_LEGS: Final = Translated(
    {Side.LEFT: N_("LEFT leg"), Side.RIGHT: N_("RIGHT leg"), None: N_("Either leg")}
)
_FIRST_LEGS: Final = Translated(
    {
        Side.LEFT: N_("LEFT leg first"),
        Side.RIGHT: N_("RIGHT leg first"),
        None: N_("Either leg, one at a time"),
    }
)
_NEXT_LEGS: Final = Translated(
    {
        Side.LEFT: N_("Now the LEFT leg"),
        Side.RIGHT: N_("Now the RIGHT leg"),
        None: N_("Now the other leg"),
    }
)

STAGES: Final = Translated(
    {
        Stage.SAFETY: BEFORE,
        Stage.ADVICE: N_("Please stop here"),
        Stage.FRAMING: N_("Place, camera and light"),
        Stage.STILL: N_("Sit still"),
        Stage.COUNTDOWN: N_("Get ready"),
        Stage.TURNING: N_("Recording"),
        Stage.CHANGEOVER: N_("Change legs"),
        Stage.FINISHED: N_("Done"),
    }
)
STILL_MORE: Final = N_("Palms under you, weight on both hands, feet hanging free")
TURN_IN_MORE: Final = N_("Across the other leg, as far as you can; knee still, thigh down")
COUNTDOWN_MORE: Final = N_("Knee still, thigh down, weight on both hands")
CHANGEOVER_MORE: Final = N_("Let both legs hang, and sit still")
FINISHED_MORE: Final = N_("You may move again")
NOTICES: Final = Translated(
    {
        "low_frame_rate": N_("Few pictures a second: turn on more light"),
        "no_voice": N_("No voice for this language here: tones instead"),
        "no_sound": N_("No voice and no tones here: follow the screen"),
        "muted": N_("Sound is off"),
    }
)
PREVIEW: Final = N_("Live preview; the result comes from the recording")
ROUGH: Final = N_("Rough angle: the outline of the leg is not tracked")
ROUGH_SIGN: Final = "~"
PRACTICE_SIGN: Final = "P"
HOLD: Final = N_("Hold")
HELD: Final = N_("Held")
RECORDING: Final = N_("REC")
NOT_SEEN: Final = N_("not seen")
MEASURING: Final = N_("Measuring your recording")
WRITING: Final = N_("Writing the report")
TYPE_NUMBER: Final = N_("Type the number, then press Enter")
LEAVE_OUT: Final = N_("Enter: leave it out")
GO_ON: Final = N_("Enter: go on")
NO_DIAGNOSIS: Final = N_("An estimate of a movement, not a diagnosis.")
RESULT_KEYS: Final = (N_("O: open the report"), N_("Any other key: close"))

_STOP: Final = ("Q", N_("stop"))
_SOUND: Final = ("M", N_("sound on or off"))
_PAIN: Final = ("P", N_("it hurts"))
_GO_ON: Final = (("S", N_("go on without waiting")), _SOUND, _STOP)
_AGAIN: Final = (("R", N_("this leg again")), ("S", N_("next leg")), _PAIN, _SOUND, _STOP)
KEYS: Final[Translated[Stage, tuple[tuple[str, str], ...]]] = Translated(
    {
        Stage.SAFETY: (_STOP,),
        Stage.ADVICE: (),
        Stage.FRAMING: _GO_ON,
        Stage.STILL: _GO_ON,
        Stage.COUNTDOWN: _GO_ON,
        Stage.TURNING: _AGAIN,
        Stage.CHANGEOVER: _AGAIN,
        Stage.FINISHED: (),
    }
)
"""Keys of a stage with their actions; the first screen also has its choices."""


def question_lines(question: str) -> list[str]:
    """Return one of the questions before the test, see `QUESTIONS`, as lines for a terminal."""
    title = _(SEAT_TITLE) if question == "seat" else answers.TITLES[question]
    listed = [*translate(SEAT)] if question == "seat" else [*answers.LISTS[question].values()]
    return [f"{title}:", *(f"  - {line}" for line in listed)]


def prompt(view: GuideView) -> str:
    """Return the correction to make now."""
    if not view.checks:
        return _(LOOKING)
    check = first_broken(view.checks)
    return PROMPTS[check.code] if check else _(ALL_WELL)


def cue(view: GuideView) -> str:
    """Return the instruction of the cue; without a cue the number of the repetition."""
    if view.cue is None:
        return repetition(view)
    if view.cue in wording.FINDINGS:
        return wording.FINDINGS[view.cue].live_cue
    if view.cue in CUES:
        return CUES[view.cue]
    return LEG_CUES[view.cue, view.side]


def leg(side: Side | None) -> str:
    """Return a title such as `LEFT leg`."""
    return _LEGS[side]


def first_leg(view: GuideView) -> str:
    """Return which leg begins."""
    if view.side is None or not view.sides:
        return _FIRST_LEGS[None]
    return _FIRST_LEGS[view.side] if len(view.sides) > 1 else _LEGS[view.side]


def next_leg(view: GuideView) -> str:
    """Return the title of the change of legs."""
    return _NEXT_LEGS[view.side]


def repetition(view: GuideView) -> str:
    """Return `Practice`, or a number such as `2 of 3`."""
    if view.rep <= 0:
        return _("Practice")
    return _("{number} of {count}").format(number=min(view.rep, view.reps), count=view.reps)


def live_angle(value_deg: float, *, rough: bool = False) -> str:
    """Return an angle such as `32°`, or `~32°`: a preview has no decimals."""
    return (ROUGH_SIGN if rough else "") + numbers.signed(value_deg, "°", decimals=0)


def preview(view: GuideView) -> str:
    """Return how far the live angle can be relied on."""
    return _(ROUGH if view.is_rough else PREVIEW)


def target(value_deg: float) -> str:
    """Return a label such as `target 45°`."""
    return _("target {angle}").format(angle=numbers.whole(value_deg))


def peak(value_deg: float) -> str:
    """Return a label such as `peak 38°`."""
    return _("peak {angle}").format(angle=live_angle(value_deg))


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
    text = [wording.set_up(external=now.with_external)] if before is None else []
    text.append(f"{STAGES[now.stage]}.")
    if now.stage is Stage.STILL and now.notice:
        text.append(f"{NOTICES[now.notice]}.")
    return text


def _finished_reps(before: GuideView | None, now: GuideView) -> list[str]:
    if before is None:
        return []
    return [
        _rep_line(now, side, reps[: row + 1])
        for side, reps in now.previews.items()
        for row in range(len(before.previews.get(side, ())), len(reps))
    ]


def _rep_line(view: GuideView, side: Side, reps: tuple[RepPreview, ...]) -> str:
    """Return the angle of a leg's last repetition, whether it was held, and what was noticed."""
    rep = reps[-1]
    same_way = [past for past in reps if past.external is rep.external]
    number = sum(not past.practice for past in same_way)
    way = "practice" if rep.practice else "external" if rep.external else "internal"
    text = _REP_LINES[way, rep.held].format(
        leg=leg(side),
        number=number,
        count=max(view.reps, number),
        angle=live_angle(rep.angle_deg),
    )
    names = ", ".join(wording.FINDINGS[code].name.lower() for code in rep.findings)
    noticed = _("Noticed: {findings}.").format(findings=names)
    return f"{text} {noticed}" if names else text


_REP_LINES: Final = Translated(
    {
        ("practice", True): N_("{leg}, practice: about {angle}, held."),
        ("practice", False): N_("{leg}, practice: about {angle}, not held."),
        ("internal", True): N_("{leg}, repetition {number} of {count}: about {angle}, held."),
        ("internal", False): N_("{leg}, repetition {number} of {count}: about {angle}, not held."),
        ("external", True): N_(
            "{leg}, foot inwards, repetition {number} of {count}: about {angle}, held."
        ),
        ("external", False): N_(
            "{leg}, foot inwards, repetition {number} of {count}: about {angle}, not held."
        ),
    }
)
"""Line on a repetition, by its kind and whether it was held."""


def _cue_line(view: GuideView) -> str:
    """Return the cue, after the name of the compensation that it corrects."""
    if view.cue == "turn_in":
        return f"{cue(view)}. {_(TURN_IN_MORE)}."
    if view.cue is not None and view.cue in wording.FINDINGS:
        return f"{wording.FINDINGS[view.cue].name}: {cue(view)}"
    return cue(view)


_LAST_LINES: Final[dict[Stage, Callable[[GuideView], str]]] = {
    Stage.SAFETY: lambda _view: _(CONFIRM),
    Stage.ADVICE: lambda view: " ".join(answers.advise(view.advice)),
    Stage.FRAMING: prompt,
    Stage.STILL: lambda _view: _(STILL_MORE),
    Stage.COUNTDOWN: lambda view: first_leg(view) + (f": {view.count}" if view.count else ""),
    Stage.TURNING: _cue_line,
    Stage.CHANGEOVER: lambda view: f"{next_leg(view)}. {_(CHANGEOVER_MORE)}",
    Stage.FINISHED: lambda _view: _(FINISHED_MORE),
}
