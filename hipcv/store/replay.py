"""The rows that the audit trail implies, from its first event to its last.

An event fixes every row that it changed by the hashes of the columns. Events of earlier versions
have no hashes; what they say in words is replayed instead, and implies fewer columns.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from hipcv.store.models import ERASED, OPTION_NAMES, AuditRow, JsonObject
from hipcv.store.row_hashes import HASHED

Row = dict[str, Any]
"""Implied values of one row, by column: a JSON value, or one of the classes below."""

Expected = dict[str, dict[str, Row]]
"""Rows by table and id."""

SAME_EVENT: Final = timedelta(seconds=60)
"""Largest distance of the time in a row and that of its event, where no hash fixes it: a writer
waits up to 30 s for another."""

ORIGIN: Final = "id"
"""The column that only the event has that adds a row."""


@dataclass(frozen=True, slots=True)
class Hashed:
    """A value of which the trail has the salted hash."""

    hash: str


@dataclass(frozen=True, slots=True)
class Document:
    """A result document of which the trail has the fingerprint."""

    fingerprint: str


@dataclass(frozen=True, slots=True)
class Near:
    """A time that the trail has approximately."""

    at: datetime


def replay(events: Iterable[AuditRow]) -> Expected:
    """Return every row that there should be, with what is implied of its columns."""
    expected: Expected = {name: {} for name in HASHED}
    for event in events:
        if "rows" in event.detail:
            _apply_hashes(expected, event.detail["rows"])
        elif event.what in _EARLIER:
            _EARLIER[event.what](expected, event)
    return expected


def correction_key(analysis_id: str, number: int) -> str:
    """Return the key of a correction in events of earlier versions, which do not have its id."""
    return f"{analysis_id}#{number}"


def _apply_hashes(expected: Expected, rows: Mapping[str, Mapping[str, Any]]) -> None:
    for table, changes in rows.items():
        for row_id, hashes in changes.items():
            if hashes is None:
                _delete(expected, table, row_id)
                continue
            if not _is_recorded(expected, table, row_id, hashes):
                continue
            row = expected[table].setdefault(row_id, {})
            row.update({name: Hashed(value) for name, value in hashes.items()})


def _is_recorded(expected: Expected, table: str, row_id: str, hashes: Mapping[str, str]) -> bool:
    """Return True if an event adds the row, or the trail has it: a change alone is no origin.

    Corrections of earlier versions are recorded under another key, see `correction_key`.
    """
    return ORIGIN in hashes or row_id in expected[table] or table == "corrections"


def _delete(expected: Expected, table: str, row_id: str) -> None:
    expected[table].pop(row_id, None)
    if table == "analyses":
        _delete_corrections(expected, row_id)


def _delete_corrections(expected: Expected, analysis_id: str) -> None:
    prefix = correction_key(analysis_id, 0)[:-1]
    for key in [key for key in expected["corrections"] if key.startswith(prefix)]:
        del expected["corrections"][key]


def _add_patient(expected: Expected, event: AuditRow) -> None:
    expected["patients"][event.subject_id] = {"erased_at": None}


def _change_patient(expected: Expected, event: AuditRow) -> None:
    dates: Row = {name: event.detail[name][1] for name in _DATES if name in event.detail}
    expected["patients"].setdefault(event.subject_id, {}).update(dates)


def _purge_patient(expected: Expected, event: AuditRow) -> None:
    visits = _of(expected["visits"], "patient_id", {event.subject_id})
    clips = _of(expected["clips"], "visit_id", visits)
    for table, ids in (
        ("visits", visits),
        ("clips", clips),
        ("analyses", event.detail["analyses"]),
    ):
        for row_id in ids:
            _delete(expected, table, row_id)
    expected["patients"][event.subject_id] = {
        "pseudonym": ERASED,
        "notes": "",
        "erased_at": Near(event.at),
    }


def _of(rows: Mapping[str, Row], column: str, parents: set[str]) -> set[str]:
    return {row_id for row_id, row in rows.items() if row.get(column) in parents}


def _add_visit(expected: Expected, event: AuditRow) -> None:
    expected["visits"][event.subject_id] = {
        "patient_id": event.detail["patient"],
        "on": event.detail["on"],
    }


def _add_clip(expected: Expected, event: AuditRow) -> None:
    names = ("sha256", "size_bytes", "mirrored", "external", "side")
    expected["clips"][event.subject_id] = {
        "visit_id": event.detail["visit"],
        "added_at": Near(event.at),
        "analysis_id": None,
        **{name: event.detail[name] for name in names if name in event.detail},
    }


def _change_clip(expected: Expected, clip_id: str, **columns: Any) -> None:  # noqa: ANN401 - JSON
    expected["clips"].setdefault(clip_id, {}).update(columns)


def _move_clip(expected: Expected, event: AuditRow) -> None:
    _change_clip(expected, event.subject_id, visit_id=event.detail["visit"][1])


def _ask_again(expected: Expected, event: AuditRow) -> None:
    asked = {name: value[1] for name, value in event.detail.items() if name in OPTION_NAMES}
    _change_clip(expected, event.subject_id, state="waiting", **asked)


def _set_state(expected: Expected, event: AuditRow) -> None:
    _change_clip(expected, event.subject_id, state=event.detail["state"])


def _add_analysis(expected: Expected, event: AuditRow) -> None:
    detail = event.detail
    unreviewed: JsonObject = {"corrected": None, "signed_by": None, "signed_at": None}
    expected["analyses"][event.subject_id] = {
        "automatic": Document(detail["automatic"]),
        "made_at": Near(event.at),
        "version": 1,
        "amended": False,
        **unreviewed,
        **({"clip_id": detail["clip"]} if "clip" in detail else {}),
        **({"method": detail["method"]} if "method" in detail else {}),
    }
    if "clip" in detail and "state" in detail:
        _change_clip(expected, detail["clip"], analysis_id=event.subject_id, state=detail["state"])


def _correct(expected: Expected, event: AuditRow) -> None:
    analysis = expected["analyses"].get(event.subject_id)
    if analysis is None:
        return
    detail, document = event.detail, event.detail["corrected"]
    analysis.update(
        version=analysis["version"] + 1,
        corrected=None if document is None else Document(document),
        amended=analysis["amended"] or analysis["signed_by"] is not None,
        signed_by=None,
        signed_at=None,
    )
    corrections = expected["corrections"]
    corrections[correction_key(event.subject_id, detail["number"])] = {
        **{name: detail[name] for name in ("kind", "side", "rep")},
        "by": event.who,
        "at": Near(event.at),
        "withdrawn": False,
    }
    if detail["kind"] == "withdraw":
        withdrawn = correction_key(event.subject_id, detail["after"]["number"])
        corrections.setdefault(withdrawn, {})["withdrawn"] = True


def _sign(expected: Expected, event: AuditRow) -> None:
    if (analysis := expected["analyses"].get(event.subject_id)) is not None:
        analysis.update(
            version=event.detail["version"], signed_by=event.who, signed_at=Near(event.at)
        )


_DATES: Final = ("consent_on", "keep_until")

_EARLIER: Final[Mapping[str, Callable[[Expected, AuditRow], None]]] = {
    "add_patient": _add_patient,
    "change_patient": _change_patient,
    "purge_patient": _purge_patient,
    "add_visit": _add_visit,
    "add_clip": _add_clip,
    "move_clip": _move_clip,
    "ask_again": _ask_again,
    "set_state": _set_state,
    "add_analysis": _add_analysis,
    "correct": _correct,
    "sign": _sign,
}
"""Functions that apply an event without hashes to the expected rows, by its action."""
