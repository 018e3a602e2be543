"""A desk of many patients, filled through the records alone, and the queries of its pages."""

import copy
from contextlib import contextmanager
from datetime import date, timedelta
from uuid import uuid4

import sqlalchemy as sa

from tests.records import document, not_counted

FIRST_DAY = date(2026, 1, 5)
DUE = date(2026, 2, 1)


def fill(records, *, patients, clips, template=None, analysis_ids=None):
    """Add patients, P-0001 and on, each with visits of one clip; return their ids.

    One in three results is signed, one in seven is refused, one in eleven not counted, one clip in
    thirteen has no patient, and every twentieth patient is due for erasing.
    """
    ids = []
    number = 0
    for index in range(1, patients + 1):
        patient = records.add_patient(f"P-{index:04}", by="AB")
        ids.append(patient.id)
        if index % 20 == 1:
            records.change_patient(patient.id, {"keep_until": DUE}, by="AB")
        for visit_number in range(clips):
            number += 1
            on = FIRST_DAY + timedelta(days=7 * visit_number + index % 5)
            visit = None if number % 13 == 0 else records.add_visit(patient.id, on, by="AB").id
            analysis_id = next(analysis_ids) if analysis_ids else str(uuid4())
            add_clip(records, number, visit, template, analysis_id=analysis_id)
    return ids


def add_clip(records, number, visit_id, template, *, analysis_id):
    new = {
        "visit_id": visit_id, "sha256": f"{number:064x}", "name": f"clip-{number}.mp4",
        "suffix": ".mp4", "size_bytes": 1000, "mirrored": False, "external": False, "side": None,
    }  # fmt: skip
    result = result_of(number, template)
    analysis = records.add_analysed_clip(new, result, by="desk", analysis_id=analysis_id)
    if number % 3 == 0 and visit_id is not None:
        records.sign(analysis.id, version=1, by="AB")


def result_of(number, template):
    if number % 7 == 0:
        return document(None, refused="Nobody moved.")
    if number % 11 == 0:
        return document(20.0) | {"status": "not_counted", "sides": {"left": not_counted()}}
    if template is None:
        return document(20.0 + number % 20, quality=0.4 + number % 60 / 100)
    result = copy.deepcopy(template)
    for side in filter(None, result["sides"].values()):
        side["result_deg"] = 20.0 + number % 20
        side["quality"] = 0.4 + number % 60 / 100
    return result


@contextmanager
def counted_queries(records):
    """Count the statements that the records send to the database."""
    statements = []

    def note(_connection, _cursor, statement, *_more):
        statements.append(statement)

    engine = records._engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def pages(patient_id, clip_id):
    """Every page of a working day with the answers that it loads, by name."""
    return {
        "desk": ("/", "/api/desk", "/api/patients"),
        "desk, searched": ("/api/desk?search=p-00&show=poor&order=name&patients=2",),
        "patient": (f"/patients/{patient_id}", f"/api/patients/{patient_id}"),
        "clip": (
            f"/clips/{clip_id}", f"/api/clips/{clip_id}", f"/api/clips/{clip_id}/curves",
            f"/api/clips/{clip_id}/neighbours", f"/api/clips/{clip_id}/neighbours?list=patient",
            "/api/patients",
        ),
        "settings": ("/settings", "/api/about", "/api/audit"),
    }  # fmt: skip
