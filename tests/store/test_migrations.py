"""A database of any earlier version becomes one of today, with what it holds."""

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from hipcv.core.errors import EnvironmentFault
from hipcv.store import database, tables
from hipcv.store.records import Records

FIRST = "0001"

CONTENT = """
INSERT INTO patients (id, pseudonym, notes, created_at)
VALUES ('p', 'P-017', 'left', '2025-03-01 10:00:00.000000');
INSERT INTO visits (id, patient_id, "on", note) VALUES ('v', 'p', '2025-03-01', '');
INSERT INTO clips
(id, visit_id, sha256, name, suffix, size_bytes, mirrored, state, said, added_at, analysis_id)
VALUES
('c', 'v', 'ab', 'a.mp4', '.mp4', 3, FALSE, 'ready', '', '2025-03-01 10:00:00.000000', 'a');
INSERT INTO analyses (id, clip_id, method, version, automatic, made_at, amended)
VALUES ('a', 'c', 3, 1, '{"status": "measured"}', '2025-03-01 10:00:00.000000', FALSE);
"""
"""Rows as the first version wrote them; not to be changed when the tables are."""


@pytest.fixture
def engine(url):
    engine = database.engine_of(url)
    yield engine
    engine.dispose()


def brought_to(engine, revision):
    config = database.settings()
    with database.writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


@pytest.fixture
def first(engine, url):
    """Today's records of a database that the first version made and filled."""
    brought_to(engine, FIRST)
    with database.writing(engine) as connection:
        for sentence in CONTENT.strip().split(";\n"):
            connection.exec_driver_sql(sentence)
    records = Records.open(url)
    yield records
    records.close()


def test_patient_of_the_first_version_is_there(first):
    assert first.patient_named("P-017").notes == "left"


def test_result_of_the_first_version_is_there(first):
    (visit,) = first.visits("p")
    (clip,) = first.clips(visit_id=visit.id)

    assert first.analysis(clip.analysis_id).document == {"status": "measured"}


def test_database_of_the_first_version_can_be_written(first):
    assert first.sign("a", version=1, by="KM").status == "final"


def test_migrated_tables_are_those_the_program_uses(engine):
    database.upgrade(engine)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), tables.metadata)

    assert differences == []


def test_versions_follow_one_another_without_a_fork():
    assert len(ScriptDirectory.from_config(database.settings()).get_heads()) == 1


def test_upgrade_of_what_is_new_already_changes_nothing(engine):
    database.upgrade(engine)
    database.upgrade(engine)

    assert database.version(engine) == FIRST


def test_database_of_a_later_program_is_refused(engine, url):
    database.upgrade(engine)
    with database.writing(engine) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(EnvironmentFault, match="later hipcv"):
        Records.open(url)


def test_upgrade_that_fails_leaves_nothing(engine, monkeypatch):
    def fail(*_, **__):
        raise LookupError

    monkeypatch.setattr("alembic.op.create_index", fail)
    with pytest.raises(LookupError):
        database.upgrade(engine)

    with engine.connect() as connection:
        assert sa.inspect(connection).get_table_names() == []
