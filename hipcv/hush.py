"""Keeps native code from writing to the terminal: it speaks to engineers."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

STDERR: Final = 2
"""The file descriptor that native code writes its log to."""


@contextmanager
def hushed() -> Iterator[None]:
    """Send what is written to standard error, by whatever library, nowhere."""
    sys.stderr.flush()
    kept = os.dup(STDERR)
    try:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), STDERR)
        yield
    finally:
        os.dup2(kept, STDERR)
        os.close(kept)
