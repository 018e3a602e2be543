"""Restoration of a desk from a backup, into a new data folder and an empty database."""

import hashlib
import os
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError, StatementError

from hipcv.core.errors import BadRequest, EnvironmentFault, UnreadableBackup
from hipcv.core.system_errors import reason_of
from hipcv.files import part_folder, sync_file, sync_folder
from hipcv.language import _
from hipcv.store import database, tables
from hipcv.store.backup import SPARE_BYTES
from hipcv.store.backup_format import (
    FOREIGN,
    MANIFEST,
    RECORDS,
    TABLES,
    Entry,
    Manifest,
    Progress,
    altered,
    load_rows,
    rows_name,
)
from hipcv.store.files import CLIPS, DATABASE
from hipcv.store.records import Records

_CHUNK_BYTES: Final = 2**20
_LARGEST_MANIFEST_BYTES: Final = 2**28
_DAMAGE: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
"""Errors raised by damaged ZIP files; RuntimeError where one is encrypted."""


@dataclass(frozen=True, slots=True)
class Restored:
    """A desk that was restored."""

    folder: Path
    made_at: str  # of the backup; ISO 8601, UTC
    anchor: str  # of the audit trail in the backup
    patients: int
    clips: int
    problems: tuple[str, ...]  # differences of the records from their audit trail


def restore(
    backup: Path, folder: Path, url: str = "", progress: Progress = lambda _share: None
) -> Restored:
    """Restore a desk; nothing is left where that fails.

    Args:
        backup: the file.
        folder: the new data folder; missing or empty.
        url: of an empty database; "": a file in the folder.
        progress: takes the share that is done.

    Raises:
        UnreadableBackup: the file is no backup, not whole, altered, or of a later version.
        BadRequest: folder or database are in use already.
        EnvironmentFault: they cannot be written.
    """
    _refuse_used(folder)
    try:
        with _opened(backup) as archive:
            manifest = _manifest(archive, backup.name)
            _restore(archive, manifest, folder, url, progress=progress)
    except _DAMAGE as error:
        raise UnreadableBackup(_(FOREIGN).format(name=backup.name)) from error
    except OSError as error:
        text = _("{folder}: the desk cannot be restored here ({reason}). Name another place.")
        raise EnvironmentFault(text.format(folder=folder, reason=reason_of(error))) from error
    return _describe(folder, url, manifest)


def _opened(backup: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(backup)
    except OSError as error:
        text = _("{path}: cannot be read ({reason}). Name the file of a backup.")
        raise BadRequest(text.format(path=backup, reason=reason_of(error))) from error


def _refuse_used(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        text = _("{folder}: is not empty. Name a new data folder with --data-dir.")
        raise BadRequest(text.format(folder=folder))


def _manifest(archive: zipfile.ZipFile, name: str) -> Manifest:
    """Return the manifest, where the archive has exactly what it names."""
    names = archive.namelist()
    if MANIFEST not in names or archive.getinfo(MANIFEST).file_size > _LARGEST_MANIFEST_BYTES:
        raise UnreadableBackup(_(FOREIGN).format(name=name))
    manifest = Manifest.parse(archive.read(MANIFEST), name)
    expected = [*manifest.entries, MANIFEST]
    differing = sorted(set(names) ^ set(expected))
    if differing or len(names) != len(expected):
        raise altered(name, differing[0] if differing else MANIFEST)
    absent = [rows_name(table) for table in TABLES if rows_name(table) not in manifest.entries]
    if manifest.revision not in database.revisions() or absent:
        text = _("{name}: this backup was made by another hipcv. Restore it with that one.")
        raise UnreadableBackup(text.format(name=name))
    return manifest


def _restore(
    archive: zipfile.ZipFile, manifest: Manifest, folder: Path, url: str, *, progress: Progress
) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    _require_space(folder.parent, manifest)
    with part_folder(folder.parent) as part, ExitStack() as undo:
        new = part / "desk"
        new.mkdir(mode=0o700)
        _extract(archive, manifest, new, progress)
        with _loaded(url or f"sqlite:///{new / DATABASE}", new / RECORDS, manifest):
            shutil.rmtree(new / RECORDS)
            if url:  # such a database is written only once the folder is there
                _move(new, folder)
                undo.callback(shutil.rmtree, folder, ignore_errors=True)
        undo.pop_all()
        if not url:
            _move(new, folder)


@contextmanager
def _loaded(url: str, rows: Path, manifest: Manifest) -> Iterator[None]:
    """Fill a database with the rows of these files; it stays empty where the context fails."""
    engine = database.engine_of(url)
    try:
        with database.translate_errors(), database.write(engine) as connection:
            if database.revision(connection) is not None:
                text = _("This database has records. Name an empty one with --database.")
                raise BadRequest(text)
            database.upgrade_to(connection, manifest.revision)
            connection.execute(sa.delete(tables.audit_head))
            for table in TABLES:
                _load(connection, table, rows.parent / rows_name(table))
            yield
    finally:
        engine.dispose()


def _load(connection: sa.Connection, table: sa.Table, path: Path) -> None:
    try:
        with path.open("rb") as lines:
            load_rows(connection, table, lines)
    except OperationalError:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, StatementError) as error:
        raise altered(path.name, table.name) from error


def _move(new: Path, folder: Path) -> None:
    """Give the desk its name; an empty folder of that name goes."""
    if folder.exists():
        folder.rmdir()
    new.rename(folder)
    sync_folder(folder.parent)


def _require_space(folder: Path, manifest: Manifest) -> None:
    size = sum(entry.size_bytes for entry in manifest.entries.values())
    if shutil.disk_usage(folder).free < size + SPARE_BYTES:
        text = _("{folder}: the disk has no room for {size} MB. Name another place.")
        raise EnvironmentFault(text.format(folder=folder, size=size // 10**6 + 1))


def _extract(
    archive: zipfile.ZipFile, manifest: Manifest, folder: Path, progress: Progress
) -> None:
    """Write every entry below a folder, and compare its hash."""
    total = sum(entry.size_bytes for entry in manifest.entries.values())
    done = 0
    for name, entry in manifest.entries.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(name) as source, path.open("xb") as target:
            path.chmod(0o600)
            found = _copy(source, target, entry.size_bytes)
        if found != entry:
            raise altered(Path(str(archive.filename)).name, name)
        sync_file(path)
        if name.startswith(f"{CLIPS}/") and os.name != "nt":
            path.chmod(0o400)  # as `FileStore.add_clip`
        done += entry.size_bytes
        progress(done / max(total, 1))


def _copy(source: IO[bytes], target: IO[bytes], limit_bytes: int) -> Entry:
    """Copy at most one byte more than the limit; return hash and size of what was copied."""
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(min(_CHUNK_BYTES, limit_bytes + 1 - size)):
        target.write(chunk)
        digest.update(chunk)
        size += len(chunk)
    return Entry(digest.hexdigest(), size)


def _describe(folder: Path, url: str, manifest: Manifest) -> Restored:
    with closing(Records.open(url or f"sqlite:///{folder / DATABASE}")) as records:
        return Restored(
            folder=folder,
            made_at=manifest.made_at,
            anchor=str(records.anchor()),
            patients=len(records.patients()),
            clips=len(records.clips()),
            problems=tuple(records.verify_audit()),
        )
