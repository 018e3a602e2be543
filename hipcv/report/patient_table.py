"""All visits of one patient as a table and as one document."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from hipcv.core.landmarks import Side
from hipcv.report.formats.table import spreadsheet
from hipcv.report.review import Case, corrected

SCHEMA: Final = "hipcv.patient/1"

COLUMNS: Final = (
    "patient",
    "visit",
    "clip",
    "side",
    "status",
    "rotation_deg",
    "interval_low_deg",
    "interval_high_deg",
    "pelvis_relative_deg",
    "clean_deg",
    "external_rotation_deg",
    "start_tilt_deg",
    "category",
    "target_deg",
    "reps",
    "reps_counted",
    "findings",
    "issues",
    "quality",
    "sign_off",
    "signed_by",
    "signed_at",
    "corrected",
    "automatic_rotation_deg",
    "method",
    "hipcv",
    "clip_sha256",
)
"""Angles in degrees; empty is absent. Times in UTC."""

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class VisitResult:
    """One result of one visit, as it counts."""

    document: Mapping[str, Any]
    case: Case


def table(visits: Iterable[VisitResult]) -> str:
    """One row for each clip and side, oldest visit first, as CSV that spreadsheets know as UTF-8.

    A clip that was refused keeps one row without a side, so that no visit is lost. Text that a
    spreadsheet would take for a formula gets an apostrophe before it.
    """
    rows = (row for visit in sort_by_visit(visits) for row in _rows(visit))
    return spreadsheet(COLUMNS, ([row[name] for name in COLUMNS] for row in rows))


def document(patient: str, visits: Iterable[VisitResult]) -> JsonObject:
    """Everything of one patient as JSON knows it, oldest visit first."""
    return {
        "schema": SCHEMA,
        "patient": patient,
        "results": [with_review(visit.document, visit.case) for visit in sort_by_visit(visits)],
    }


def with_review(told: Mapping[str, Any], case: Case) -> JsonObject:
    """A result document, and after it who stands behind it and what was corrected."""
    signature = case.signature
    return {
        **told,
        "review": {
            "patient": case.patient or None,
            "visit": case.on.isoformat() if case.on else None,
            "status": signature.status,
            "signed_by": signature.by or None,
            "signed_at": signature.at.isoformat() if signature.at else None,
            "corrections": [
                {name: _plain(value) for name, value in correction.items()}
                for correction in case.corrections
            ],
            "automatic": _automatic(case),
        },
    }


def sort_by_visit(visits: Iterable[VisitResult]) -> list[VisitResult]:
    """Oldest first; those without a day at the end."""
    return sorted(visits, key=lambda one: (one.case.on is None, str(one.case.on)))


def _automatic(case: Case) -> JsonObject | None:
    """What the machine read, where it was corrected."""
    if case.automatic is None or not corrected(case):
        return None
    return {name: side for name, side in case.automatic["sides"].items() if side is not None}


def _rows(visit: VisitResult) -> Iterator[dict[str, object]]:
    sides = visit.document["sides"]
    tested = [side.value for side in Side if sides.get(side.value) is not None]
    for name in tested or [""]:
        yield _row(visit, name)


def _row(visit: VisitResult, side: str) -> dict[str, object]:
    told, case = visit.document, visit.case
    issues = [issue["code"] for issue in told["issues"] if issue["side"] in (None, side)]
    made = told["provenance"]
    return {
        **dict.fromkeys(COLUMNS),
        "patient": case.patient,
        "visit": case.on.isoformat() if case.on else None,
        "clip": told["clip"]["name"],
        "side": side,
        "status": told["status"],
        "target_deg": made["protocol"]["target_deg"],
        "issues": tuple(dict.fromkeys(issues)),
        "sign_off": case.signature.status,
        "signed_by": case.signature.by,
        "signed_at": case.signature.at.isoformat() if case.signature.at else None,
        "corrected": "yes" if corrected(case, _known(side)) else "no",
        "method": str(made["method"]),
        "hipcv": made["hipcv"],
        "clip_sha256": told["clip"]["sha256"],
        **(_side(told["sides"][side]) if side else {}),
        "automatic_rotation_deg": _automatic_deg(case, side),
    }


def _side(told: Mapping[str, Any]) -> dict[str, object]:
    low, high = told["interval_deg"] or (None, None)
    alike = (
        "status", "rotation_deg", "pelvis_relative_deg", "clean_deg", "external_rotation_deg",
        "start_tilt_deg", "category", "quality",
    )  # fmt: skip
    return {
        **{name: told[name] for name in alike},
        "interval_low_deg": low,
        "interval_high_deg": high,
        "reps": str(len(told["reps"])),
        "reps_counted": str(sum(rep["valid"] for rep in told["reps"])),
        "findings": tuple(told["findings"]),
    }


def _automatic_deg(case: Case, side: str) -> float | None:
    if not corrected(case, _known(side)):
        return None
    known = (_automatic(case) or {}).get(side) or {}
    value: float | None = known.get("rotation_deg")
    return value


def _known(side: str) -> Side | None:
    return Side(side) if side else None


def _plain(value: object) -> object:
    """A stored value as JSON knows it: times become texts."""
    told = getattr(value, "isoformat", None)
    if told is not None:
        return told()
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(one) for one in value]
    return value
