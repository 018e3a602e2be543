"""A process of its own for the analysis of clips: a crash in native code ends in a sentence.

A decoder or a pose library that breaks down ends its process without a word. The command itself
does not load them: it waits for the result, and starts another process after a crash. On Linux the
process is a fork, which costs nothing; elsewhere a new interpreter.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

from hipcv import language, native
from hipcv.cli.errors import attempt
from hipcv.core.errors import AnalysisCrashed, Failure, OutOfMemory
from hipcv.files import discard_unfinished

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    from hipcv.core.interfaces import ProgressCallback

T = TypeVar("T")

GRACE_S: Final = 10.0
"""Longest time for the process to tidy up after a stop; usually it takes a fraction of a second."""

PROGRESS_INTERVAL_S: Final = 0.1

_STOP_SIGNALS: Final = (
    {signal.SIGINT, signal.SIGTERM, signal.SIGHUP} if sys.platform != "win32" else set()
)

_ENABLED: Final = threading.Event()


def enable() -> None:
    """Let `Isolation` start processes from now on; until then it calls in this process."""
    _ENABLED.set()


@dataclass(frozen=True, slots=True)
class _Task:
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    language: str
    memory_gb: float
    is_awaited: bool = True


@dataclass(frozen=True, slots=True)
class _Channel:
    """One end of a connection by two pipes, since one that goes both ways would be a socket."""

    inbox: "Connection"
    outbox: "Connection"

    @classmethod
    def pair(cls, context: Any) -> tuple[Self, Self]:  # noqa: ANN401 - of multiprocessing
        """Return both ends of a new connection."""
        inbox, other_outbox = context.Pipe(duplex=False)
        other_inbox, outbox = context.Pipe(duplex=False)
        return cls(inbox, outbox), cls(other_inbox, other_outbox)

    def send(self, message: object) -> None:
        self.outbox.send(message)

    def recv(self) -> Any:  # noqa: ANN401 - whatever was sent
        return self.inbox.recv()

    def close(self) -> None:
        self.inbox.close()
        self.outbox.close()


@dataclass(frozen=True, slots=True)
class _Worker:
    """Another process, and the connection with it."""

    process: "BaseProcess"
    channel: _Channel


class Isolation:
    """Runs functions in another process, one at a time; a context manager."""

    def __init__(self) -> None:
        self._worker: _Worker | None = None
        self._sending = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def start(self, *, threads: bool = False) -> bool:
        """Start the process, unless it runs; return True if it was started.

        A process that has other threads by now says so, since it cannot be copied by a fork.
        """
        if not _ENABLED.is_set() or (self._worker and self._worker.process.is_alive()):
            return False
        import multiprocessing

        forks = sys.platform == "linux" and not threads
        context: Any = multiprocessing.get_context("fork" if forks else "spawn")
        channel, other = _Channel.pair(context)
        self._worker = _Worker(context.Process(target=_serve, args=(other,), daemon=True), channel)
        with _signals_blocked():
            self._worker.process.start()
        other.close()
        return True

    def call(
        self,
        function: Callable[..., T],
        *arguments: Any,  # noqa: ANN401 - those of the function
        progress: "ProgressCallback | None",
        memory_gb: float,
    ) -> T | Failure:
        """Return the result of `function(*arguments, progress)`, or its failure.

        A crash is a failure too. Function, arguments and result are pickled.

        Args:
            function: a function of a module.
            arguments: its arguments without the last one.
            progress: called with the steps that the function reports.
            memory_gb: limit of the process's memory, where the system can.
        """
        if self._worker is None:
            return attempt(partial(function, *arguments, progress))
        process, channel = self._worker.process, self._worker.channel
        try:
            self._send(_Task(function, arguments, language.current(), memory_gb))
            result: T | Failure = _result(channel, progress)
        except (EOFError, ConnectionError):
            self._worker = None
            return Failure.from_error(_crash(process))
        except BaseException:  # stopped: what the caller releases is not in use any more
            self.end()
            raise
        return result

    def post(
        self,
        function: Callable[..., None],
        *arguments: Any,  # noqa: ANN401 - those of the function
        memory_gb: float,
    ) -> None:
        """Let the process call a function between two others, in any thread of this one.

        The function must not fail; calls wait for it.

        Raises:
            ConnectionError: the process has ended.
        """
        if self._worker is None:
            function(*arguments)
        else:
            task = _Task(function, arguments, language.current(), memory_gb, is_awaited=False)
            self._send(task)

    def _send(self, task: _Task) -> None:
        worker = self._worker
        if worker is None:
            raise ConnectionError
        with self._sending:
            worker.channel.send(task)

    def end(self) -> None:
        """Stop the process, if it runs, and return once it has ended."""
        if self._worker is None:
            return
        worker, self._worker = self._worker, None
        worker.channel.close()
        process = worker.process
        if process.is_alive():
            process.terminate()
            process.join(GRACE_S)
        if process.is_alive():
            process.kill()
            process.join()


def _result(channel: _Channel, progress: "ProgressCallback | None") -> Any:  # noqa: ANN401
    """Wait for the result and pass progress on meanwhile."""
    while True:
        kind, content = channel.recv()
        if kind == "exit":
            raise SystemExit(content)
        if kind == "done":
            return content
        if progress is not None:
            progress(*content)


def _crash(process: "BaseProcess") -> AnalysisCrashed | OutOfMemory:
    """Return the error of the process that ended without a result."""
    process.join()
    exit_code = process.exitcode or 0
    return OutOfMemory() if native.was_killed(exit_code) else AnalysisCrashed(exit_code)


@contextmanager
def _signals_blocked() -> Iterator[None]:
    """Keep signals waiting, so that a new process has its own handlers before any reaches it."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOP_SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(channel: _Channel) -> None:
    """Carry out tasks until the parent closes the connection, asks to stop, or ends."""
    import multiprocessing

    parent = multiprocessing.parent_process()
    assert parent is not None
    threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    native.use_single_arena()
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # it reaches the parent, which asks to stop
        signal.signal(signal.SIGTERM, _stop)
        if sys.platform != "win32":
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOP_SIGNALS)
        _carry_out_tasks(channel)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)  # nothing is left to be discarded
    except KeyboardInterrupt:  # other threads may wait for what does not come
        discard_unfinished()
        os._exit(1)


def _carry_out_tasks(channel: _Channel) -> None:
    """Carry out tasks until the connection is closed."""
    with suppress(EOFError, ConnectionError):
        while True:
            task: _Task = channel.recv()
            native.limit_memory(task.memory_gb)
            if task.is_awaited:
                channel.send(_outcome(channel, task))
            else:
                task.function(*task.arguments)


def _outcome(channel: _Channel, task: _Task) -> tuple[str, Any]:
    latest_s = 0.0

    def report(step: str, share: float) -> None:
        nonlocal latest_s
        if time.monotonic() - latest_s >= PROGRESS_INTERVAL_S:
            latest_s = time.monotonic()
            channel.send(("progress", (step, share)))

    with language.using(task.language):
        try:
            return "done", attempt(partial(task.function, *task.arguments, report))
        except SystemExit as end:
            return "exit", end.code


def _stop(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _end_with(sentinel: int) -> None:
    """End this process when the parent has ended, however it ended; leave nothing unfinished."""
    from multiprocessing.connection import wait

    wait([sentinel])
    discard_unfinished()
    os._exit(1)
