"""Sentences about a result; the only place where they are made.

A `Summary` holds every sentence in reading order. Terminal, HTML, PDF and the guided test choose
from them and write none of their own.
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
from hipcv.report.wording import Exercise

SEE_SOMEONE: Final = (
    "Much lower than usual; if you also have pain or stiffness, consider a professional assessment."
)
NOT_MEASURED: Final = "This clip was not measured."


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
        """Return 34.8° (95 % interval 32.1 to 37.5°)."""
        return f"{self.value} ({self.interval})"


@dataclass(frozen=True, slots=True)
class Summary:
    """Sentences about a trial."""

    clip: str
    measured: bool
    headline: str
    sides: tuple[SideSummary, ...]
    comparison: str  # "" where fewer than two sides were measured
    issues: tuple[IssueSummary, ...]  # refusals first
    certainty: tuple[str, ...]  # meaning of the interval, and size of a real change
    typical: str
    exercises: tuple[Exercise, ...]  # only where a side is below the target

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
    sides = tuple(_side(trial.sides[side], protocol) for side in Side if side in trial.sides)
    below = any(_is_below(a, protocol) for a in trial.sides.values())
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
    """Return the text of one issue, with its value and limit where they have a unit."""
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
    """Return one sentence on a compensation of one repetition: kind, size, limit, onset."""
    return (
        f"{_movement(finding)}: {numbers.quantity(abs(finding.value), finding.unit)} "
        f"(limit {numbers.quantity(abs(finding.limit), finding.unit)}), "
        f"from {numbers.seconds(finding.at_s)}."
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
        sides += [issue.side.value] if issue.side else []
    return tuple(
        replace(issue, where=f" ({' and '.join(sides)})" if sides else "")
        for issue, sides in merged.items()
    )


def _evidence(issue: Issue) -> str:
    if issue.value is None or issue.unit not in _UNITS_SHOWN or math.isnan(issue.value):
        return ""
    value = f" Measured: {numbers.quantity(issue.value, issue.unit)}"
    if issue.limit is None:
        return value + "."
    return f"{value} (limit {numbers.quantity(issue.limit, issue.unit)})."


def _headline(sides: tuple[SideSummary, ...]) -> str:
    measured = [side for side in sides if side.measured]
    if not measured:
        return NOT_MEASURED
    if len(measured) == 1:
        verdict = measured[0].verdict.removesuffix(".")
        return f"{measured[0].title}: {verdict[0].lower()}{verdict[1:]}"
    return " ".join(f"{side.title} {side.value}." for side in measured)


def _side(assessment: Assessment, protocol: MeasurementProtocol) -> SideSummary:
    reps = assessment.reps
    return SideSummary(
        side=assessment.side,
        title=f"{assessment.side.value.capitalize()} hip",
        measured=assessment.status == "measured",
        value=numbers.angle(assessment.result_deg),
        interval=f"95\u00a0% interval {numbers.interval(assessment.interval_deg)}",
        verdict=_verdict(assessment, protocol),
        advice=_advice(assessment, protocol),
        details=_details(assessment),
        findings=tuple(_finding(code, reps) for code in assessment.findings),
        reps=tuple(_rep(number, rep) for number, rep in enumerate(reps, start=1)),
    )


def _details(assessment: Assessment) -> tuple[str, ...]:
    if assessment.rotation_deg is None:
        return ()
    sentences = (
        _counted(assessment), _three_angles(assessment), _pelvis(assessment),
        _clean(assessment), _external(assessment), _start(assessment),
    )  # fmt: skip
    return tuple(filter(None, sentences))


def _counted(assessment: Assessment) -> str:
    valid = sum(rep.valid for rep in assessment.reps)
    if not valid:
        if _none_held(assessment):
            return "No repetition counts: none was held."
        return "No repetition counts: the angle was not reached by the hip alone."
    if valid == 1:
        return "One repetition was counted."
    best = numbers.angle(assessment.best_deg)
    return f"The number is the mean of {valid} repetitions. The best reached {best}."


def _none_held(assessment: Assessment) -> bool:
    return not any(rep.held for rep in assessment.reps)


def _three_angles(assessment: Assessment) -> str:
    """Return 33.6° in the picture, 34.8° along the thigh, 32.7° from the vertical."""
    return f"{', '.join(name_angles(assessment, *wording.ANGLES))}."


def _pelvis(assessment: Assessment) -> str:
    relative = assessment.pelvis_relative_deg
    if relative is None:
        return "The pelvis was not measured, so whether it tilted along is not known."
    sentence = f"Relative to the pelvis: {numbers.angle(relative)}."
    if assessment.result_basis == "pelvis_relative":
        sentence += " The verdict rests on this smaller number, because the pelvis tilted along."
    return sentence


def _clean(assessment: Assessment) -> str:
    if assessment.clean_deg is None or not assessment.findings:
        return ""
    return f"Before the first compensation began: {numbers.angle(assessment.clean_deg)}."


def _external(assessment: Assessment) -> str:
    external = assessment.external_rotation_deg
    if external is None or assessment.rotation_deg is None:
        return ""
    arc, interval_deg = numbers.angle(assessment.rotation_deg + external), ""
    if assessment.external_interval_deg is not None:
        interval_deg = f" ({numbers.interval(assessment.external_interval_deg)})"
    done = f"{numbers.angle(external)}{interval_deg}"
    return f"External rotation, done as well: {done}; both together {arc}."


def _start(assessment: Assessment) -> str:
    tilt = assessment.start_tilt_deg
    if tilt is None:
        return ""
    if abs(tilt) < 1:
        return "At the start the shank hung straight down."
    where = f"{numbers.angle(abs(tilt))} {'outwards' if tilt > 0 else 'inwards'}"
    return f"At the start the foot hung {where}; 0° is counted from there."


# --- against the target and the typical band


def _is_below(assessment: Assessment, protocol: MeasurementProtocol) -> bool:
    """Return True where the result is below the target, by more than measuring may differ."""
    interval_deg = assessment.result_interval_deg
    return interval_deg is not None and interval_deg[1] <= protocol.target_deg


def _verdict(assessment: Assessment, protocol: MeasurementProtocol) -> str:
    """Return one plain sentence; without a number it refers to the reasons."""
    angle_deg = assessment.result_deg
    if assessment.status == "not_counted":
        return "Not counted: no repetition kept the rules of the test."
    if angle_deg is None:
        return "Not measured: see why below."
    target = numbers.whole(protocol.target_deg)
    if assessment.category is None:
        return f"Provisional: too few repetitions to be read against the {target} target."
    verdict = wording.CATEGORIES[assessment.category].format(target=target)
    low, high = protocol.typical_low_deg, protocol.typical_high_deg
    where = "below" if angle_deg < low else "above" if angle_deg > high else "within"
    return f"{verdict}, {where} the usual range ({numbers.band(low, high)})."


def _advice(assessment: Assessment, protocol: MeasurementProtocol) -> str:
    """Return advice where even the upper limit is much lower than usual; else ""."""
    interval_deg = assessment.result_interval_deg
    if interval_deg is None:
        return ""
    return "" if interval_deg[1] >= protocol.much_lower_deg else SEE_SOMEONE


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
    limit = numbers.quantity(min(abs(finding.limit) for _, finding in findings), worst.unit)
    most = "up to " if len(findings) > 1 else ""
    where = f" in {_repetitions([number for number, _ in findings])}" if reps > 1 else ""
    began = numbers.seconds(min(finding.at_s for _, finding in findings))
    text = f"{_movement(worst)}: {most}{size}{where} (limit {limit}), first seen at {began}."
    lost = [number for number, finding in findings if finding.severity == "invalid"]
    return f"{text} So much that {_repetitions(lost)} did not count." if lost else text


def _movement(finding: Finding) -> str:
    words = wording.FINDINGS[finding.code]
    return words.text if finding.value >= 0 else words.text_negative


def _repetitions(rep_numbers: list[int]) -> str:
    if len(rep_numbers) == 1:
        return f"repetition {rep_numbers[0]}"
    return f"repetitions {', '.join(map(str, rep_numbers[:-1]))} and {rep_numbers[-1]}"


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
        counted=_counting(rep),
        findings=", ".join(wording.FINDINGS[f.code].name for f in rep.findings) or "none",
        valid=rep.valid,
    )


def _second_reading(rep: Rep) -> str:
    """Return the second reading; without one, how the rotation was read."""
    if rep.witness_deg is not None:
        return numbers.angle(rep.witness_deg)
    if rep.by_outline:
        return "none"
    if rep.by_hand:
        return "none, by hand"
    return "none, by masks" if rep.registered else "none, by landmarks"


def _counting(rep: Rep) -> str:
    if rep.rejected is not None:
        return f"no, set aside: {rep.rejected}"
    if rep.invalid:
        return "no, compensated too much"
    if not rep.held:
        return "no, not held"
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


_UNITS_SHOWN: Final = ("deg", "s", "Hz", "reps", "frames")
"""Units that a reader understands without explanation."""

_RANK: Final = {"note": 0, "flag": 1, "invalid": 2}
