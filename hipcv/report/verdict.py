"""Verdict on the result of a side: one sentence that answers one question.

The question is whether the target was reached. The target is read from the start position, as the
test asks; what most adults turn is read from the vertical, as the studies measured it.
"""

from hipcv.core.assessment import Assessment
from hipcv.core.protocol import MeasurementProtocol
from hipcv.report import numbers, wording


def give_verdict(assessment: Assessment, protocol: MeasurementProtocol) -> str:
    """Return the verdict, without a full stop; "" where the side has no category."""
    key = choose_verdict(assessment, protocol)
    if not key:
        return ""
    text = wording.VERDICTS[key]
    return text.format(target=numbers.whole(protocol.target_deg))


def choose_verdict(assessment: Assessment, protocol: MeasurementProtocol) -> str:
    """Return the key of the verdict in `wording.VERDICTS`; "" where the side has no category.

    It is the category, or what most adults turn where that is more.
    """
    if assessment.category is None:
        return ""
    from_vertical_deg = (assessment.result_deg or 0.0) + (assessment.start_tilt_deg or 0.0)
    is_more = assessment.category == "reaches_target" and (
        from_vertical_deg > protocol.typical_high_deg
    )
    answer = "more_than_most" if is_more else assessment.category
    return wording.VERDICTS_OF_MINORS.get(answer, answer) if assessment.is_minor else answer
