"""A Dask scheduler and its workers on this machine, each a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

from tests.waiting import wait_until

ROOT = Path(__file__).parents[2]


class Machines:
    """Starts the processes, and ends them all."""

    def __init__(self, root, preload=ROOT / "tests" / "batch" / "preload.py"):
        self.root, self.preload = root, preload
        self.processes, self.nannies = {}, set()
        self.file = root / "scheduler.json"

    def scheduler(self, **settings):
        words = ["--host", "127.0.0.1", "--port", "0", "--scheduler-file", self.file]
        self._start("scheduler", *words, "--no-dashboard", **settings)
        wait_until(lambda: self.file.exists() and self.file.read_text().endswith("}"))
        return self

    def worker(self, name, *, nanny=False):
        """Start a worker with one thread, in a working directory of its own."""
        (self.root / name).mkdir(exist_ok=True)
        preload = ["--preload", self.preload] if self.preload else []
        words = ["--scheduler-file", self.file, "--name", name, "--host", "127.0.0.1", *preload]
        words += ["--no-dashboard", "--nthreads", "1", "--nanny" if nanny else "--no-nanny"]
        self.nannies |= {name} if nanny else set()
        self._start("worker", *words, name=name, cwd=self.root / name)
        return self

    def kill(self, name):
        self.processes[name].kill()
        self.processes[name].wait()

    def end(self):
        for name in sorted(self.processes, key=lambda name: name == "scheduler"):  # it goes last
            process = self.processes[name]
            process.terminate() if name in self.nannies else process.kill()  # else children stay
            process.wait()

    def _start(self, kind, *words, name="scheduler", cwd=None, **settings):
        env = {**os.environ, "PYTHONPATH": str(ROOT), "DASK_TEMPORARY_DIRECTORY": str(self.root)}
        with (self.root / f"{name}.log").open("wb") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", "dask", kind, *map(str, words)],
                env={**env, **settings},
                cwd=cwd,
                stdout=log,
                stderr=log,
            )
