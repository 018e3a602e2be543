"""Sentences on external rotation and the total arc."""

from hipcv.core.assessment import Assessment
from hipcv.language import _, join, ngettext
from hipcv.report import numbers


def describe_external(assessment: Assessment) -> tuple[str, ...]:
    """Return sentences on a side's external rotation and its arc; none where it was not done."""
    if assessment.external_rotation_deg is None:
        return ()
    arc = _arc(assessment)
    context = "" if assessment.is_minor or not arc else _context()
    return tuple(filter(None, (_external(assessment), f"{arc} {context}".strip())))


def _external(assessment: Assessment) -> str:
    limits, reps = assessment.external_interval_deg, assessment.external_reps
    counted = [numbers.angle(rep.rotation_deg) for rep in reps if rep.valid]
    angle = numbers.angle(assessment.external_rotation_deg)
    return ngettext(
        "External rotation, the foot swung inwards from the same start: {angle} ({limits}), one "
        "repetition.",
        "External rotation, the foot swung inwards from the same start: {angle} ({limits}), the "
        "mean of {angles}.",
        len(counted),
    ).format(angle=angle, limits=numbers.interval(limits), angles=join(counted))


def _arc(assessment: Assessment) -> str:
    if assessment.arc_deg is None:
        return ""
    return _("Both directions together, the total arc: {angle} ({limits}).").format(
        angle=numbers.angle(assessment.arc_deg),
        limits=numbers.interval(assessment.arc_interval_deg),
    )


def _context() -> str:
    return _(
        "For orientation: moved by an examiner while seated, adults reached about 82°, two in "
        "three of them 70–93°; on one's own it is usually less."
    )
