"""Folders that are reserved for one run, appear in one step and are replaced in one step.

Where the system exchanges two folders in one step, a reader finds the earlier content or the new
one, whole, at every moment. Elsewhere (a folder that is mounted, in use as working directory, or
in a parent that cannot be written to) the new content lies within, complete, before the first
earlier file is removed, and the next run into the folder finishes what a killed one began.
"""

import ctypes
import errno
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import Final

from hipcv.core.errors import BadRequest, EnvironmentFault
from hipcv.core.system_errors import reason_of
from hipcv.files import (
    PART,
    exclusive_lock,
    locked_folder,
    part_folder,
    sync_file,
    sync_folder,
    try_writing,
    unfinished,
)
from hipcv.language import _
from hipcv.native import libc_function

COMPLETE: Final = ".hipcv-complete"
"""Complete new content within its folder, while the earlier files are removed."""

MOVING: Final = ".hipcv-moving"
"""The same, while its files are moved to their place."""

LOCK: Final = ".hipcv-lock"
NEEDED_BYTES: Final = 4_000_000
"""Room for a result without a video, below which no analysis is begun."""

_AT_FDCWD: Final = -100
_RENAME_EXCHANGE: Final = 2  # on Linux; macOS names it RENAME_SWAP

Earlier = Callable[[Path], set[str]]
"""Returns the paths, within a folder, of the files that new content replaces; others stay."""

_UNFINISHED: Final = (PART, COMPLETE, MOVING)

_reserved: ContextVar[frozenset[Path]] = ContextVar("reserved", default=frozenset())


@contextmanager
def reserved(folder: Path, earlier: Earlier | None = None) -> Iterator[None]:
    """Reserve a folder for this run, which need not exist, after trying to write to it.

    What killed runs left is removed, or finished if it was complete. A folder that this run has
    reserved already is not tried again. Folders created for it are removed if they stay empty.

    Raises:
        BadRequest: another run writes to it.
        EnvironmentFault: it cannot be written to, a file is in its way, or the disk is full.
    """
    target = Path(os.path.realpath(folder))
    if target in _reserved.get():
        yield
        return
    with ExitStack() as stack:
        with _faults(folder):
            _create_parents(target, stack)
            _require_room(folder, target)
            _lock(folder, target, stack)
            if target.is_dir():
                finish_replacing(target, earlier)
        token = _reserved.set(_reserved.get() | {target})
        try:
            yield
        finally:
            _reserved.reset(token)


def reserved_now() -> frozenset[Path]:
    """Return the folders that this run has reserved, for a process of it."""
    return _reserved.get()


@contextmanager
def shared(folders: frozenset[Path]) -> Iterator[None]:
    """Use folders that another process of this run has reserved."""
    token = _reserved.set(_reserved.get() | folders)
    try:
        yield
    finally:
        _reserved.reset(token)


def try_folder(folder: Path) -> None:
    """Try to write to a folder that exists or can be created; leave nothing.

    Raises:
        EnvironmentFault: it cannot be written to, a file is in its way, or the disk is full.
    """
    with ExitStack() as stack, _faults(folder):
        target = Path(os.path.realpath(folder))
        _create_parents(target, stack)
        _require_room(folder, target)


@contextmanager
def new_content(folder: Path, earlier: Earlier) -> Iterator[Path]:
    """Provide an empty folder whose content becomes that of `folder` when the context ends well.

    The folder is one that is reserved. Files of which `earlier` says nothing stay in it.

    Raises:
        OSError: it cannot be written to.
    """
    target = Path(os.path.realpath(folder))
    with part_folder(_staging_parent(target)) as part:
        yield part
        replace_folder(part, target, earlier)


def replace_folder(new: Path, target: Path, earlier: Earlier) -> None:
    """Move a folder to its place in one step; an earlier one gives way, with the files it named.

    Raises:
        OSError: the file system refuses it.
    """
    _sync_tree(new)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        new.rename(target)
    elif not _exchange(new, target, earlier):
        _move_within(new, target)
        finish_replacing(target, earlier)
    sync_folder(target.parent)


def all_files(folder: Path) -> set[str]:
    """Return the paths of all files within a folder: new content replaces them."""
    return {file.relative_to(folder).as_posix() for file in files_in(folder)}


def finish_replacing(target: Path, earlier: Earlier | None) -> None:
    """Put new content that lies complete within its folder in the place of the earlier files."""
    if (target / COMPLETE).is_dir():
        paths = [target / name for name in (earlier(target) if earlier else ())]
        for path in paths:
            path.unlink(missing_ok=True)
        for parent in {path.parent for path in paths} - {target}:
            _remove_empty(parent)
        (target / COMPLETE).rename(target / MOVING)
    if (target / MOVING).is_dir():
        for file in files_in(target / MOVING):
            path = target / file.relative_to(target / MOVING)
            path.parent.mkdir(parents=True, exist_ok=True)
            file.replace(path)
        shutil.rmtree(target / MOVING)
        _sync_tree(target)


@contextmanager
def _faults(folder: Path) -> Iterator[None]:
    """Turn errors of the file system into a sentence on the folder."""
    try:
        yield
    except (FileExistsError, NotADirectoryError) as error:
        raise EnvironmentFault(
            _("{folder}: a file is in the way. Choose another folder with --out.").format(
                folder=folder
            )
        ) from error
    except OSError as error:
        raise unwritable(folder, error) from error


def unwritable(folder: Path, error: OSError) -> EnvironmentFault:
    """Return the error of a folder that cannot be written to."""
    return EnvironmentFault(
        _(
            "{folder}: cannot be written to ({strerror}). Free some space, or choose another "
            "folder with --out."
        ).format(folder=folder, strerror=reason_of(error))
    )


def _create_parents(target: Path, stack: ExitStack) -> None:
    """Create the folder's parents; those that stay empty are removed as the stack is closed."""
    missing = [parent for parent in target.parents if not parent.exists()]
    for parent in reversed(missing):
        parent.mkdir(exist_ok=True)
        stack.callback(_remove_empty, parent)
        stack.enter_context(unfinished(parent))
    if target.exists() and not target.is_dir():
        raise FileExistsError(target)


def _remove_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


def _lock(folder: Path, target: Path, stack: ExitStack) -> None:
    """Lock a folder until the stack is closed, by a file next to it, or else within it."""
    digest = hashlib.sha256(os.path.normcase(target.name).encode("utf-8", "replace")).hexdigest()
    sibling, within = target.with_name(f"{LOCK}-{digest[:16]}"), target / LOCK
    try:
        try:
            stack.enter_context(_locked(sibling))
        except BlockingIOError:
            raise
        except OSError:
            if not target.is_dir():
                raise
            stack.enter_context(_locked(within))
    except BlockingIOError as error:
        raise BadRequest(
            _(
                "{folder}: another run is writing there. Wait for it, or choose another folder "
                "with --out."
            ).format(folder=folder)
        ) from error


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a lock whose file is deleted at the end."""
    with exclusive_lock(path), unfinished(path):
        try:
            yield
        finally:
            with suppress(OSError):  # on Windows: it is open
                path.unlink()


def _require_room(folder: Path, target: Path) -> None:
    """Try to write where the result will be written, and refuse a disk that is full."""
    for parent in {_staging_parent(target), target if target.is_dir() else target.parent}:
        try_writing(parent)
        if shutil.disk_usage(parent).free < NEEDED_BYTES:
            raise EnvironmentFault(
                _(
                    "{folder}: the disk is full. Free some space, or choose another folder with "
                    "--out."
                ).format(folder=folder)
            )


def _staging_parent(target: Path) -> Path:
    """Return where new content is prepared: next to the folder, or within where that fails."""
    if not target.is_dir():
        return target.parent
    same_disk = target.stat().st_dev == target.parent.stat().st_dev
    return target.parent if same_disk and os.access(target.parent, os.W_OK | os.X_OK) else target


def _exchange(new: Path, target: Path, earlier: Earlier) -> bool:
    """Exchange two folders in one step, with the files that stay; return False if impossible."""
    swap = _swap()
    if swap is None or _holds_working_directory(target):
        return False
    with ExitStack() as stack, suppress(OSError):
        stack.enter_context(locked_folder(target))  # until it is deleted, by this run alone
        linked = stack.enter_context(ExitStack())  # deletes the links again, unless all went well
        for name in _others(target, earlier):
            _link(target, new, name)
            linked.callback((new / name).unlink)
        shutil.copymode(target, new)
        if not swap(os.fsencode(new), os.fsencode(target)):
            return False
        linked.pop_all()
        _move_changed(new, target, earlier)
        shutil.rmtree(new, ignore_errors=True)
        return True
    return False


def _others(folder: Path, earlier: Earlier) -> list[Path]:
    """Return the relative paths of the files in a folder that stay when its content is replaced."""
    replaced = earlier(folder)
    return [
        path.relative_to(folder)
        for path in files_in(folder)
        if path.relative_to(folder).as_posix() not in replaced
    ]


def _link(source: Path, target: Path, name: Path) -> None:
    """Give a file a second name in another folder, with the folders on the way to it."""
    for parent in reversed(name.parents[:-1]):
        if not (target / parent).is_dir():
            (target / parent).mkdir()
            shutil.copystat(source / parent, target / parent)
    os.link(source / name, target / name, follow_symlinks=False)


def _move_changed(old: Path, target: Path, earlier: Earlier) -> None:
    """Move the files that were added or replaced while the others were being linked."""
    for name in _others(old, earlier):
        with suppress(FileNotFoundError):
            if os.path.samestat((old / name).lstat(), (target / name).lstat()):
                continue
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (old / name).replace(target / name)


def _move_within(new: Path, target: Path) -> None:
    """Move new content into its folder, where it is complete in one step."""
    try:
        new.rename(target / COMPLETE)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        with part_folder(target) as part:
            shutil.copytree(new, part / new.name, symlinks=True)
            _sync_tree(part)
            (part / new.name).rename(target / COMPLETE)


def files_in(folder: Path) -> list[Path]:
    """Return the files in a folder and those within, and links; not what is unfinished."""
    found: list[Path] = []
    for parent, folders, names in os.walk(folder):
        links = [name for name in folders if Path(parent, name).is_symlink()]
        folders[:] = [name for name in folders if not name.startswith(_UNFINISHED)]
        found += [Path(parent, name) for name in [*names, *links] if name != LOCK]
    return found


def _sync_tree(folder: Path) -> None:
    """Flush all files of a folder, and their names, to the disk."""
    for file in files_in(folder):
        if file.is_file() and not file.is_symlink() and os.access(file, os.W_OK):
            sync_file(file)
    for parent, _folders, _names in os.walk(folder):
        sync_folder(Path(parent))


def _holds_working_directory(folder: Path) -> bool:
    """Return True for the working directory and its parents: a shell would stay in the old one."""
    try:
        return Path.cwd().is_relative_to(folder)
    except FileNotFoundError:
        return False


def _swap() -> Callable[[bytes, bytes], bool] | None:
    """Return the function of the system that exchanges two paths in one step, if it has one."""
    if (exchange := libc_function("renameat2")) is not None:
        arguments = ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint
        exchange.argtypes = arguments
        return lambda one, other: exchange(_AT_FDCWD, one, _AT_FDCWD, other, _RENAME_EXCHANGE) == 0
    if (swap := libc_function("renamex_np")) is not None:
        swap.argtypes = ctypes.c_char_p, ctypes.c_char_p, ctypes.c_uint
        return lambda one, other: swap(one, other, _RENAME_EXCHANGE) == 0
    return None
