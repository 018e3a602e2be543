"""Errors, each named by the fact it states.

Each message is one plain sentence or two for a clinician: what is wrong, with which file, and
what to do. A property of the clip ("the leg was hidden") is not an error but an `Issue`.
"""

import os
import signal
import traceback
from dataclasses import dataclass
from typing import Final, Self

from hipcv.core.system_errors import reason_of
from hipcv.language import _

DEBUG_VARIABLE: Final = "HIPCV_DEBUG"

OPENCV_NO_MEMORY: Final = -4
"""`cv::Error::StsNoMem`."""

NOT_MEASURED: Final = 4
"""Exit code of a clip that was analyzed but could not be measured."""


class HipcvError(Exception):
    """Base of all errors that are shown to the user, with the exit code of the program."""

    exit_code = 1


class BadRequest(HipcvError):
    """The request is not valid (usage)."""

    exit_code = 2


class NotFound(HipcvError):
    """The records hold nothing under this id or name."""

    exit_code = 2


class Stale(HipcvError):
    """The record was changed by another user since it was read."""

    exit_code = 2


class ResultExists(BadRequest):
    """A result exists already and may not be overwritten without `--force`."""


class InvalidProtocol(BadRequest):
    """A protocol setting is unknown, of the wrong type or out of its range."""


class UnreadableVideo(HipcvError):
    """No picture can be decoded from the file."""

    exit_code = 3


class AnalysisCrashed(UnreadableVideo):
    """The process that analyzed a clip broke down, as native code does.

    Args:
        exit_code: of the process; negative: the signal that ended it.
    """

    def __init__(self, exit_code: int) -> None:
        super().__init__(
            _(
                "The analysis broke down ({how}). Re-save the clip as H.264 MP4 and try again."
            ).format(how=_describe_exit(exit_code))
        )


class OverLimit(UnreadableVideo):
    """A clip is larger than one of `ClipLimits` allows."""


class ChangedWhileRead(UnreadableVideo):
    """A clip was replaced, cut or still written to between two readings of it."""


class InvalidTrack(HipcvError):
    """Arrays of a track, closeup or stored result do not fit together."""

    exit_code = 3


class UnreadableTable(HipcvError):
    """A table of readings cannot be read, or does not hold what is asked of it."""

    exit_code = 3


class UnreadableBackup(HipcvError):
    """A file is no backup of a desk, or not whole, or was altered."""

    exit_code = 3


class EnvironmentFault(HipcvError):
    """Something hipcv needs on this machine is missing or broken."""

    exit_code = 6


class ModelMissing(EnvironmentFault):
    """A pose model is absent, or is not the file it should be."""


class OutOfMemory(EnvironmentFault):
    """The memory of this machine, or what is allowed of it, did not suffice for a clip."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "There was not enough memory for the analysis. Close other programs, or save the "
                "clip smaller, such as in 1080p. To allow more: --set memory_max_gb=NUMBER, or "
                "memory_max_gb under [limits] in hipcv.toml."
            )
        )


class CameraUnavailable(EnvironmentFault):
    """No picture comes from the camera."""


class Interrupted(HipcvError):
    """The user stopped the program: Ctrl-C, or the window closed."""

    exit_code = 130


@dataclass(frozen=True, slots=True)
class Failure:
    """An error as a program reports it: an exit code and plain sentences."""

    exit_code: int
    text: str

    @classmethod
    def from_error(cls, error: Exception) -> Self:
        """Return the report of any error; print its traceback if `HIPCV_DEBUG` is set."""
        if is_memory_error(error):
            error = OutOfMemory()
        if isinstance(error, HipcvError):
            return cls(error.exit_code, str(error))
        if os.environ.get(DEBUG_VARIABLE):
            traceback.print_exception(error)
        if isinstance(error, OSError):
            where = f"{error.filename}: " if error.filename else ""
            return cls(EnvironmentFault.exit_code, f"{where}{reason_of(error)}.")
        if isinstance(error, ImportError):
            return cls(
                EnvironmentFault.exit_code,
                _(
                    "A library that hipcv needs cannot be loaded ({error}). `hipcv doctor` "
                    "says what to install."
                ).format(error=error),
            )
        return cls(
            1,
            _(
                "Internal error ({kind}: {error}). This is a fault in hipcv, not in "
                "the clip; set {variable}=1 to see where, and please report it."
            ).format(kind=type(error).__name__, error=error, variable=DEBUG_VARIABLE),
        )


def is_memory_error(error: Exception) -> bool:
    """Return True if an error says that memory could not be allocated, in Python or in OpenCV."""
    return isinstance(error, MemoryError) or getattr(error, "code", None) == OPENCV_NO_MEMORY


def _describe_exit(exit_code: int) -> str:
    """Return how a process ended: the name of its signal, or its exit code."""
    if exit_code >= 0:
        return _("exit code {exit_code}").format(exit_code=exit_code)
    try:
        return signal.Signals(-exit_code).name
    except ValueError:
        return _("signal {number}").format(number=-exit_code)
