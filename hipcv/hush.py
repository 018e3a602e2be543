"""Keeps native code from writing to the terminal: it speaks to engineers."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

STDERR: Final = 2
"""The file descriptor that native code writes its log to."""


_changing = threading.Lock()
_quiet: list[int] = []
"""The real standard error, once for each thread that is quiet."""


@contextmanager
def hushed() -> Iterator[None]:
    """Send what is written to standard error, by whatever library, nowhere.

    Several threads may do so at once: the last to leave gives it back.
    """
    with _changing:
        if not _quiet:
            sys.stderr.flush()
            _quiet.append(os.dup(STDERR))
            with Path(os.devnull).open("wb") as nowhere:
                os.dup2(nowhere.fileno(), STDERR)
        else:
            _quiet.append(_quiet[0])
    try:
        yield
    finally:
        with _changing:
            kept = _quiet.pop()
            if not _quiet:
                os.dup2(kept, STDERR)
                os.close(kept)
