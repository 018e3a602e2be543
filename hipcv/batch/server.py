"""A program that loads the libraries once and carries out one order after another.

`python -m hipcv.batch.server [--fork]` reads orders from standard input and answers on standard
output, each as a line of JSON: `Order`, and `Begun` followed by `Finished`. It ends when its
parent does, with all that it started.

With `--fork`, each order is carried out by a fork of this process, several at once: libraries are
imported here, but no native code is called, so that no native thread exists and no model is open
at the fork. The forkserver of `multiprocessing` does not do: it is reached by a socket, imports the
batch's own main module for each clip, and may not be used by a worker of Dask. Without `--fork`,
orders are carried out by this process itself, in turn, until it has grown or served many.
"""

import argparse
import gc
import json
import os
import selectors
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Final, NoReturn, TypedDict

from hipcv import language, native
from hipcv.background import use_single_thread
from hipcv.batch import worker
from hipcv.batch.process import STDERR, STDOUT
from hipcv.files import make_new_files_private

FORK: Final = "--fork"
THREADS_VARIABLE: Final = "OPENBLAS_NUM_THREADS"
"""Set to 1 by the parent: OpenBLAS, of NumPy and of OpenCV, starts threads as it is imported."""

LIBRARIES: Final = (
    "hipcv.results.write",
    "hipcv.results.pictures",
    "hipcv.results.stills",
    "hipcv.report.html",
    "hipcv.report.handout",
    "hipcv.report.formats.table",
    "hipcv.core.evidence_codec",
    "hipcv.estimation.blazepose",
    "hipcv.store.archive",
    "av.subtitles.stream",
    "babel.messages.mofile",
    "babel.messages.pofile",
    "babel.numbers",
    "email.parser",
    "filelock",
    "importlib.metadata",
    "jinja2.ext",
    "matplotlib.backends.backend_mixed",
    "matplotlib.backends.backend_svg",
    "mediapipe.tasks.c",
    "mediapipe.tasks.python.vision",
    "numpy.ctypeslib",
    "PIL.BmpImagePlugin",
    "PIL.GifImagePlugin",
    "PIL.JpegImagePlugin",
    "PIL.PpmImagePlugin",
)
"""Modules that an analysis and its report import."""

ORDERS_PER_PROCESS: Final = 25
GROWTH_MAX_MB: Final = 1000
"""Of a process that carries out orders itself; beyond it ends, and another takes its place."""

_READ_BYTES: Final = 65536
_THREADS: Final = Path("/proc/self/task")
_STATM: Final = Path("/proc/self/statm")
_MAXRSS_BYTES: Final = 1 if sys.platform == "darwin" else 1024

CarryOut = Callable[[Mapping[str, Any]], int]


class Order(TypedDict):
    """One job."""

    number: int
    staging: str  # working directory of the job, which exists; its output goes to files there
    language: str
    order: dict[str, Any]  # see `job.order_of`


class Begun(TypedDict):
    """The process of an order leads a group of processes by itself."""

    number: int
    pid: int


class Finished(TypedDict):
    """The end of an order."""

    number: int
    exit_code: int  # negative: killed by this signal
    last: bool  # this process takes no further order


def main() -> None:
    """Serve analyses until the parent ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument(FORK, action="store_true")
    arguments = parser.parse_args()
    serve(worker.carry_out, fork=arguments.fork, load=load_libraries)


def load_libraries() -> None:
    """Import the libraries of an analysis, and compile its templates; call no native code."""
    for name in LIBRARIES:
        import_module(name)
    from hipcv.results import write

    write.preload_texts()


def serve(carry_out: CarryOut, *, fork: bool, load: Callable[[], None]) -> None:
    """Carry out orders from standard input, once `load` has been called."""
    make_new_files_private()
    use_single_thread()
    replies = _take_stdout()
    with suppress(ImportError, OSError):  # the analysis will say what is missing
        load()
    if fork:
        _ForkServer(carry_out, replies).run()
    else:
        _serve_in_turn(carry_out, replies)


def _take_stdout() -> int:
    """Return a descriptor of standard output that no library writes to."""
    sys.stdout.flush()
    replies = os.dup(1)
    _redirect(os.devnull, 1)
    return replies


def _redirect(path: str | Path, descriptor: int) -> None:
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(opened, descriptor)
    os.close(opened)


def _reply(replies: int, reply: Begun | Finished) -> None:
    with suppress(OSError):  # the parent has ended
        os.write(replies, json.dumps(reply).encode("ascii") + b"\n")


def _carry_out(order: Order, carry_out: CarryOut) -> int:
    """Carry out an order in its staging folder and return its exit code."""
    os.chdir(order["staging"])
    _redirect(STDOUT, 1)
    _redirect(STDERR, 2)
    language.use(order["language"])
    try:
        return carry_out(order["order"])
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 - as the interpreter does where nothing catches it
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


if sys.platform == "linux":

    class _ForkServer:
        """Forks a process for each order and waits for all of them at once."""

        def __init__(self, carry_out: CarryOut, replies: int) -> None:
            self._carry_out, self._replies = carry_out, replies
            self._life, self._held = os.pipe()  # children end when the other end is closed
            self._selector = selectors.DefaultSelector()
            self._selector.register(worker.STDIN, selectors.EVENT_READ)
            self._running: dict[int, tuple[int, int]] = {}  # number and process, by pidfd
            self._unread = b""

        def run(self) -> None:
            """Serve until standard input is closed, then kill what runs."""
            gc.collect()
            gc.freeze()  # so that no collection in a child copies the pages of the libraries
            while True:
                for key, _events in self._selector.select():
                    if key.fd != worker.STDIN:
                        self._reap(key.fd)
                    elif not self._read():
                        for _number, pid in self._running.values():
                            os.killpg(pid, signal.SIGKILL)
                        return

        def _read(self) -> bool:
            """Begin the orders that were read; return False at the end of the input."""
            if not (read := os.read(worker.STDIN, _READ_BYTES)):
                return False
            *lines, self._unread = (self._unread + read).split(b"\n")
            for line in lines:
                self._begin(json.loads(line))
            return True

        def _begin(self, order: Order) -> None:
            require_single_thread()
            pid = os.fork()
            if pid == 0:
                self._become_child(order)
            with suppress(OSError):  # the child may have done it and ended
                os.setpgid(pid, pid)
            pidfd = os.pidfd_open(pid)
            self._running[pidfd] = order["number"], pid
            self._selector.register(pidfd, selectors.EVENT_READ)
            _reply(self._replies, {"number": order["number"], "pid": pid})

        def _reap(self, pidfd: int) -> None:
            number, pid = self._running.pop(pidfd)
            self._selector.unregister(pidfd)
            os.close(pidfd)
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)  # its children; not reaped, its number is its own
            exit_code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            _reply(self._replies, {"number": number, "exit_code": exit_code, "last": False})

        def _become_child(self, order: Order) -> NoReturn:
            exit_code = 1
            try:
                os.setpgid(0, 0)
                for descriptor in (self._held, self._replies, *self._running):
                    os.close(descriptor)
                self._selector.close()
                os.dup2(self._life, worker.STDIN)
                os.close(self._life)
                worker.end_with_parent()
                native.use_single_arena()
                exit_code = _carry_out(order, self._carry_out)
            finally:
                os._exit(exit_code)  # no exit handler of this process is the child's


def require_single_thread() -> None:
    """Refuse to fork while another thread runs: what it holds would stay locked in the child.

    Raises:
        RuntimeError: a library started threads as it was imported.
    """
    names = [(thread / "comm").read_text().strip() for thread in _THREADS.iterdir()]
    if len(names) > 1:
        raise RuntimeError(f"threads run before the fork: {', '.join(names)}")


def _serve_in_turn(carry_out: CarryOut, replies: int) -> None:
    """Carry out orders in this process, until it has served many or has grown."""
    orders: SimpleQueue[Order] = SimpleQueue()
    threading.Thread(target=_read_orders, args=(orders,), daemon=True).start()
    native.use_single_arena()
    home = Path.cwd()
    growth_limit_mb = None
    for count in range(1, ORDERS_PER_PROCESS + 1):
        order = orders.get()
        _reply(replies, {"number": order["number"], "pid": os.getpid()})
        exit_code = _carry_out(order, carry_out)
        for descriptor in (1, 2):
            _redirect(os.devnull, descriptor)
        os.chdir(home)  # the job's folder can be removed
        growth_limit_mb = growth_limit_mb or _memory_mb() + GROWTH_MAX_MB
        last = count == ORDERS_PER_PROCESS or _memory_mb() > growth_limit_mb
        _reply(replies, {"number": order["number"], "exit_code": exit_code, "last": last})
        if last:
            return


def _read_orders(orders: "SimpleQueue[Order]") -> None:
    """Queue what arrives on standard input; end this process and its children at its end."""
    unread = b""
    while read := os.read(worker.STDIN, _READ_BYTES):
        *lines, unread = (unread + read).split(b"\n")
        for line in lines:
            orders.put(json.loads(line))
    worker.end_group()


def _memory_mb() -> float:
    """Return the memory that this process holds; 0 where the system does not say.

    Outside Linux it is the most that it ever held.
    """
    if sys.platform == "win32":
        return 0.0
    import resource

    if sys.platform == "linux":
        return int(_STATM.read_text().split()[1]) * resource.getpagesize() / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _MAXRSS_BYTES / 1e6


if __name__ == "__main__":
    main()
