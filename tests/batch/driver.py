"""Runs the `hipcv` command with the stub in place of the analysis.

driver.py RUNS_FILE batch FOLDER ...
"""

import sys
from functools import partial
from pathlib import Path
from types import SimpleNamespace

from hipcv.batch import local, run
from hipcv.cli import main

STUB = Path(__file__).with_name("stub.py")


def stub_command(runs):
    def command(job):
        return [sys.executable, str(STUB), str(job.clip.absolute()), str(job.result), str(runs)]

    return command


if __name__ == "__main__":
    sys.modules["hipcv.pipeline"] = SimpleNamespace(METHOD=1, FALLBACK="heavy")  # starts sooner
    run.models_for = lambda *_: {"full": "ab" * 32}
    local.Local = partial(local.Local, command=stub_command(Path(sys.argv.pop(1))), glance_s=0.01)
    main.run()
