"""Sentences about a result; the only place where they are made.

A `Summary` holds every sentence in reading order. Terminal, HTML, PDF and the guided test choose
from them and write none of their own.
"""

import math
import re
from dataclasses import asdict, dataclass, replace
from typing import Final

from hipcv.core.assessment import Assessment, MeasurementStatus, Rep, Trial, is_clearly_low
from hipcv.core.issues import Finding, Issue
from hipcv.core.landmarks import Side
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.uncertainty import detectable_change_deg
from hipcv.language import N_, Translated, _, join, ngettext, translate
from hipcv.report import numbers, wording
from hipcv.report.answers import describe_answers
from hipcv.report.background import (
    WHY_IT_MATTERS,
    angle_from_vertical,
    describe_age_band,
    describe_position,
)
from hipcv.report.comparison import compare_sides
from hipcv.report.counting import (
    ask_to_repeat,
    broken_rules,
    explain_count,
    explain_uncounted,
    name_reasons,
)
from hipcv.report.exercises import Exercise, exercises
from hipcv.report.external import describe_external
from hipcv.report.next_step import NextStep, decide_next, offers_exercises
from hipcv.report.recording_time import state_recording_time
from hipcv.report.rules import RuleSummary, check_rules
from hipcv.report.typical import describe_typical
from hipcv.report.unmeasured import list_unmeasured
from hipcv.report.verdict import give_verdict

SEE_SOMEONE: Final = N_("If you also have pain or stiffness, consider a professional assessment.")
NOT_MEASURED: Final = N_("This clip was not measured.")


@dataclass(frozen=True, slots=True)
class IssueSummary:
    """Text of one issue of the clip or of a side."""

    code: str
    refuses: bool
    where: str  # " (left)", " (left and right)", or "" for the whole clip
    title: str
    text: str
    remedy: str


@dataclass(frozen=True, slots=True)
class FindingSummary:
    """Text of one compensation of a side, over all its repetitions."""

    code: str
    severity: str  # the worst of its repetitions
    name: str
    text: str
    cue: str
    at_s: float  # when it first began
    rep: int  # number of that repetition, 1 first


@dataclass(frozen=True, slots=True)
class RepSummary:
    """Row of the table of repetitions."""

    number: int
    rotation: str  # along the thigh
    others: tuple[str, ...]  # "33.6° in the picture", "32.7° from the vertical"
    interval: str
    second: str  # "44.8°", or "none, by masks" where the rotation itself is from masks
    pelvis_relative: str
    clean: str
    hold: str
    held_from: str
    counted: str
    findings: str
    valid: bool


@dataclass(frozen=True, slots=True)
class SideSummary:
    """Sentences about one side."""

    side: Side
    title: str  # "Left hip"
    status: MeasurementStatus
    value: str  # "34.8°", the result
    mark: str  # "with 8.2° of hip lift taken off, provisional (1 repetition of 3)"; "" for neither
    provisional: bool
    interval: str  # "read within ±2.7°": how exactly this clip was read
    from_vertical: str  # "32.7° from the vertical"; "" where that is not known
    another_day: str  # "on another day 28 to 41°"; "" where there is no number
    verdict: str  # "Below the 45° target, as most adults are."
    advice: str  # "" where there is none
    details: tuple[str, ...]
    uncounted: tuple[str, ...]  # why no repetition counts, one sentence each; else none
    repeat: str  # "Repeat the test: ..." where no repetition counts and nothing hurt, else ""
    unmeasured: str  # "Not measured in this clip: ..."; "" where all was measured
    findings: tuple[FindingSummary, ...]
    rules: tuple[RuleSummary, ...]  # of the test, each with whether it was kept
    reps: tuple[RepSummary, ...]

    @property
    def measured(self) -> bool:
        """True where there is a number."""
        return self.status == "measured"

    @property
    def number(self) -> str:
        """Return 34.8°, with 8.2° of hip lift taken off."""
        return ", ".join(filter(None, (self.value, self.mark)))


@dataclass(frozen=True, slots=True)
class Summary:
    """Sentences about a trial."""

    clip: str
    position: str  # position and set-up
    recorded: str  # "Recorded 20 November 2026, 14:03 (UTC+1), from …"; "" where not known
    status: MeasurementStatus
    headline: str
    sides: tuple[SideSummary, ...]
    comparison: str  # "" where fewer than two sides were measured
    issues: tuple[IssueSummary, ...]  # refusals first
    certainty: tuple[str, ...]  # meaning of "read within", and size of a real change
    next: NextStep
    answers: tuple[str, ...]  # pain, and what stopped the movement; none where not asked
    age_band: str  # "Age 34: compared with adults."
    why: tuple[str, ...]  # why it matters
    typical: str  # what target and typical band are
    is_minor: bool  # no band of adults is shown
    exercises: tuple[Exercise, ...]  # only where a side is below the target

    @property
    def measured(self) -> bool:
        """True where a side has a number."""
        return self.status == "measured"

    @property
    def uncounted(self) -> tuple[SideSummary, ...]:
        """Return the sides of which no repetition counts."""
        return tuple(side for side in self.sides if side.status == "not_counted")

    @property
    def ruled(self) -> tuple[SideSummary, ...]:
        """Return the sides with repetitions, of which each rule of the test has an outcome."""
        return tuple(side for side in self.sides if side.rules)

    @property
    def rules(self) -> tuple[tuple[RuleSummary, ...], ...]:
        """Return the outcomes of each rule, one a side of `ruled`."""
        return tuple(zip(*(side.rules for side in self.ruled), strict=True))

    @property
    def refusals(self) -> tuple[IssueSummary, ...]:
        """Return the issues for which a number is missing."""
        return tuple(issue for issue in self.issues if issue.refuses)

    @property
    def warnings(self) -> tuple[IssueSummary, ...]:
        """Return the issues that make the number less certain."""
        return tuple(issue for issue in self.issues if not issue.refuses)


def summarise(trial: Trial) -> Summary:
    """Return the sentences about a trial."""
    protocol = trial.protocol
    sides = tuple(_side(trial, side) for side in Side if side in trial.sides)
    return Summary(
        clip=trial.clip.name,
        position=describe_position(trial),
        recorded=state_recording_time(trial.clip.recorded),
        status=trial.status,
        headline=_headline(sides, trial),
        sides=sides,
        comparison=compare_sides(trial),
        issues=_issues(tuple(i for i in trial.all_issues if not _is_repeated(i, trial))),
        certainty=_certainty(protocol) if trial.status == "measured" else (),
        next=decide_next(trial),
        answers=describe_answers(trial.answers),
        age_band=describe_age_band(trial.person),
        why=translate(WHY_IT_MATTERS),
        typical=describe_typical(asdict(protocol), trial.person),
        is_minor=trial.person.is_minor,
        exercises=exercises() if offers_exercises(trial) else (),
    )


def summarise_issue(issue: Issue) -> IssueSummary:
    """Return the text of one issue, with its value and limit where they have a unit."""
    words = wording.words_of(issue)
    return IssueSummary(
        code=issue.code,
        refuses=issue.severity == "refuse",
        where=f" ({wording.SIDES[issue.side]})" if issue.side else "",
        title=words.title,
        text=words.text + _evidence(issue),
        remedy=words.remedy,
    )


def format_finding(finding: Finding) -> str:
    """Return one sentence on a compensation of one repetition: kind, size, limit, onset."""
    return _("{movement}: {size} (limit {limit}), from {begin}.").format(
        movement=_movement(finding),
        size=numbers.quantity(abs(finding.value), finding.unit),
        limit=numbers.quantity(abs(finding.limit), finding.unit),
        begin=numbers.seconds(finding.at_s),
    )


def name_angles(result: Assessment | Rep, *fields: str) -> tuple[str, ...]:
    """Return the angles of these fields, each with its name; what was not measured is left out."""
    angles_deg = {field: getattr(result, field) for field in fields}
    return tuple(
        f"{numbers.angle(angle_deg)} {wording.ANGLES[field]}"
        for field, angle_deg in angles_deg.items()
        if angle_deg is not None and math.isfinite(angle_deg)
    )


def _issues(issues: tuple[Issue, ...]) -> tuple[IssueSummary, ...]:
    """Return the text of every issue; the same issue of both sides is merged."""
    merged: dict[IssueSummary, list[str]] = {}
    for issue in issues:
        sides = merged.setdefault(replace(summarise_issue(issue), where=""), [])
        sides += [wording.SIDES[issue.side]] if issue.side else []
    return tuple(
        replace(issue, where=f" ({join(sides)})" if sides else "")
        for issue, sides in merged.items()
    )


_SPANS: Final = {
    "span": N_("Measured from {start} to {end}."),
    "unseen": N_("The patient was not seen from {start} to {end}."),
}
"""Sentence on the times of an issue, by its unit."""


_SIZES: Final = re.compile(r"\d+x\d+ \d+x\d+")
"""Unit of a change of the picture's size: width and height before and after."""


def _evidence(issue: Issue) -> str:
    if issue.unit == "at" and issue.value is not None:
        return " " + _("At {time}.").format(time=numbers.seconds(issue.value))
    if issue.unit in _SPANS and issue.value is not None and issue.limit is not None:
        start, end = numbers.seconds(issue.value), numbers.seconds(issue.limit)
        return " " + _(_SPANS[issue.unit]).format(start=start, end=end)
    if _SIZES.fullmatch(issue.unit) and issue.value is not None:
        before, after = issue.unit.replace("x", "×").split()
        return " " + _("From {before} to {after} pixels at {time}.").format(
            before=before, after=after, time=numbers.seconds(issue.value)
        )
    if issue.value is None or issue.unit not in _UNITS_SHOWN or math.isnan(issue.value):
        return ""
    value = numbers.quantity(issue.value, issue.unit)
    if issue.limit is None:
        return " " + _("Measured: {value}.").format(value=value)
    limit = numbers.quantity(issue.limit, issue.unit)
    return " " + _("Measured: {value} (limit {limit}).").format(value=value, limit=limit)


def _is_repeated(issue: Issue, trial: Trial) -> bool:
    """Return True for an issue that the sentences about its side state better."""
    side = trial.sides.get(issue.side) if issue.side else None
    if side is None:
        return False
    if side.status == "not_counted":
        return issue.code in _STATED_BY_REPS
    return side.provisional and issue.code == "few_reps"


def _headline(sides: tuple[SideSummary, ...], trial: Trial) -> str:
    reported = [side for side in sides if side.status != "not_measured"]
    if not reported:
        return _(NOT_MEASURED)
    if len(reported) > 1:
        return " ".join(
            f"{side.title} {side.number if side.measured else _('not counted')}."
            for side in reported
        )
    (side,) = reported
    if not side.measured:
        reasons = name_reasons(trial.sides[side.side].reps)
        if not reasons:
            return _("{hip}: not counted.").format(hip=side.title)
        return _("{hip}: not counted, because of {reasons}.").format(
            hip=side.title, reasons=reasons
        )
    if side.provisional:
        return f"{side.title} {side.number}."
    return f"{side.title} {side.number}: {side.verdict[0].lower()}{side.verdict[1:]}"


def _side(trial: Trial, side: Side) -> SideSummary:
    assessment, protocol = trial.sides[side], trial.protocol
    reps, uncounted = assessment.reps, assessment.status == "not_counted"
    repeats = uncounted and not trial.answers.hurt
    return SideSummary(
        side=assessment.side,
        title=wording.HIPS[assessment.side],
        status=assessment.status,
        value=numbers.angle(assessment.result_deg),
        mark=_mark(assessment, protocol),
        provisional=assessment.provisional,
        interval=_("read within {error}").format(error=numbers.within(assessment.interval_deg)),
        from_vertical=angle_from_vertical(assessment),
        another_day=_another_day(assessment, _("on another day {low} to {high}°")),
        verdict=_verdict(assessment, protocol),
        advice=_(SEE_SOMEONE) if is_clearly_low(assessment, protocol) else "",
        details=_details(assessment, protocol),
        uncounted=explain_uncounted(assessment, protocol) if uncounted else (),
        repeat=ask_to_repeat(broken_rules(reps)) if repeats else "",
        unmeasured=list_unmeasured(assessment),
        findings=tuple(_finding(code, reps) for code in assessment.findings),
        rules=check_rules(assessment, protocol),
        reps=tuple(_rep(number, rep) for number, rep in enumerate(reps, start=1)),
    )


def _mark(assessment: Assessment, protocol: MeasurementProtocol) -> str:
    """Return with 8.2° of hip lift taken off, provisional (1 repetition of 3); "" for neither."""
    lift_deg = assessment.hip_lift_deg
    lift = ""
    if lift_deg:
        lift = _("with {lift} of hip lift taken off").format(lift=numbers.angle(lift_deg))
    provisional = _provisional(assessment, protocol) if assessment.provisional else ""
    return ", ".join(filter(None, (lift, provisional)))


def _provisional(assessment: Assessment, protocol: MeasurementProtocol) -> str:
    """Return provisional (1 repetition of 3)."""
    count = sum(rep.valid for rep in assessment.reps)
    return ngettext(
        "provisional ({count} repetition of {wanted:g})",
        "provisional ({count} repetitions of {wanted:g})",
        count,
    ).format(count=count, wanted=protocol.reps_wanted)


def _details(assessment: Assessment, protocol: MeasurementProtocol) -> tuple[str, ...]:
    if assessment.rotation_deg is None:
        return describe_external(assessment)
    sentences = (
        _counted(assessment, protocol), _another_day(
            assessment, _("On another day the same hip may give {low} to {high}°.")
        ),
        f"{_pelvis(assessment)} {_clean(assessment)}".rstrip(), _three_angles(assessment),
        *describe_external(assessment), _start(assessment),
    )  # fmt: skip
    return tuple(filter(None, sentences))


def _counted(assessment: Assessment, protocol: MeasurementProtocol) -> str:
    results = [
        rep.rotation_deg - rep.hip_lift_deg(protocol) for rep in assessment.reps if rep.valid
    ]
    counted = len(results)
    left_out = len(assessment.reps) - counted
    others = ngettext("{count} more did not count.", "{count} more did not count.", left_out)
    best = numbers.angle(max(results, default=None))
    if counted == 1:
        text = _("One repetition was counted.")
    else:
        text = _("The number is the mean of {count} repetitions. The best reached {angle}.").format(
            count=counted, angle=best
        )
    return f"{text} {others.format(count=left_out)}" if left_out else text


def _another_day(assessment: Assessment, text: str) -> str:
    """Return the text with the limits of what another day may give; "" without a number."""
    limits = assessment.result_interval_deg
    if limits is None:
        return ""
    low, high = (numbers.signed(limit, "", decimals=0) for limit in limits)
    return text.format(low=low, high=high)


def _three_angles(assessment: Assessment) -> str:
    """Return 33.6° in the picture, 34.8° along the thigh, 32.7° from the vertical."""
    return f"{', '.join(name_angles(assessment, *wording.ANGLES))}."


def _pelvis(assessment: Assessment) -> str:
    relative = assessment.pelvis_relative_deg
    if relative is None:
        return _("The pelvis was not measured, so whether it tilted along is not known.")
    lift_deg = assessment.hip_lift_deg
    if not lift_deg:
        return _("Relative to the pelvis: {angle}.").format(angle=numbers.angle(relative))
    return _(
        "The foot swung out by {angle}; {lift} of it came from the hip lifting and were taken off."
    ).format(angle=numbers.angle(assessment.rotation_deg), lift=numbers.angle(lift_deg))


def _clean(assessment: Assessment) -> str:
    if assessment.clean_deg is None or not assessment.findings:
        return ""
    return _("Before the first compensation began: {angle}.").format(
        angle=numbers.angle(assessment.clean_deg)
    )


def _start(assessment: Assessment) -> str:
    tilt = assessment.start_tilt_deg
    if tilt is None:
        return ""
    if abs(tilt) < 1:
        return _("At the start the shank hung straight down.")
    return _STARTS[tilt > 0].format(angle=numbers.angle(abs(tilt)))


# --- against the target


def _verdict(assessment: Assessment, protocol: MeasurementProtocol) -> str:
    """Return one plain sentence; without a number it refers to the reasons."""
    if assessment.status == "not_counted":
        return _("Not counted: no repetition kept the rules of the test.")
    if assessment.result_deg is None:
        return _("Not measured: see why below.")
    if assessment.provisional or assessment.category is None:
        return _("{count:g} repetitions are wanted to compare it with the {target} target.").format(
            count=protocol.reps_wanted, target=numbers.whole(protocol.target_deg)
        )
    return f"{give_verdict(assessment, protocol)}."


# --- tables


def _finding(code: str, reps: tuple[Rep, ...]) -> FindingSummary:
    findings = [
        (number, finding)
        for number, rep in enumerate(reps, start=1)
        for finding in rep.findings
        if finding.code == code
    ]
    worst = max(findings, key=lambda item: (_RANK[item[1].severity], abs(item[1].value)))[1]
    first_rep, first = min(findings, key=lambda item: item[1].at_s)
    return FindingSummary(
        code=code,
        severity=worst.severity,
        name=wording.FINDINGS[code].name,
        text=_finding_text(worst, findings, reps=len(reps)),
        cue=wording.FINDINGS[code].cue,
        at_s=first.at_s,
        rep=first_rep,
    )


def _finding_text(worst: Finding, findings: list[tuple[int, Finding]], *, reps: int) -> str:
    size = numbers.quantity(abs(worst.value), worst.unit)
    limit = numbers.quantity(min(abs(finding.limit) for _number, finding in findings), worst.unit)
    sentence = _("{movement}: {size} (limit {limit}), first seen at {begin}.")
    if reps > 1:
        sentence = ngettext(
            "{movement}: {size} in repetition {numbers} (limit {limit}), first seen at {begin}.",
            "{movement}: up to {size} in repetitions {numbers} (limit {limit}), first seen at "
            "{begin}.",
            len(findings),
        )
    text = sentence.format(
        movement=_movement(worst),
        size=size,
        numbers=wording.join_numbers([number for number, _finding in findings]),
        limit=limit,
        begin=numbers.seconds(min(finding.at_s for _number, finding in findings)),
    )
    lost = [number for number, finding in findings if finding.severity == "invalid"]
    return f"{text} {_lost(lost)}" if lost else text


def _lost(rep_numbers: list[int]) -> str:
    text = ngettext(
        "So much that repetition {numbers} did not count.",
        "So much that repetitions {numbers} did not count.",
        len(rep_numbers),
    )
    return text.format(numbers=wording.join_numbers(rep_numbers))


def _movement(finding: Finding) -> str:
    words = wording.FINDINGS[finding.code]
    return words.text if finding.value >= 0 else words.text_negative


def _rep(number: int, rep: Rep) -> RepSummary:
    return RepSummary(
        number=number,
        rotation=numbers.angle(rep.rotation_deg),
        others=name_angles(rep, "picture_deg", "from_vertical_deg"),
        interval=numbers.interval(rep.interval_deg),
        second=_second_reading(rep),
        pelvis_relative=numbers.angle(rep.pelvis_relative_deg),
        clean=numbers.angle(rep.clean_deg),
        hold=numbers.seconds(rep.hold_s),
        held_from=numbers.seconds(rep.plateau_s.start_s),
        counted=explain_count(rep),
        findings=", ".join(wording.FINDINGS[f.code].name for f in rep.findings) or _("none"),
        valid=rep.valid,
    )


def _second_reading(rep: Rep) -> str:
    """Return the second reading; without one, how the rotation was read."""
    if rep.witness_deg is not None:
        return numbers.angle(rep.witness_deg)
    if rep.by_outline:
        return _("none")
    if rep.by_hand:
        return _("none, by hand")
    return _("none, by masks") if rep.registered else _("none, by landmarks")


def _certainty(protocol: MeasurementProtocol) -> tuple[str, ...]:
    change = numbers.angle(detectable_change_deg(protocol))
    return (
        _(
            "“Read within” says how exactly this clip was read; in 95 of 100 clips the angle lies "
            "that near."
        ),
        _(
            "“On another day” adds what people vary by: only a change of {change} or more counts "
            "as real (minimal detectable change, MDC95, from an assumed standard error of {error} "
            "until a study with people exists)."
        ).format(change=change, error=numbers.angle(protocol.between_day_sem_deg)),
    )


_STATED_BY_REPS: Final = ("few_reps", "not_held", "compensated_throughout")
"""Issues of a side of which no repetition counts, whose sentences say the same."""

_STARTS: Final = Translated(
    {
        True: N_("At the start the foot hung {angle} outwards; 0° is counted from there."),
        False: N_("At the start the foot hung {angle} inwards; 0° is counted from there."),
    }
)
"""Sentence on the tilt of the shank at the start, by whether that was outwards."""

_UNITS_SHOWN: Final = ("deg", "s", "Hz", "reps", "frames")
"""Units that a reader understands without explanation."""

_RANK: Final = {"note": 0, "flag": 1, "invalid": 2}
