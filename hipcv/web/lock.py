"""One desk a data folder: two would take each other's uploads for leftovers."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from hipcv.core.errors import EnvironmentFault

NAME: Final = "desk.lock"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep the folder to this process; the system lets go of it when the process ends, however.

    Raises:
        EnvironmentFault: another desk has it open.
    """
    descriptor = os.open(folder / NAME, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            _take(descriptor)
        except OSError as fault:
            raise EnvironmentFault(
                f"{folder}: another `hipcv review` has this data folder open. Close it first, or "
                "name another folder with --data-dir."
            ) from fault
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
