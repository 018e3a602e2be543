"""How fast hipcv is, told as ratios within one run, beside the goals.

    python benchmarks/speed.py [--quick] [--only NAME] [--json FILE] [--markdown] [--read FILE]

Ratios, since seconds tell of the machine: the analysis against a naive loop (OpenCV reads, the
heavy model looks at every frame) and against the inference that it cannot do without; a long clip
against a short one; two workers against one. Programs run in turn, A B A B, and the median ratio
counts. Exit code 1 where a goal is missed. `--quick` runs each once and leaves out the 4K and the
10 minute clip; all of it takes about half an hour. `--markdown` prints the README's table;
`--read` shows again what an earlier run wrote with `--json`.
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

from timing.figures import Figure, Table, markdown, told, told_stages
from timing.runs import note
from timing.trials import SLOW, TRIALS, Bench

from hipcv.batch.cores import real_cores


def machine() -> str:
    """What all this ran on."""
    cores, threads = real_cores(), os.cpu_count()
    return (
        f"Measured on {platform.system()} {platform.machine()}, {cores} real "
        f"core{'s' if cores > 1 else ''} of {threads} hardware threads, "
        f"Python {platform.python_version()}."
    )


def measured(asked: argparse.Namespace) -> dict[str, Any]:
    """Run the trials; their figures as plain data, kept after each where that is wanted."""
    chosen = asked.only or [name for name in TRIALS if not (asked.quick and name in SLOW)]
    document: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), quick=asked.quick)
        for name in chosen:
            note(name)
            TRIALS[name](bench)
            document = {
                "machine": machine(),
                "quick": asked.quick,
                "figures": [each.as_plain() for each in bench.figures],
                "stages": [asdict(table) for table in bench.tables],
            }
            if asked.json:
                asked.json.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    return document


def show(document: dict[str, Any], *, as_markdown: bool) -> bool:
    """Print the figures; whether all are as they must be."""
    plain = [{k: v for k, v in each.items() if k != "good"} for each in document["figures"]]
    figures = [Figure(**each) for each in plain]
    if as_markdown:
        print(markdown(figures, document["machine"]))
    else:
        print(document["machine"], "\n")
        for table in document["stages"]:
            print(told_stages(Table(**table)), "\n")
        print(told(figures))
    return all(each.good is not False for each in figures)


def main() -> None:
    parser = argparse.ArgumentParser(description="How fast hipcv is, as ratios within one run.")
    parser.add_argument("--quick", action="store_true", help="once each; not 4K, not 10 minutes")
    parser.add_argument("--only", action="append", choices=TRIALS, help="one trial; repeatable")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there too")
    parser.add_argument("--markdown", action="store_true", help="print the README's table")
    parser.add_argument("--read", type=Path, metavar="FILE", help="of --json: measure nothing")
    asked = parser.parse_args()
    document = json.loads(asked.read.read_text()) if asked.read else measured(asked)
    sys.exit(0 if show(document, as_markdown=asked.markdown) else 1)


if __name__ == "__main__":
    main()
