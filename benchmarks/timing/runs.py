"""Programs run in processes of their own, alternating in rounds: A B A B."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).resolve().parent
BYTES_PER_KILO: Final = 1024


@dataclass(frozen=True, slots=True)
class Run:
    """Cost of one process with its children."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    output: dict[str, Any] = field(default_factory=dict)  # of its stdout, if that is JSON


Program = Callable[[], Run]


def process(command: Sequence[str | Path], *, prints_json: bool = False) -> Run:
    """Run a program and return its cost.

    Raises:
        RuntimeError: its exit code is not 0.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began = time.perf_counter()
        child = subprocess.Popen(
            [str(word) for word in command],
            stdout=out,
            stderr=err,
            env=os.environ | {"PYTHONPATH": str(HERE.parent)},
        )
        _, status, used = os.wait4(child.pid, 0)
        wall_s = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            err.seek(0)
            last = err.read()[-2000:].decode(errors="replace")
            raise RuntimeError(f"{command}: exit {child.returncode}\n{last}")
        out.seek(0)
        output = json.loads(out.read()) if prints_json else {}
    kilo = 1 if sys.platform == "linux" else BYTES_PER_KILO  # elsewhere in bytes
    peak_mb = used.ru_maxrss * BYTES_PER_KILO / kilo / 1e6
    return Run(wall_s, used.ru_utime + used.ru_stime, peak_mb, output)


def clip_path(name: str, folder: Path) -> Path:
    """Return the path of one of the timed clips, which is made if it does not exist.

    In a process of its own, since a child's peak memory includes that of its parent at the fork.
    """
    path = folder / f"{name}.mp4"
    if not path.exists():
        process([sys.executable, HERE / "clips.py", name, folder])
    return path


def naive(clip: Path) -> Run:
    """Run the naive baseline."""
    return process([sys.executable, HERE / "naive.py", clip], prints_json=True)


def analysis(clip: Path) -> Run:
    """Run `pipeline.analyze` and write the result with its annotated video, timed by stages."""
    return process([sys.executable, HERE / "once.py", clip, "--write"], prints_json=True)


def bare_analysis(clip: Path) -> Run:
    """Run `pipeline.analyze` alone."""
    return process([sys.executable, HERE / "once.py", clip], prints_json=True)


def command(clip: Path, *options: str) -> Run:
    """Run the whole `hipcv analyze`."""
    with tempfile.TemporaryDirectory() as out:
        command = ["-m", "hipcv", "analyze", str(clip), "--out", f"{out}/result", "--quiet"]
        return process([sys.executable, *command, *options])


def batch(folder: Path, workers: int) -> Run:
    """Run `hipcv batch` without videos."""
    with tempfile.TemporaryDirectory() as out:
        command = ["-m", "hipcv", "batch", str(folder), "--out", f"{out}/results", "--no-overlay"]
        return process([sys.executable, *command, "--workers", str(workers), "--json"])


def rounds(programs: Mapping[str, Program], count: int) -> dict[str, list[Run]]:
    """Run every program in turn, `count` times."""
    runs: dict[str, list[Run]] = {name: [] for name in programs}
    for index in range(count):
        for name, program in programs.items():
            note(f"  round {index + 1} of {count}: {name}")
            runs[name].append(program())
    return runs


def median_ratio(
    above: list[Run], below: list[Run], value: Callable[[Run], float], other: Callable[[Run], float]
) -> float:
    """Return the median over the rounds of the ratio of two programs' values."""
    pairs = zip(above, below, strict=True)
    return statistics.median(value(run) / other(against) for run, against in pairs)


def note(text: str) -> None:
    """Print progress to stderr."""
    print(text, file=sys.stderr, flush=True)
