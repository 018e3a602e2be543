"""Erased patients leave a tombstone without a name, in the database and in its files."""

import shutil
from datetime import date

import pytest
import sqlalchemy as sa

from hipcv.core.answers import Answers
from hipcv.core.errors import BadRequest
from hipcv.store import database, tables
from hipcv.store.files import FileStore
from hipcv.store.results import MAX_EARLIER
from tests.records import document, new_clip, rejection, sha256_of, visited

NAME = "Robin-1976"
PAIN_WHERE = "deep in the left groin"


def every_text(url):
    """Return all content of the database as one string."""
    engine = database.engine_of(url)
    schema = sa.MetaData()
    with engine.connect() as connection:
        schema.reflect(connection)
        rows = [
            row for table in schema.tables.values() for row in connection.execute(table.select())
        ]
    engine.dispose()
    return "\n".join(map(str, rows))


FREE_TEXT = "cousin of the mayor"
"""A text that was typed as a reason, as a note, and on where it hurt."""


def test_free_text_about_an_erased_patient_is_nowhere_in_the_database(records, url):
    analysis = visited(records, NAME)
    patient = records.patient_named(NAME)
    typed = {"by": "KM", "why": FREE_TEXT}
    records.change_patient(patient.id, {"notes": FREE_TEXT}, **typed)
    records.set_state(analysis.clip_id, "ready", FREE_TEXT, **typed)
    records.correct(analysis.id, rejection(document(28.0)), version=1, **typed)
    records.answer(analysis.clip_id, Answers(4, FREE_TEXT, "cramp"), **typed)
    before = every_text(url).count(FREE_TEXT)
    records.purge_patient(patient.id, by="KM", why="asked")

    assert (before > 4, every_text(url).count(FREE_TEXT), records.verify_audit()) == (True, 0, [])


def test_reasons_for_what_was_deleted_earlier_are_erased_with_the_patient(records, url):
    analysis = visited(records, NAME)
    patient = records.patient_named(NAME)
    (visit,) = records.visits(patient.id)
    typed = {"by": "KM", "why": FREE_TEXT}
    records.correct(analysis.id, rejection(document(28.0)), version=1, **typed)
    for _ in range(MAX_EARLIER + 1):
        records.add_analysis(analysis.clip_id, document(), 3, by="desk")
    assert analysis.id not in [one.id for one in records.analyses(analysis.clip_id)]
    moved = records.redate_visit(visit.id, date(2025, 3, 2), **typed)
    other = records.add_clip(new_clip(moved.id, content="other"), by="KM")
    records.delete_clip(other.id, **typed)
    records.delete_visit(records.add_visit(patient.id, date(2025, 3, 3), by="KM").id, **typed)
    before = every_text(url).count(FREE_TEXT)
    records.purge_patient(patient.id, by="KM", why="asked")

    assert (before, every_text(url).count(FREE_TEXT), records.verify_audit()) == (6, 0, [])


def test_reason_that_vanished_without_an_erasure_is_found(records, url):
    records.add_patient("P-3", by="KM", why=FREE_TEXT)
    engine = database.engine_of(url)
    with database.write(engine) as connection:
        connection.execute(sa.delete(tables.reasons))
    engine.dispose()

    assert len(records.verify_audit()) == 1


def test_reason_that_was_altered_is_found(records, url):
    records.add_patient("P-3", by="KM", why=FREE_TEXT)
    engine = database.engine_of(url)
    with database.write(engine) as connection:
        connection.execute(sa.update(tables.reasons).values(why="none"))
    engine.dispose()

    assert len(records.verify_audit()) == 1


@pytest.fixture
def erased(records):
    """An erased patient whose pseudonym was in every free text."""
    analysis = visited(records, NAME)
    patient = records.patient_named(NAME)
    records.change_patient(patient.id, {"notes": f"{NAME} is shy"}, by="KM", why=f"{NAME}, asked")
    records.set_state(analysis.clip_id, "ready", f"{NAME}.mp4: well", by="desk", why=f"of {NAME}.")
    correction = rejection(document(20.0, name=f"{NAME}.mp4")) | {"after": {"text": f"by {NAME}"}}
    records.correct(analysis.id, correction, version=1, why=f"{NAME.upper()} slipped", by="KM")
    other = visited(records, "P-2", content="of another")
    records.correct(other.id, rejection(document()), version=1, why=f"like {NAME}", by="KM")
    records.change_patient(patient.id, {"age_years": 47, "sex": "female"}, by="KM")
    records.answer(analysis.clip_id, Answers(4, PAIN_WHERE, "cramp"), by="KM")
    records.purge_patient(patient.id, by="KM", why=f"{NAME} asked for it")
    return patient


def test_text_on_where_it_hurt_is_nowhere_in_the_database(erased, url):
    assert PAIN_WHERE not in every_text(url)


def test_tombstone_has_no_age_and_no_sex(records, erased):
    now = records.patient(erased.id)

    assert (now.age_years, now.age_noted_on, now.sex) == (None, None, None)


def test_pseudonym_is_nowhere_in_the_database(erased, url):
    assert NAME.casefold() not in every_text(url).casefold()


@pytest.mark.parametrize("text", [NAME, PAIN_WHERE])
def test_what_was_said_of_an_erased_patient_is_nowhere_in_the_files(erased, url, tmp_path, text):
    if not url.startswith("sqlite"):
        pytest.skip("the administrator is responsible for the files of a Postgres server")
    content = b"".join(path.read_bytes() for path in tmp_path.glob("hipcv.sqlite3*"))

    assert text.casefold().encode() not in content.lower()


def test_tombstone_has_the_time_of_erasure_and_no_name(records, erased):
    now = records.patient(erased.id)

    assert (now.pseudonym, now.notes, now.erased_at is not None) == ("erased", "", True)


def test_erased_patient_is_not_listed(records, erased):
    assert [patient.pseudonym for patient in records.patients()] == ["P-2"]


def test_audit_trail_is_whole_after_an_erasure(records, erased):
    assert records.verify_audit() == []


def test_erasure_is_audited_with_its_reason(records, erased):
    row = records.audit(erased.id)[-1]

    assert (row.who, row.what, row.why) == ("KM", "purge_patient", "[patient] asked for it")


def test_pseudonym_of_an_erased_patient_is_free_again(records, erased):
    assert records.add_patient(NAME, by="KM").pseudonym == NAME


@pytest.mark.parametrize(
    "change",
    [
        lambda records, gone: records.change_patient(gone, {"notes": "x"}, by="KM"),
        lambda records, gone: records.add_visit(gone, date(2025, 3, 1), by="KM"),
        lambda records, gone: records.purge_patient(gone, by="KM", why=""),
    ],
)
def test_erased_patient_cannot_be_changed(records, erased, change):
    with pytest.raises(BadRequest):
        change(records, erased.id)


def test_longer_word_with_the_pseudonym_in_it_is_not_masked(records):
    records.add_patient("P-1", by="KM")
    second = records.add_patient("P-12", by="KM", why="not P-1")
    records.change_patient(second.id, {"notes": "shy"}, by="KM", why="P-12, not P-1, nor P-123")

    assert records.audit()[-1].why == "[patient], not [patient], nor P-123"


@pytest.fixture
def files(tmp_path):
    return FileStore(tmp_path / "desk")


def stored(files, content):
    path = files.incoming_folder() / "upload.mp4"
    path.write_text(content)
    return files.add_clip(path)


@pytest.fixture
def on_disk(records, files):
    """A patient with a clip of their own, one shared with another patient, and an analysis."""
    for content in ("own", "shared"):
        stored(files, content)
    analysis = visited(records, NAME, content="own")
    visited(records, "P-2", content="shared")
    visit = records.clip(analysis.clip_id).visit_id
    records.add_clip(new_clip(visit, content="shared"), by="KM")
    files.analysis_folder(analysis.id).mkdir(parents=True)
    (files.analysis_folder(analysis.id) / "report.html").write_text("a report")
    return records.patient_named(NAME)


def test_erasure_returns_clips_that_no_other_patient_shares(records, on_disk):
    purged = records.purge_patient(on_disk.id, by="KM", why="asked")

    assert purged.sha256s == (sha256_of("own"),)


def test_files_are_deleted_except_shared_ones(records, on_disk, files):
    records.purge_patient(on_disk.id, by="KM", why="asked")
    records.delete_files(files)

    left = [path.name for path in (files.incoming_folder().parent).rglob("*") if path.is_file()]
    assert left == [f"{sha256_of('shared')}.mp4"]


def test_files_of_an_interrupted_erasure_are_still_recorded(records, other, on_disk):
    purged = records.purge_patient(on_disk.id, by="KM", why="asked")  # and interrupted here

    assert other.erased_files() == purged


def test_deleted_files_are_no_longer_recorded(records, on_disk, files):
    records.purge_patient(on_disk.id, by="KM", why="asked")
    records.delete_files(files)
    left = records.erased_files()

    assert (left.sha256s, left.analysis_ids) == ((), ())


def test_content_added_again_before_deletion_stays(records, on_disk, files):
    records.purge_patient(on_disk.id, by="KM", why="asked")
    records.add_clip(new_clip(content="own"), by="KM")
    records.delete_files(files)

    assert files.clip_path(sha256_of("own"), ".mp4").is_file()


def test_missing_files_are_ignored(records, on_disk, files):
    purged = records.purge_patient(on_disk.id, by="KM", why="asked")
    shutil.rmtree(files.incoming_folder().parent)

    assert records.delete_files(files) == purged
