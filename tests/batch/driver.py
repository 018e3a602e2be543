"""Runs the `hipcv` command with the stub in place of the analysis.

driver.py RUNS_FILE batch FOLDER ...

The environment variable STARTER names one of `STARTERS`.
"""

import os
import sys
from functools import partial
from pathlib import Path

from hipcv.batch import environment, executor
from hipcv.batch.cluster import executor as dask_executor
from hipcv.batch.warm import NewPrograms, WarmWorkers
from hipcv.cli import main

STUB = Path(__file__).with_name("stub.py")


def stub_command(runs):
    def command(job):
        return [sys.executable, str(STUB), str(job.clip.absolute()), str(job.result), str(runs)]

    return command


def server_command(runs):
    return [sys.executable, str(STUB.with_name("stub_server.py")), str(runs)]


def new(runs):
    return NewPrograms(stub_command(runs))


def fork(runs):
    return WarmWorkers(server_command(runs), fork=True, cold=stub_command(runs))


def pool(runs):
    return WarmWorkers(server_command(runs), fork=False)


STARTERS = {"new": new, "fork": fork, "pool": pool}
"""Ways to start the stub, by name; each takes the path of the runs file."""

DEFAULT = "fork" if sys.platform == "linux" else "pool"


def starter(runs, name=DEFAULT):
    return partial(STARTERS[name], runs)  # a Dask worker can import it


def use_stub_models():
    """Replace the pose model hashes of this process by fixed ones."""
    environment.model_hashes = lambda *_: {"full": "ab" * 32}


if __name__ == "__main__":
    use_stub_models()
    runs_file = Path(sys.argv.pop(1))
    executor.LocalExecutor = partial(
        executor.LocalExecutor,
        open_starter=starter(runs_file, os.environ.get("STARTER", DEFAULT)),
        poll_interval_s=0.01,
    )
    dask_executor.connect = partial(dask_executor.connect, open_starter=starter(runs_file))
    main.run()
