"""Verdict on the result of a side: one sentence that answers one question.

The question is whether the target was reached. The target is read from the start position, as the
test asks; what most adults turn is read from the vertical, as the studies measured it.
"""

from hipcv.core.assessment import Assessment
from hipcv.core.protocol import MeasurementProtocol
from hipcv.report import numbers, wording


def give_verdict(assessment: Assessment, protocol: MeasurementProtocol) -> str:
    """Return the verdict, without a full stop; "" where the side has no category."""
    if assessment.category is None:
        return ""
    text = wording.VERDICTS[_answer(assessment, protocol)]
    return text.format(target=numbers.whole(protocol.target_deg))


def is_clearly_low(assessment: Assessment, protocol: MeasurementProtocol) -> bool:
    """Return True where even the upper limit of the result is less than most adults turn."""
    interval_deg = assessment.result_interval_deg
    if interval_deg is None:
        return False
    high_deg = interval_deg[1]
    from_vertical = high_deg + _start_tilt_deg(assessment) < protocol.typical_low_deg
    return from_vertical or high_deg < protocol.much_lower_deg


def _answer(assessment: Assessment, protocol: MeasurementProtocol) -> str:
    """Return the key of the verdict: the category, or what most adults turn where that is more."""
    if assessment.category == "reaches_target":
        result_deg = (assessment.result_deg or 0.0) + _start_tilt_deg(assessment)
        return "more_than_most" if result_deg > protocol.typical_high_deg else "reaches_target"
    if assessment.category == "close_to_target":
        return "close_to_target"
    return "clearly_low" if is_clearly_low(assessment, protocol) else "below_target"


def _start_tilt_deg(assessment: Assessment) -> float:
    return assessment.start_tilt_deg or 0.0
