"""One supervised process: started, timed, ended with all its children, and read."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

from hipcv.batch.job import Command, Job, Outcome, Status

_ANALYSED: Final[dict[int, Status]] = {0: "measured", 4: "not_measured"}
_SAID: Final[dict[int, Status]] = {1: "failed", 2: "failed", 3: "unreadable", 6: "failed"}
_LOG_BYTES: Final = 2000


class Process:
    """The process of one job. It reads nothing, and its words go to files, so it never waits."""

    def __init__(self, job: Job, command: Command) -> None:
        self.job = job
        self.began_s = time.monotonic()
        job.staging.mkdir(parents=True)
        with (
            (job.staging / "stdout").open("wb") as stdout,
            (job.staging / "stderr").open("wb") as stderr,
        ):
            self._popen: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603 - our own words
                command(job),
                stdin=subprocess.PIPE,  # held open for as long as we live; see worker.py
                stdout=stdout,
                stderr=stderr,
                cwd=job.staging,  # where no hipcv.toml changes what was ordered
                **_own_group(),
            )

    def poll(self) -> Outcome | None:
        """What became of the job; None while it runs and is within its time."""
        spent_s = time.monotonic() - self.began_s
        code = self._popen.poll()
        if code is None and spent_s < self.job.timeout_s:
            return None
        self.kill()
        if code is None:
            return Outcome(
                "timed_out",
                f"{self.job.clip.name}: not done after {self.job.timeout_s:.0f} s and ended. "
                "Allow more with --timeout-s and --retry-failed, or cut the clip shorter.",
                spent_s=spent_s,
                log=_tail(self.job.staging / "stderr"),
            )
        return _outcome(self.job, code, spent_s)

    def kill(self) -> None:
        """End the process and its children, if they still run."""
        if self._popen.stdin:
            self._popen.stdin.close()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if sys.platform == "win32":
                self._popen.kill()
            else:
                os.killpg(self._popen.pid, signal.SIGKILL)
        self._popen.wait()


def _own_group() -> dict[str, Any]:
    """So that Ctrl-C does not reach the process, and its children can be ended with it."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


def _outcome(job: Job, code: int, spent_s: float) -> Outcome:
    """What an exit code means, with the words that came with it."""
    if code in _ANALYSED:
        return Outcome(_ANALYSED[code], exit_code=code, spent_s=spent_s)
    said = _said(job.staging / "stdout")
    if code in _SAID and said:
        return Outcome(_SAID[code], said, exit_code=code, spent_s=spent_s)
    return Outcome(
        "crashed",
        f"{job.clip.name}: the analysis broke down ({_ending(code)}). "
        "Re-save the clip as H.264 MP4 and try again.",
        exit_code=code,
        spent_s=spent_s,
        log=_tail(job.staging / "stderr"),
    )


def _said(stdout: Path) -> str:
    """The sentence in which the analysis told its failure; "" where it told none."""
    try:
        told = json.loads(stdout.read_text(encoding="utf-8"))
        return str(told["text"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _ending(code: int) -> str:
    """How a process ended, in words."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


def _tail(path: Path) -> str:
    """The end of a log."""
    try:
        return path.read_bytes()[-_LOG_BYTES:].decode("utf-8", "replace").strip()
    except OSError:
        return ""
