"""Where an error ends: one plain sentence for the user, and an exit code."""

import os
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from hipcv.core.errors import EnvironmentFault, HipcvError, Interrupted

Done = TypeVar("Done")

DEBUG_VARIABLE: Final = "HIPCV_DEBUG"

NOT_MEASURED: Final = 4
"""Exit code of a clip that was analysed but could not be measured."""

GRAVITY: Final = (1, Interrupted.exit_code, EnvironmentFault.exit_code, 3, 2, NOT_MEASURED, 0)
"""Exit codes, worst first: the code of a command over several clips is the worst of theirs."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What could not be done, in a sentence."""

    exit_code: int
    text: str


def attempt(action: Callable[[], Done]) -> Done | Failure:
    """Do it, or say why it cannot be done. The only place where anything unexpected is caught."""
    try:
        return action()
    except HipcvError as told:
        return Failure(told.exit_code, str(told))
    except OSError as fault:
        show_trace()
        where = f"{fault.filename}: " if fault.filename else ""
        return Failure(EnvironmentFault.exit_code, f"{where}{fault.strerror or fault}.")
    except ImportError as fault:
        show_trace()
        return Failure(
            EnvironmentFault.exit_code,
            f"A library that hipcv needs cannot be loaded ({fault}). "
            "`hipcv doctor` says what to install.",
        )
    except Exception as fault:  # noqa: BLE001 - a bug must not end in a wall of code
        show_trace()
        return Failure(
            1,
            f"Internal error ({type(fault).__name__}: {fault}). This is a fault in hipcv, not in "
            f"the clip; set {DEBUG_VARIABLE}=1 to see where, and please report it.",
        )


def show_trace() -> None:
    """Print where the current error arose, for engineers who asked for it."""
    if os.environ.get(DEBUG_VARIABLE):
        traceback.print_exc()


def complain(failure: Failure) -> None:
    """Tell the user on stderr."""
    sys.stderr.write(f"hipcv: {failure.text}\n")


def worst(codes: list[int]) -> int:
    """The exit code that speaks for several, by `GRAVITY`."""
    return min(codes, key=GRAVITY.index, default=0)
