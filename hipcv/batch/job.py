"""One clip to analyse: what is asked of it, what its result is known by, what became of it."""

import hashlib
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal

from hipcv.core.options import AnalysisOptions

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
class Job:
    """One clip for an executor."""

    name: str  # of the clip within the folder
    clip: Path
    clip_sha256: str
    key: str
    folder: str  # where the result goes, within the batch's results
    staging: Path  # of this job alone; the result appears in `staging / "result"`
    timeout_s: float
    options: AnalysisOptions

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


def key_of(
    clip_sha256: str, options: AnalysisOptions, models: Mapping[str, str], method: int
) -> str:
    """Return the key of a result: with the same key, analysing again would give the same.

    Args:
        clip_sha256: of the clip's bytes; its name and folder do not matter.
        options: what is asked of the clip, the whole protocol among it.
        models: SHA-256 of every pose model that may be used, by name.
        method: `pipeline.METHOD`.
    """
    order = asdict(options)
    for name in ("side", "start_s"):  # absent from the keys of manifests unless set
        if not order[name]:
            del order[name]
    content = {"clip": clip_sha256, "order": order, "models": models, "method": method}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def default_timeout_s(size_bytes: int) -> float:
    """Generous: a clip's length is not known before it is opened, so its size stands in for it."""
    return min(TIMEOUT_BASE_S + TIMEOUT_PER_BYTE_S * size_bytes, TIMEOUT_LONGEST_S)


def analyze_command(job: Job) -> list[str]:
    """Return the command that runs `hipcv analyze` in a process that ends with the batch."""
    argv = [sys.executable, "-m", "hipcv.batch.worker", "analyze", str(job.clip.absolute())]
    argv += ["--json", "--quiet", "--out", str(job.result.absolute())]
    return [*argv, *job.options.to_argv()]
