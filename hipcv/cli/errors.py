"""Errors of the command line: one plain sentence on stderr, and an exit code."""

import sys
from collections.abc import Callable
from typing import Final, TypeVar

from hipcv.core.errors import NOT_MEASURED, EnvironmentFault, Failure, Interrupted
from hipcv.core.text import escape

T = TypeVar("T")

EXIT_CODE_PRIORITY: Final = (
    1, Interrupted.exit_code, EnvironmentFault.exit_code, 3, 2, NOT_MEASURED, 0,
)  # fmt: skip
"""Exit codes, worst first: a command over several clips ends with the worst of theirs."""


def attempt(action: Callable[[], T]) -> T | Failure:
    """Return the result of a call, or its failure; the only place that catches any error."""
    try:
        return action()
    except Exception as error:  # noqa: BLE001 - reported to the user without a traceback
        return Failure.from_error(error)


def print_error(failure: Failure) -> None:
    """Print a failure on stderr."""
    sys.stderr.write(f"hipcv: {escape(failure.text)}\n")


def worst(codes: list[int]) -> int:
    """Return the exit code of highest priority; 0 without any."""
    return min(codes, key=EXIT_CODE_PRIORITY.index, default=0)
