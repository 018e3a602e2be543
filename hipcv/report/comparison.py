"""When a difference between sides, or between days, is worth telling."""

import math

from hipcv.core.assessment import Assessment, Trial
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
    size = abs(left.rotation_deg - right.rotation_deg)
    told = f"The sides differ by {numbers.angle(size)}"
    if not _alike_in_view(left, right, trial.protocol):
        return f"{told}, but the camera saw them at different angles: do not compare them."
    if size >= trial.protocol.side_difference_deg and size > _interval_deg(left, right):
        lower = Side.LEFT if left.rotation_deg < right.rotation_deg else Side.RIGHT
        limit = numbers.whole(trial.protocol.side_difference_deg)
        return f"{told}, the {lower} turned less: worth noting (limit {limit})."
    return f"{told}, which is within measurement error."


def _interval_deg(left: Assessment, right: Assessment) -> float:
    halves = [
        (side.interval_deg[1] - side.interval_deg[0]) / 2
        for side in (left, right)
        if side.interval_deg is not None
    ]
    return math.hypot(*halves)


def _alike_in_view(left: Assessment, right: Assessment, protocol: Protocol) -> bool:
    yaws = [side.yaw_deg for side in (left, right)]
    known = [yaw for yaw in yaws if yaw is not None and not math.isnan(yaw)]
    return all(abs(yaw) <= protocol.oblique_yaw_deg for yaw in known)
