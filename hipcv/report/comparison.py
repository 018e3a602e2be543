"""Comparison of the two sides of one clip, and of one side between two visits."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from hipcv.core.assessment import Assessment, Interval, Trial
from hipcv.core.landmarks import Side
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.side_result import SideResult, result_of
from hipcv.core.uncertainty import detectable_change_deg
from hipcv.language import N_, Translated, _, join
from hipcv.report import numbers

OTHER_BASIS: Final = N_("hip lift was taken off one of the two and not off the other")
PROVISIONAL: Final = N_("one of the two rests on too few repetitions")
UNSIGNED: Final = N_("not both are signed off")
OBLIQUE: Final = N_("a camera stood oblique to the patient")

_LESS: Final = Translated(
    {
        Side.LEFT: N_("{difference}, the left turned less: worth noting (limit {limit})."),
        Side.RIGHT: N_("{difference}, the right turned less: worth noting (limit {limit})."),
    }
)
"""Sentence on a difference between the sides that counts, by the side that turned less."""

_CHANGES: Final = Translated(
    {
        True: N_("{size} more than before, beyond the {limit} that measuring may differ"),
        False: N_("{size} less than before, beyond the {limit} that measuring may differ"),
    }
)
"""Words on a change beyond what measuring may differ, by whether it is an increase."""


@dataclass(frozen=True, slots=True)
class VisitSide:
    """Result of one side at one visit, and what a comparison has to know of it."""

    result: SideResult
    signed: bool | None = None  # None: of a file, which nobody signs
    yaw_deg: float | None = None

    @classmethod
    def of(
        cls, side: Mapping[str, Any] | None, *, signed: bool | None = None
    ) -> "VisitSide | None":
        """Return a side of a stored document; None where it has no result."""
        result = result_of(side)
        if side is None or result is None:
            return None
        return cls(result, signed, side.get("yaw_deg"))


def compare_sides(trial: Trial) -> str:
    """Return one sentence on left against right; "" unless both sides have a result."""
    left, right = (_result(trial.sides.get(side)) for side in (Side.LEFT, Side.RIGHT))
    if left is None or right is None:
        return ""
    yaws = [side.yaw_deg for side in trial.sides.values() if side.yaw_deg is not None]
    oblique = any(abs(yaw) > trial.protocol.oblique_yaw_deg for yaw in yaws)  # NaN compares false
    return compare_side_results(left, right, trial.protocol, oblique=oblique)


def compare_side_results(
    left: SideResult, right: SideResult, protocol: MeasurementProtocol, *, oblique: bool = False
) -> str:
    """Return one sentence on left against right, of one clip or of one visit."""
    difference = _difference(left.result_deg, right.result_deg)
    if oblique:
        return _(
            "{difference}, but the camera saw them at different angles: do not compare them."
        ).format(difference=difference)
    if left.basis != right.basis:
        return _(
            "{difference}, but hip lift was taken off one side alone: compare with care."
        ).format(difference=difference)
    intervals = [side.interval_deg for side in (left, right) if side.interval_deg is not None]
    text = format_side_difference(left.result_deg, right.result_deg, intervals, protocol)
    if left.provisional or right.provisional:
        provisional = _("Provisional: too few repetitions count.")
        return f"{text} {provisional}"
    return text


def format_side_difference(
    left_deg: float,
    right_deg: float,
    intervals_deg: Sequence[Interval],
    protocol: MeasurementProtocol,
) -> str:
    """Return one sentence on left against right.

    A difference counts where it reaches the protocol's limit and exceeds the root of the summed
    squares of the intervals' half widths.
    """
    size, difference = abs(left_deg - right_deg), _difference(left_deg, right_deg)
    error_deg = math.hypot(*((high - low) / 2 for low, high in intervals_deg))
    if size <= error_deg:
        return _("{difference}, which is within measurement error.").format(difference=difference)
    if size < protocol.side_difference_deg:
        return _("{difference}: more than measurement error, and common.").format(
            difference=difference
        )
    lower = Side.LEFT if left_deg < right_deg else Side.RIGHT
    limit = numbers.whole(protocol.side_difference_deg)
    return _LESS[lower].format(difference=difference, limit=limit)


def compare_visits(
    before: VisitSide, after: VisitSide, protocol: MeasurementProtocol
) -> dict[str, Any]:
    """Return the change between two visits as plain data.

    Returns:
        `difference_deg` (later less earlier), `mdc_deg` (minimal detectable change, MDC95),
        `real` (the difference exceeds it, and nothing speaks against comparing), `doubts` (what
        does) and `text`, one sentence.
    """
    difference_deg = after.result.result_deg - before.result.result_deg
    mdc_deg = detectable_change_deg(protocol)
    beyond = abs(difference_deg) > mdc_deg
    doubts = list(_doubts(before, after, protocol))
    return {
        "difference_deg": difference_deg,
        "mdc_deg": mdc_deg,
        "real": beyond and not doubts,
        "doubts": doubts,
        "text": _change(difference_deg, mdc_deg, doubts),
    }


def _change(difference_deg: float, mdc_deg: float, doubts: Sequence[str]) -> str:
    size, limit = numbers.angle(abs(difference_deg)), numbers.angle(mdc_deg)
    if abs(difference_deg) <= mdc_deg:
        text = _(
            "Within measurement error: {size} apart, and only beyond {limit} is a change real."
        ).format(size=size, limit=limit)
        besides = _("Besides, {doubt}.").format(doubt=_(OTHER_BASIS))
        return f"{text} {besides}" if OTHER_BASIS in doubts else text
    change = _CHANGES[difference_deg > 0].format(size=size, limit=limit)
    if doubts:
        return _("Not certain: {change}, but {doubts}.").format(
            change=change, doubts=join([_(doubt) for doubt in doubts])
        )
    return _("Real change: {change}.").format(change=change)


def _doubts(before: VisitSide, after: VisitSide, protocol: MeasurementProtocol) -> Iterator[str]:
    """Yield what speaks against calling a difference a change of the hip."""
    both = before, after
    if before.result.basis != after.result.basis:
        yield OTHER_BASIS
    if any(visit.result.provisional for visit in both):
        yield PROVISIONAL
    if any(visit.signed is False for visit in both):
        yield UNSIGNED
    if any(abs(visit.yaw_deg or 0) > protocol.oblique_yaw_deg for visit in both):
        yield OBLIQUE


def _result(assessment: Assessment | None) -> SideResult | None:
    if assessment is None or assessment.result_deg is None:
        return None
    return SideResult(
        assessment.result_deg,
        assessment.result_interval_deg,
        assessment.result_basis or "rotation",
        assessment.provisional,
    )


def _difference(left_deg: float, right_deg: float) -> str:
    return _("The sides differ by {size}").format(size=numbers.angle(abs(left_deg - right_deg)))
