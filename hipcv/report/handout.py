"""Hand-out: one A4 page in plain words for the person who was tested, without pictures of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from jinja2 import Environment
from markupsafe import Markup

from hipcv.core.assessment import Assessment, Trial
from hipcv.core.person import ADULT_FROM_YEARS
from hipcv.core.protocol import MeasurementProtocol
from hipcv.language import _
from hipcv.report import exercises, numbers, wording
from hipcv.report import handout_words as words
from hipcv.report.charts import gauge
from hipcv.report.counting import broken_rules
from hipcv.report.pages import compile_templates, environment
from hipcv.report.review import NO_CASE, Case
from hipcv.report.summary import Summary
from hipcv.report.verdict import choose_verdict

_TEMPLATE: Final = "handout.html.jinja"


@dataclass(frozen=True, slots=True)
class HandoutSide:
    """One side in plain words."""

    title: str  # "Left hip"
    value: str  # "35.1°"; "" where there is no number
    sentences: tuple[str, ...]
    gauge: Markup  # empty where there is no number


def preload() -> None:
    """Compile the templates of a hand-out."""
    compile_templates(_environment(), _TEMPLATE)


def _environment() -> Environment:
    return environment(drawing=exercises.drawing)


def render(trial: Trial, summary: Summary, case: Case = NO_CASE) -> str:
    """Return the hand-out as HTML; `summary` is `summarise(trial)`."""
    page = _environment().get_template(_TEMPLATE)
    return page.render(
        summary=summary,
        day=_day(trial, case),
        about=words.ABOUT[trial.status == "measured"],
        sides=[summarise_side(side, trial.protocol) for side in trial.sides.values() if side.reps],
        reasons=list(list_reasons(trial)),
        exercise_words=exercises,
        how_to=[_(text).format(hold_s=trial.protocol.guide_hold_s) for text in words.HOW_TO],
        when=[_(text) for text in words.WHEN],
        note=_(words.NOTE),
        target=numbers.whole(trial.protocol.target_deg),
        usual=_(wording.TYPICAL_BAND),
    )


def _day(trial: Trial, case: Case) -> str:
    """Return the day of the visit, else that of the recording; "" where neither is known."""
    recorded = trial.clip.recorded
    on: date | None = case.on or (recorded.at.date() if recorded else None)
    return numbers.day(on) if on else ""


def summarise_side(assessment: Assessment, protocol: MeasurementProtocol) -> HandoutSide:
    """Return one side in plain words."""
    measured = assessment.status == "measured"
    sentences = _meaning(assessment, protocol) if measured else _why_none(assessment)
    return HandoutSide(
        title=wording.HIPS[assessment.side],
        value=numbers.angle(assessment.result_deg) if measured else "",
        sentences=tuple(sentences),
        gauge=Markup(gauge.draw(assessment, protocol)),  # noqa: S704 - holds no user's words
    )


def _meaning(assessment: Assessment, protocol: MeasurementProtocol) -> Iterator[str]:
    target = numbers.whole(protocol.target_deg)
    if assessment.provisional or assessment.category is None:
        yield _(words.PROVISIONAL).format(target=target, reps=protocol.reps_wanted)
    else:
        yield words.MEANINGS[choose_verdict(assessment, protocol)].format(target=target)
    if assessment.is_minor:
        yield _(words.NOT_ADULTS).format(age=ADULT_FROM_YEARS)
    if assessment.result_interval_deg is not None:
        limits_deg = [max(limit_deg, 0) for limit_deg in assessment.result_interval_deg]
        low, high = (numbers.signed(limit_deg, "°", decimals=0) for limit_deg in limits_deg)
        yield _(words.CHANCE).format(low=low, high=high)
    if assessment.hip_lift_deg:
        yield _(words.LIFT).format(lift=numbers.angle(assessment.hip_lift_deg))


def _why_none(assessment: Assessment) -> Iterator[str]:
    yield _(words.NOT_COUNTED)
    for code in broken_rules(assessment.reps):
        if code in words.BROKEN:
            yield words.BROKEN[code]


def list_reasons(trial: Trial) -> Iterator[str]:
    """Yield why the clip, or a side without repetitions, was not measured."""
    if trial.status == "not_measured":
        yield _(words.NOT_MEASURED)
    for code in dict.fromkeys(issue.code for issue in trial.refusals):
        yield words.REFUSED[code]
