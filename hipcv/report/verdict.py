"""How a side's rotation reads against the target and the typical band."""

from hipcv.core.assessment import Assessment
from hipcv.core.protocol import MeasurementProtocol
from hipcv.report import numbers

SEE_SOMEONE = (
    "Much lower than usual; if you also have pain or stiffness, consider a professional assessment."
)


def category_angle_deg(assessment: Assessment, protocol: MeasurementProtocol) -> float | None:
    """Which of the two angles the category rests on: the smaller one where the pelvis hiked."""
    rotation, relative = assessment.rotation_deg, assessment.pelvis_relative_deg
    if rotation is None or relative is None:
        return rotation
    return relative if rotation - relative >= protocol.obliquity_counts_deg else rotation


def verdict(assessment: Assessment, protocol: MeasurementProtocol) -> str:
    """One plain sentence; where to look for the reason, if nothing was measured."""
    read_deg = category_angle_deg(assessment, protocol)
    if read_deg is None:
        return "Not measured: see why below."
    if assessment.category is None:
        target = numbers.whole(protocol.target_deg)
        return f"Compensated too much to be read against the {target} target."
    return f"{_target(assessment, protocol)}, {_band(read_deg, protocol)}."


def advice(assessment: Assessment, protocol: MeasurementProtocol) -> str:
    """What to consider where even the upper limit is much lower than usual; else nothing."""
    read_deg = category_angle_deg(assessment, protocol)
    if read_deg is None or _upper_limit(assessment, read_deg) >= protocol.much_lower_deg:
        return ""
    return SEE_SOMEONE


def _target(assessment: Assessment, protocol: MeasurementProtocol) -> str:
    target = numbers.whole(protocol.target_deg)
    match assessment.category:
        case "reaches_target":
            return f"Reaches the {target} target"
        case "at_target_within_error":
            return f"At the {target} target within measurement error"
        case _:
            return f"Below the {target} target"


def _band(read_deg: float, protocol: MeasurementProtocol) -> str:
    low, high = protocol.typical_low_deg, protocol.typical_high_deg
    band = f"the usual range ({low:g}–{high:g}°)"
    if read_deg < low:
        return f"below {band}"
    return f"above {band}" if read_deg > high else f"within {band}"


def _upper_limit(assessment: Assessment, read_deg: float) -> float:
    if assessment.interval_deg is None or assessment.rotation_deg is None:
        return read_deg
    return read_deg + assessment.interval_deg[1] - assessment.rotation_deg
