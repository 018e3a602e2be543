"""Control over native code: what it writes to stderr, memory it holds, priority of a thread."""

import ctypes
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

STDERR: Final = 2
"""The file descriptor that native code writes its log to."""

LOW_PRIORITY: Final = 10
"""Niceness of background work, 0 to 19."""

_ARENA_MAX: Final = -8
"""`M_ARENA_MAX` of glibc's malloc.h."""

_lock = threading.Lock()
_saved_stderr: list[int] = []
"""A duplicate of the real stderr, once for each thread inside `quiet_stderr`."""


@contextmanager
def quiet_stderr() -> Iterator[None]:
    """Discard everything written to the stderr descriptor, by any library, within the context.

    Reentrant and shared between threads: the last to leave restores the descriptor.
    """
    with _lock:
        if not _saved_stderr:
            sys.stderr.flush()
            _saved_stderr.append(os.dup(STDERR))
            with Path(os.devnull).open("wb") as null:
                os.dup2(null.fileno(), STDERR)
        else:
            _saved_stderr.append(_saved_stderr[0])
    try:
        yield
    finally:
        with _lock:
            saved = _saved_stderr.pop()
            if not _saved_stderr:
                os.dup2(saved, STDERR)
                os.close(saved)


def use_single_arena() -> None:
    """Make all threads allocate from one malloc arena; call it before any thread starts.

    glibc keeps an arena for each thread. Pictures are allocated in one thread and freed in
    another, so that every arena would grow to the largest need of any.
    """
    if (mallopt := libc_function("mallopt")) is not None:
        mallopt(_ARENA_MAX, 1)


def release_memory() -> None:
    """Return free heap memory to the operating system, where the C library is glibc."""
    if (malloc_trim := libc_function("malloc_trim")) is not None:
        malloc_trim(0)


def lower_priority() -> None:
    """Let the calling thread, and those that it starts, yield to others, where the system can.

    The priority cannot be raised again.
    """
    if sys.platform == "linux":  # elsewhere a priority is that of the whole process
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LOW_PRIORITY)


def limit_memory(gigabytes: float) -> None:
    """Limit the memory that this process may take for data, where the system can.

    An allocation beyond it fails, so that other programs keep their memory.
    """
    if sys.platform != "linux":
        return
    import resource

    _soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limit = round(gigabytes * 2**30)
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))


def was_killed(exit_code: int) -> bool:
    """Return True if a process was killed, as the system does where memory runs out."""
    return sys.platform != "win32" and exit_code == -signal.SIGKILL


def libc_function(name: str) -> Any:  # noqa: ANN401 - a C function
    """Return a function of this process's C library, or None where it has none of that name."""
    try:
        return getattr(ctypes.CDLL(None), name, None)
    except TypeError:  # Windows has no such library
        return None
