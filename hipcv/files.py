"""Files on disk: written whole or not at all, hashed, and locked between processes."""

import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Self

PRIVATE_UMASK: Final = 0o077
"""Of every process of hipcv: new files are 0600 and new folders 0700."""


def make_new_files_private() -> None:
    """Give every file and folder that this process and its children create to its owner alone.

    Called once by each program of hipcv, so that it also holds for files that libraries create. A
    folder that exists keeps its mode.
    """
    os.umask(PRIVATE_UMASK)


def make_private(path: Path) -> None:
    """Give an existing file to its owner alone, where this user may."""
    if sys.platform != "win32" and path.is_file():
        with suppress(PermissionError):  # it is another user's
            path.chmod(path.stat().st_mode & ~PRIVATE_UMASK)


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Yield a temporary path that becomes `path` in one step when the context ends well.

    The temporary file lies in a hidden folder beside the target, under the target's name, so that
    a writer that goes by the suffix works. After an exception nothing is left behind, and a file
    that was there before is untouched. The parent folder is created.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=path.parent, prefix=".part-") as folder:
        part = Path(folder) / path.name
        yield part
        part.replace(path)


def write_atomic(path: Path, content: bytes | str) -> Path:
    """Write a file whole or not at all and return its path; text as UTF-8, newlines unchanged."""
    with atomic_path(path) as part:
        part.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


def sha256_of(path: Path, *, sync: bool = False) -> str:
    """Return the SHA-256 of a file's bytes, as 64 hexadecimal digits.

    Args:
        path: the file.
        sync: flush the file to the disk first.
    """
    if sync:
        with path.open("rb+") as written:
            os.fsync(written.fileno())
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class FileState:
    """Identity, size and modification time of a file: equal while it is not changed."""

    device: int
    inode: int
    size_bytes: int
    mtime_ns: int

    @classmethod
    def of(cls, path: Path) -> Self:
        """Return the present state of a file.

        Raises:
            OSError: there is no such file.
        """
        state = path.stat()
        return cls(state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns)


@contextmanager
def exclusive_lock(path: Path) -> Iterator[None]:
    """Hold a lock file for this process alone; the system releases it however the process ends.

    Raises:
        BlockingIOError: another process, or another part of this one, holds it.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(path, timeout=0, mode=0o600, is_singleton=False)
    try:
        lock.acquire()
    except Timeout as error:
        raise BlockingIOError(f"{path} is locked by another process") from error
    try:
        yield
    finally:
        lock.release()
