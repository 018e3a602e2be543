"""When a difference between sides, or between days, is worth telling."""

import math
from collections.abc import Sequence

from hipcv.core.assessment import Assessment, Interval, Trial
from hipcv.core.landmarks import Side
from hipcv.core.protocol import Protocol
from hipcv.report import numbers


def compare_sides(trial: Trial) -> str:
    """What may be said of left against right; nothing where only one side was measured."""
    left, right = trial.sides.get(Side.LEFT), trial.sides.get(Side.RIGHT)
    if left is None or right is None:
        return ""
    if left.rotation_deg is None or right.rotation_deg is None:
        return ""
    if not _alike_in_view(left, right, trial.protocol):
        told = _differ(left.rotation_deg, right.rotation_deg)
        return f"{told}, but the camera saw them at different angles: do not compare them."
    intervals = [side.interval_deg for side in (left, right) if side.interval_deg is not None]
    return tell_difference(left.rotation_deg, right.rotation_deg, intervals, trial.protocol)


def tell_difference(
    left_deg: float, right_deg: float, intervals_deg: Sequence[Interval], protocol: Protocol
) -> str:
    """One sentence on left against right, of one clip or of one visit."""
    size, told = abs(left_deg - right_deg), _differ(left_deg, right_deg)
    beyond = math.hypot(*((high - low) / 2 for low, high in intervals_deg))
    if size >= protocol.side_difference_deg and size > beyond:
        lower = Side.LEFT if left_deg < right_deg else Side.RIGHT
        limit = numbers.whole(protocol.side_difference_deg)
        return f"{told}, the {lower} turned less: worth noting (limit {limit})."
    return f"{told}, which is within measurement error."


def _differ(left_deg: float, right_deg: float) -> str:
    return f"The sides differ by {numbers.angle(abs(left_deg - right_deg))}"


def _alike_in_view(left: Assessment, right: Assessment, protocol: Protocol) -> bool:
    yaws = [side.yaw_deg for side in (left, right)]
    known = [yaw for yaw in yaws if yaw is not None and not math.isnan(yaw)]
    return all(abs(yaw) <= protocol.oblique_yaw_deg for yaw in known)
