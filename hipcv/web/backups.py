"""Backups of the desk that a page asked for: one at a time, written in a thread of its own."""

import threading
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final, Literal

from hipcv.core.errors import BadRequest, Failure, NotFound
from hipcv.language import _
from hipcv.store.backup import Backup
from hipcv.store.files import FileStore
from hipcv.store.models import JsonObject
from hipcv.store.records import Records

FOLDER: Final = "backup"
"""Folder of the file among the uploads under way, which are deleted at the next start."""

BackupState = Literal["none", "running", "ready", "failed"]


class _StoppedBackupError(Exception):
    """The desk closes while a backup is written."""


@dataclass(slots=True)
class Backups:
    """The last backup that was asked for; thread-safe."""

    records: Records
    files: FileStore
    _state: BackupState = "none"
    _share: float = 0.0
    _error: str = ""
    _backup: Backup | None = None
    _stop: bool = False
    _thread: threading.Thread | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self) -> JsonObject:
        """Begin a backup, and delete the file of an earlier one.

        Raises:
            BadRequest: one is being written.
        """
        with self._lock:
            if self._state == "running":
                raise BadRequest(_("A backup is being written. Wait until it is done."))
            self._delete()
            self._state, self._share, self._error = "running", 0.0, ""
            run = copy_context().run  # in the present language
            self._thread = threading.Thread(target=run, args=(self._write,), name="backup")
            self._thread.start()
        return self.status()

    def status(self) -> JsonObject:
        """Return the state of the backup, and what is in it."""
        backup = self._backup
        return {
            "state": self._state,
            "share": self._share,
            "error": self._error,
            "name": backup and backup.path.name,
            "size_bytes": backup and backup.size_bytes,
            "sha256": backup and backup.sha256,
            "clips": backup and backup.clips,
            "results": backup and backup.results,
            "missing": list(backup.missing) if backup else [],
        }

    def path(self) -> Path:
        """Return the file of the backup.

        Raises:
            NotFound: there is none.
        """
        if self._backup is None or not self._backup.path.is_file():
            raise NotFound(_("There is no backup to be saved. Make one first."))
        return self._backup.path

    def close(self) -> None:
        """Stop a backup under way, and delete the file of the last one."""
        self._stop = True
        if self._thread is not None:
            self._thread.join()
        self._delete()

    def _write(self) -> None:
        name = f"hipcv-desk-{date.today()}.zip"  # noqa: DTZ011 - in the user's time zone
        target = self.files.incoming_folder() / FOLDER / name
        try:
            self._backup = self.records.write_backup(self.files, target, self._progress)
            self._state = "ready"
        except _StoppedBackupError:
            self._state = "none"
        except Exception as error:  # noqa: BLE001 - the page says it
            self._error, self._state = Failure.from_error(error).text, "failed"

    def _progress(self, share: float) -> None:
        if self._stop:
            raise _StoppedBackupError
        self._share = share

    def _delete(self) -> None:
        if self._backup is not None:
            self._backup.path.unlink(missing_ok=True)
            self._backup = None
