"""Files of the data folder: clips by the hash of their content, and result folders by analysis."""

import os
import re
import shutil
import sys
import uuid
from pathlib import Path
from typing import Final

from hipcv.core.errors import BadRequest, EnvironmentFault
from hipcv.core.system_errors import reason_of
from hipcv.files import sha256_of, sync_folder, try_writing
from hipcv.language import _

DATABASE: Final = "hipcv.sqlite3"
CLIPS: Final = "clips"
ANALYSES: Final = "analyses"
INCOMING: Final = "incoming"
PINS: Final = "pins.json"
MAX_SUFFIX_LENGTH: Final = 8
NAME_PATTERN: Final = r"[0-9a-f]{64}(\.[a-z0-9]{1,15})?"


class FileStore:
    """The folders `clips`, `analyses` and `incoming` of a data folder; created when first used."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add_clip(self, path: Path, suffix: str | None = None) -> str:
        """Move a finished upload in, flushed to the disk, and return its SHA-256.

        If the same content is stored already, the upload is deleted instead.

        Args:
            path: the upload, on the same file system (in `incoming`, say).
            suffix: suffix of the clip's name; default: that of `path`.
        """
        sha256 = sha256_of(path, sync=True)
        stored = self.clip_path(sha256, path.suffix.lower() if suffix is None else suffix)
        if stored.is_file() and stored.stat().st_size == path.stat().st_size:
            path.unlink()
            return sha256
        stored.parent.mkdir(parents=True, exist_ok=True)
        if os.name != "nt":  # there, a read-only file cannot be deleted
            path.chmod(0o400)
        path.replace(stored)
        sync_folder(stored.parent)
        return sha256

    def clip_path(self, sha256: str, suffix: str) -> Path:
        """Return the path of a clip's content, existing or not.

        Raises:
            BadRequest: not a SHA-256 and a suffix; no path outside the folder can be formed.
        """
        if not re.fullmatch(NAME_PATTERN, sha256 + suffix):
            raise BadRequest(
                _("{sha256}{suffix}: not the name of a stored clip.").format(
                    sha256=sha256, suffix=suffix
                )
            )
        return self._folder / CLIPS / sha256[:2] / f"{sha256}{suffix}"

    def session_path(self, sha256: str) -> Path:
        """Return the path of the record of a guided test, which is deleted with its clip.

        Raises:
            BadRequest: not a SHA-256.
        """
        clip = self.clip_path(sha256, "")
        return clip.with_name(f"{clip.name}.session.json")

    def analysis_folder(self, analysis_id: str) -> Path:
        """Return the result folder of an analysis, existing or not.

        Raises:
            BadRequest: not an id.
        """
        try:
            name = str(uuid.UUID(analysis_id))
        except ValueError as error:
            raise BadRequest(
                _("{analysis_id}: not the id of an analysis.").format(analysis_id=analysis_id)
            ) from error
        return self._folder / ANALYSES / name

    @property
    def folder(self) -> Path:
        """The data folder."""
        return self._folder

    def list_analyses(self) -> list[Path]:
        """Return the result folders that exist, sorted."""
        return sorted(path for path in (self._folder / ANALYSES).glob("*") if path.is_dir())

    def hash_analysis(self, analysis_id: str) -> dict[str, str]:
        """Return the SHA-256 of every file in a result folder, by its name within the folder."""
        folder = self.analysis_folder(analysis_id)
        return {
            path.relative_to(folder).as_posix(): sha256_of(path)
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }

    def incoming_folder(self) -> Path:
        """Return the folder for uploads under way; created if missing."""
        folder = self._folder / INCOMING
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def discard_incoming(self) -> None:
        """Delete what an interrupted program left among the uploads under way."""
        for path in self.incoming_folder().iterdir():
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)

    def delete_clip(self, sha256: str) -> None:
        """Delete a clip's content under every suffix, if it exists."""
        path = self.clip_path(sha256, "")
        for stored in [path, *path.parent.glob(f"{sha256}.*")]:
            stored.unlink(missing_ok=True)

    def delete_analysis(self, analysis_id: str) -> None:
        """Delete a result folder, if it exists."""
        folder = self.analysis_folder(analysis_id)
        doomed = folder.with_name(f"{folder.name}.gone")
        if folder.exists():  # renamed first: it vanishes at once, not file by file
            shutil.rmtree(doomed, ignore_errors=True)
            folder.rename(doomed)
        shutil.rmtree(doomed, ignore_errors=True)


def create_data_folder(folder: Path) -> None:
    """Create a data folder if missing, readable by its owner alone.

    Raises:
        EnvironmentFault: it cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if sys.platform != "win32" and not any(folder.iterdir()):
            folder.chmod(0o700)  # patient data: owner-only
        try_writing(folder)
    except OSError as error:
        text = _(
            "{folder}: the data folder cannot be written to ({reason}). Name another one with "
            "--data-dir."
        )
        raise EnvironmentFault(text.format(folder=folder, reason=reason_of(error))) from error


def suffix_of(name: str) -> str:
    """Return the suffix of a name, such as ".mp4"; "" if it is not short and alphanumeric."""
    suffix = Path(name).suffix.lower()
    valid = suffix[1:].isascii() and suffix[1:].isalnum() and len(suffix) <= MAX_SUFFIX_LENGTH
    return suffix if valid else ""
