"""Memory that pictures took is given back; told to the C library where it listens.

glibc keeps a pool for each thread. Pictures are made in one thread and dropped in another, so that
every pool would grow to what the greediest needs.
"""

import ctypes
from typing import Any, Final

_ARENA_MAX: Final = -8  # M_ARENA_MAX of malloc.h


def share() -> None:
    """Have all threads of this process take memory from one pool; before any of them begins."""
    if (mallopt := _of_libc("mallopt")) is not None:
        mallopt(_ARENA_MAX, 1)


def give_back() -> None:
    """Hand to the system what is free in the pool."""
    if (malloc_trim := _of_libc("malloc_trim")) is not None:
        malloc_trim(0)


def _of_libc(name: str) -> Any:  # noqa: ANN401 - a C function
    """A function of the C library of this process; None where it has none of that name."""
    try:
        return getattr(ctypes.CDLL(None), name, None)
    except TypeError:  # Windows has no such library
        return None
