"""Jobs in processes that have loaded the libraries: `hipcv.batch.server`, seen from the batch.

Where the system forks safely, one server forks a process for each clip. Elsewhere each server
carries out several clips itself, one at a time; one that crashed or was killed is replaced, and
costs the clip it had alone.
"""

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from itertools import count
from queue import Empty, SimpleQueue
from typing import Final, Protocol

from hipcv import language
from hipcv.batch import server
from hipcv.batch.job import CommandBuilder, Job, analyze_command, order_of
from hipcv.batch.process import JobProcess, RunningJob, kill_group

COMMAND: Final = (sys.executable, "-m", "hipcv.batch.server")
FORKS: Final = sys.platform == "linux"

_REPLY_MAX_S: Final = 120.0  # until a server has begun an order, or killed it
_LOST_MAX: Final = 3  # forking servers that end unasked, before each clip gets a program of its own


class JobStarter(Protocol):
    """Starts jobs, in processes that it keeps until it is closed."""

    def start(self, job: Job) -> RunningJob:
        """Start a job."""

    def close(self) -> None:
        """End all processes."""


class NewPrograms:
    """A `JobStarter` of a new program for each clip."""

    def __init__(self, command: CommandBuilder) -> None:
        self._command = command

    def start(self, job: Job) -> RunningJob:
        """Start a job."""
        return JobProcess(job, self._command)

    def close(self) -> None:
        """Do nothing: each job ends its program."""


class WarmWorkers:
    """A `JobStarter` of servers: one that forks, or as many as there are jobs at once.

    Args:
        command: starts a server.
        fork: whether it forks a process for each job.
        cold: starts a program for a job whose forking server ended unasked.
    """

    def __init__(
        self,
        command: Sequence[str] = COMMAND,
        *,
        fork: bool = FORKS,
        cold: CommandBuilder = analyze_command,
    ) -> None:
        self._command = [*command, *([server.FORK] if fork else [])]
        self._fork, self._cold = fork, NewPrograms(cold)
        self._servers: list[Server] = []
        self._lost = 0

    def start(self, job: Job) -> RunningJob:
        """Start a job."""
        chosen = self._server()
        if self._lost >= _LOST_MAX:
            return self._cold.start(job)
        job.staging.mkdir(parents=True)
        return _ForkedJob(job, chosen, self._cold) if self._fork else _PooledJob(job, chosen)

    def close(self) -> None:
        """End all servers with their jobs."""
        while self._servers:
            self._servers.pop().kill()

    def _server(self) -> "Server":
        """Return a server that can take an order, which is started if there is none."""
        for one in [one for one in self._servers if not (one.usable() or one.busy)]:
            self._lost += self._fork
            self._servers.remove(one)
            one.kill()
        for one in self._servers:
            if one.usable() and (self._fork or not one.busy):
                return one
        self._servers.append(Server(self._command))
        return self._servers[-1]


class Server:
    """A `hipcv.batch.server`."""

    def __init__(self, command: Sequence[str]) -> None:
        self._popen: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603 - our command
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, server.THREADS_VARIABLE: "1"},
            start_new_session=True,  # Ctrl-C does not reach it
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        self.lost = False  # it ended
        self._numbers = count()
        self._running: dict[int, int | None] = {}  # process of each order, by number; None: not yet
        self._exit_codes: dict[int, int] = {}  # of ended orders, by number
        self._last = False  # it takes no further order
        self._replies: SimpleQueue[bytes] = SimpleQueue()  # b"" at the end
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def usable(self) -> bool:
        """Return True if the server takes further orders."""
        self._handle_replies()
        return not self.lost and not self._last

    @property
    def busy(self) -> bool:
        """Return True while an order is carried out."""
        return bool(self._running)

    def begin(self, job: Job) -> int:
        """Send a job as an order and return its number."""
        number = next(self._numbers)
        order: server.Order = {
            "number": number,
            "staging": str(job.staging.absolute()),
            "language": language.current(),
            "order": order_of(job),
        }
        self._running[number] = None
        assert self._popen.stdin is not None
        with suppress(OSError):  # where it has ended, its replies end
            self._popen.stdin.write(json.dumps(order).encode("ascii") + b"\n")
            self._popen.stdin.flush()
        return number

    def exit_code(self, number: int) -> int | None:
        """Return the exit code of an order; None while it runs, or if the server was lost."""
        self._handle_replies()
        return self._exit_codes.get(number)

    def end_order(self, number: int) -> None:
        """Kill the process of an order with its children, and wait for its end."""
        self._handle_replies()
        while number in self._running and not self.lost:
            self._kill_order(number)
            try:
                self._handle(self._replies.get(timeout=_REPLY_MAX_S))
            except Empty:
                self.kill()
        self._kill_order(number)
        self._running.pop(number, None)
        self._exit_codes.pop(number, None)

    def kill(self) -> int:
        """End the server with all its orders, and return its exit code."""
        for number in self._running:
            self._kill_order(number)
        self._running.clear()
        kill_group(self._popen.pid)
        exit_code = self._popen.wait()
        self._reader.join()
        for stream in (self._popen.stdin, self._popen.stdout):
            if stream:
                with suppress(OSError):  # of an order that it did not read
                    stream.close()
        self.lost = True
        return exit_code

    def _kill_order(self, number: int) -> None:
        if (pid := self._running.get(number)) is not None:
            kill_group(pid)

    def _read(self) -> None:
        """Queue the lines of the server's output."""
        assert self._popen.stdout is not None
        for line in self._popen.stdout:
            self._replies.put(line)
        self._replies.put(b"")

    def _handle_replies(self) -> None:
        with suppress(Empty):
            while True:
                self._handle(self._replies.get_nowait())

    def _handle(self, line: bytes) -> None:
        if not line.endswith(b"\n"):
            self.lost = True
            return
        reply = json.loads(line)
        number = reply["number"]
        if "pid" in reply:
            self._running[number] = reply["pid"]
            return
        del self._running[number]
        self._exit_codes[number] = reply["exit_code"]
        self._last |= reply["last"]


class _ForkedJob(RunningJob):
    """A job in a fork; where its server ends unasked, it is begun again in a new program."""

    def __init__(self, job: Job, chosen: Server, cold: NewPrograms) -> None:
        super().__init__(job)
        self._server, self._cold = chosen, cold
        self._number = chosen.begin(job)
        self._program: RunningJob | None = None

    def exit_code(self) -> int | None:
        if self._program:
            return self._program.exit_code()
        code = self._server.exit_code(self._number)
        if code is None and self._server.lost:
            self._server.end_order(self._number)
            shutil.rmtree(self.job.staging, ignore_errors=True)
            self._program = self._cold.start(self.job)
        return code

    def kill(self) -> None:
        if self._program:
            self._program.kill()
        else:
            self._server.end_order(self._number)


class _PooledJob(RunningJob):
    """A job in a server that carries out one at a time; its crash is that of the job."""

    def __init__(self, job: Job, chosen: Server) -> None:
        super().__init__(job)
        self._server, self._number = chosen, chosen.begin(job)

    def exit_code(self) -> int | None:
        code = self._server.exit_code(self._number)
        return self._server.kill() if code is None and self._server.lost else code

    def kill(self) -> None:
        if self._server.exit_code(self._number) is None:
            self._server.kill()
