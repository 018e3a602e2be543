"""One clip to analyze: the options, the key of its result, its command line and time limit."""

import hashlib
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from hipcv.core.options import AnalysisOptions

TIMEOUT_BASE_S: Final = 300.0
TIMEOUT_PER_BYTE_S: Final = 60.0 / 1e6
TIMEOUT_MAX_S: Final = 7200.0

_CLIP_MARK: Final = "@clip@"


@dataclass(frozen=True, slots=True)
class Job:
    """One clip for an executor."""

    name: str  # of the clip within the folder
    clip: Path
    clip_sha256: str  # "" where the analysis is the first to read the whole clip
    key: str  # "" without `clip_sha256`
    folder: str  # where the result goes, within the batch's results
    staging: Path  # of this job alone
    timeout_s: float
    options: AnalysisOptions
    size_bytes: int = 0  # of the clip when it was found
    mtime_ns: int = 0
    number: int = 0  # within the batch's results, as in the manifest
    growing: bool = False  # the clip is still being recorded; its analysis follows it

    @property
    def result(self) -> Path:
        """Return the folder that the analysis writes to, before it is moved to its place."""
        return self.staging / "result"


CommandBuilder = Callable[[Job], list[str]]
"""Builds the command line of a job's process, which reads the `order_line` of the job."""


def result_key(
    clip_sha256: str, options: AnalysisOptions, models: Mapping[str, str], method: int
) -> str:
    """Return the key of a result: with an equal key, another analysis would give an equal result.

    The clip's name and path do not matter. `models` has the SHA-256 of every pose model that may be
    used, by name; `method` is `pipeline.METHOD`.
    """
    return key_builder(options, models, method)(clip_sha256)


def key_builder(
    options: AnalysisOptions, models: Mapping[str, str], method: int
) -> Callable[[str], str]:
    """Return `result_key` for many clips, by their SHA-256."""
    order = asdict(options)
    del order["limits"]
    if options.person.is_empty:
        order["person"] = None
    for name in ("side", "start_s", "person", "external"):  # absent from earlier manifests' keys
        if not order[name]:
            del order[name]
    parts = {"clip": _CLIP_MARK, "order": order, "models": models, "method": method}
    head, _, tail = json.dumps(parts, sort_keys=True).partition(_CLIP_MARK)

    def key(clip_sha256: str) -> str:
        return hashlib.sha256(f"{head}{clip_sha256}{tail}".encode()).hexdigest()

    return key


def default_timeout_s(size_bytes: int) -> float:
    """Return a generous limit by file size; the duration is unknown until a clip is opened."""
    return min(TIMEOUT_BASE_S + TIMEOUT_PER_BYTE_S * size_bytes, TIMEOUT_MAX_S)


def worker_command(*flags: str) -> list[str]:
    """Build the command line of `hipcv.batch.worker`; `order_line` says what it is to do."""
    return [sys.executable, "-m", "hipcv.batch.worker", *flags]


def order_of(job: Job) -> dict[str, Any]:
    """Return what a job's process is to do, as plain data."""
    return {
        "clip": str(job.clip.absolute()),
        "folder": str(job.result.absolute()),
        "options": job.options.to_dict(),
        "growing": job.growing,
    }


def order_line(job: Job) -> bytes:
    """Return what a job's process reads from its standard input, as a line of JSON in ASCII."""
    return json.dumps(order_of(job)).encode("ascii") + b"\n"


def analyze_command(_job: Job) -> list[str]:
    """Build the command line of a batch's job: one thread, as there is one worker per core."""
    return worker_command("--single-thread")
