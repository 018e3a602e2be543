"""The audit trail: what it records, what it refuses, and how changes behind it are found."""

import re

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError

from hipcv.core.errors import NotFound
from hipcv.store.records import Records
from tests.records import document, new_clip, rejection, visited

APPEND_ONLY = "append-only"


@pytest.fixture
def history(records):
    """Records in which something of every kind happened; five audit rows and more."""
    analysis = visited(records)
    records.correct(analysis.id, rejection(document(28.0)), version=1, why="slipped", by="KM")
    records.sign(analysis.id, version=2, by="KM")
    return records


@pytest.fixture
def unguarded(history, intruder, url):
    """An intruder who removes the triggers, and restores them afterwards."""
    if url.startswith("sqlite"):
        names = ("audit_no_update", "audit_no_delete", "audit_no_replace")
        on = [
            intruder(f"SELECT sql FROM sqlite_master WHERE name = '{name}'")[0].scalar()
            for name in names
        ]
        off = [f"DROP TRIGGER {name}" for name in names]
    else:
        off, on = ["ALTER TABLE audit DISABLE TRIGGER USER"], [
            "ALTER TABLE audit ENABLE TRIGGER USER"
        ]  # fmt: skip

    def do(*statements):
        return intruder(*off, *statements, *on)

    return do


def problems_of(history, number):
    """Return the kinds of problem that the check finds with an entry."""
    kinds = re.compile(r"altered|missing|not follow")
    named = re.compile(rf"\b{number}\b")
    return [kinds.search(text)[0] for text in history.verify_audit() if named.search(text)]


def test_whole_trail_verifies(history):
    assert history.verify_audit() == []


def test_empty_trail_verifies(records):
    assert records.verify_audit() == []


def test_every_change_has_actor_action_and_reason(history):
    rows = [(row.who, row.what, row.why) for row in history.audit()]

    assert rows == [
        ("KM", "add_patient", ""), ("KM", "add_visit", ""), ("KM", "add_clip", ""),
        ("desk", "add_analysis", ""), ("KM", "correct", "slipped"), ("KM", "sign", ""),
    ]  # fmt: skip


def test_trail_of_one_subject_has_no_other_rows(history):
    subject = history.audit()[-1].subject_id

    assert [row.what for row in history.audit(subject)] == ["add_analysis", "correct", "sign"]


def test_correction_has_before_and_after(history):
    detail = next(row.detail for row in history.audit() if row.what == "correct")

    assert (detail["before"], detail["after"]) == ({"accepted": True}, {"accepted": False})


def test_change_without_effect_leaves_no_row(records):
    patient = records.add_patient("P-017", by="KM")
    records.change_patient(patient.id, {"pseudonym": "P-017"}, by="KM")

    assert len(records.audit()) == 1


def test_failed_change_leaves_no_row(history):
    before = len(history.audit())
    with pytest.raises(NotFound):
        history.move_clip("nowhere", "nowhere", by="KM")

    assert len(history.audit()) == before


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit SET who = 'AB' WHERE number = 2",
        "DELETE FROM audit WHERE number = 2",
        "DELETE FROM audit",
    ],
)
def test_database_refuses_to_alter_the_trail(history, intruder, change):
    with pytest.raises(DBAPIError, match=APPEND_ONLY):
        intruder(change)


def test_database_refuses_to_replace_a_row(history, intruder, url):
    columns = "number, at, who, what, subject_kind, subject_id, why, detail, before_hash, hash"
    again = f"SELECT {columns} FROM audit WHERE number = 2"
    way = "OR REPLACE " if url.startswith("sqlite") else ""
    refused = DBAPIError if way else IntegrityError

    with pytest.raises(refused):
        intruder(f"INSERT {way}INTO audit ({columns}) {again}")


def test_database_refuses_to_empty_the_trail(history, intruder, url):
    if url.startswith("sqlite"):
        pytest.skip("SQLite has no TRUNCATE")
    with pytest.raises(DBAPIError, match=APPEND_ONLY):
        intruder("TRUNCATE audit")


@pytest.mark.parametrize(
    "change",
    [
        "who = 'AB'", "what = 'sign'", "why = 'because'", "subject_kind = 'clip'",
        "subject_id = '1'", "detail = '{}'", "detail = '{'", "at = '2020-01-01 00:00:00.000000'",
    ],
)  # fmt: skip
def test_altered_row_is_reported(history, unguarded, change):
    unguarded(f"UPDATE audit SET {change} WHERE number = 5")

    assert problems_of(history, 5) == ["altered"]


def test_row_with_an_invalid_time_is_reported(history, unguarded, url):
    if not url.startswith("sqlite"):
        pytest.skip("Postgres takes nothing but times")
    unguarded("UPDATE audit SET at = 'noon' WHERE number = 5")

    assert problems_of(history, 5) == ["altered"]


def test_row_altered_with_its_hash_breaks_the_chain(history, unguarded):
    unguarded(f"UPDATE audit SET hash = '{'0' * 64}' WHERE number = 2")

    assert problems_of(history, 3) == ["not follow"]


def test_row_deleted_from_the_middle_is_reported(history, unguarded):
    unguarded("DELETE FROM audit WHERE number = 3")

    assert "missing" in problems_of(history, 3)


def test_deleted_last_row_is_reported(history, unguarded):
    unguarded("DELETE FROM audit WHERE number = 6")

    assert problems_of(history, 6) == ["missing"]


def test_emptied_trail_is_reported(history, unguarded):
    unguarded("DELETE FROM audit")

    assert problems_of(history, 6) == ["missing"]


def test_row_added_by_hand_is_reported(history, intruder):
    columns = "at, who, what, subject_kind, subject_id, why, detail, before_hash, hash"
    intruder(f"INSERT INTO audit (number, {columns}) SELECT 7, {columns} FROM audit WHERE number=6")

    assert any("last" in problem for problem in history.verify_audit())


def test_missing_trail_is_reported(history, intruder):
    intruder("DROP TABLE audit")

    assert ["gone" in problem for problem in history.verify_audit()] == [True]


def test_unused_database_verifies(url):
    opened = Records.open_read_only(url)
    problems = opened.verify_audit()
    opened.close()

    assert problems == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("automatic = '{}'", "automatic result"),
        ("corrected = NULL", "corrected result"),
        ("signed_by = NULL", "sign-off"),
    ],
)
def test_result_changed_behind_the_trail_is_reported(history, intruder, change, problem):
    intruder(f"UPDATE analyses SET {change}")

    assert [problem in text for text in history.verify_audit()] == [True]


def test_result_deleted_behind_the_trail_is_reported(history, intruder):
    analysis = history.analyses(history.clips()[0].id)[0].id
    intruder("DELETE FROM corrections", "DELETE FROM analyses")

    assert any(analysis in text for text in history.verify_audit())


def test_result_added_behind_the_trail_is_reported(history, intruder):
    clip = history.add_clip(new_clip(), by="KM")
    intruder(
        "INSERT INTO analyses (id, clip_id, method, version, automatic, made_at, amended) "
        f"VALUES ('x', '{clip.id}', 3, 1, '{{}}', '2025-01-01 00:00:00.000000', FALSE)"
    )

    assert ["Analysis x " in text for text in history.verify_audit()] == [True]
