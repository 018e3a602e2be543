"""Rules of the test, and of each whether it was kept in the repetitions of a side.

A rule that a channel shows was kept, was kept in part, was broken, or could not be measured; the
others are only asked for, since no camera sees them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from hipcv.core.assessment import Assessment, Rep
from hipcv.core.compensation import invalid_settings
from hipcv.core.issues import Finding
from hipcv.core.protocol import MeasurementProtocol
from hipcv.language import N_, Translated, _
from hipcv.report import numbers, wording
from hipcv.report.unmeasured import is_measured

RuleState = Literal["kept", "partly", "broken", "unmeasured", "asked"]

_RULES: Final = Translated(
    {
        "pelvic_hike": N_("The hip stays down on the seat"),
        "weight_shift": N_("The weight stays on both hands"),
        "hand_off_seat": N_("Both hands stay under the sit bones"),
        "trunk_lean": N_("The trunk stays upright"),
        "thigh_lift": N_("The thigh stays down"),
        "knee_drift": N_("The knee stays still"),
    }
)
"""The rules that a channel shows, by the code of the compensation that breaks them."""

_HELD: Final = N_("The end position is held")

_ASKED: Final = (
    N_("Equal weight on both hands, feet off the floor"),
    N_("The knee stays bent at a right angle"),
)

MARKS: Final[dict[RuleState, str]] = {
    "kept": "✓", "partly": "!", "broken": "✗", "unmeasured": "?", "asked": "–",
}  # fmt: skip
"""Signs before the outcome, which says the same in words."""


@dataclass(frozen=True, slots=True)
class RuleSummary:
    """Text of one rule and its outcome."""

    rule: str
    state: RuleState
    outcome: str

    @property
    def mark(self) -> str:
        """Return the sign of the state."""
        return MARKS[self.state]


def check_rules(assessment: Assessment, protocol: MeasurementProtocol) -> tuple[RuleSummary, ...]:
    """Return the outcome of every rule over the repetitions of a side; none without any."""
    reps = [
        (number, rep)
        for number, rep in enumerate(assessment.reps, start=1)
        if not rep.practice and rep.rejected is None
    ]
    if not reps:
        return ()
    return (
        *(_check(code, reps, protocol) for code in _RULES),
        _check_hold(reps, protocol),
        *(RuleSummary(_(rule), "asked", _("only asked for")) for rule in _ASKED),
    )


_Numbered = Sequence[tuple[int, Rep]]
_Findings = Sequence[tuple[int, Finding]]


def _check(code: str, reps: _Numbered, protocol: MeasurementProtocol) -> RuleSummary:
    findings = [(n, f) for n, rep in reps for f in rep.findings if f.code == code]
    broken = [(number, finding) for number, finding in findings if finding.severity == "invalid"]
    absent = [number for number, rep in reps if not is_measured(code, rep)]
    if broken:
        return RuleSummary(_RULES[code], "broken", _broken(code, broken, protocol))
    if len(absent) == len(reps):
        return RuleSummary(_RULES[code], "unmeasured", _("could not be measured"))
    outcome = _partly(code, findings, protocol) if findings else _("kept")
    if absent:
        text = _("{outcome}; could not be measured in {repetitions}")
        outcome = text.format(outcome=outcome, repetitions=wording.name_repetitions(absent))
    return RuleSummary(_RULES[code], "partly" if findings else "kept", outcome)


def _broken(code: str, broken: _Findings, protocol: MeasurementProtocol) -> str:
    """Return broken in repetition 1: up to 11.0°, where 10° or more does not count."""
    text = _("broken in {repetitions}: up to {size}, where {limit} or more does not count")
    return _sized(text, code, broken, protocol)


def _partly(code: str, findings: _Findings, protocol: MeasurementProtocol) -> str:
    """Return not quite, in repetition 1: up to 6.2°, where 10° or more does not count."""
    text = _("not quite, in {repetitions}: up to {size}, where {limit} or more does not count")
    return _sized(text, code, findings, protocol)


def _sized(text: str, code: str, findings: _Findings, protocol: MeasurementProtocol) -> str:
    worst = max((finding for _number, finding in findings), key=lambda finding: abs(finding.value))
    return text.format(
        repetitions=wording.name_repetitions([number for number, _finding in findings]),
        size=numbers.quantity(abs(worst.value), worst.unit),
        limit=numbers.short(getattr(protocol, invalid_settings()[code]), worst.unit),
    )


def _check_hold(reps: _Numbered, protocol: MeasurementProtocol) -> RuleSummary:
    missed = [number for number, rep in reps if not rep.held]
    if not missed:
        return RuleSummary(_(_HELD), "kept", _("kept"))
    text = _("not held in {repetitions}; {hold} are asked for").format(
        repetitions=wording.name_repetitions(missed), hold=numbers.seconds(protocol.guide_hold_s)
    )
    return RuleSummary(_(_HELD), "broken", text)
