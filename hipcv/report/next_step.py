"""Next step after a test: one decision, which every page and screen states."""

from dataclasses import dataclass
from typing import Final, Literal

from hipcv.core.assessment import Assessment, Trial, is_clearly_low
from hipcv.core.person import ADULT_FROM_YEARS
from hipcv.language import N_, Translated, _
from hipcv.report import wording
from hipcv.report.counting import ask_to_repeat, broken_rules
from hipcv.report.course import NEXT_TEST_IN

StepKind = Literal["pain", "record", "repeat", "more", "minor", "low", "below", "close", "reached"]


@dataclass(frozen=True, slots=True)
class NextStep:
    """Next step of the person who was tested."""

    kind: StepKind
    title: str
    text: str


_TITLES: Final[Translated[StepKind, str]] = Translated(
    {
        "pain": N_("Show this to a physical therapist or doctor"),
        "record": N_("Record the test again"),
        "repeat": N_("Repeat the test"),
        "more": N_("Repeat the test"),
        "minor": N_("Show this to a physical therapist or doctor if something hurts"),
        "low": N_("Try the exercises, and see a physical therapist if something bothers you"),
        "below": N_("Try the three exercises"),
        "close": N_("Test again in {weeks}"),
        "reached": N_("Nothing needs to be done"),
    }
)

_TEXTS: Final[Translated[StepKind, str]] = Translated(
    {
        "pain": N_("It hurt during the test. Do not repeat the test today."),
        "more": N_(
            "Too few repetitions count. Do three slow ones, and hold each for {hold_s:g} seconds."
        ),
        "minor": N_(
            "The exercises are not for anyone under {age}. See a doctor the same day if a hip, "
            "thigh or knee hurts, or if you limp."
        ),
        "low": N_(
            "See a physical therapist if you have pain or stiffness too. Test again in {weeks}; "
            "before that, a difference is mostly chance."
        ),
        "below": N_(
            "Test again in {weeks}. See a physical therapist if you have pain or stiffness, or if "
            "nothing changes."
        ),
        "close": N_(
            "You are close to the goal. Keep moving as you do, and see a physical therapist if you "
            "have pain or stiffness."
        ),
        "reached": N_(
            "You reach the goal. Test again if something changes, and see a physical therapist if "
            "you have pain or stiffness."
        ),
    }
)


def decide_next(trial: Trial) -> NextStep:
    """Return the next step: pain goes first, then what keeps the number from being used."""
    kind = _kind(trial)
    return NextStep(kind, _TITLES[kind].format(weeks=_(NEXT_TEST_IN)), _text(kind, trial))


def offers_exercises(trial: Trial) -> bool:
    """Return True where the exercises are offered: to adults without pain, below the target."""
    if trial.answers.hurt or trial.person.is_minor:
        return False
    return any(_is_below(side, trial) for side in trial.sides.values())


def _kind(trial: Trial) -> StepKind:
    sides = list(trial.sides.values())
    if trial.answers.hurt:
        return "pain"
    if any(side.status == "not_counted" for side in sides):
        return "repeat"
    if trial.status == "not_measured" or trial.refusals:
        return "record"
    if any(side.provisional for side in sides):
        return "more"
    if trial.person.is_minor:
        return "minor"
    return _kind_of_category(trial)


def _kind_of_category(trial: Trial) -> StepKind:
    """Return the step by the side that is furthest from the target."""
    sides = list(trial.sides.values())
    if any(is_clearly_low(side, trial.protocol) for side in sides):
        return "low"
    if any(_is_below(side, trial) for side in sides):
        return "below"
    close = any(side.category == "close_to_target" for side in sides)
    return "close" if close else "reached"


def _is_below(side: Assessment, trial: Trial) -> bool:
    """Return True where the result is below the target by more than measuring may differ."""
    interval_deg = side.result_interval_deg
    return interval_deg is not None and interval_deg[1] <= trial.protocol.target_deg


def _text(kind: StepKind, trial: Trial) -> str:
    if kind == "record":
        return _refusal(trial)
    if kind == "repeat":
        return " ".join(_repeat(side) for side in trial.sides.values())
    return _TEXTS[kind].format(
        hold_s=trial.protocol.guide_hold_s, age=ADULT_FROM_YEARS, weeks=_(NEXT_TEST_IN)
    )


def _refusal(trial: Trial) -> str:
    """Return why there is no number, in a few words, and what to do about it."""
    if not trial.refusals:
        return wording.set_up()
    first = trial.refusals[0]
    words = wording.words_of(first)
    reason = f"{wording.HIPS[first.side]}: {words.title}" if first.side else words.title
    return f"{reason}. {words.remedy}"


def _repeat(side: Assessment) -> str:
    if side.status != "not_counted":
        return ""
    text = ask_to_repeat(broken_rules(side.reps))
    return _("{hip}: no repetition counts. {repeat}").format(
        hip=wording.HIPS[side.side], repeat=text
    )
