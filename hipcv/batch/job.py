"""One clip to analyse: what is asked of it, what its result is known by, what became of it."""

import hashlib
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from hipcv.core.protocol import MeasurementProtocol, settings

JsonObject = dict[str, Any]

Status = Literal[
    "measured",
    "not_measured",  # analysed, and refused with a reason: an answer
    "unreadable",
    "crashed",
    "timed_out",
    "failed",  # hipcv or this machine is at fault, not the clip
    "duplicate",
    "not_a_file",
    "waiting",  # not begun, or put back
]

ANSWERED: Final[frozenset[Status]] = frozenset({"measured", "not_measured"})
FAILED: Final[frozenset[Status]] = frozenset({"unreadable", "crashed", "timed_out", "failed"})

TIMEOUT_BASE_S: Final = 300.0
TIMEOUT_PER_BYTE_S: Final = 60.0 / 1e6
TIMEOUT_LONGEST_S: Final = 7200.0


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of every clip of a batch."""

    protocol: MeasurementProtocol = field(default_factory=MeasurementProtocol)
    model: str = "full"
    mirrored: bool = False
    overlay: bool = True
    blur_face: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """One clip for an executor."""

    name: str  # of the clip within the folder
    clip: Path
    clip_sha256: str
    key: str
    folder: str  # where the result goes, within the batch's results
    staging: Path  # of this job alone; the result appears in `staging / "result"`
    timeout_s: float
    order: Order

    @property
    def result(self) -> Path:
        """The folder that the analysis writes to, before it is moved to its place."""
        return self.staging / "result"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one job."""

    status: Status
    text: str = ""  # a plain sentence where there is no result
    exit_code: int | None = None
    spent_s: float = 0.0
    log: str = ""  # the last words of a process that died


Command = Callable[[Job], list[str]]
"""Gives the words to start for a job."""


def key_of(clip_sha256: str, order: Order, models: Mapping[str, str], method: int) -> str:
    """What a result is known by: the same key means that analysing again would give the same.

    Args:
        clip_sha256: of the clip's bytes; its name and place do not matter.
        order: what is asked, the whole protocol among it.
        models: SHA-256 of every pose model that may be used, by name.
        method: `pipeline.METHOD`.
    """
    known = {"clip": clip_sha256, "order": asdict(order), "models": models, "method": method}
    return hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()


def default_timeout_s(size_bytes: int) -> float:
    """Generous: a clip's length is not known before it is opened, so its size stands in for it."""
    return min(TIMEOUT_BASE_S + TIMEOUT_PER_BYTE_S * size_bytes, TIMEOUT_LONGEST_S)


def analyze_command(job: Job) -> list[str]:
    """`hipcv analyze` for one job, in a process that does not outlive the batch."""
    order = job.order
    words = [sys.executable, "-m", "hipcv.batch.worker", "analyze", str(job.clip.absolute())]
    words += ["--json", "--quiet", "--out", str(job.result.absolute()), "--model", order.model]
    words += ["--overlay" if order.overlay else "--no-overlay"]
    words += ["--blur-face" if order.blur_face else "--no-blur-face"]
    words += ["--mirrored"] if order.mirrored else []
    for known in settings():
        value = getattr(order.protocol, known.name)
        if value != known.default:
            words += ["--set", f"{known.name}={value!r}"]
    return words
