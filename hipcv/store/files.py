"""Files of the desk on disk: clips by their content, never altered; result folders by analysis."""

import hashlib
import os
import re
import shutil
import uuid
from pathlib import Path
from typing import Final

from hipcv.core.errors import BadRequest

CLIPS: Final = "clips"
ANALYSES: Final = "analyses"
INCOMING: Final = "incoming"


class Vault:
    """The folders `clips`, `analyses` and `incoming` of a data folder; made when first used."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, path: Path, suffix: str | None = None) -> str:
        """Move a finished upload in, and wait until it is on the disk.

        Where the same content is there already, that stays and the upload goes.

        Args:
            path: the upload, on the same file system (in `incoming`, say).
            suffix: the end of the clip's name; that of `path` where not given.

        Returns:
            The SHA-256 of its content.
        """
        sha256 = _synced_sha256(path)
        place = self.path(sha256, path.suffix.lower() if suffix is None else suffix)
        if place.is_file() and place.stat().st_size == path.stat().st_size:
            path.unlink()
            return sha256
        place.parent.mkdir(parents=True, exist_ok=True)
        if os.name != "nt":  # there, what is read-only cannot be deleted
            path.chmod(0o400)
        path.replace(place)
        _sync_folder(place.parent)
        return sha256

    def path(self, sha256: str, suffix: str) -> Path:
        """Where this content lies, or would.

        Raises:
            BadRequest: these are no SHA-256 and suffix; nothing outside the vault has a path.
        """
        if not re.fullmatch(r"[0-9a-f]{64}", sha256) or not re.fullmatch(
            r"(\.[a-z0-9]{1,15})?", suffix
        ):
            raise BadRequest(f"{sha256}{suffix}: not the name of a stored clip.")
        return self._folder / CLIPS / sha256[:2] / f"{sha256}{suffix}"

    def analysis(self, analysis_id: str) -> Path:
        """The result folder of an analysis, or where it is to be.

        Raises:
            BadRequest: that is no id.
        """
        try:
            name = str(uuid.UUID(analysis_id))
        except ValueError as fault:
            raise BadRequest(f"{analysis_id}: not the id of an analysis.") from fault
        return self._folder / ANALYSES / name

    def incoming(self) -> Path:
        """The folder for uploads under way; made where it is not there."""
        folder = self._folder / INCOMING
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def forget(self, sha256: str) -> None:
        """Take a clip's content away, whatever its suffix; nothing where it is gone."""
        place = self.path(sha256, "")
        for path in [place, *place.parent.glob(f"{sha256}.*")]:
            path.unlink(missing_ok=True)

    def forget_analysis(self, analysis_id: str) -> None:
        """Take a result folder away; nothing where it is gone."""
        folder = self.analysis(analysis_id)
        if folder.exists():
            gone = folder.with_name(f"{folder.name}.gone")  # at once, not file by file
            shutil.rmtree(gone, ignore_errors=True)
            folder.rename(gone)
        shutil.rmtree(folder.with_name(f"{folder.name}.gone"), ignore_errors=True)


def _synced_sha256(path: Path) -> str:
    """The SHA-256 of a file that is on the disk for certain."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    """Put a new name on the disk; Windows has no such thing."""
    if os.name != "nt":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
