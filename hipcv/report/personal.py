"""What a stored result says to the person who was tested: in the second person, with one next step.

Each side has a number or why there is none, how it stands to the goal, and what to do next.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from hipcv.core.answers import Answers
from hipcv.core.landmarks import Side
from hipcv.core.person import Person
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.side_result import NOT_HELD, lift_deg, not_counted_because, result_of
from hipcv.language import N_, Translated, _, ngettext
from hipcv.report import answers as answer_words
from hipcv.report import not_counted, numbers, wording
from hipcv.report.counting import ask_to_repeat
from hipcv.report.stored import translated_issue
from hipcv.report.summary import NOT_MEASURED
from hipcv.report.verdict import choose_verdict

AGAIN: Final = N_("Test again in four to six weeks: sooner, a difference may be chance.")
NO_NUMBER: Final = N_("No number")
RECORDING: Final = N_("Your recording")

TITLES: Final = Translated({Side.LEFT: N_("Your left hip"), Side.RIGHT: N_("Your right hip")})

GOALS: Final = Translated(
    {
        "more_than_most": N_("You reached the goal of {goal}, which is more than most adults do."),
        "reaches_target": N_("You reached the goal of {goal}."),
        "close_to_target": N_("You are close to the goal of {goal}: measuring may differ by that."),
        "below_target": N_("You have not reached the goal of {goal}; most adults have not either."),
        "below_target_alone": N_("You have not reached the goal of {goal}."),
        "clearly_low": N_("You turned clearly less far than most adults. The goal is {goal}."),
    }
)
"""How a number stands to the goal, by the verdict."""

EXERCISES: Final = N_(
    "Try the exercises of the report, as long as nothing hurts, and test again in four to six "
    "weeks."
)
SHOW: Final = N_(
    "Show the report to a physiotherapist, above all if you also have pain or stiffness."
)

NEXT_STEPS: Final = Translated({"below_target": EXERCISES, "clearly_low": SHOW})
"""What to do next, by the verdict; with the others, to test again."""


@dataclass(frozen=True, slots=True)
class PersonalResult:
    """What the result of one side says to the person; sentences end in a full stop."""

    title: str  # "Your left hip"
    value: str  # "29°", or that there is no number
    verdict: str  # how it stands to the goal, or why there is no number
    next_step: str


def describe_to_person(
    document: Mapping[str, Any], answers: Answers, protocol: MeasurementProtocol
) -> tuple[PersonalResult, ...]:
    """Return what a stored result says of each side that moved, else of the whole recording.

    Args:
        document: the stored result.
        answers: given after the test; where it hurt, the next step is another one.
        protocol: by which the result was measured.
    """
    is_minor = Person.from_dict(document.get("person")).is_minor
    sides = {Side(name): side for name, side in document["sides"].items() if _moved(side)}
    results = tuple(
        _of_number(title, side, protocol, is_minor=is_minor)
        if result_of(side)
        else _of_uncounted(title, side)
        for title, side in ((TITLES[name], side) for name, side in sides.items())
    )
    if not answers.hurt:
        return results or (_of_refusal(document),)
    hurt = answer_words.ADVICE["hurt"]
    return tuple(replace(result, next_step=hurt) for result in results or (_of_refusal(document),))


def _moved(side: Mapping[str, Any] | None) -> bool:
    return side is not None and side.get("status") != "not_measured"


def _of_number(
    title: str, side: Mapping[str, Any], protocol: MeasurementProtocol, *, is_minor: bool
) -> PersonalResult:
    result = result_of(side)
    assert result is not None
    value, lift = f"{result.result_deg:.0f}°", lift_deg(side)
    if lift:
        value = _("{angle}, with {lift:.0f}° of hip lift taken off").format(angle=value, lift=lift)
    category = side.get("category")
    if result.provisional or category is None:
        return PersonalResult(title, value, _provisional(side, protocol), ask_to_repeat(()))
    from_vertical_deg = result.result_deg + (side.get("start_tilt_deg") or 0.0)
    code = choose_verdict(category, from_vertical_deg, protocol, is_minor=is_minor)
    verdict = GOALS[code].format(goal=numbers.whole(protocol.target_deg))
    return PersonalResult(title, value, verdict, NEXT_STEPS.get(code) or _(AGAIN))


def _provisional(side: Mapping[str, Any], protocol: MeasurementProtocol) -> str:
    count = sum(bool(rep["valid"] and not rep.get("practice")) for rep in side["reps"])
    return ngettext(
        "Only {count} repetition of {wanted:g} counted, so this number is provisional.",
        "Only {count} repetitions of {wanted:g} counted, so this number is provisional.",
        count,
    ).format(count=count, wanted=protocol.reps_wanted)


def _of_uncounted(title: str, side: Mapping[str, Any]) -> PersonalResult:
    """Return why no repetition counts, and how far the leg had turned until then."""
    codes = ["no_hold" if code == NOT_HELD else code for code in not_counted_because(side)]
    why = _("No repetition counted: {reasons}.").format(reasons=not_counted.reason(side))
    turned_deg = max((rep.get("clean_deg") or 0.0 for rep in side["reps"]), default=0.0)
    if turned_deg > 0:
        reached = _("Until a rule was broken, your leg had turned {angle}.")
        why = f"{why} {reached.format(angle=f'{turned_deg:.0f}°')}"
    broken = [code for code in codes if code in wording.FINDINGS]
    return PersonalResult(title, _(NO_NUMBER), why, ask_to_repeat(broken))


def _of_refusal(document: Mapping[str, Any]) -> PersonalResult:
    """Return why the recording could not be measured, and the remedy."""
    refusals = [issue for issue in document["issues"] if issue["severity"] == "refuse"]
    if not refusals:
        return PersonalResult(_(RECORDING), _(NO_NUMBER), _(NOT_MEASURED), ask_to_repeat(()))
    first = translated_issue(refusals[0])
    return PersonalResult(_(RECORDING), _(NO_NUMBER), first["text"], first["remedy"])
