"""Programs in processes of their own, one after another, in rounds: A B A B, never A A B B."""

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
BYTES_IN_KILO: Final = 1024


@dataclass(frozen=True, slots=True)
class Run:
    """What one process took, its children's part in it."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    told: dict[str, Any] = field(default_factory=dict)  # what it printed, where that is JSON


Program = Callable[[], Run]


def process(words: Sequence[str | Path], *, telling: bool = False) -> Run:
    """Run a program to its end.

    Raises:
        RuntimeError: it did not end well.
    """
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complained:
        began = time.perf_counter()
        child = subprocess.Popen(
            [str(word) for word in words],
            stdout=said,
            stderr=complained,
            env=os.environ | {"PYTHONPATH": str(HERE.parent)},
        )
        _, status, used = os.wait4(child.pid, 0)
        wall_s = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            complained.seek(0)
            last = complained.read()[-2000:].decode(errors="replace")
            raise RuntimeError(f"{words}: exit {child.returncode}\n{last}")
        said.seek(0)
        told = json.loads(said.read()) if telling else {}
    kilo = 1 if sys.platform == "linux" else BYTES_IN_KILO  # elsewhere it is told in bytes
    peak_mb = used.ru_maxrss * BYTES_IN_KILO / kilo / 1e6
    return Run(wall_s, used.ru_utime + used.ru_stime, peak_mb, told)


def made(name: str, folder: Path) -> Path:
    """One of the clips that are timed, made where it is not there yet.

    In a process of its own: a child counts what its parent held when it was born as its own memory.
    """
    path = folder / f"{name}.mp4"
    if not path.exists():
        process([sys.executable, HERE / "clips.py", name, folder])
    return path


def naive(clip: Path) -> Run:
    """The loop that hipcv is held against."""
    return process([sys.executable, HERE / "naive.py", clip], telling=True)


def analysis(clip: Path) -> Run:
    """`pipeline.analyze`, and then the result with its annotated video, timed by stages."""
    return process([sys.executable, HERE / "once.py", clip, "--write"], telling=True)


def bare_analysis(clip: Path) -> Run:
    """`pipeline.analyze` alone."""
    return process([sys.executable, HERE / "once.py", clip], telling=True)


def command(clip: Path, *options: str) -> Run:
    """`hipcv analyze`, from its start to its end."""
    with tempfile.TemporaryDirectory() as out:
        words = ["-m", "hipcv", "analyze", str(clip), "--out", f"{out}/result", "--quiet"]
        return process([sys.executable, *words, *options])


def batch(folder: Path, workers: int) -> Run:
    """`hipcv batch` without videos."""
    with tempfile.TemporaryDirectory() as out:
        words = ["-m", "hipcv", "batch", str(folder), "--out", f"{out}/results", "--no-overlay"]
        return process([sys.executable, *words, "--workers", str(workers), "--json"])


def rounds(programs: Mapping[str, Program], count: int) -> dict[str, list[Run]]:
    """Every program in turn, again and again."""
    done: dict[str, list[Run]] = {name: [] for name in programs}
    for turn in range(count):
        for name, program in programs.items():
            note(f"  round {turn + 1} of {count}: {name}")
            done[name].append(program())
    return done


def median_ratio(
    above: list[Run], below: list[Run], value: Callable[[Run], float], other: Callable[[Run], float]
) -> float:
    """Median over the rounds of one program's value against another's of the same round."""
    pairs = zip(above, below, strict=True)
    return statistics.median(value(run) / other(against) for run, against in pairs)


def note(text: str) -> None:
    """Say what is being done, beside the figures."""
    print(text, file=sys.stderr, flush=True)
