"""One job on another machine: what it needs to know, what it does there, what it brings back."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Self

from hipcv.batch.job import ANSWERED, Command, Job, Outcome
from hipcv.batch.means import Means, objection
from hipcv.batch.outcome import sha256_of
from hipcv.batch.process import Process
from hipcv.core.errors import EnvironmentFault
from hipcv.core.options import AnalysisOptions

_GLANCE_S: Final = 0.1


@dataclass(frozen=True, slots=True)
class Errand:
    """A job in words that another machine can read: a `Path` only opens on its own system."""

    clip: str = field(repr=False)  # its place where it is asked for, and perhaps on the worker
    file_name: str = field(repr=False)  # which may name the patient: logs of workers show none
    clip_sha256: str
    key: str
    timeout_s: float
    options: AnalysisOptions
    means: Means  # by which the result has to be made
    command: Command
    content: bytes | None = field(default=None, repr=False)  # of a clip that a worker had not

    @classmethod
    def of(cls, job: Job, means: Means, command: Command) -> Self:
        """What is to be done for a job."""
        return cls(
            clip=str(job.clip.absolute()),
            file_name=job.clip.name,
            clip_sha256=job.clip_sha256,
            key=job.key,
            timeout_s=job.timeout_s,
            options=job.options,
            means=means,
            command=command,
        )

    def job(self, clip: Path, staging: Path) -> Job:
        """The job again, with its places on this machine."""
        return Job(
            name=self.file_name,
            clip=clip,
            clip_sha256=self.clip_sha256,
            key=self.key,
            folder="",  # its place is the business of the machine that asks
            staging=staging,
            timeout_s=self.timeout_s,
            options=self.options,
        )


@dataclass(frozen=True, slots=True)
class Done:
    """The job came to an end here."""

    outcome: Outcome
    files: Mapping[str, bytes]  # of the result, by their path within its folder


@dataclass(frozen=True, slots=True)
class Absent:
    """The clip is not on this machine, or another stands in its place."""


@dataclass(frozen=True, slots=True)
class Unlike:
    """Results made here would not be the same; a sentence that says where and why."""

    text: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """Given up, because nobody waits for it any more or this worker is closing."""


Reply = Done | Absent | Unlike | Dropped


@dataclass(frozen=True, slots=True)
class Bench:
    """What a worker offers to an errand."""

    where: str  # the worker's address, to tell it by
    folder: Path  # for what is being made
    begun: Callable[[], None]  # called when the analysis is about to begin
    wanted: Callable[[], bool]  # whether the result is still waited for


def carry_out(errand: Errand, bench: Bench) -> Reply:
    """Analyse one clip in a process of its own; nothing of it stays on this machine."""
    if told := objection(errand.means, errand.options.model):
        return Unlike(f"The worker {bench.where}: {told}")
    try:
        with TemporaryDirectory(
            prefix="hipcv-", dir=bench.folder, ignore_cleanup_errors=True
        ) as folder:
            return _analyse(errand, bench, Path(folder).resolve())
    except OSError as fault:
        told = (
            f"{errand.file_name}: could not be analysed on the worker {bench.where} "
            f"({fault.strerror}). See that it has room on its disk, and run the same command again."
        )
        return Done(Outcome("failed", told, EnvironmentFault.exit_code), {})


def _analyse(errand: Errand, bench: Bench, place: Path) -> Reply:
    """Analyse one clip in a folder of this errand alone."""
    clip = _clip_of(errand, place)
    if clip is None:
        return Absent()
    job = errand.job(clip, place / "work")
    bench.begun()
    outcome = _supervise(job, errand.command, bench.wanted)
    if outcome is None:
        return Dropped()
    return Done(outcome, _files_of(job.result) if outcome.status in ANSWERED else {})


def _clip_of(errand: Errand, place: Path) -> Path | None:
    """The clip on this machine; None where it is neither here nor was sent."""
    if errand.content is not None:
        sent = place / "clip" / errand.file_name
        sent.parent.mkdir()
        sent.write_bytes(errand.content)
        return sent
    here = Path(errand.clip)
    try:
        return here if sha256_of(here) == errand.clip_sha256 else None
    except (OSError, ValueError):
        return None


def _supervise(job: Job, command: Command, wanted: Callable[[], bool]) -> Outcome | None:
    """What becomes of the job's process; None where it was given up."""
    process = Process(job, command)
    try:
        while True:
            if outcome := process.poll():
                return outcome
            if not wanted():
                return None
            time.sleep(_GLANCE_S)
    finally:
        process.kill()


def _files_of(result: Path) -> dict[str, bytes]:
    files = sorted(path for path in result.rglob("*") if path.is_file())
    return {path.relative_to(result).as_posix(): path.read_bytes() for path in files}
