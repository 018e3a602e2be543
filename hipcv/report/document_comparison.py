"""Comparison of two result documents of one person: each side, and what speaks against it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from hipcv.core.landmarks import Side
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.side_result import SideResult
from hipcv.language import N_, Translated, _
from hipcv.report import not_counted, numbers, wording
from hipcv.report.comparison import VisitSide, compare_visits

SAME_RECORDING: Final = N_("both are readings of the same recording")

_WHEN: Final = Translated(
    {
        "before": N_("{side}: the earlier one is {why}."),
        "after": N_("{side}: the later one is {why}."),
    }
)

Document = Mapping[str, Any]


def compare_documents(
    before: Document,
    after: Document,
    protocol: MeasurementProtocol,
    *,
    signed: tuple[bool | None, bool | None] = (None, None),
) -> dict[str, Any]:
    """Return the change between two result documents as plain data.

    Args:
        before: the earlier one.
        after: the later one.
        protocol: sets what measuring may differ.
        signed: whether each is signed off; None for a file, which nobody signs.

    Returns:
        `sides`: for each what `compare_visits` returns, with both results as `before` and `after`;
        None unless both documents have a result of it. `not_counted`: by side and by `before` or
        `after`, why no repetition counts. `cautions`: sentences on what speaks against comparing.
    """
    pairs = ((before, signed[0]), (after, signed[1]))
    changes = {
        side.value: _compare_side(
            [VisitSide.of(one["sides"].get(side.value), signed=flag) for one, flag in pairs],
            protocol,
        )
        for side in Side
    }
    if before["clip"]["sha256"] == after["clip"]["sha256"]:
        changes = {side: change and _of_one_recording(change) for side, change in changes.items()}
    return {
        "sides": changes,
        "not_counted": _not_counted(before, after),
        "cautions": list(_cautions(before, after, protocol)),
    }


def describe_not_counted(comparison: Document, side: str) -> list[str]:
    """Return a sentence on each result of a side of which no repetition counts."""
    name = wording.SIDES[Side(side)].capitalize()
    reasons = comparison["not_counted"].get(side, {})
    return [_WHEN[when].format(side=name, why=why) for when, why in reasons.items()]


def _compare_side(
    pair: Sequence[VisitSide | None], protocol: MeasurementProtocol
) -> dict[str, Any] | None:
    before, after = pair
    if before is None or after is None:
        return None
    results = {"before": _as_data(before.result), "after": _as_data(after.result)}
    return results | compare_visits(before, after, protocol)


def _of_one_recording(change: Document) -> dict[str, Any]:
    """Return the difference of two readings of one recording, which is no change."""
    text = _(
        "Both are readings of the same recording, {size} apart: that is no change of the hip."
    ).format(size=numbers.angle(abs(change["difference_deg"])))
    return {**change, "real": False, "doubts": [SAME_RECORDING], "text": text}


def _as_data(result: SideResult) -> dict[str, Any]:
    return {
        "result_deg": result.result_deg,
        "result_interval_deg": result.interval_deg,
        "result_basis": result.basis,
        "provisional": result.provisional,
    }


def _not_counted(before: Document, after: Document) -> dict[str, dict[str, str]]:
    texts = {
        side.value: {
            when: text
            for when, document in (("before", before), ("after", after))
            if (text := not_counted.describe(document["sides"].get(side.value)))
        }
        for side in Side
    }
    return {side: found for side, found in texts.items() if found}


def _cautions(before: Document, after: Document, protocol: MeasurementProtocol) -> Iterator[str]:
    documents = before, after
    methods = {document.get("provenance", {}).get("method") for document in documents}
    if len(methods) > 1:
        yield _(
            "The two were measured by different versions of the method. Analyse the "
            "older clip again before you rely on this."
        )
    sides = [side for document in documents for side in document["sides"].values() if side]
    if any(abs(side.get("yaw_deg") or 0) > protocol.oblique_yaw_deg for side in sides):
        yield _("A camera stood oblique to the patient: compare with care.")
