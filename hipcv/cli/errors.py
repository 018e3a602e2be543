"""Where an error ends: one plain sentence for the user, and an exit code."""

import sys
from collections.abc import Callable
from typing import Final, TypeVar

from hipcv.core.errors import NOT_MEASURED, EnvironmentFault, Failure, Interrupted

Done = TypeVar("Done")

GRAVITY: Final = (1, Interrupted.exit_code, EnvironmentFault.exit_code, 3, 2, NOT_MEASURED, 0)
"""Exit codes, worst first: the code of a command over several clips is the worst of theirs."""


def attempt(action: Callable[[], Done]) -> Done | Failure:
    """Return the result of a call, or its failure; the only place that catches any error."""
    try:
        return action()
    except Exception as error:  # noqa: BLE001 - reported to the user without a traceback
        return Failure.from_error(error)


def complain(failure: Failure) -> None:
    """Tell the user on stderr."""
    sys.stderr.write(f"hipcv: {failure.text}\n")


def worst(codes: list[int]) -> int:
    """The exit code that speaks for several, by `GRAVITY`."""
    return min(codes, key=GRAVITY.index, default=0)
