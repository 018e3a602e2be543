"""An erased patient: a tombstone without a name, in the database and in its files."""

import shutil
from datetime import date

import pytest
import sqlalchemy as sa

from hipcv.core.errors import BadRequest
from hipcv.store import database
from hipcv.store.files import Vault
from tests.records import document, new_clip, rejection, sha256_of, visited

NAME = "Robin-1976"


def every_text(url):
    """All that stands in the database, as one text."""
    engine = database.engine_of(url)
    found = sa.MetaData()
    with engine.connect() as connection:
        found.reflect(connection)
        rows = [
            row for table in found.tables.values() for row in connection.execute(table.select())
        ]
    engine.dispose()
    return "\n".join(map(str, rows))


@pytest.fixture
def erased(records):
    """A patient whose pseudonym was typed wherever one can type, erased."""
    analysis = visited(records, NAME)
    patient = records.patient_named(NAME)
    records.change_patient(patient.id, {"notes": f"{NAME} is shy"}, by="KM", why=f"{NAME}, asked")
    records.set_state(analysis.clip_id, "ready", f"{NAME}.mp4: well", by="desk", why=f"of {NAME}.")
    amendment = rejection(document(20.0, name=f"{NAME}.mp4")) | {"after": {"told": f"by {NAME}"}}
    records.correct(analysis.id, amendment, version=1, why=f"{NAME.upper()} slipped", by="KM")
    beside = visited(records, "P-2", content="of another")
    records.correct(beside.id, rejection(document()), version=1, why=f"like {NAME}", by="KM")
    records.purge_patient(patient.id, by="KM", why=f"{NAME} asked for it")
    return patient


def test_pseudonym_stands_nowhere_in_the_database(erased, url):
    assert NAME.casefold() not in every_text(url).casefold()


def test_pseudonym_stands_nowhere_in_the_files(erased, url, tmp_path):
    if not url.startswith("sqlite"):
        pytest.skip("the files of a Postgres server are its administrator's")
    content = b"".join(path.read_bytes() for path in tmp_path.glob("hipcv.sqlite3*"))

    assert NAME.casefold().encode() not in content.lower()


def test_tombstone_says_that_someone_was_erased_and_when(records, erased):
    now = records.patient(erased.id)

    assert (now.pseudonym, now.notes, now.erased_at is not None) == ("erased", "", True)


def test_erased_patient_is_not_listed(records, erased):
    assert [patient.pseudonym for patient in records.patients()] == ["P-2"]


def test_trail_is_whole_after_an_erasure(records, erased):
    assert records.verify_audit() == []


def test_erasure_is_in_the_trail_with_its_reason(records, erased):
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
def test_erased_patient_is_not_changed_any_more(records, erased, change):
    with pytest.raises(BadRequest, match="was erased"):
        change(records, erased.id)


def test_word_that_only_contains_the_pseudonym_is_left(records):
    records.add_patient("P-1", by="KM")
    second = records.add_patient("P-12", by="KM", why="not P-1")
    records.change_patient(second.id, {"notes": "shy"}, by="KM", why="P-12, not P-1, nor P-123")

    assert records.audit()[-1].why == "[patient], not [patient], nor P-123"


@pytest.fixture
def vault(tmp_path):
    return Vault(tmp_path / "desk")


def stored(vault, content):
    path = vault.incoming() / "upload.mp4"
    path.write_text(content)
    return vault.put(path)


@pytest.fixture
def on_disk(records, vault):
    """A patient with a clip of their own, one shared with another patient, and an analysis."""
    for content in ("own", "shared"):
        stored(vault, content)
    analysis = visited(records, NAME, content="own")
    visited(records, "P-2", content="shared")
    visit = records.clip(analysis.clip_id).visit_id
    records.add_clip(new_clip(visit, content="shared"), by="KM")
    vault.analysis(analysis.id).mkdir(parents=True)
    (vault.analysis(analysis.id) / "report.html").write_text("a report")
    return records.patient_named(NAME)


def test_erasure_names_what_nobody_else_uses(records, on_disk):
    purged = records.purge_patient(on_disk.id, by="KM", why="asked")

    assert purged.sha256s == (sha256_of("own"),)


def test_files_are_taken_away_and_shared_ones_left(records, on_disk, vault):
    records.purge_patient(on_disk.id, by="KM", why="asked")
    records.take_away(vault)

    kept = [path.name for path in (vault.incoming().parent).rglob("*") if path.is_file()]
    assert kept == [f"{sha256_of('shared')}.mp4"]


def test_files_that_a_stopped_erasure_left_are_still_known(records, other, on_disk):
    purged = records.purge_patient(on_disk.id, by="KM", why="asked")  # and stopped here

    assert other.leftovers() == purged


def test_files_once_taken_away_are_forgotten(records, on_disk, vault):
    records.purge_patient(on_disk.id, by="KM", why="asked")
    records.take_away(vault)
    left = records.leftovers()

    assert (left.sha256s, left.analysis_ids) == ((), ())


def test_content_that_came_again_before_it_was_taken_away_stays(records, on_disk, vault):
    records.purge_patient(on_disk.id, by="KM", why="asked")
    records.add_clip(new_clip(content="own"), by="KM")
    records.take_away(vault)

    assert vault.path(sha256_of("own"), ".mp4").is_file()


def test_files_that_are_gone_already_do_not_matter(records, on_disk, vault):
    purged = records.purge_patient(on_disk.id, by="KM", why="asked")
    shutil.rmtree(vault.incoming().parent)

    assert records.take_away(vault) == purged
