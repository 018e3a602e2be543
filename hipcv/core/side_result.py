"""Result of one side in a stored document: the number that lists, trends and comparisons use.

Every place that shows or compares a side's number asks `result_of`, so that none shows one that
does not count.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from hipcv.core.precision import stored_difference_deg

NOT_HELD: Final = "not_held"
REJECTED: Final = "rejected"


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
    of `hipcv.assessment/1` have no `result_deg`: their rotation stands for it, unless it is the
    mean of repetitions that were all invalid.
    """
    if not side:
        return None
    if "result_deg" in side:
        result_deg, interval_deg = side["result_deg"], side.get("result_interval_deg")
    else:
        result_deg, interval_deg = side.get("rotation_deg"), side.get("interval_deg")
    reps = side.get("reps") or []
    none_counts = bool(reps) and not any(rep.get("valid", True) for rep in reps)
    if result_deg is None or none_counts:
        return None
    return SideResult(
        result_deg=result_deg,
        interval_deg=None if interval_deg is None else (interval_deg[0], interval_deg[1]),
        basis=side.get("result_basis") or "rotation",
        provisional=bool(side.get("provisional")),
    )


def lift_deg(side: Mapping[str, Any] | None) -> float | None:
    """Return the hip lift that was taken off the result of a side; None where nothing was."""
    result = result_of(side)
    if side is None or result is None or result.basis != "pelvis_relative":
        return None
    return stored_difference_deg(side["rotation_deg"], result.result_deg)


def quality_of(document: Mapping[str, Any]) -> float | None:
    """Return the lowest quality of the sides of a document with a result, 0..1."""
    sides = [side for side in document["sides"].values() if result_of(side) is not None]
    return min((side["quality"] for side in sides if side["quality"] is not None), default=None)


def reached_deg(side: Mapping[str, Any]) -> float | None:
    """Return how far the leg turned before a rule was broken; None where it is not stated."""
    if "reached_deg" in side:  # a summary without repetitions
        value: float | None = side["reached_deg"]
        return value
    values = (rep.get("clean_deg") for rep in side["reps"] if not rep.get("practice"))
    return max((value for value in values if value is not None), default=None)


def not_counted_because(side: Mapping[str, Any] | None) -> tuple[str, ...]:
    """Return why no repetition of a side of a document counts, the most frequent reason first.

    Codes of findings, `NOT_HELD` or `REJECTED`; empty for a side that is not `not_counted`.
    """
    if not side or side.get("status") != "not_counted":
        return ()
    if "not_counted" in side:  # a summary without repetitions
        return tuple(side["not_counted"])
    reasons = Counter(code for rep in side["reps"] for code in _reasons(rep))
    return tuple(code for code, _ in reasons.most_common())


def _reasons(rep: Mapping[str, Any]) -> Iterator[str]:
    if rep.get("practice") or rep.get("valid"):
        return
    if rep.get("rejected") is not None:
        yield REJECTED
        return
    findings = rep.get("findings", ())
    invalid = [finding["code"] for finding in findings if finding["severity"] == "invalid"]
    yield from dict.fromkeys(invalid)
    if not invalid and rep.get("held") is False:
        yield NOT_HELD
