"""`hipcv.batch.server` with the stub in place of the analysis.

stub_server.py RUNS_FILE [--fork]
"""

import sys
from pathlib import Path

from hipcv.batch import server
from tests.batch import stub

server.GROWTH_MAX_MB = stub.LEAK_BYTES / 2e6


def carry_out(order):
    runs = Path(sys.argv[1])
    if "end server" in order["clip"]:
        stub.end_server(runs)
    return stub.act(Path(order["clip"]), Path(order["folder"]), runs)


if __name__ == "__main__":
    server.serve(carry_out, fork=server.FORK in sys.argv, load=lambda: None)
