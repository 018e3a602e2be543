"""Faults at the n-th system call of an action, for every n: `python -m tests.faults ACTION FAULT`.

Each run is a fork that is killed, or whose call fails, at one call more than the run before, until
one reaches its end. After each the folder is checked. The number of calls is on stdout.
"""

import errno
import os
import resource
import signal
import sys
from functools import partial
from itertools import count
from pathlib import Path
from typing import Protocol

from hipcv import folders

CALLS = "open", "mkdir", "rename", "replace", "link", "fsync", "unlink", "rmdir", "truncate"
SIZES = 0, 1, 10, 100, 1_000, 5_000, 10_000, 50_000, 100_000, 1_000_000


class Action(Protocol):
    """An action that is run under faults; each method is called with a new folder."""

    def prepare(self, folder):
        """Make what is there before."""

    def act(self, folder):
        """Save."""

    def check(self, folder):
        """Raise an AssertionError if something is neither the old nor the new, whole."""


class Faults:
    """Wrappers of system calls, of which the n-th kills this process or fails."""

    def __init__(self, kind, number):
        self.kind, self.number, self.calls = kind, number, 0

    def call(self):
        self.calls += 1
        if self.calls != self.number:
            return
        if self.kind == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        code = getattr(errno, self.kind)
        raise OSError(code, os.strerror(code))

    def wrap(self, function):
        def call(*arguments, **named):
            self.call()
            return function(*arguments, **named)

        os.supports_dir_fd.add(call)
        os.supports_follow_symlinks.add(call)
        return call

    def install(self):
        for name in CALLS:
            function = getattr(os, name) if name != "fsync" else _no_sync  # which takes long
            setattr(os, name, self.wrap(function))
        if swap := folders._swap():
            folders._swap = lambda: self.wrap(swap)
        sys.addaudithook(self._opened)

    def _opened(self, event, arguments):
        if event == "open" and isinstance(arguments[0], str) and arguments[2] & os.O_CREAT:
            self.call()


def _no_sync(_descriptor):
    pass


def run_all(action, kind, root):
    """Run an action with a fault of one kind at every call; return the number of calls."""
    for number in count(1):
        folder = root / str(number)
        folder.mkdir()
        action.prepare(folder)
        is_over = _run(partial(action.act, folder), Faults(kind, number))
        try:
            action.check(folder)
        except Exception as error:
            raise AssertionError(f"{kind} at call {number}: {error!r}") from error
        if is_over:
            return number - 1
    return 0


def run_full(action, root):
    """Run an action with files that cannot grow beyond a size, for several sizes."""
    for size in SIZES:
        folder = root / str(size)
        folder.mkdir()
        action.prepare(folder)

        def act(size=size, folder=folder):
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
            action.act(folder)

        _run(act, Faults("kill", 0))
        action.check(folder)
    return len(SIZES)


def _run(act, faults):
    """Run in a fork; return True if it ended before the fault."""
    child = os.fork()
    if child == 0:
        code = 3
        try:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            if faults.number:
                faults.install()
            act()
        except BaseException:  # noqa: BLE001 - any error is one that a fault may cause
            code = 4
        finally:
            os._exit(0 if faults.calls < faults.number else code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def main():
    """Run one action with one kind of fault."""
    from tests import fault_actions

    name, kind, root = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    action = fault_actions.ACTIONS[name]()
    calls = run_full(action, root) if kind == "full" else run_all(action, kind, root)
    sys.stdout.write(str(calls))


if __name__ == "__main__":
    main()
