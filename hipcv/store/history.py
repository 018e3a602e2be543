"""The counting measurement of each visit, per side."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, get_args

from hipcv.store.models import Analysis, ReviewStatus, SideName
from hipcv.store.records import Records

SIDES: Final[tuple[SideName, ...]] = get_args(SideName)


@dataclass(frozen=True, slots=True)
class VisitMeasurement:
    """One side on one day."""

    on: date
    side: SideName
    analysis_id: str
    method: int
    rotation_deg: float
    interval_deg: tuple[float, float] | None
    status: ReviewStatus
    signed_by: str | None


def measurements(records: Records, patient_id: str) -> dict[SideName, list[VisitMeasurement]]:
    """Return one measurement per visit and side, earliest first; unmeasured sides are empty."""
    by_side: dict[SideName, list[VisitMeasurement]] = {side: [] for side in SIDES}
    for visit in records.visits(patient_id):
        clips = records.clips(visit_id=visit.id)
        analyses = [records.analysis(clip.analysis_id) for clip in clips if clip.analysis_id]
        for side, analysis in counting_analyses(analyses).items():
            by_side[side].append(_measurement(visit.on, side, analysis))
    return by_side


def counting_analyses(analyses: Iterable[Analysis]) -> dict[SideName, Analysis]:
    """Return the analysis that counts for each measured side of one visit.

    Of several, the latest signed one counts, and if none is signed, the latest.

    Args:
        analyses: the current analyses of the visit's clips, oldest clip first.
    """
    ranked = sorted(analyses, key=lambda analysis: analysis.signed_by is not None)
    return {
        side: analysis
        for analysis in ranked
        for side in SIDES
        if (analysis.document["sides"].get(side) or {}).get("rotation_deg") is not None
    }


def _measurement(on: date, side: SideName, analysis: Analysis) -> VisitMeasurement:
    result = analysis.document["sides"][side]
    interval_deg = result.get("interval_deg")
    return VisitMeasurement(
        on=on,
        side=side,
        analysis_id=analysis.id,
        method=analysis.method,
        rotation_deg=result["rotation_deg"],
        interval_deg=None if interval_deg is None else (interval_deg[0], interval_deg[1]),
        status=analysis.status,
        signed_by=analysis.signed_by,
    )
