"""Texts on repetitions that do not count: why, how far each went, and what to do differently."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from hipcv.core.assessment import Assessment, Rep
from hipcv.core.compensation import invalid_settings
from hipcv.core.issues import Finding
from hipcv.core.protocol import MeasurementProtocol
from hipcv.language import _, join
from hipcv.report import numbers, wording

NO_HOLD: Final = "no_hold"
"""Code of the finding whose cue asks for a hold."""


def explain_count(rep: Rep) -> str:
    """Return whether a repetition counts, and in few words why not."""
    if rep.rejected is not None:
        return _("no, set aside: {why}").format(why=rep.rejected)
    if rep.invalid:
        return _("no, {reasons}").format(reasons=name_reasons([rep]))
    if not rep.held:
        return _("no, not held")
    return _("no, practice") if rep.practice else _("yes")


def broken_rules(reps: Sequence[Rep]) -> list[str]:
    """Return the codes of the rules that repetitions broke, the most frequent first."""
    codes: Counter[str] = Counter()
    for rep in reps:
        if rep.practice or rep.rejected is not None:
            continue
        invalid = [finding.code for finding in rep.findings if finding.severity == "invalid"]
        codes.update(invalid or ([] if rep.held else [NO_HOLD]))
    return [code for code, _ in codes.most_common()]


def name_reasons(reps: Sequence[Rep]) -> str:
    """Return hip lift and thigh lift; "" where no rule of the test was broken."""
    return join(_names(broken_rules(reps)))


def explain_uncounted(assessment: Assessment, protocol: MeasurementProtocol) -> tuple[str, ...]:
    """Return why each repetition of a side does not count, and how far it went before that."""
    return tuple(
        _explain(number, rep, protocol) for number, rep in enumerate(assessment.reps, start=1)
    )


def ask_to_repeat(broken: Sequence[str]) -> str:
    """Return one sentence that asks for the test again, with the remedy for the first rule.

    `broken` are the codes of the rules that were broken, the most frequent first.
    """
    if not broken:
        return _("Repeat the test.")
    cue = wording.FINDINGS[broken[0]].cue
    return _("Repeat the test: {cue}").format(cue=f"{cue[0].lower()}{cue[1:]}")


def _names(codes: Sequence[str]) -> list[str]:
    return [
        _("an end position that was not held")
        if code == NO_HOLD
        else wording.FINDINGS[code].name.lower()
        for code in codes
    ]


def _explain(number: int, rep: Rep, protocol: MeasurementProtocol) -> str:
    if rep.rejected is not None:
        return _("Repetition {number} was set aside by hand: {why}.").format(
            number=number, why=rep.rejected
        )
    broken = [finding for finding in rep.findings if finding.severity == "invalid"]
    if broken:
        sizes = join([_size(finding, protocol) for finding in broken])
        text = _("Repetition {number} does not count: {sizes}.").format(number=number, sizes=sizes)
        return f"{text} {_clean(rep)}"
    if not rep.held:
        return _(
            "Repetition {number} does not count: it was not held. In passing it reached {angle}."
        ).format(number=number, angle=numbers.angle(rep.rotation_deg))
    return _("Repetition {number} was for practice.").format(number=number)


def _size(finding: Finding, protocol: MeasurementProtocol) -> str:
    """Return hip lift of 11.0° (10.0° or more does not count)."""
    name = wording.FINDINGS[finding.code].name.lower()
    size = numbers.quantity(abs(finding.value), finding.unit)
    setting = invalid_settings().get(finding.code)
    if setting is None:
        return _("{name} of {size}").format(name=name, size=size)
    limit = numbers.short(getattr(protocol, setting), finding.unit)
    return _("{name} of {size} ({limit} or more does not count)").format(
        name=name, size=size, limit=limit
    )


def _clean(rep: Rep) -> str:
    if rep.clean_deg <= 0:
        return _("The compensation began with the movement.")
    return _("Before the first compensation began it had turned {angle}.").format(
        angle=numbers.angle(rep.clean_deg)
    )
