"""Comparison of the two sides of one clip, and of one side between two visits."""

import math
from collections.abc import Sequence
from typing import Any

from hipcv.core.assessment import Interval, Trial
from hipcv.core.landmarks import Side
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.uncertainty import detectable_change_deg
from hipcv.report import numbers


def compare_sides(trial: Trial) -> str:
    """Return one sentence on left against right; "" unless both sides were measured."""
    sides = [trial.sides[side] for side in Side if side in trial.sides]
    rotations = [side.rotation_deg for side in sides if side.rotation_deg is not None]
    if len(rotations) < len(Side):
        return ""
    yaws = [side.yaw_deg for side in sides if side.yaw_deg is not None]
    if any(abs(yaw) > trial.protocol.oblique_yaw_deg for yaw in yaws):  # NaN compares false
        difference = _difference(*rotations)
        return f"{difference}, but the camera saw them at different angles: do not compare them."
    intervals = [side.interval_deg for side in sides if side.interval_deg is not None]
    left_deg, right_deg = rotations
    return format_side_difference(left_deg, right_deg, intervals, trial.protocol)


def format_side_difference(
    left_deg: float,
    right_deg: float,
    intervals_deg: Sequence[Interval],
    protocol: MeasurementProtocol,
) -> str:
    """Return one sentence on left against right, of one clip or of one visit.

    A difference counts where it reaches the protocol's limit and exceeds the root of the summed
    squares of the intervals' half widths.
    """
    size, difference = abs(left_deg - right_deg), _difference(left_deg, right_deg)
    error_deg = math.hypot(*((high - low) / 2 for low, high in intervals_deg))
    if size >= protocol.side_difference_deg and size > error_deg:
        lower = Side.LEFT if left_deg < right_deg else Side.RIGHT
        limit = numbers.whole(protocol.side_difference_deg)
        return f"{difference}, the {lower} turned less: worth noting (limit {limit})."
    return f"{difference}, which is within measurement error."


def compare_visits(
    before_deg: float, after_deg: float, protocol: MeasurementProtocol
) -> dict[str, Any]:
    """Return the change between two visits as plain data.

    Returns:
        `difference_deg` (later less earlier), `mdc_deg` (minimal detectable change, MDC95),
        `real` (the difference exceeds it) and `text`, one sentence.
    """
    difference_deg, mdc_deg = after_deg - before_deg, detectable_change_deg(protocol)
    real = abs(difference_deg) > mdc_deg
    size, limit = numbers.angle(abs(difference_deg)), numbers.angle(mdc_deg)
    direction = "more" if difference_deg > 0 else "less"
    text = (
        f"Real change: {size} {direction} than before, beyond the {limit} that measuring may "
        "differ."
        if real
        else f"Within measurement error: {size} apart, and only beyond {limit} is a change real."
    )
    return {"difference_deg": difference_deg, "mdc_deg": mdc_deg, "real": real, "text": text}


def _difference(left_deg: float, right_deg: float) -> str:
    return f"The sides differ by {numbers.angle(abs(left_deg - right_deg))}"
