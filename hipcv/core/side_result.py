"""Result of one side in a stored document: the number that lists, trends and comparisons use.

Every place that shows or compares a side's number asks `result_of`, so that none shows one that
does not count.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SideResult:
    """Result of one side; see `Assessment`."""

    result_deg: float
    interval_deg: tuple[float, float] | None  # 95 %, of a measurement on another day
    basis: str  # rotation, or pelvis_relative where a hip lift was taken off
    provisional: bool  # fewer repetitions count than are wanted


def result_of(side: Mapping[str, Any] | None) -> SideResult | None:
    """Return the result of one side of a document; None where it has none.

    A side has none that was not tested, not measured, or of which no repetition counts. Documents
    of `hipcv.assessment/1` have no `result_deg`: their rotation stands for it.
    """
    if not side:
        return None
    if "result_deg" in side:
        result_deg, interval_deg = side["result_deg"], side.get("result_interval_deg")
    else:
        result_deg, interval_deg = side.get("rotation_deg"), side.get("interval_deg")
    if result_deg is None:
        return None
    return SideResult(
        result_deg=result_deg,
        interval_deg=None if interval_deg is None else (interval_deg[0], interval_deg[1]),
        basis=side.get("result_basis") or "rotation",
        provisional=bool(side.get("provisional")),
    )
