"""The counting measurement of each visit, per side."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar, get_args

from hipcv.core.side_result import SideResult, result_of
from hipcv.store.models import Analysis, ListedAnalysis, ReviewStatus, SideName
from hipcv.store.records import Records

AnyAnalysis = TypeVar("AnyAnalysis", Analysis, ListedAnalysis)

SIDES: Final[tuple[SideName, ...]] = get_args(SideName)


@dataclass(frozen=True, slots=True)
class VisitMeasurement:
    """One side on one day."""

    on: date
    side: SideName
    analysis_id: str
    method: int
    document: dict[str, Any]  # of the side
    status: ReviewStatus
    signed_by: str | None

    @property
    def result(self) -> SideResult | None:
        """The result; None where repetitions were measured and none counts."""
        return result_of(self.document)


def measurements(records: Records, patient_id: str) -> dict[SideName, list[VisitMeasurement]]:
    """Return one measurement per visit and side, earliest first; unmeasured sides are empty."""
    by_side: dict[SideName, list[VisitMeasurement]] = {side: [] for side in SIDES}
    for visit in records.visits(patient_id):
        clips = records.clips(visit_id=visit.id)
        analyses = [records.analysis(clip.analysis_id) for clip in clips if clip.analysis_id]
        for side, analysis in counting_analyses(analyses).items():
            by_side[side].append(_measurement(visit.on, side, analysis))
    return by_side


def counting_analyses(analyses: Iterable[AnyAnalysis]) -> dict[SideName, AnyAnalysis]:
    """Return the analysis that counts for each measured side of one visit.

    Of several, the latest signed one with a result counts, and if none is signed, the latest. One
    of which no repetition counts stands for the side only where no clip has a result.

    Args:
        analyses: the current analyses of the visit's clips, oldest clip first.
    """
    ranked = sorted(analyses, key=lambda analysis: analysis.signed_by is not None)
    counting: dict[SideName, AnyAnalysis] = {}
    for is_wanted in (_is_not_counted, _has_result):  # the latter replaces the former
        for analysis in ranked:
            for side in SIDES:
                if is_wanted(analysis.document["sides"].get(side)):
                    counting[side] = analysis
    return {side: counting[side] for side in SIDES if side in counting}


def _is_not_counted(side: dict[str, Any] | None) -> bool:
    return side is not None and side.get("status") == "not_counted"


def _has_result(side: dict[str, Any] | None) -> bool:
    return result_of(side) is not None


def _measurement(on: date, side: SideName, analysis: Analysis) -> VisitMeasurement:
    return VisitMeasurement(
        on=on,
        side=side,
        analysis_id=analysis.id,
        method=analysis.method,
        document=analysis.document["sides"][side],
        status=analysis.status,
        signed_by=analysis.signed_by,
    )
