"""The only place where sentences about a result are made.

A `Summary` holds every sentence, in the order in which it is read. `terminal`, `document` and
`record` choose which of them to show, and where; none of them writes one.
"""

import math
from dataclasses import dataclass, replace
from typing import Final

from hipcv.core.assessment import Assessment, Rep, Trial
from hipcv.core.issues import Finding, Issue
from hipcv.core.landmarks import Side
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.uncertainty import detectable_change_deg
from hipcv.report import numbers, wording
from hipcv.report.comparison import compare_sides
from hipcv.report.verdict import advice, category_angle_deg, verdict
from hipcv.report.wording import Exercise

NOT_MEASURED: Final = "This clip was not measured."


@dataclass(frozen=True, slots=True)
class IssueSummary:
    """One issue of the clip or of a side, in words."""

    code: str
    refuses: bool
    where: str  # " (left)", " (left and right)", or "" where it is of the whole clip
    title: str
    text: str
    remedy: str


@dataclass(frozen=True, slots=True)
class FindingSummary:
    """One compensation of a side, in words; over all its repetitions."""

    code: str
    severity: str  # the worst of its repetitions
    name: str
    text: str
    cue: str
    at_s: float  # when it first began
    rep: int  # number of that repetition, 1 first


@dataclass(frozen=True, slots=True)
class RepSummary:
    """One row of the table of repetitions."""

    number: int
    rotation: str
    interval: str
    pelvis_relative: str
    clean: str
    hold: str
    held_from: str
    counted: str
    findings: str
    valid: bool


@dataclass(frozen=True, slots=True)
class SideSummary:
    """Everything said of one side."""

    side: Side
    title: str  # "Left hip"
    measured: bool
    value: str  # "34.8°"
    interval: str  # "95 % interval 32.1 to 37.5°"
    verdict: str  # "Below the 45° target, within the usual range (24–42°)."
    advice: str  # "" where there is none
    details: tuple[str, ...]
    findings: tuple[FindingSummary, ...]
    reps: tuple[RepSummary, ...]

    @property
    def number(self) -> str:
        """34.8° (95 % interval 32.1 to 37.5°)."""
        return f"{self.value} ({self.interval})"


@dataclass(frozen=True, slots=True)
class Summary:
    """A trial in words."""

    clip: str
    measured: bool
    headline: str
    sides: tuple[SideSummary, ...]
    comparison: str  # "" where fewer than two sides were measured
    issues: tuple[IssueSummary, ...]  # refusals first
    certainty: tuple[str, ...]  # what the interval covers, and what counts as change
    typical: str
    exercises: tuple[Exercise, ...]  # only where a side is below the target

    @property
    def refusals(self) -> tuple[IssueSummary, ...]:
        """Why there is no number, or none of one side."""
        return tuple(issue for issue in self.issues if issue.refuses)

    @property
    def warnings(self) -> tuple[IssueSummary, ...]:
        """What makes the number less certain."""
        return tuple(issue for issue in self.issues if not issue.refuses)


def summarise(trial: Trial) -> Summary:
    """Put a trial into words."""
    protocol = trial.protocol
    sides = tuple(_side(trial.sides[side], protocol) for side in Side if side in trial.sides)
    below = any(a.category == "below_target" for a in trial.sides.values())
    measured = trial.status == "measured"
    return Summary(
        clip=trial.clip.name,
        measured=measured,
        headline=_headline(sides),
        sides=sides,
        comparison=compare_sides(trial),
        issues=_issues(trial.all_issues),
        certainty=_certainty(protocol) if measured else (),
        typical=wording.TYPICAL_NOTE.format(
            target=protocol.target_deg, low=protocol.typical_low_deg, high=protocol.typical_high_deg
        ),
        exercises=wording.EXERCISES if below else (),
    )


def summarise_issue(issue: Issue) -> IssueSummary:
    """Words for one issue, with its evidence where it carries some."""
    words = wording.ISSUES[issue.code]
    return IssueSummary(
        code=issue.code,
        refuses=issue.severity == "refuse",
        where=f" ({issue.side.value})" if issue.side else "",
        title=words.title,
        text=words.text + _evidence(issue),
        remedy=words.remedy,
    )


def format_finding(finding: Finding) -> str:
    """One compensation of one repetition: what, how much, from when."""
    words = wording.FINDINGS[finding.code]
    what = words.text if finding.value >= 0 else words.text_negative
    return (
        f"{what}: {numbers.quantity(abs(finding.value), finding.unit)} "
        f"(limit {numbers.quantity(abs(finding.limit), finding.unit)}), "
        f"from {numbers.seconds(finding.at_s)}."
    )


def _issues(issues: tuple[Issue, ...]) -> tuple[IssueSummary, ...]:
    """Every issue in words; what is said alike of both sides is said once."""
    told: dict[IssueSummary, list[str]] = {}
    for issue in issues:
        alike = told.setdefault(replace(summarise_issue(issue), where=""), [])
        alike += [issue.side.value] if issue.side else []
    return tuple(
        replace(issue, where=f" ({' and '.join(sides)})" if sides else "")
        for issue, sides in told.items()
    )


def _evidence(issue: Issue) -> str:
    if issue.value is None or issue.unit not in _TELLING or math.isnan(issue.value):
        return ""
    seen = f" Measured: {numbers.quantity(issue.value, issue.unit)}"
    if issue.limit is None:
        return seen + "."
    return f"{seen} (limit {numbers.quantity(issue.limit, issue.unit)})."


def _headline(sides: tuple[SideSummary, ...]) -> str:
    measured = [side for side in sides if side.measured]
    if not measured:
        return NOT_MEASURED
    if len(measured) == 1:
        return f"{measured[0].title}: {_after_colon(measured[0].verdict)}"
    return " ".join(f"{side.title} {side.value}." for side in measured)


def _after_colon(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:].removesuffix(".")


def _side(assessment: Assessment, protocol: MeasurementProtocol) -> SideSummary:
    reps = assessment.reps
    return SideSummary(
        side=assessment.side,
        title=f"{assessment.side.value.capitalize()} hip",
        measured=assessment.status == "measured",
        value=numbers.angle(assessment.rotation_deg),
        interval=f"95\u00a0% interval {numbers.interval(assessment.interval_deg)}",
        verdict=verdict(assessment, protocol),
        advice=advice(assessment, protocol),
        details=_details(assessment, protocol),
        findings=tuple(_finding(code, reps) for code in assessment.findings),
        reps=tuple(_rep(number, rep) for number, rep in enumerate(reps, start=1)),
    )


def _details(assessment: Assessment, protocol: MeasurementProtocol) -> tuple[str, ...]:
    if assessment.rotation_deg is None:
        return ()
    told = (
        _counted(assessment),
        _pelvis(assessment, protocol),
        _clean(assessment),
        _external(assessment),
        _start(assessment),
    )
    return tuple(sentence for sentence in told if sentence)


def _counted(assessment: Assessment) -> str:
    valid = sum(rep.valid for rep in assessment.reps)
    if not valid:
        return "No repetition counts: the angle was not reached by the hip alone."
    if valid == 1:
        return "One repetition was counted."
    best = numbers.angle(assessment.best_deg)
    return f"The number is the mean of {valid} repetitions. The best reached {best}."


def _pelvis(assessment: Assessment, protocol: MeasurementProtocol) -> str:
    relative = assessment.pelvis_relative_deg
    if relative is None:
        return "The pelvis was not measured, so whether it tilted along is not known."
    told = f"Relative to the pelvis: {numbers.angle(relative)}."
    if category_angle_deg(assessment, protocol) != assessment.rotation_deg:
        told += " The verdict rests on this smaller number, because the pelvis tilted along."
    return told


def _clean(assessment: Assessment) -> str:
    if assessment.clean_deg is None or not assessment.findings:
        return ""
    return f"Before the first compensation began: {numbers.angle(assessment.clean_deg)}."


def _external(assessment: Assessment) -> str:
    external = assessment.external_rotation_deg
    if external is None or assessment.rotation_deg is None:
        return ""
    arc = numbers.angle(assessment.rotation_deg + external)
    return f"External rotation, done as well: {numbers.angle(external)}; both together {arc}."


def _start(assessment: Assessment) -> str:
    tilt = assessment.start_tilt_deg
    if tilt is None:
        return ""
    if abs(tilt) < 1:
        return "At the start the shank hung straight down."
    way = "outwards" if tilt > 0 else "inwards"
    return f"At the start the foot hung {numbers.angle(abs(tilt))} {way}; 0° is counted from there."


def _finding(code: str, reps: tuple[Rep, ...]) -> FindingSummary:
    found = [
        (number, finding)
        for number, rep in enumerate(reps, start=1)
        for finding in rep.findings
        if finding.code == code
    ]
    worst = max(found, key=lambda item: (_RANK[item[1].severity], abs(item[1].value)))[1]
    first_rep, first = min(found, key=lambda item: item[1].at_s)
    return FindingSummary(
        code=code,
        severity=worst.severity,
        name=wording.FINDINGS[code].name,
        text=_finding_text(worst, found, of=len(reps)),
        cue=wording.FINDINGS[code].cue,
        at_s=first.at_s,
        rep=first_rep,
    )


def _finding_text(worst: Finding, found: list[tuple[int, Finding]], *, of: int) -> str:
    words = wording.FINDINGS[worst.code]
    what = words.text if worst.value >= 0 else words.text_negative
    size = numbers.quantity(abs(worst.value), worst.unit)
    limit = numbers.quantity(min(abs(finding.limit) for _, finding in found), worst.unit)
    most = "up to " if len(found) > 1 else ""
    where = f" in {_repetitions([number for number, _ in found])}" if of > 1 else ""
    began = numbers.seconds(min(finding.at_s for _, finding in found))
    told = f"{what}: {most}{size}{where} (limit {limit}), first seen at {began}."
    lost = [number for number, finding in found if finding.severity == "invalid"]
    return f"{told} So much that {_repetitions(lost)} did not count." if lost else told


def _repetitions(places: list[int]) -> str:
    if len(places) == 1:
        return f"repetition {places[0]}"
    first = ", ".join(str(place) for place in places[:-1])
    return f"repetitions {first} and {places[-1]}"


def _rep(number: int, rep: Rep) -> RepSummary:
    return RepSummary(
        number=number,
        rotation=numbers.angle(rep.rotation_deg),
        interval=numbers.interval(rep.interval_deg),
        pelvis_relative=numbers.angle(rep.pelvis_relative_deg),
        clean=numbers.angle(rep.clean_deg),
        hold=numbers.seconds(rep.hold_s),
        held_from=numbers.seconds(rep.plateau_s.start_s),
        counted=_why_counted(rep),
        findings=", ".join(wording.FINDINGS[f.code].name for f in rep.findings) or "none",
        valid=rep.valid,
    )


def _why_counted(rep: Rep) -> str:
    if rep.rejected is not None:
        return f"no, set aside: {rep.rejected}"
    if rep.invalid:
        return "no, compensated too much"
    return "no, practice" if rep.practice else "yes"


def _certainty(protocol: MeasurementProtocol) -> tuple[str, ...]:
    change = numbers.angle(detectable_change_deg(protocol))
    return (
        (
            "The 95\u00a0% interval says how well this clip could be measured and how much its "
            "repetitions differ."
        ),
        (
            "From one day to another people vary more: only a change of "
            f"{change} or more counts as real (minimal detectable change, MDC95, from an assumed "
            f"standard error of {numbers.angle(protocol.between_day_sem_deg)} until a study with "
            "people exists)."
        ),
    )


_TELLING: Final = ("deg", "s", "Hz", "reps", "frames")
"""Units that say something without further words."""

_RANK: Final = {"note": 0, "flag": 1, "invalid": 2}
