"""What counts of each visit: one number a side."""

from dataclasses import dataclass
from datetime import date

from hipcv.store.models import Analysis, SideName, Status
from hipcv.store.records import Records


@dataclass(frozen=True, slots=True)
class Measured:
    """One side on one day."""

    on: date
    side: SideName
    analysis_id: str
    method: int
    rotation_deg: float
    interval_deg: tuple[float, float] | None
    status: Status
    signed_by: str | None


def measured(records: Records, patient_id: str) -> dict[SideName, list[Measured]]:
    """What was measured at each visit, earliest first; sides never measured are empty.

    Of several clips of a visit that show a side, the latest one that is signed counts, and where
    none is, the latest.
    """
    told: dict[SideName, list[Measured]] = {"left": [], "right": []}
    for visit in records.visits(patient_id):
        clips = records.clips(visit_id=visit.id)  # oldest first
        analyses = [records.analysis(clip.analysis_id) for clip in clips if clip.analysis_id]
        for side, readings in told.items():
            found = [_read(visit.on, side, analysis) for analysis in analyses]
            known = [each for each in found if each is not None]
            if known:
                signed = [each for each in known if each.signed_by is not None]
                readings.append((signed or known)[-1])
    return told


def _read(on: date, side: SideName, analysis: Analysis) -> Measured | None:
    read = analysis.document["sides"].get(side)
    if read is None or read["rotation_deg"] is None:
        return None
    interval_deg = read.get("interval_deg")
    return Measured(
        on=on,
        side=side,
        analysis_id=analysis.id,
        method=analysis.method,
        rotation_deg=read["rotation_deg"],
        interval_deg=None if interval_deg is None else (interval_deg[0], interval_deg[1]),
        status=analysis.status,
        signed_by=analysis.signed_by,
    )
