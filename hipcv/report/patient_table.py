"""Results of all visits of one patient, as a table and as one JSON document."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from hipcv.core.landmarks import Side
from hipcv.core.side_result import not_counted_because, result_of
from hipcv.report.formats.table import spreadsheet
from hipcv.report.review import Case, corrected

SCHEMA: Final = "hipcv.patient/1"

COLUMNS: Final = (
    "patient", "visit", "clip", "side", "status", "rotation_deg", "interval_low_deg",
    "interval_high_deg", "pelvis_relative_deg", "clean_deg", "external_rotation_deg",
    "start_tilt_deg", "category", "target_deg", "reps", "reps_counted", "findings", "issues",
    "quality", "sign_off", "signed_by", "signed_at", "corrected", "automatic_rotation_deg",
    "method", "hipcv", "clip_sha256", "picture_deg", "from_vertical_deg", "result_deg",
    "result_interval_low_deg", "result_interval_high_deg", "result_basis", "provisional",
    "not_counted", "age_years", "sex", "pain", "pain_where", "limiter",
)  # fmt: skip
"""Angles in degrees, times in UTC."""

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class VisitResult:
    """One result of a visit, with corrections applied."""

    document: Mapping[str, Any]
    case: Case


def table(visits: Iterable[VisitResult]) -> str:
    """Return one row for each clip and side, oldest visit first, as CSV for spreadsheets.

    A clip that was refused keeps one row without a side, so that no visit is lost.
    """
    rows = (row for visit in sort_by_visit(visits) for row in _rows(visit))
    return spreadsheet(COLUMNS, ([row[name] for name in COLUMNS] for row in rows))


def document(patient: str, visits: Iterable[VisitResult]) -> JsonObject:
    """Return all results of one patient, oldest visit first."""
    return {
        "schema": SCHEMA,
        "patient": patient,
        "results": [with_review(visit.document, visit.case) for visit in sort_by_visit(visits)],
    }


def with_review(document: Mapping[str, Any], case: Case) -> JsonObject:
    """Return a result document with signature and corrections added as `review`."""
    signature = case.signature
    return {
        **document,
        "review": {
            "patient": case.patient or None,
            "visit": case.on.isoformat() if case.on else None,
            "status": signature.status,
            "signed_by": signature.by or None,
            "signed_at": signature.at.isoformat() if signature.at else None,
            "earlier_signed_by": signature.ended_by or None,
            "earlier_signed_at": signature.ended_at.isoformat() if signature.ended_at else None,
            "corrections": [
                {name: _plain(value) for name, value in correction.items()}
                for correction in case.corrections
            ],
            "automatic": _automatic(case),
        },
    }


def sort_by_visit(visits: Iterable[VisitResult]) -> list[VisitResult]:
    """Return results oldest first, those without a day last."""
    return sorted(visits, key=lambda one: (one.case.on is None, str(one.case.on)))


def _automatic(case: Case) -> JsonObject | None:
    """Return the sides before corrections; None where nothing was corrected."""
    if case.automatic is None or not corrected(case):
        return None
    return {name: side for name, side in case.automatic["sides"].items() if side is not None}


def _rows(visit: VisitResult) -> Iterator[dict[str, object]]:
    sides = visit.document["sides"]
    tested = [side.value for side in Side if sides.get(side.value) is not None]
    return (_row(visit, name) for name in tested or [""])


def _row(visit: VisitResult, side: str) -> dict[str, object]:
    result, case = visit.document, visit.case
    issues = [issue["code"] for issue in result["issues"] if issue["side"] in (None, side)]
    provenance = result["provenance"]
    return {
        **dict.fromkeys(COLUMNS),
        "patient": case.patient,
        "visit": case.on.isoformat() if case.on else None,
        "clip": result["clip"]["name"],
        "side": side,
        "status": result["status"],
        "target_deg": provenance["protocol"]["target_deg"],
        "issues": tuple(dict.fromkeys(issues)),
        "sign_off": case.signature.status,
        "signed_by": case.signature.by,
        "signed_at": case.signature.at.isoformat() if case.signature.at else None,
        "corrected": "yes" if corrected(case, _side_of(side)) else "no",
        "method": str(provenance["method"]),
        "hipcv": provenance["hipcv"],
        "clip_sha256": result["clip"]["sha256"],
        **(_side(result["sides"][side]) if side else {}),
        "automatic_rotation_deg": _automatic_deg(case, side),
        **_noted(result),
    }


def _noted(result: Mapping[str, Any]) -> dict[str, object]:
    """Return age, sex and answers; whole numbers as they are."""
    noted = {**(result.get("person") or {}), **(result.get("answers") or {})}
    return {name: str(value) for name, value in noted.items() if value is not None}


def _side(result: Mapping[str, Any]) -> dict[str, object]:
    low, high = result["interval_deg"] or (None, None)
    copied = (
        "status", "rotation_deg", "pelvis_relative_deg", "clean_deg", "external_rotation_deg",
        "start_tilt_deg", "category", "quality",
    )  # fmt: skip
    return {
        **{name: result[name] for name in copied},
        "interval_low_deg": low,
        "interval_high_deg": high,
        "reps": str(len(result["reps"])),
        "reps_counted": str(sum(rep["valid"] for rep in result["reps"])),
        "findings": tuple(result["findings"]),
        "picture_deg": result.get("picture_deg"),  # results of earlier methods have none
        "from_vertical_deg": result.get("from_vertical_deg"),
        **_result(result),
    }


def _result(side: Mapping[str, Any]) -> dict[str, object]:
    result = result_of(side)
    if result is None:
        return {"not_counted": not_counted_because(side)}
    low, high = result.interval_deg or (None, None)
    return {
        "result_deg": result.result_deg,
        "result_interval_low_deg": low,
        "result_interval_high_deg": high,
        "result_basis": result.basis,
        "provisional": "yes" if result.provisional else "no",
    }


def _automatic_deg(case: Case, side: str) -> float | None:
    if not corrected(case, _side_of(side)):
        return None
    automatic = (_automatic(case) or {}).get(side) or {}
    rotation_deg: float | None = automatic.get("rotation_deg")
    return rotation_deg


def _side_of(side: str) -> Side | None:
    return Side(side) if side else None


def _plain(value: object) -> object:
    """Return a stored value as JSON; dates and times become ISO texts."""
    if isinstance(value, date):  # a datetime is one
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(one) for one in value]
    return value
