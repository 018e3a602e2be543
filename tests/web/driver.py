"""Serves the app like `hipcv review`, with the stub as its worker.

driver.py DATA_DIR RUNS_FILE [PHONE_ADDRESS]
"""

import json
import sys
from pathlib import Path

from hipcv.web import serve
from hipcv.web.request_limits import Limits
from hipcv.web.state import PhoneSettings, Settings

STUB = Path(__file__).with_name("stub.py")
ROOT = STUB.parents[2]


def stub_command(runs):
    """Return a builder of the stub's command line, in place of the worker's."""

    def command(job):
        options = json.dumps(job.options.to_dict())
        argv = [sys.executable, "-c", RUN, str(ROOT), str(STUB), str(job.clip.absolute())]
        growing = ["growing"] if job.growing else []
        return [*argv, str(job.result), options, str(runs), *growing]

    return command


RUN = (
    "import runpy, sys; sys.path.insert(0, sys.argv[1]); sys.argv = sys.argv[2:];"
    "runpy.run_path(sys.argv[0], run_name='__main__')"
)


def quick_limits(upload_bytes=1 << 30):
    """Return limits that end stalled bodies after a second."""
    return Limits(upload_bytes=upload_bytes, silent_s=1.0, grace_s=1.5, slowest_bytes_s=1000)


if __name__ == "__main__":
    address = serve.Address()
    settings = Settings(
        folder=Path(sys.argv[1]),
        auth=address.auth(),
        limits=quick_limits(),
        command=stub_command(Path(sys.argv[2])),
        phone=PhoneSettings(allowed=len(sys.argv) > 3, addresses=lambda: (*sys.argv[3:],)),
    )

    def print_link(running):
        sys.stdout.write(running.link() + "\n")
        sys.stdout.flush()

    serve.serve(settings, address, print_link)
