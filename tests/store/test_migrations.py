"""A database of any earlier version is upgraded with its content."""

import json
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import IntegrityError

from hipcv.core.errors import EnvironmentFault
from hipcv.store import database, tables
from hipcv.store.records import Records
from tests.records import document

FIRST, NEWEST = "0001", "0010"

DOCUMENT = document()

CONTENT = """
INSERT INTO patients (id, pseudonym, notes, consent_on, created_at)
VALUES ('p', 'P-017', 'left', '2025-02-28', '2025-03-01 10:00:00.000000');
INSERT INTO patients (id, pseudonym, notes, created_at, erased_at)
VALUES ('q', 'erased', '', '2025-03-01 10:00:00.000000', '2025-03-02 10:00:00.000000');
INSERT INTO visits (id, patient_id, "on", note) VALUES ('v', 'p', '2025-03-01', '');
INSERT INTO clips
(id, visit_id, sha256, name, suffix, size_bytes, mirrored, state, said, added_at, analysis_id)
VALUES
('c', 'v', 'ab', 'a.mp4', '.mp4', 3, FALSE, 'ready', '', '2025-03-01 10:00:00.000000', 'a');
INSERT INTO analyses (id, clip_id, method, version, automatic, made_at, amended)
VALUES ('a', 'c', 3, 1, '{}', '2025-03-01 10:00:00.000000', FALSE);
INSERT INTO events (analysis_id, side, rep, kind, from_s, to_s)
VALUES ('a', 'left', 0, 'plateau', 1.5, 2.5);
""".replace("{}", json.dumps(DOCUMENT))
"""Rows as the first version wrote them; not to be changed when the tables are."""


@pytest.fixture
def engine(url):
    engine = database.engine_of(url)
    yield engine
    engine.dispose()


def upgrade_to(engine, revision):
    config = database.settings()
    with database.write(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


@pytest.fixture
def filled(engine):
    """A database that the first version created and filled."""
    upgrade_to(engine, FIRST)
    with database.write(engine) as connection:
        for statement in CONTENT.strip().split(";\n"):
            connection.exec_driver_sql(statement)


@pytest.fixture
def first(filled, url):
    """Upgraded records of that database."""
    records = Records.open(url)
    yield records
    records.close()


def test_patient_of_the_first_version_is_unchanged(first):
    patient = first.patient_named("P-017")

    assert (patient.notes, patient.consent_on) == ("left", date(2025, 2, 28))


def test_tombstone_of_the_first_version_stays(first):
    assert first.patient("q").erased_at == datetime(2025, 3, 2, 10, tzinfo=UTC)


def test_result_of_the_first_version_is_unchanged(first):
    (visit,) = first.visits("p")
    (clip,) = first.clips(visit_id=visit.id)

    assert first.analysis(clip.analysis_id).document == DOCUMENT


def test_clip_of_the_first_version_asks_for_no_external_rotation(first):
    assert [clip.external for clip in first.clips()] == [False]


def test_clip_of_the_first_version_is_measured_from_its_beginning(first):
    assert [clip.start_s for clip in first.clips()] == [0.0]


def test_database_of_the_first_version_can_be_written(first):
    assert first.sign("a", version=1, by="KM").status == "final"


def test_patients_and_visits_can_be_added_to_a_database_of_the_first_version(first):
    patient = first.add_patient("P-018", by="KM")

    assert first.add_visit(patient.id, date(2025, 3, 1), by="KM").patient_id == patient.id


def test_references_between_tables_hold_after_the_upgrade(first, engine):
    with pytest.raises(IntegrityError), database.write(engine) as connection:
        connection.exec_driver_sql("DELETE FROM visits")


def test_pseudonyms_stay_unique_after_the_upgrade(first, engine):
    with pytest.raises(IntegrityError), database.write(engine) as connection:
        connection.exec_driver_sql(
            "INSERT INTO patients (id, pseudonym, notes) VALUES ('r', 'P-017', '')"
        )


def test_patient_of_the_first_version_can_be_erased(first):
    first.purge_patient("p", by="KM", why="asked")

    assert first.clips() == []


def test_newest_tables_are_those_the_program_uses(engine):
    database.upgrade(engine)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), tables.metadata)

    assert differences == []


def test_records_of_the_first_version_are_compared_with_the_trail_before_their_upgrade(filled, url):
    records = Records.open_read_only(url)
    problems = records.verify_audit()
    records.close()

    assert ["does not know it" in text for text in problems] == [True] * 5  # they were put there


def test_versions_have_one_head():
    assert len(ScriptDirectory.from_config(database.settings()).get_heads()) == 1


def test_upgrade_of_the_newest_version_changes_nothing(engine):
    database.upgrade(engine)
    database.upgrade(engine)

    assert database.version(engine) == NEWEST


def test_database_of_a_later_version_is_refused(engine, url):
    database.upgrade(engine)
    with database.write(engine) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(EnvironmentFault, match="9999"):
        Records.open(url)


def test_failed_upgrade_leaves_no_table(engine, monkeypatch):
    def fail(*_, **__):
        raise LookupError

    monkeypatch.setattr("alembic.op.create_index", fail)
    with pytest.raises(LookupError):
        database.upgrade(engine)

    with engine.connect() as connection:
        assert sa.inspect(connection).get_table_names() == []


def test_clip_of_the_first_version_can_be_cancelled(first):
    assert first.set_state("c", "cancelled", by="KM").state == "cancelled"


def test_clip_of_the_first_version_has_no_known_duration(first):
    assert [clip.duration_s for clip in first.clips()] == [None]


def test_unknown_states_stay_refused_after_the_upgrade(first, engine):
    with pytest.raises(IntegrityError), database.write(engine) as connection:
        connection.exec_driver_sql("UPDATE clips SET state = 'lost'")
