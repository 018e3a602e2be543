"""Cost of `hipcv batch`, as ratios within one run, against its goals.

    python benchmarks/batch.py [--only NAME] [--clips N] [--rounds N] [--new N N]

`cpu`: CPU time of a clip of 3 s in a warm worker against that in a new program, each the difference
between many clips and one, so that the start of a server is not counted. `workers`: clips per
second of a whole batch with two workers against one, from the moment when each worker has answered
for a clip; also the cores that one worker uses. Only an idle machine with two real cores can show
it. `parent`, `known`, `first`: the batch's own process. Exit code 1 if a goal is missed.
"""

import argparse
import resource
import statistics
import struct
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from timing.figures import Figure, format_figures
from timing.runs import note, process

from hipcv.batch import run
from hipcv.batch.cores import real_cores
from hipcv.batch.executor import Ended, LocalExecutor, StopRequest
from hipcv.batch.job import Job, analyze_command
from hipcv.batch.outcome import ClipOutcome
from hipcv.batch.plan import BatchRequest
from hipcv.batch.warm import JobStarter, NewPrograms, WarmWorkers
from hipcv.core.options import AnalysisOptions

CLIP: Final = Path(__file__).resolve().parents[1] / "sample_videos" / "clean_left.mp4"
HERE: Final = Path(__file__).resolve().parent
NEW_CLIPS: Final = (1000, 10_000)
ALL_CLIPS: Final = 100_000
STARTERS: Final[dict[str, Callable[[], JobStarter]]] = {
    "new program": partial(NewPrograms, analyze_command),
    "warm worker": WarmWorkers,
    "pool": partial(WarmWorkers, fork=False),
}


def children_cpu_s() -> float:
    """Return the CPU time of all ended children and of theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def analyses_cpu_s(starter: Callable[[], JobStarter], clips: int) -> float:
    """Analyze a clip so many times; return the CPU time."""
    began_cpu_s = children_cpu_s()
    with tempfile.TemporaryDirectory() as folder:
        jobs = [
            Job(
                str(n), CLIP, "", "", "", Path(folder) / str(n), 600, AnalysisOptions(overlay=False)
            )
            for n in range(clips)
        ]
        for event in LocalExecutor(1, starter).run(jobs, StopRequest()):
            assert not isinstance(event, Ended) or event.outcome.status == "measured"
    return children_cpu_s() - began_cpu_s


def cpu_per_clip_s(starter: Callable[[], JobStarter], clips: int) -> float:
    """Return the CPU time that each further clip takes."""
    return (analyses_cpu_s(starter, clips) - analyses_cpu_s(starter, 1)) / (clips - 1)


def cpu(arguments: argparse.Namespace) -> list[Figure]:
    """Compare the CPU time of a clip in warm workers with that in a new program."""
    clips, rounds = arguments.clips, arguments.rounds
    spent: dict[str, list[float]] = {name: [] for name in STARTERS}
    for number in range(rounds):
        for name, starter in STARTERS.items():
            note(f"round {number + 1} of {rounds}: {name}")
            spent[name].append(cpu_per_clip_s(starter, clips))
    new, *others = STARTERS
    return [
        Figure(
            CLIP.stem,
            f"CPU of a clip in a batch, {name} against {new}",
            statistics.median(a / b for a, b in zip(spent[name], spent[new], strict=True)),
            limit=0.7,
            note=f"{statistics.median(spent[name]):.2f} s to {statistics.median(spent[new]):.2f} s",
        )
        for name in others
    ]


class Ends:
    """A receiver of progress that notes when clips were finished."""

    def __init__(self) -> None:
        self.times_s: list[float] = []

    def clip_finished(self, outcome: ClipOutcome) -> None:
        """Note the time."""
        assert outcome.status == "measured"
        self.times_s.append(time.perf_counter())

    def __getattr__(self, _name: str) -> Callable[..., None]:
        return lambda *_: None


def copy_clips(folder: Path, count: int) -> None:
    """Write copies of a clip whose contents differ by an empty box at their end."""
    folder.mkdir()
    content = CLIP.read_bytes()
    for number in range(count):
        box = struct.pack(">I4sI", 12, b"free", number)
        (folder / f"{number:03}.mp4").write_bytes(content + box)


def batch_rate_hz(clips: int, workers: int) -> tuple[float, float]:
    """Run a batch; return clips per second once all workers are warm, and cores in use at all."""
    began_cpu_s, began_s = children_cpu_s(), time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        root, ends = Path(folder), Ends()
        copy_clips(root / "clips", clips)
        options = AnalysisOptions(overlay=False)
        request = BatchRequest(root / "clips", root / "out", options)
        run.run_batch(request, LocalExecutor(workers), ends, StopRequest())
    cores = (children_cpu_s() - began_cpu_s) / (time.perf_counter() - began_s)
    warm_s = ends.times_s[-1] - ends.times_s[workers - 1]
    return (clips - workers) / warm_s, cores


def workers(arguments: argparse.Namespace) -> list[Figure]:
    """Compare two workers with one; the limit applies from two real cores on."""
    clips, ratios, cores = 2 * arguments.clips, [], []
    for number in range(arguments.rounds):
        note(f"round {number + 1} of {arguments.rounds}: one and two workers")
        (one_hz, one_cores), (two_hz, _) = (batch_rate_hz(clips, count) for count in (1, 2))
        ratios.append(two_hz / one_hz)
        cores.append(one_cores)
    what = "clips per second of hipcv batch, two workers against one"
    limit = 1.8 if real_cores() > 1 else None
    return [
        Figure(f"{clips} clips", what, statistics.median(ratios), limit=limit, bound="at least"),
        Figure(f"{clips} clips", "cores that one worker uses", statistics.median(cores), limit=1.1),
    ]


def own_process(kind: str, clips: int) -> dict[str, float]:
    """Run a batch without any analysis; return the cost of its own process."""
    note(f"{kind}: {clips} clips")
    with tempfile.TemporaryDirectory() as folder:
        for stage in ("prepare", kind):
            command = [sys.executable, HERE / "timing" / "parent.py", stage, folder, str(clips)]
            done = process(command, prints_json=stage != "prepare")
    assert done.output["measured"] == clips
    return done.output


def parent(arguments: argparse.Namespace) -> list[Figure]:
    """Measure the own process of a batch whose clips are all new."""
    costs = {count: own_process("new", count) for count in arguments.new}
    note(str(costs))
    few, many = min(costs), max(costs)
    growth_mb = (costs[many]["peak_mb"] - costs[few]["peak_mb"]) / (many - few)
    cpu_s = {count: cost["cpu_s"] / count for count, cost in costs.items()}
    return [
        Figure(
            f"{ALL_CLIPS} new",
            f"memory of the batch, from its growth to {many} clips",
            costs[few]["peak_mb"] + growth_mb * (ALL_CLIPS - few),
            unit="MB",
            limit=300,
            note=f"{growth_mb * 1e3:.1f} kB a clip",
        ),
        Figure(
            f"{many} new",
            f"CPU of the batch per clip, against {few} clips",
            cpu_s[many] / cpu_s[few],
            limit=1.2,
            note=f"{cpu_s[many] * 1e3:.1f} ms a clip",
        ),
    ]


def known(_arguments: argparse.Namespace) -> list[Figure]:
    """Measure the own process of a batch whose clips are all known."""
    cost = own_process("known", ALL_CLIPS)
    note(str(cost))
    what = f"{ALL_CLIPS} known"
    return [
        Figure(what, "memory of the batch", cost["peak_mb"], unit="MB", limit=300),
        Figure(what, "CPU of the batch, of 60 s", cost["cpu_s"] / 60, limit=1.0),
    ]


def first(_arguments: argparse.Namespace) -> list[Figure]:
    """Measure the time until the first of very many clips is analysed."""
    note(f"first of {ALL_CLIPS} clips")
    with tempfile.TemporaryDirectory() as folder:
        for stage in ("prepare", "first"):
            command = [sys.executable, HERE / "timing" / "parent.py", stage, folder, str(ALL_CLIPS)]
            done = process(command, prints_json=stage != "prepare")
    seconds = done.output["first_s"]
    return [
        Figure(f"{ALL_CLIPS} clips", "time to the first analysis, of 2 s", seconds / 2, limit=1.0)
    ]


TRIALS: Final[dict[str, Callable[[argparse.Namespace], list[Figure]]]] = {
    "cpu": cpu,
    "workers": workers,
    "parent": parent,
    "known": known,
    "first": first,
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Cost of a batch against its goals.")
    parser.add_argument("--only", action="append", choices=TRIALS, help="one trial; repeatable")
    parser.add_argument("--clips", type=int, default=6, help="clips analysed in each run")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--new", type=int, nargs="+", default=NEW_CLIPS, help="clips of `parent`, several counts"
    )
    arguments = parser.parse_args()
    figures = [figure for name in arguments.only or TRIALS for figure in TRIALS[name](arguments)]
    print(format_figures(figures))
    sys.exit(any(figure.good is False for figure in figures))


if __name__ == "__main__":
    main()
