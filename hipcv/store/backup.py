"""Backup of a whole desk as one file, also while the desk is in use."""

import hashlib
import shutil
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final

import sqlalchemy as sa

from hipcv.core.errors import BadRequest, EnvironmentFault
from hipcv.core.system_errors import reason_of
from hipcv.files import PART, atomic_path, sha256_of
from hipcv.language import _
from hipcv.store import audit, database, tables
from hipcv.store.backup_format import (
    MANIFEST,
    TABLES,
    Entry,
    Manifest,
    Progress,
    dump_rows,
    is_entry_name,
    rows_name,
)
from hipcv.store.files import PINS, FileStore
from hipcv.store.transactions import Transactions
from hipcv.version import __version__

_CHUNK_BYTES: Final = 2**20
_MODE: Final = 0o600 << 16
_DATE: Final = (2000, 1, 1, 0, 0, 0)  # of every entry; the times of changes are in the records
_PACKED: Final = frozenset({".mp4", ".mov", ".mkv", ".avi", ".webm", ".m4v", ".npz", ".jpg"})
"""Suffixes of files that do not become smaller."""

SPARE_BYTES: Final = 2**26
"""Free space that has to be left on the disk."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was written."""

    path: Path
    sha256: str
    size_bytes: int
    clips: int
    results: int
    missing: tuple[str, ...]  # names of files that the records have, and the data folder has not


class Backups(Transactions):
    """Writes backups."""

    def write_backup(
        self, files: FileStore, target: Path, progress: Progress = lambda _share: None
    ) -> Backup:
        """Write all records and stored files, as they are at one moment, to a file.

        The file appears whole or not at all, and is readable by its owner alone.

        Raises:
            EnvironmentFault: it cannot be written, or the records cannot be read.
            BadRequest: something was deleted meanwhile; it is to be made again.
        """
        with database.translate_errors(), self._snapshot() as connection:
            stored = _Stored.of(connection, files)
            _require_space(target.parent, stored.size_bytes)
            try:
                with atomic_path(target) as part:
                    part.touch(mode=0o600)
                    missing = _write(part, connection, stored, progress)
                    self._refuse_deleted(missing)
            except ValueError as error:
                text = _("The records are damaged. The command “hipcv audit” says where.")
                raise EnvironmentFault(text) from error
            except OSError as error:
                text = _("{path}: the backup cannot be written ({reason}). Name another place.")
                raise EnvironmentFault(text.format(path=target, reason=reason_of(error))) from error
        size_bytes, sha256 = target.stat().st_size, sha256_of(target)
        return Backup(target, sha256, size_bytes, stored.clips, stored.results, missing)

    @contextmanager
    def _snapshot(self) -> Iterator[sa.Connection]:
        """Open a transaction in which all reads see the records as they are at the first one."""
        sqlite = self._engine.dialect.name == "sqlite"  # there, each transaction does
        options = {} if sqlite else {"isolation_level": "REPEATABLE READ"}
        with (
            self._engine.connect().execution_options(**options) as connection,
            connection.begin(),
        ):
            yield connection

    def _refuse_deleted(self, missing: Iterable[str]) -> None:
        """Refuse a backup where a missing file is of a clip or result that was deleted since."""
        with self._read() as connection:
            present = {*_column(connection, tables.clips.c.sha256)}
            present |= {*_column(connection, tables.analyses.c.id)}
        for name in missing:
            if not any(key in name for key in present):
                raise BadRequest(
                    _("Something was deleted while the backup was made. Start it again.")
                )


@dataclass(frozen=True, slots=True)
class _Stored:
    """Files that the records of a moment refer to."""

    paths: Mapping[str, Path]  # by name of the entry
    absent: tuple[str, ...]  # names of what is not there
    size_bytes: int
    clips: int
    results: int

    @classmethod
    def of(cls, connection: sa.Connection, files: FileStore) -> "_Stored":
        clips = {files.clip_path(*row) for row in connection.execute(_CLIPS)}
        sessions = {files.session_path(path.name[:64]) for path in clips}
        folders = {files.analysis_folder(one) for one in _column(connection, tables.analyses.c.id)}
        found = [*clips, *filter(Path.is_file, [*sessions, files.folder / PINS])]
        found += [path for folder in folders for path in _files_in(folder)]
        found = [path for path in found if is_entry_name(_name(files, path))]
        absent = [path for path in (*clips, *folders) if not path.exists()]
        paths = {_name(files, path): path for path in sorted(found) if path not in absent}
        size = sum(path.stat().st_size for path in paths.values() if path.exists())
        names = tuple(sorted(_name(files, path) for path in absent))
        return cls(paths, names, size, len(clips), len(folders))


_CLIPS: Final = sa.select(tables.clips.c.sha256, tables.clips.c.suffix).distinct()


def _name(files: FileStore, path: Path) -> str:
    return path.relative_to(files.folder).as_posix()


def _files_in(folder: Path) -> list[Path]:
    """Return the files of a result folder, without what is unfinished."""
    return [
        path
        for path in folder.rglob("*")
        if path.is_file()
        and not path.is_symlink()
        and not any(part.startswith(PART) for part in path.relative_to(folder).parts)
    ]


def _column(connection: sa.Connection, column: sa.Column[str]) -> list[str]:
    return list(connection.execute(sa.select(column)).scalars())


def _require_space(folder: Path, size_bytes: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(folder).free < size_bytes + SPARE_BYTES:
        text = _("{folder}: the disk has no room for {size} MB. Name another place.")
        raise EnvironmentFault(text.format(folder=folder, size=size_bytes // 10**6 + 1))


def _write(
    part: Path, connection: sa.Connection, stored: _Stored, progress: Progress
) -> tuple[str, ...]:
    """Write all entries; return the names of files that are missing."""
    missing = list(stored.absent)
    with zipfile.ZipFile(part, "w") as archive:
        writer = _Writer(archive, stored.size_bytes, progress)
        for table in TABLES:
            writer.add(rows_name(table), dump_rows(connection, table))
        for name, path in stored.paths.items():
            try:
                with path.open("rb") as file:
                    writer.add(name, _chunks(file))
            except FileNotFoundError:
                missing.append(name)
        manifest = Manifest(
            version=__version__,
            revision=str(database.revision(connection)),
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            anchor=str(audit.head(connection)),
            entries=writer.entries,
        )
        archive.writestr(_info(MANIFEST), manifest.to_json())
    return tuple(missing)


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK_BYTES):
        yield chunk


@dataclass(slots=True)
class _Writer:
    """Adds entries to a ZIP file, and notes their hashes."""

    archive: zipfile.ZipFile
    size_bytes: int  # of all
    progress: Progress
    entries: dict[str, Entry] = field(default_factory=dict)
    _written: int = 0

    def add(self, name: str, chunks: Iterable[bytes]) -> None:
        """Add an entry."""
        digest, size = hashlib.sha256(), 0
        with self.archive.open(_info(name), "w", force_zip64=True) as entry:
            for chunk in chunks:
                entry.write(chunk)
                digest.update(chunk)
                size += len(chunk)
                self._written += len(chunk)
                self.progress(min(self._written / max(self.size_bytes, 1), 1.0))
        self.entries[name] = Entry(digest.hexdigest(), size)


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _DATE)
    info.external_attr = _MODE
    packed = Path(name).suffix in _PACKED
    info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
    return info
