"""A whole desk as one file: written at one moment, restored as it was, refused where altered."""

import errno
import json
import os
import shutil
import sys
import zipfile
from contextlib import closing, contextmanager
from datetime import date

import pytest
import sqlalchemy as sa

from hipcv.core.answers import Answers
from hipcv.core.errors import BadRequest, EnvironmentFault, UnreadableBackup
from hipcv.files import PRIVATE_UMASK
from hipcv.result_schema import CHECKSUM, fingerprint
from hipcv.store import backup_format, database, restoring, tables
from hipcv.store.backup_format import MANIFEST, TABLES
from hipcv.store.file_check import check_files
from hipcv.store.files import DATABASE, PINS, FileStore
from hipcv.store.records import Records
from hipcv.store.restoring import restore
from tests.records import document, new_clip, rejection, sha256_of, visited
from tests.store.conftest import empty_schema

CONTENT = "recording of P-017"


@pytest.fixture
def files(tmp_path):
    return FileStore(tmp_path / "old")


@pytest.fixture
def filled(records, files):
    """Records of everything, with the files that belong to them."""
    upload = files.incoming_folder() / "upload.mp4"
    upload.write_text(CONTENT)
    files.add_clip(upload)
    files.session_path(sha256_of(CONTENT)).write_text("{}")
    analysis = visited(records, content=CONTENT)
    folder = files.analysis_folder(analysis.id)
    (folder / "looks").mkdir(parents=True)
    (folder / "result.json").write_text("{}")
    (folder / "looks" / "äußerst lang.npz").write_bytes(os.urandom(3000))
    (files.folder / PINS).write_text("{}")
    clip = records.clips()[0]
    records.answer(clip.id, Answers(3, "Leiste – «hier»", "cramp"), by="KM")
    records.correct(analysis.id, rejection(document(28.123456789)), version=1, why="x", by="KM")
    records.sign(analysis.id, version=2, by="KM")
    records.add_note({"subject": ("clip", clip.id), "text": "stiff\ntoday"}, by="KM")
    patient = records.patient_named("P-017")
    records.change_patient(patient.id, {"age_years": 34, "consent_on": date(2025, 1, 2)}, by="KM")
    visited(records, "P-9", content="gone")
    records.purge_patient(records.patient_named("P-9").id, by="KM", why="asked")
    return records


@pytest.fixture
def backup(filled, files, tmp_path):
    return filled.write_backup(files, tmp_path / "desk.zip").path


@pytest.fixture(params=["sqlite", "postgres"])
def target(request):
    """URL of the empty database to restore into; "": a file of the data folder."""
    if request.param == "sqlite":
        return ""
    return empty_schema(request.getfixturevalue("postgres_server"))


def content(records_url):
    """Return the rows of every table, in the order of their keys."""
    engine = database.engine_of(records_url)
    with engine.connect() as connection:
        rows = {table.name: list(backup_format.dump_rows(connection, table)) for table in TABLES}
    engine.dispose()
    return rows


def paths(folder):
    found = [path for path in folder.rglob("*") if path.is_file()]
    kept = [path for path in found if not path.name.startswith(DATABASE)]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in kept}


def test_restored_desk_equals_the_one_that_was_backed_up(backup, url, target):
    old, new = backup.parent / "old", backup.parent / "new"
    restored = restore(backup, new, target)
    new_url = target or f"sqlite:///{new / DATABASE}"

    assert content(new_url) == content(url)
    assert paths(new) == paths(old)
    assert (restored.problems, restored.patients, restored.clips) == ((), 1, 1)


def test_restored_desk_can_be_worked_with(backup, target, tmp_path):
    restore(backup, tmp_path / "new", target)
    with closing(Records.open(target or f"sqlite:///{tmp_path / 'new' / DATABASE}")) as records:
        records.add_patient("P-018", by="KM")
        found = check_files(records, FileStore(tmp_path / "new"))

        assert (records.verify_audit(), found.problems) == ([], ())


def test_backup_is_the_moment_it_was_begun(filled, other, files, tmp_path):
    shares = []

    def change_meanwhile(share):
        if not shares:
            other.add_patient("P-late", by="AB")
        shares.append(share)

    filled.write_backup(files, tmp_path / "desk.zip", change_meanwhile)
    restored = restore(tmp_path / "desk.zip", tmp_path / "new")

    assert (restored.patients, restored.problems) == (1, ())
    assert shares == sorted(shares)
    assert shares[-1] <= 1


@pytest.fixture
def no_scrub(monkeypatch):
    """Leave deleted rows in the files of SQLite, as scrubbing waits for readers."""
    monkeypatch.setattr(database, "scrub", lambda _engine: None)


@pytest.mark.usefixtures("no_scrub")
def test_deletion_meanwhile_asks_for_another_backup(filled, other, files, tmp_path):
    clip = filled.clips()[0]

    def delete_meanwhile(_share):
        if other.clips():
            other.delete_clip(clip.id, by="AB")
            other.delete_files(files)

    with pytest.raises(BadRequest, match="Start it again"):
        filled.write_backup(files, tmp_path / "desk.zip", delete_meanwhile)
    assert not (tmp_path / "desk.zip").exists()


def test_file_that_is_missing_is_named(filled, files, tmp_path):
    files.delete_clip(sha256_of(CONTENT))
    written = filled.write_backup(files, tmp_path / "desk.zip")

    assert [name.startswith("clips/") for name in written.missing] == [True]
    assert restore(tmp_path / "desk.zip", tmp_path / "new").problems == ()


@pytest.mark.skipif(sys.platform == "win32", reason="modes of files are of other systems")
def test_backup_and_restored_desk_are_their_owners_alone(backup, tmp_path):
    usual = os.umask(PRIVATE_UMASK)  # as the commands
    try:
        restore(backup, tmp_path / "new")
    finally:
        os.umask(usual)
    readable = [path for path in (tmp_path / "new").rglob("*") if path.stat().st_mode & 0o077]

    assert (backup.stat().st_mode & 0o777, readable) == (0o600, [])
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0


def test_backup_that_cannot_be_written_leaves_nothing(filled, files, tmp_path, monkeypatch):
    monkeypatch.setattr("hipcv.store.backup.SPARE_BYTES", 10**18)

    with pytest.raises(EnvironmentFault, match="no room"):
        filled.write_backup(files, tmp_path / "there" / "desk.zip")
    assert list((tmp_path / "there").iterdir()) == []


def test_desk_that_is_not_empty_is_not_overwritten(backup, tmp_path):
    new = tmp_path / "new"
    new.mkdir()
    (new / "anything").touch()

    with pytest.raises(BadRequest, match="is not empty"):
        restore(backup, new)
    assert [path.name for path in new.iterdir()] == ["anything"]


def test_database_with_records_is_not_overwritten(backup, target, tmp_path):
    taken = target or f"sqlite:///{tmp_path / 'taken.sqlite3'}"
    Records.open(taken).close()

    with pytest.raises(BadRequest, match="has records"):
        restore(backup, tmp_path / "new", taken)
    assert not (tmp_path / "new").exists()


def test_empty_folder_takes_a_backup(backup, tmp_path):
    (tmp_path / "new").mkdir()

    assert restore(backup, tmp_path / "new").clips == 1


def rewritten(backup, change, *, name="altered.zip"):
    """Write a copy of a backup whose entries, by name, were changed by a function."""
    with zipfile.ZipFile(backup) as archive:
        entries = {one: archive.read(one) for one in archive.namelist()}
    change(entries)
    path = backup.with_name(name)
    with zipfile.ZipFile(path, "w") as archive:
        for one, data in entries.items():
            archive.writestr(one, data)
    return path


def sealed(entries, change):
    """Change the manifest and give it the checksum that fits."""
    manifest = json.loads(entries[MANIFEST])
    del manifest[CHECKSUM]
    change(manifest)
    entries[MANIFEST] = json.dumps(manifest | {CHECKSUM: fingerprint(manifest)}).encode()


def add_outside(name):
    def change(entries):
        entries[name] = b"x"
        fields = {"sha256": sha256_of("x"), "size_bytes": 1}
        sealed(entries, lambda manifest: manifest["entries"].update({name: fields}))

    return change


ALTERATIONS = {
    "a row": lambda entries: entries.update(
        {"records/patients.jsonl": entries["records/patients.jsonl"].replace(b"P-017", b"P-018")}
    ),
    "the manifest": lambda entries: entries.update(
        {MANIFEST: entries[MANIFEST].replace(b"size_bytes", b"size-bytes")}
    ),
    "an entry too many": lambda entries: entries.update({"clips/readme": b""}),
    "an entry too few": lambda entries: entries.pop(PINS),
    "a size": lambda entries: sealed(
        entries, lambda manifest: manifest["entries"][PINS].update(size_bytes=1)
    ),
    "a path out": add_outside("../outside"),
    "a path out of a result": add_outside("analyses/00000000-0000-0000-0000-000000000000/../../x"),
    "an absolute path": add_outside("/tmp/outside"),
    "a path of Windows": add_outside("clips\\..\\outside"),
    "the lock of the desk": add_outside("desk.lock"),
    "rows of no table": add_outside("records/nothing.jsonl/../../x"),
}


@pytest.mark.parametrize("name", ALTERATIONS)
def test_altered_backup_is_refused_and_leaves_nothing(backup, name, tmp_path):
    altered = rewritten(backup, ALTERATIONS[name])
    before = {path.name for path in tmp_path.iterdir()}

    with pytest.raises(UnreadableBackup, match="damaged or was altered") as caught:
        restore(altered, tmp_path / "new")
    assert "\n" not in str(caught.value)
    assert {path.name for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.99])
def test_truncated_backup_is_refused(backup, share, tmp_path):
    data = backup.read_bytes()
    backup.write_bytes(data[: int(share * len(data))])

    with pytest.raises(UnreadableBackup, match="not a whole backup"):
        restore(backup, tmp_path / "new")


def test_flipped_byte_is_found(backup, tmp_path):
    data = bytearray(backup.read_bytes())
    with zipfile.ZipFile(backup) as archive:
        recording = next(one for one in archive.infolist() if one.filename.startswith("clips/"))
    at = data.index(CONTENT.encode())
    assert recording.header_offset < at
    data[at] ^= 1
    backup.write_bytes(data)

    with pytest.raises(UnreadableBackup):
        restore(backup, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_other_files_are_no_backup(tmp_path):
    (tmp_path / "a.zip").write_bytes(b"PK, but not really")
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("letter.txt", "hello")

    for name in ("a.zip", "b.zip"):
        with pytest.raises(UnreadableBackup, match="not a whole backup"):
            restore(tmp_path / name, tmp_path / "new")
    for path in (tmp_path / "none.zip", tmp_path):
        with pytest.raises(BadRequest, match="cannot be read"):
            restore(path, tmp_path / "new")


@pytest.mark.parametrize("field", ["schema", "revision"])
def test_backup_of_a_later_version_is_refused(backup, field, tmp_path):
    later = rewritten(
        backup, lambda entries: sealed(entries, lambda manifest: manifest.update({field: "9999"}))
    )

    with pytest.raises(UnreadableBackup, match="made by another hipcv"):
        restore(later, tmp_path / "new")


def test_rows_of_an_altered_backup_that_fit_no_column_are_refused(backup, target, tmp_path):
    def change(entries):
        rows = entries["records/visits.jsonl"].replace(b'"2025-03-01"', b'"noon"')
        entries["records/visits.jsonl"] = rows
        fields = {"sha256": sha256_of(rows.decode()), "size_bytes": len(rows)}
        sealed(entries, lambda one: one["entries"].update({"records/visits.jsonl": fields}))

    with pytest.raises(UnreadableBackup, match="damaged or was altered"):
        restore(rewritten(backup, change), tmp_path / "new", target)
    assert not (tmp_path / "new").exists()
    if target:
        engine = database.engine_of(target)
        assert database.version(engine) is None
        engine.dispose()


def test_altered_records_are_restored_and_reported(filled, files, intruder, tmp_path):
    intruder("UPDATE patients SET notes = 'forged' WHERE erased_at IS NULL")
    filled.write_backup(files, tmp_path / "desk.zip")

    assert len(restore(tmp_path / "desk.zip", tmp_path / "new").problems) == 1


def test_every_table_but_that_of_leftovers_is_in_a_backup():
    assert set(tables.metadata.tables) - {table.name for table in TABLES} == {"leftovers"}


def test_interrupted_copy_of_a_result_is_left_out(filled, files, tmp_path):
    folder = files.analysis_folder(filled.analysis_ids()[0])
    shutil.copytree(folder, folder / ".hipcv-part-x")
    filled.write_backup(files, tmp_path / "desk.zip")
    with zipfile.ZipFile(tmp_path / "desk.zip") as archive:
        names = archive.namelist()

    assert not [name for name in names if "hipcv-part" in name]


def test_foreign_files_among_the_results_are_left_out(filled, files, tmp_path):
    folder = files.analysis_folder(filled.analysis_ids()[0])
    for name in (".DS_Store", "a:b", "x" * 220):
        (folder / name).touch()
    filled.write_backup(files, tmp_path / "desk.zip")

    assert restore(tmp_path / "desk.zip", tmp_path / "new").problems == ()


def test_database_that_fails_at_the_end_leaves_no_folder(backup, tmp_path, monkeypatch):
    loaded = restoring._loaded

    @contextmanager
    def fail_at_the_end(*arguments):
        with loaded(*arguments):
            yield
            raise OSError(errno.ENOSPC, "")

    monkeypatch.setattr(restoring, "_loaded", fail_at_the_end)
    with pytest.raises(EnvironmentFault, match="No space"):
        restore(backup, tmp_path / "new", f"sqlite:///{tmp_path / 'apart.sqlite3'}")
    assert not (tmp_path / "new").exists()


def test_recording_of_two_visits_is_stored_once(filled, files, tmp_path):
    patient = filled.patient_named("P-017")
    visit = filled.add_visit(patient.id, date(2025, 6, 1), by="KM")
    filled.add_clip(new_clip(visit.id, content=CONTENT), by="KM")
    filled.write_backup(files, tmp_path / "desk.zip")

    assert restore(tmp_path / "desk.zip", tmp_path / "new").clips == 2


def test_records_of_which_a_time_was_altered_are_not_backed_up(filled, files, intruder, url):
    if not url.startswith("sqlite"):
        pytest.skip("Postgres takes nothing but times")
    intruder("UPDATE clips SET added_at = 'noon'")

    with pytest.raises(EnvironmentFault, match="hipcv audit"):
        filled.write_backup(files, files.folder / "desk.zip")


def test_connections_are_closed_after_a_backup(filled, files, tmp_path):
    filled.write_backup(files, tmp_path / "desk.zip")

    assert isinstance(filled._engine.pool, sa.pool.QueuePool | sa.pool.StaticPool)
    assert filled._engine.pool.checkedout() == 0
