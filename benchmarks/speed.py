"""Speed of hipcv as ratios within one run, against its goals.

    python benchmarks/speed.py [--quick] [--only NAME] [--json FILE] [--markdown] [--read FILE]

Ratios, since seconds depend on the machine: the analysis against a naive loop (OpenCV reads, the
heavy model runs on every frame) and against its own inference; a long clip against a short one; two
workers against one. Programs alternate, A B A B, and the median ratio counts. Exit code 1 if a goal
is missed. `--quick` runs each once, without the 4K and the 10 minute clip; the full run takes about
half an hour. `--markdown` prints the table of docs/performance.md; `--read` prints the figures that
an earlier run wrote with `--json`.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from timing.figures import Figure, Table, format_figures, format_stages, markdown
from timing.runs import note
from timing.trials import SLOW, TRIALS, Bench

from hipcv.batch.cores import real_cores


def machine() -> str:
    """Return a sentence that describes this machine."""
    cores, threads = real_cores(), os.cpu_count()
    return (
        f"Measured on {platform.system()} {platform.machine()}, {cores} real "
        f"core{'s' if cores > 1 else ''} of {threads} hardware threads, "
        f"Python {platform.python_version()}."
    )


def run_trials(arguments: argparse.Namespace) -> dict[str, Any]:
    """Run the trials and return their figures as plain data, written after each to `--json`."""
    names = arguments.only or [name for name in TRIALS if not (arguments.quick and name in SLOW)]
    document: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), quick=arguments.quick)
        for name in names:
            note(name)
            TRIALS[name](bench)
            document = {
                "machine": machine(),
                "quick": arguments.quick,
                "figures": [figure.as_plain() for figure in bench.figures],
                "stages": [asdict(table) for table in bench.tables],
            }
            if arguments.json:
                arguments.json.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    return document


def show(document: dict[str, Any], *, as_markdown: bool) -> bool:
    """Print the figures; return True if no goal is missed."""
    rows = [{k: v for k, v in row.items() if k != "good"} for row in document["figures"]]
    figures = [Figure(**row) for row in rows]
    if as_markdown:
        print(markdown(figures, document["machine"]))
    else:
        print(document["machine"], "\n")
        for table in document["stages"]:
            print(format_stages(Table(**table)), "\n")
        print(format_figures(figures))
    return all(figure.good is not False for figure in figures)


def main() -> None:
    parser = argparse.ArgumentParser(description="Speed of hipcv as ratios within one run.")
    parser.add_argument("--quick", action="store_true", help="once each; not 4K, not 10 minutes")
    parser.add_argument("--only", action="append", choices=TRIALS, help="one trial; repeatable")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there too")
    parser.add_argument(
        "--markdown", action="store_true", help="print the table of docs/performance.md"
    )
    parser.add_argument(
        "--read", type=Path, metavar="FILE", help="print a file of --json; measure nothing"
    )
    arguments = parser.parse_args()
    document = json.loads(arguments.read.read_text()) if arguments.read else run_trials(arguments)
    sys.exit(0 if show(document, as_markdown=arguments.markdown) else 1)


if __name__ == "__main__":
    main()
