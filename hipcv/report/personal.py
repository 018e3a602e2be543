"""Result of a test in the second person, for the one who was tested: number or why none, next step.

It says what `summary` says, in fewer words: these texts are read from 2.5 m away.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from hipcv.core.assessment import Assessment, MeasurementStatus, Trial
from hipcv.core.landmarks import Side
from hipcv.core.protocol import MeasurementProtocol
from hipcv.language import N_, Translated, _
from hipcv.report import answers, numbers
from hipcv.report.counting import broken_rules
from hipcv.report.course import NEXT_TEST_WEEKS
from hipcv.report.next_step import StepKind
from hipcv.report.summary import SideSummary, summarise
from hipcv.report.verdict import choose_verdict

_HIPS: Final = Translated({Side.LEFT: N_("Your left hip"), Side.RIGHT: N_("Your right hip")})

VERDICTS: Final = Translated(
    {
        "more_than_most": N_("You reach the goal of {target}, which is more than most adults do."),
        "reaches_target": N_("You reach the goal of {target}."),
        "close_to_target": N_("You are close to the goal of {target}."),
        "below_target": N_("Not at the goal of {target} yet, like most adults."),
        "clearly_low": N_("Clearly less than most adults."),
        "below_target_alone": N_("Not at the goal of {target} yet."),
    }
)
"""Verdict by its key in `wording.VERDICTS`."""

_NO_VERDICT: Final = N_("Too few to compare with {target}.")

REASONS: Final = Translated(
    {
        "pelvic_hike": N_("No number: your hip lifted off the seat."),
        "trunk_lean": N_("No number: you leaned to the side."),
        "weight_shift": N_("No number: your weight shifted off a hand."),
        "thigh_lift": N_("No number: your thigh lifted off the seat."),
        "knee_drift": N_("No number: your knee moved to the side."),
        "knee_extension": N_("No number: your knee straightened."),
        "trunk_rotation": N_("No number: your upper body turned."),
        "hand_off_seat": N_("No number: a hand left the seat."),
        "other_leg_moved": N_("No number: the other leg moved too."),
        "overshoot": N_("No number: the foot swung too fast."),
        "no_hold": N_("No number: the end was not held long enough."),
        "": N_("No number: no repetition counts."),
    }
)
"""Reason for which no repetition of a side counts, by the code of the most frequent breach."""

_STEPS: Final[Translated[StepKind, str]] = Translated(
    {
        "more": N_("Repeat the test with all its repetitions."),
        "minor": N_("With pain or a limp, see a doctor the same day."),
        "low": N_(
            "Do the exercises in the report, slowly and without pain. With pain or stiffness, see "
            "a physical therapist."
        ),
        "below": N_("Do the exercises in the report, and test again in {first} to {last} weeks."),
        "close": N_("Keep it up, and test again in {first} to {last} weeks."),
        "reached": N_("Keep it up, and test again in {first} to {last} weeks."),
    },
    dict(zip(("first", "last"), NEXT_TEST_WEEKS, strict=True)),
)
"""The step of `decide_next` in few words, where it does not depend on what went wrong."""


@dataclass(frozen=True, slots=True)
class PersonalSide:
    """Sentences about one side."""

    side: Side
    status: MeasurementStatus
    title: str  # "Your left hip"
    value: str  # "34.8°"; "" where there is no number
    mark: str  # "with 8.2° of hip lift taken off"; "" for nothing
    verdict: str  # one sentence on the goal, or why there is no number
    more: str  # "on another day 28 to 41°", or how far the foot went before a rule was broken


def describe_sides(trial: Trial) -> tuple[PersonalSide, ...]:
    """Return the sentences about each side that was tested, the left one first."""
    return tuple(_side(side, trial) for side in summarise(trial).sides)


def next_step(trial: Trial) -> str:
    """Return the step of `decide_next` in one or two short sentences."""
    summary = summarise(trial)
    match summary.next.kind:
        case "pain":
            return answers.ADVICE["hurt"]
        case "repeat":
            return summary.uncounted[0].repeat
        case "record":
            return " ".join(issue.remedy for issue in summary.refusals[:1])
        case kind:
            return _STEPS[kind]


def merge_takes(trials: Sequence[Trial]) -> Trial:
    """Return one trial with the sides of all recordings of a session.

    Of a side that is in several, the latest that was read stands.
    """
    sides: dict[Side, Assessment] = {}
    for trial in trials:
        for side, assessment in trial.sides.items():
            if side not in sides or assessment.status != "not_measured":
                sides[side] = assessment
    issues = tuple(dict.fromkeys(issue for trial in trials for issue in trial.issues))
    return replace(trials[-1], sides=sides, issues=issues)


def _side(side: SideSummary, trial: Trial) -> PersonalSide:
    assessment, protocol = trial.sides[side.side], trial.protocol
    return PersonalSide(
        side=side.side,
        status=side.status,
        title=_HIPS[side.side],
        value=side.value if side.measured else "",
        mark=side.mark,
        verdict=_verdict(assessment, protocol) if side.measured else _reason(assessment),
        more=side.another_day if side.measured else _reach(assessment),
    )


def _verdict(assessment: Assessment, protocol: MeasurementProtocol) -> str:
    key = choose_verdict(assessment, protocol)
    text = VERDICTS[key] if key else _(_NO_VERDICT)
    return text.format(target=numbers.whole(protocol.target_deg))


def _reason(assessment: Assessment) -> str:
    if assessment.status == "not_measured":
        return ""
    return REASONS[next(iter(broken_rules(assessment.reps)), "")]


def _reach(assessment: Assessment) -> str:
    """Return how far the foot went by the hip alone; "" where it did not."""
    reps = [rep for rep in assessment.reps if not rep.practice]
    if assessment.status != "not_counted" or not reps:
        return ""
    broken = [rep for rep in reps if rep.invalid]
    if not broken:
        angle = numbers.angle(max(rep.rotation_deg for rep in reps))
        return _("In passing, your foot swung out {angle}.").format(angle=angle)
    clean_deg = max(rep.clean_deg for rep in broken)
    if clean_deg <= 0:
        return _("It began together with the swing.")
    return _("Before that, your foot had swung out {angle}.").format(angle=numbers.angle(clean_deg))
