"""Runs the `hipcv` command with the stub in place of the analysis.

driver.py RUNS_FILE batch FOLDER ...
"""

import sys
from functools import partial
from pathlib import Path

from hipcv.batch import environment, executor
from hipcv.batch.cluster import executor as dask_executor
from hipcv.cli import main

STUB = Path(__file__).with_name("stub.py")


def stub_command(runs):
    def command(job):
        return [sys.executable, str(STUB), str(job.clip.absolute()), str(job.result), str(runs)]

    return command


def use_stub_models():
    """Replace the pose model hashes of this process by fixed ones."""
    environment.model_hashes = lambda *_: {"full": "ab" * 32}


if __name__ == "__main__":
    use_stub_models()
    command = stub_command(Path(sys.argv.pop(1)))
    executor.LocalExecutor = partial(executor.LocalExecutor, command=command, poll_interval_s=0.01)
    dask_executor.connect = partial(dask_executor.connect, command=command)
    main.run()
