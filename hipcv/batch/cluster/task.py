"""One job as a task for another machine: its input, its execution there, its reply.

A result goes straight into a folder of the batch where the worker has that folder too, as on a
share; otherwise its files are the reply. The batch creates the folder, empty and with a random
name, so that a worker knows it from one of its own under the same path.
"""

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Self

from hipcv import language
from hipcv.batch.cluster.compatibility import incompatibility
from hipcv.batch.cluster.starters import OpenStarter, starter_of
from hipcv.batch.environment import SoftwareEnvironment
from hipcv.batch.job import Job
from hipcv.batch.outcome import ANALYZED, JobOutcome
from hipcv.core.errors import EnvironmentFault
from hipcv.core.options import AnalysisOptions
from hipcv.core.system_errors import reason_of
from hipcv.files import sha256_of
from hipcv.language import _

RESULT: Final = "result"
"""Name of a result in the folder of the batch that a worker writes it to."""


@dataclass(frozen=True, slots=True)
class ClusterTask:
    """A job as plain data: a pickled `Path` opens only on the system that made it."""

    run_id: str  # of the batch, random
    number: int  # of the job, as in the manifest
    clip: str = field(repr=False)  # path on the batch's machine, and perhaps on the worker
    file_name: str = field(repr=False)  # hidden from the workers' logs: it may name the patient
    clip_sha256: str
    timeout_s: float
    options: AnalysisOptions
    environment: SoftwareEnvironment  # required of the worker
    open_starter: OpenStarter
    lang: str  # of the texts that are written
    mtime_ns: int  # of the clip: a copy on the worker has the same date
    content: bytes | None = field(default=None, repr=False)  # of a clip the worker has not
    result_folder: str = field(default="", repr=False)  # of the batch; "": send the result

    @classmethod
    def from_job(
        cls, job: Job, environment: SoftwareEnvironment, open_starter: OpenStarter, run_id: str
    ) -> Self:
        """Return the task of a job in a run of a batch."""
        return cls(
            run_id=run_id,
            number=job.number,
            clip=str(job.clip.absolute()),
            file_name=job.clip.name,
            clip_sha256=job.clip_sha256,
            timeout_s=job.timeout_s,
            options=job.options,
            environment=environment,
            open_starter=open_starter,
            lang=language.current(),
            mtime_ns=_mtime_ns(job.clip),
        )

    def to_job(self, clip: Path, staging: Path) -> Job:
        """Return the job with the paths of this machine."""
        return Job(
            name=self.file_name,
            clip=clip,
            clip_sha256=self.clip_sha256,
            key="",  # key and folder are known to the batch's machine only
            folder="",
            staging=staging,
            timeout_s=self.timeout_s,
            options=self.options,
        )


def _mtime_ns(clip: Path) -> int:
    """Return the modification time of a clip; 0 if it is gone, which the worker will find."""
    try:
        return clip.stat().st_mtime_ns
    except OSError:
        return 0


@dataclass(frozen=True, slots=True)
class Done:
    """The job ended on the worker; a result is in `files`, or in the batch's folder."""

    outcome: JobOutcome
    files: Mapping[str, bytes] = field(default_factory=dict)  # by path within the result's folder
    is_written: bool = False  # to `ClusterTask.result_folder`


@dataclass(frozen=True, slots=True)
class ClipMissing:
    """The worker has no file of this content at the clip's path."""


@dataclass(frozen=True, slots=True)
class Incompatible:
    """The worker's results would differ; the text says where and why."""

    text: str


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The task was cancelled, or its worker is closing."""


Reply = Done | ClipMissing | Incompatible | Cancelled


@dataclass(frozen=True, slots=True)
class WorkerContext:
    """The worker that executes a task."""

    address: str
    folder: Path  # for temporary files
    notify_start: Callable[[], None]  # called as the analysis is about to start
    is_needed: Callable[[], bool]  # False once the task is cancelled


def execute(task: ClusterTask, context: WorkerContext) -> Reply:
    """Analyze one clip in a process of its own; leave no file on this machine."""
    with language.using(task.lang):
        return _execute(task, context)


def _execute(task: ClusterTask, context: WorkerContext) -> Reply:
    if problem := incompatibility(task.environment, task.options.model):
        return Incompatible(
            _("The worker {address}: {problem}").format(address=context.address, problem=problem)
        )
    try:
        with TemporaryDirectory(
            prefix="hipcv-", dir=context.folder, ignore_cleanup_errors=True
        ) as folder:
            return _analyze(task, context, Path(folder).resolve())
    except OSError as error:
        text = _(
            "{file_name}: could not be analysed on the worker {address} ({strerror}). See that "
            "it has room on its disk, and run the same command again."
        ).format(file_name=task.file_name, address=context.address, strerror=reason_of(error))
        return Done(JobOutcome("failed", text, EnvironmentFault.exit_code))


def _analyze(task: ClusterTask, context: WorkerContext, folder: Path) -> Reply:
    clip = _clip_path(task, folder)
    if clip is None:
        return ClipMissing()
    job = task.to_job(clip, folder / "work")
    context.notify_start()
    outcome = starter_of(task.run_id, task.open_starter).run(job, context.is_needed)
    if outcome is None:
        return Cancelled()
    if outcome.status not in ANALYZED:
        return Done(outcome)
    if _write_result(job.result, task.result_folder):
        return Done(outcome, is_written=True)
    paths = sorted(path for path in job.result.rglob("*") if path.is_file())
    files = {path.relative_to(job.result).as_posix(): path.read_bytes() for path in paths}
    return Done(outcome, files)


def _write_result(result: Path, result_folder: str) -> bool:
    """Copy a result to the batch's folder; return False where this worker cannot.

    A worker of another user has to send it: the batch could not read its files.
    """
    if not result_folder:
        return False
    folder = Path(result_folder)
    with suppress(OSError):
        if folder.stat().st_uid == _user():
            shutil.copytree(result, folder / RESULT)
            return True
    return False


def _user() -> int:
    """Return the user of this process as files have it; Windows has 0 for all."""
    return 0 if sys.platform == "win32" else os.geteuid()


def _clip_path(task: ClusterTask, folder: Path) -> Path | None:
    """Return the clip on this machine; None where it is neither here nor was sent."""
    if task.content is not None:
        sent = folder / "clip" / task.file_name
        sent.parent.mkdir()
        sent.write_bytes(task.content)
        os.utime(sent, ns=(task.mtime_ns, task.mtime_ns))
        return sent
    path = Path(task.clip)
    try:
        return path if sha256_of(path) == task.clip_sha256 else None
    except (OSError, ValueError):
        return None
