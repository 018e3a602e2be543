"""Every change of the records behind the audit trail is found, by whatever column it was made."""

import re
import sqlite3
from contextlib import closing
from datetime import date

import pytest

from hipcv.core.answers import Answers
from hipcv.core.errors import BadRequest
from hipcv.store.audit import Anchor
from hipcv.store.file_check import check_files
from hipcv.store.files import FileStore
from hipcv.store.row_hashes import HASHED
from hipcv.store.transactions import WriteTransaction
from hipcv.store.verification import COLUMNS
from tests.records import document, new_clip, rejection, visited, withdrawal


def fill(records):
    """Do something of every kind, for two patients, one of whom is erased."""
    first = visited(records, on=date(2025, 3, 1))
    clip = records.analysis(first.id).clip_id
    patient = records.patient_named("P-017")
    records.change_patient(
        patient.id,
        {"notes": "left knee", "age_years": 34, "consent_on": date(2025, 2, 28)},
        by="KM",
    )
    records.correct(first.id, rejection(document(28.0)), version=1, why="slipped", by="KM")
    records.correct(first.id, withdrawal(1), version=2, by="KM")
    records.answer(clip, Answers(pain=3), by="KM")
    records.sign(first.id, version=3, by="KM")
    later = records.add_visit(patient.id, date(2025, 4, 1), by="KM")
    moved = records.add_clip(new_clip(content="moved"), by="KM")
    records.move_clip(moved.id, later.id, by="KM")
    records.set_state(moved.id, "failed", "no person", by="desk")
    gone = visited(records, "P-9", content="gone", signed=True)
    records.correct(gone.id, rejection(document(1.0)), version=2, why="slipped", by="KM")
    records.purge_patient(records.patient_named("P-9").id, by="KM", why="asked")
    return records


@pytest.fixture
def history(records):
    """Records in which something of every kind happened."""
    visit_id = fill(records).visits(records.patient_named("P-017").id)[0].id
    note = records.add_note({"subject": ("visit", visit_id), "text": "stiff today"}, by="KM")
    records.change_note(note.id, "stiff today, warmed up", version=1, by="AB")
    return records


@pytest.fixture
def earlier_history(records, monkeypatch):
    """The same, of a version whose events had no hashes."""
    with monkeypatch.context() as patched:
        patched.setattr(WriteTransaction, "_note", lambda *_: None)
        patched.setattr(WriteTransaction, "delete", _delete_only)
        return fill(records)


def _delete_only(transaction, table, ids):
    transaction.connection.execute(table.delete().where(table.c.id.in_(ids)))


OTHER = "'00000000-0000-0000-0000-000000000000'"
EARLIER_TIME = "'2020-01-01 00:00:00.000000'"
OTHER_VISIT = "(SELECT min(id) FROM visits WHERE visits.id <> visit_id)"

ALTERATIONS = {
    "patients": {
        "pseudonym": "'P-018'", "notes": "'right knee'", "consent_on": "'2024-01-01'",
        "keep_until": "'2030-01-01'", "erased_at": EARLIER_TIME, "age_years": "35",
        "age_noted_on": "'2024-01-01'", "sex": "'female'",
    },
    "visits": {'"on"': "'2025-03-02'"},
    "clips": {
        "sha256": f"'{'1' * 64}'", "name": "'b.mp4'", "suffix": "'.avi'", "size_bytes": "8",
        "mirrored": "NOT mirrored", "external": "NOT external", "side": "'left'", "start_s": "1.5",
        "state": "'waiting'", "said": "'it was dark'", "added_at": EARLIER_TIME,
        "analysis_id": "'x'", "answers": "'{}'", "visit_id": "NULL", "duration_s": "7.5",
    },
    "analyses": {
        "method": "99", "version": "9", "automatic": "'{}'", "corrected": "'{}'",
        "signed_by": "'XX'", "signed_at": EARLIER_TIME, "made_at": EARLIER_TIME,
        "amended": "NOT amended",
    },
    "corrections": {
        "number": "7 + number", "kind": "'side'", "side": "'right'", "rep": "5",
        "before": "'{\"a\": 1}'",
        "after": "'{\"number\": 2}'", "why": "'because'", '"by"': "'XX'", "at": EARLIER_TIME,
        "withdrawn": "NOT withdrawn",
    },
    "notes": {
        "kind": "'goniometer'", "text": "'of the other leg'", "payload": "'{}'", "version": "9",
        "added_by": "'XX'", "added_at": EARLIER_TIME, "changed_by": "'XX'",
        "changed_at": EARLIER_TIME, "visit_id": OTHER_VISIT,
    },
}  # fmt: skip
"""An altered value, by table and column."""

FIXED_BEFORE = {
    "patients": ("consent_on", "erased_at"),
    "visits": ('"on"',),
    "clips": (
        "sha256", "size_bytes", "mirrored", "external", "side", "state", "added_at",
        "analysis_id", "visit_id",
    ),
    "analyses": tuple(ALTERATIONS["analyses"]),
    "corrections": ("kind", "side", "rep", '"by"', "at", "withdrawn"),
}  # fmt: skip
"""Columns that events without hashes imply."""


def test_records_with_every_kind_of_change_agree_with_their_trail(history):
    assert history.verify_audit() == []


def test_records_of_an_earlier_version_agree_with_their_trail(earlier_history):
    assert earlier_history.verify_audit() == []


def test_records_begun_by_an_earlier_version_agree_after_further_changes(earlier_history):
    visited(earlier_history, "P-20", content="new")
    patient = earlier_history.patient_named("P-017")
    earlier_history.change_patient(patient.id, {"notes": "of P-20"}, by="KM")
    analysis = earlier_history.analyses(earlier_history.clips()[0].id)[0]
    earlier_history.correct(
        analysis.id, rejection(document(3.0)), version=analysis.version, why="P-20", by="KM"
    )
    earlier_history.purge_patient(earlier_history.patient_named("P-20").id, by="KM", why="")
    earlier_history.purge_patient(patient.id, by="KM", why="")

    assert earlier_history.verify_audit() == []


def alter(intruder, table, columns):
    """Alter columns of one row and return its id."""
    where = "erased_at IS NULL" if table == "patients" else "TRUE"
    (row_id,) = intruder(f"SELECT min(id) FROM {table} WHERE {where}")[0].one()
    changes = ", ".join(f"{column} = {ALTERATIONS[table][column]}" for column in columns)
    intruder(f"UPDATE {table} SET {changes} WHERE id = '{row_id}'")
    return row_id


def names_of(problems, row_id):
    """Return the names of the columns of a row that the problems name, in the order of the row."""
    (sentence,) = [problem for problem in problems if row_id in problem and ":" in problem]
    text = sentence.partition(": ")[2]
    return [name for name in COLUMNS if re.search(rf"\b{re.escape(COLUMNS[name])}\b", text)]


def test_every_column_but_keys_is_altered_by_these_tests_and_has_a_word():
    columns = {
        column.name
        for table in HASHED.values()
        for column in table.c
        if column.name != "id" and column.name not in COLUMNS
    }
    untested = {
        (name, column.name)
        for name, table in HASHED.items()
        for column in table.c
        if column.name not in {"id", "patient_id", "clip_id", "analysis_id"}
        and {column.name, f'"{column.name}"'}.isdisjoint(ALTERATIONS[name])
    }

    assert (columns, untested) == (set(), set())


@pytest.mark.parametrize("table", ALTERATIONS)
def test_every_altered_column_is_reported_with_its_row(history, intruder, table):
    row_id = alter(intruder, table, ALTERATIONS[table])

    altered = {column.strip('"') for column in ALTERATIONS[table]}
    assert altered <= set(names_of(history.verify_audit(), row_id))


@pytest.mark.parametrize("table", FIXED_BEFORE)
def test_altered_columns_of_an_earlier_version_are_reported(earlier_history, intruder, table):
    row_id = alter(intruder, table, FIXED_BEFORE[table])

    altered = {column.strip('"') for column in FIXED_BEFORE[table]}
    assert altered <= set(names_of(earlier_history.verify_audit(), row_id))


def test_whole_number_of_seconds_agrees_with_the_trail(records):
    records.add_clip({**new_clip(), "start_s": 2}, by="KM")

    assert records.verify_audit() == []


def test_visit_given_to_another_patient_is_reported(history, intruder):
    other = history.add_patient("P-018", by="KM")
    intruder(f"UPDATE visits SET patient_id = '{other.id}'")

    assert [re.search(r"\bpatient\b", text)[0] for text in history.verify_audit()] == [
        "patient"
    ] * 2


def test_time_that_is_none_is_reported(history, intruder, url):
    if not url.startswith("sqlite"):
        pytest.skip("Postgres takes nothing but times")
    intruder("UPDATE analyses SET signed_at = 'noon'")

    assert ["time of the sign-off" in text for text in history.verify_audit()] == [True]


@pytest.mark.parametrize("table", ALTERATIONS)
def test_deleted_row_is_reported(history, intruder, table, url):
    (row_id,) = intruder(f"SELECT min(id) FROM {table}")[0].one()
    delete_alone(intruder, url, f"DELETE FROM {table} WHERE id = '{row_id}'")

    assert any(row_id in text and "missing" in text for text in history.verify_audit())


def delete_alone(intruder, url, statement):
    """Delete a row to which others refer."""
    if not url.startswith("sqlite"):
        intruder("SET session_replication_role = replica", statement)
        return
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        connection.execute(statement)
        connection.commit()


@pytest.mark.parametrize(
    "insertion",
    [
        f"patients (id, pseudonym, notes) VALUES ({OTHER}, 'P-5', '')",
        f"visits (id, patient_id, \"on\") SELECT {OTHER}, min(id), '2020-01-01' FROM patients",
        (
            "clips (id, sha256, name, suffix, size_bytes, mirrored, state, said, added_at) "
            f"VALUES ({OTHER}, 'ab', 'a.mp4', '.mp4', 3, FALSE, 'waiting', '', {EARLIER_TIME})"
        ),
        (
            'corrections (id, analysis_id, number, kind, before, after, why, "by", at, withdrawn) '
            f"SELECT {OTHER}, min(id), 9, 'rep', '{{}}', '{{}}', '', 'KM', {EARLIER_TIME}, FALSE "
            "FROM analyses"
        ),
    ],
)  # fmt: skip
def test_inserted_row_is_reported(history, intruder, insertion):
    intruder(f"INSERT INTO {insertion}")

    assert [OTHER.strip("'") in text for text in history.verify_audit()] == [True]


def test_inserted_row_is_reported_also_after_hipcv_changed_it(history, intruder):
    intruder(
        "INSERT INTO clips (id, sha256, name, suffix, size_bytes, mirrored, state, said, added_at) "
        f"VALUES ({OTHER}, 'ab', 'a.mp4', '.mp4', 3, FALSE, 'waiting', '', {EARLIER_TIME})"
    )
    history.set_state(OTHER.strip("'"), "failed", "", by="desk")

    assert [OTHER.strip("'") in text for text in history.verify_audit()] == [True]


def test_deleted_salts_are_reported(history, intruder):
    intruder("DELETE FROM salts")

    assert len(history.verify_audit()) > 0


def test_salts_of_erased_rows_are_deleted(history, intruder):
    query = (
        "SELECT count(*) FROM salts WHERE id NOT IN (SELECT id FROM patients UNION "
        "SELECT id FROM visits UNION SELECT id FROM clips UNION SELECT id FROM analyses UNION "
        "SELECT id FROM corrections UNION SELECT id FROM notes)"
    )

    assert intruder(query)[0].scalar() == 0


def test_dropped_trigger_is_named(history, intruder, url):
    sqlite = url.startswith("sqlite")
    intruder(f"DROP TRIGGER audit_no_{'delete' if sqlite else 'change ON audit'}")

    assert ["missing" in text for text in history.verify_audit()] == [True]


def test_trigger_that_no_longer_refuses_is_named(history, intruder, url):
    if url.startswith("sqlite"):
        intruder(
            "DROP TRIGGER audit_no_delete",
            "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT 1; END",
        )
    else:
        intruder(
            "CREATE OR REPLACE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql "
            "AS $$ BEGIN RETURN NEW; END $$"
        )

    assert all("altered or disabled" in text for text in history.verify_audit() or [""])


def test_disabled_trigger_is_named(history, intruder, url):
    if url.startswith("sqlite"):
        pytest.skip("SQLite cannot disable a trigger")
    intruder("ALTER TABLE audit DISABLE TRIGGER audit_no_change")

    assert ["altered or disabled" in text for text in history.verify_audit()] == [True]


def test_trigger_of_somebody_else_is_named(history, intruder, url):
    if not url.startswith("sqlite"):
        intruder(
            "CREATE FUNCTION other() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RETURN NEW; END $$"
        )
    call = "BEGIN SELECT 1; END" if url.startswith("sqlite") else "EXECUTE FUNCTION other()"
    intruder(f"CREATE TRIGGER sly AFTER INSERT ON clips FOR EACH ROW {call}")

    assert ["sly on clips" in text for text in history.verify_audit()] == [True]


# --- anchors


def test_anchor_holds_after_further_changes(history):
    anchor = Anchor.parse(str(history.anchor()))
    history.add_patient("P-018", by="KM")

    assert history.check_anchor(anchor) == ""


def test_first_digits_of_an_anchor_with_spaces_are_enough(history):
    anchor = history.anchor()

    assert history.check_anchor(Anchor.parse(f" {anchor.number} : {anchor.hash[:16]} ")) == ""


def test_anchor_of_another_trail_is_refused(history):
    number = history.anchor().number

    assert "not the one" in history.check_anchor(Anchor(number, "0" * 64))


def test_anchor_beyond_the_trail_is_refused(history):
    anchor = history.anchor()

    assert "shortened" in history.check_anchor(Anchor(anchor.number + 1, anchor.hash))


@pytest.mark.parametrize("text", ["", "12", "12:abc", f"0:{'a' * 64}", f"x:{'a' * 64}", "9" * 99])
def test_text_that_is_no_anchor_is_refused(text):
    with pytest.raises(BadRequest, match="anchor"):
        Anchor.parse(text)


# --- files


@pytest.fixture
def filed(records, tmp_path):
    """Records and files of one clip with one result of two files."""
    files = FileStore(tmp_path / "desk")
    upload = files.incoming_folder() / "clip.mp4"
    upload.write_bytes(b"a clip")
    sha256 = files.add_clip(upload)
    clip = records.add_clip({**new_clip(), "sha256": sha256}, by="KM")
    analysis_id = "11111111-1111-1111-1111-111111111111"
    folder = files.analysis_folder(analysis_id)
    (folder / "stills").mkdir(parents=True)
    (folder / "result.json").write_text("{}")
    (folder / "stills" / "0.jpg").write_bytes(b"picture")
    records.add_analysis(
        clip.id, document(), 3, by="desk", analysis_id=analysis_id,
        files=files.hash_analysis(analysis_id),
    )  # fmt: skip
    return records, files, folder, files.clip_path(sha256, ".mp4")


def test_stored_files_agree_with_their_hashes(filed):
    check = check_files(*filed[:2])

    assert (check.clips, check.files, check.unhashed, check.problems) == (1, 2, 0, ())


@pytest.mark.parametrize("name", ["result.json", "stills/0.jpg"])
def test_altered_file_of_a_result_is_named(filed, name):
    records, files, folder, _clip = filed
    (folder / name).write_bytes(b"other")

    assert [
        name in text and "altered" in text for text in check_files(records, files).problems
    ] == [True]


def test_missing_file_of_a_result_is_named(filed):
    records, files, folder, _clip = filed
    (folder / "result.json").unlink()

    assert ["missing" in text for text in check_files(records, files).problems] == [True]


def test_altered_recording_is_named(filed):
    records, files, _folder, clip = filed
    clip.chmod(0o600)
    clip.write_bytes(b"another")

    assert ["recording" in text for text in check_files(records, files).problems] == [True]


def test_results_without_recorded_hashes_are_counted(filed):
    records, files, _folder, _clip = filed
    records.add_analysis(records.clips()[0].id, document(), 3, by="desk")

    assert check_files(records, files).unhashed == 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE side_summaries SET result_deg = 61.5",
        "UPDATE summaries SET quality = 0.11",
        "DELETE FROM side_summaries",
    ],
)
def test_another_result_in_the_lists_is_reported(records, intruder, change):
    clip = records.add_clip(new_clip(), by="KM")
    records.add_analysis(clip.id, document(), 3, by="KM")
    intruder(change)

    (problem,) = records.verify_audit()
    assert "lists show another result" in problem
