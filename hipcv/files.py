"""Files on disk: written whole or not at all, hashed, and locked between processes."""

import hashlib
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Final, Self

PART: Final = ".hipcv-part-"
"""Head of the names of folders that hold what is unfinished, in the folder of its target."""

ABANDONED_S: Final = 86400.0
"""Age at which such a folder is left by a killed program, on systems that cannot lock a folder."""

_unfinished: Final[list[Path]] = []
"""Paths that this process removes when it ends, in the order in which they were created."""

_PROBE_BYTES: Final = 65536

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
def part_folder(parent: Path) -> Iterator[Path]:
    """Provide a folder for what is unfinished, deleted at the end, with those of killed programs.

    It is locked as long as this program lives, so that no other one takes it for abandoned.
    """
    remove_abandoned(parent)
    with ExitStack() as stack:
        folder = _new_part(parent, stack)
        stack.enter_context(unfinished(folder))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def try_writing(folder: Path) -> None:
    """Write a file to a folder, flush it to the disk, and delete it.

    Raises:
        OSError: it cannot be written to.
    """
    with part_folder(folder) as part:
        (part / "probe").write_bytes(bytes(_PROBE_BYTES))
        sync_file(part / "probe")


@contextmanager
def unfinished(path: Path) -> Iterator[None]:
    """Let `discard_unfinished` remove a file, an empty folder or a `part_folder` meanwhile."""
    _unfinished.append(path)
    try:
        yield
    finally:
        _unfinished.remove(path)


def discard_unfinished() -> None:
    """Remove what this process has not finished, before it ends without unwinding its calls.

    A folder of unfinished files gets another name first: no other thread can complete it then.
    """
    for path in reversed([*_unfinished]):
        with suppress(OSError):
            if path.name.startswith(PART):
                gone = path.rename(path.with_name(f"{path.name}-gone"))
                shutil.rmtree(gone, ignore_errors=True)
            elif path.is_dir():
                path.rmdir()
            else:
                path.unlink()


def remove_abandoned(parent: Path) -> None:
    """Delete the unfinished files that killed programs left in a folder."""
    for folder in parent.glob(f"{PART}*"):
        with suppress(OSError), locked_folder(folder) as is_locked:
            if is_locked or time.time() - folder.stat().st_mtime > ABANDONED_S:
                shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def locked_folder(folder: Path) -> Iterator[bool]:
    """Hold the lock of a folder itself; yield False where the file system has none.

    Raises:
        BlockingIOError: another program holds it.
        OSError: there is no such folder.
    """
    if sys.platform == "win32":
        yield False
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        yield _flock(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def atomic_path(path: Path, *, sync: bool = True) -> Iterator[Path]:
    """Yield a temporary path that becomes `path` in one step when the context ends well.

    The temporary file lies in a hidden folder next to the target, under the target's name, so that
    a writer that goes by the suffix works. After an exception nothing is left behind, and a file
    that was there before is untouched. The parent folder is created. With `sync` the content is
    on the disk before the name is, so that a power cut leaves no empty file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with part_folder(path.parent) as folder:
        part = folder / path.name
        yield part
        if sync:
            sync_file(part)
        part.replace(path)
    if sync:
        sync_folder(path.parent)


def write_atomic(path: Path, content: bytes | str, *, sync: bool = True) -> Path:
    """Write a file whole or not at all and return its path; text as UTF-8, newlines unchanged."""
    with atomic_path(path, sync=sync) as part:
        part.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


def sync_file(path: Path) -> None:
    """Flush a file's content to the disk."""
    with path.open("rb+") as written:
        os.fsync(written.fileno())


def sync_folder(folder: Path) -> None:
    """Flush new names in a folder to the disk; not possible on Windows."""
    if os.name != "nt":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def write_private(path: Path, text: str) -> Path:
    """Write a file that its owner alone can read, whole or not at all, and return its path."""
    with atomic_path(path) as part:
        part.touch(mode=0o600)
        part.write_text(text, encoding="utf-8")
    return path


def sha256_of(path: Path, *, sync: bool = False) -> str:
    """Return the SHA-256 of a file's bytes, as 64 hexadecimal digits.

    Args:
        path: the file.
        sync: flush the file to the disk first.
    """
    if sync:
        sync_file(path)
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


def _new_part(parent: Path, stack: ExitStack) -> Path:
    """Return a new folder for what is unfinished, locked until the stack is closed."""
    while True:
        folder = Path(mkdtemp(dir=parent, prefix=PART))
        with suppress(FileNotFoundError, BlockingIOError):  # taken for abandoned meanwhile
            stack.enter_context(locked_folder(folder))
            if folder.exists():
                return folder


if sys.platform != "win32":
    import errno
    import fcntl

    _WITHOUT_LOCKS: Final = (errno.ENOSYS, errno.ENOTSUP, errno.ENOLCK, errno.EINVAL, errno.EBADF)

    def _flock(descriptor: int) -> bool:
        """Lock an open folder; return False on a file system without such locks."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in _WITHOUT_LOCKS:
                raise
            return False
        return True
