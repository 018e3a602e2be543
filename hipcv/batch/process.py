"""Supervision of a running job: limited in time, killed with all its children.

`JobProcess` is a job in a new program of its own; `hipcv.batch.warm` has those of programs that
serve several clips.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Final

from hipcv import language, native
from hipcv.batch.job import CommandBuilder, Job, order_line
from hipcv.batch.outcome import ANALYZED, ClipStatus, JobOutcome, status_of_result
from hipcv.core.errors import AnalysisCrashed, OutOfMemory
from hipcv.language import _

_STATUSES: Final[dict[int, ClipStatus]] = {
    0: "measured",
    1: "failed",
    2: "failed",
    3: "unreadable",
    4: "not_measured",
    6: "failed",
}
"""By exit code of the analysis; any other is a crash."""

STDOUT: Final = "stdout"
STDERR: Final = "stderr"
"""Files of a job's output in its staging folder."""

_LOG_BYTES: Final = 2000


class RunningJob(ABC):
    """A job that has been started; its output goes to files in its staging folder."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._started_s = time.monotonic()

    def poll(self) -> JobOutcome | None:
        """Return the outcome, or None while the job runs and is within its time limit."""
        duration_s = time.monotonic() - self._started_s
        exit_code = self.exit_code()
        if exit_code is None and duration_s < self.job.timeout_s:
            return None
        self.kill()
        if exit_code is None:
            return JobOutcome(
                "timed_out",
                _(
                    "{name}: not done after {seconds:.0f} s and ended. Allow more with "
                    "--timeout-s and --retry-failed, or cut the clip shorter."
                ).format(name=self.job.clip.name, seconds=self.job.timeout_s),
                duration_s=duration_s,
                log=_tail(self.job.staging / STDERR),
            )
        return _outcome(self.job, exit_code, duration_s)

    @abstractmethod
    def exit_code(self) -> int | None:
        """Return the exit code of the analysis, negative for a signal; None while it runs."""

    @abstractmethod
    def kill(self) -> None:
        """Kill the process of the job and its children, if they still run."""


class JobProcess(RunningJob):
    """A job in a new program. Its output goes to files, so that it never blocks on a pipe."""

    def __init__(self, job: Job, command: CommandBuilder) -> None:
        super().__init__(job)
        job.staging.mkdir(parents=True)
        with (
            (job.staging / STDOUT).open("wb") as stdout,
            (job.staging / STDERR).open("wb") as stderr,
        ):
            self._popen: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603 - our command
                command(job),
                stdin=subprocess.PIPE,  # stays open as long as this process lives; see worker.py
                stdout=stdout,
                stderr=stderr,
                cwd=job.staging,  # where no hipcv.toml changes the options
                env={**os.environ, language.VARIABLE: language.current()},
                # A group of its own: Ctrl-C does not reach it, and its children die with it.
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )
        self._send(order_line(job))

    def _send(self, line: bytes) -> None:
        assert self._popen.stdin is not None
        with contextlib.suppress(OSError):  # where it has ended, its exit code says why
            os.write(self._popen.stdin.fileno(), line)

    def assign(self, job: Job) -> None:
        """Continue with another job in the same staging folder; its time limit counts from now."""
        self.job, self._started_s = job, time.monotonic()

    def exit_code(self) -> int | None:
        """Return the exit code of the program; None while it runs."""
        return self._popen.poll()

    def kill(self) -> None:
        """Kill the program and its children, if they still run."""
        if self._popen.stdin:
            self._popen.stdin.close()
        kill_group(self._popen.pid)
        self._popen.wait()


def kill_group(pid: int) -> None:
    """Kill a process, and the group that it leads."""
    with contextlib.suppress(OSError):  # it has ended
        if sys.platform == "win32":
            os.kill(pid, signal.SIGTERM)  # ends it at once
        else:
            os.killpg(pid, signal.SIGKILL)


def _outcome(job: Job, exit_code: int, duration_s: float) -> JobOutcome:
    status = _STATUSES.get(exit_code)
    if status == "not_measured":
        status = status_of_result(job.result, job.clip_sha256)
    text = "" if status in ANALYZED else _failure_text(job.staging / STDOUT)
    if status in ANALYZED or (status and text):
        return JobOutcome(status, text, exit_code=exit_code, duration_s=duration_s)
    error = OutOfMemory() if native.was_killed(exit_code) else AnalysisCrashed(exit_code)
    return JobOutcome(
        "crashed",
        f"{job.clip.name}: {error}",
        exit_code=exit_code,
        duration_s=duration_s,
        log=_tail(job.staging / STDERR),
    )


def _failure_text(stdout: Path) -> str:
    """Return the error text that the analysis printed; "" where it printed none."""
    try:
        return str(json.loads(stdout.read_text(encoding="utf-8"))["text"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _tail(path: Path) -> str:
    """Return the end of a log."""
    try:
        return path.read_bytes()[-_LOG_BYTES:].decode("utf-8", "replace").strip()
    except OSError:
        return ""
