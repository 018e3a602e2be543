"""Cost of `hipcv batch`, as ratios within one run, against its goals.

    python benchmarks/batch.py [--only NAME] [--clips N] [--rounds N]

`cpu`: CPU time of a clip of 3 s in a warm worker against that in a new program, each the difference
between many clips and one, so that the start of a server is not counted. `workers`: two warm
workers against one. Exit code 1 if a goal is missed.
"""

import argparse
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from timing.figures import Figure, format_figures
from timing.runs import note, process

from hipcv.batch.cores import real_cores
from hipcv.batch.executor import Ended, LocalExecutor, StopRequest
from hipcv.batch.job import Job, analyze_command
from hipcv.batch.warm import JobStarter, NewPrograms, WarmWorkers
from hipcv.core.options import AnalysisOptions

CLIP: Final = Path(__file__).resolve().parents[1] / "sample_videos" / "clean_left.mp4"
HERE: Final = Path(__file__).resolve().parent
NEW_CLIPS: Final = (1000, 5000)
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


def analyses(
    starter: Callable[[], JobStarter], clips: int, workers: int = 1
) -> tuple[float, float]:
    """Analyze a clip so many times; return the CPU and wall time in seconds."""
    began_cpu_s, began_s = children_cpu_s(), time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        jobs = [
            Job(
                str(n), CLIP, "", "", "", Path(folder) / str(n), 600, AnalysisOptions(overlay=False)
            )
            for n in range(clips)
        ]
        for event in LocalExecutor(workers, starter).run(jobs, StopRequest()):
            assert not isinstance(event, Ended) or event.outcome.status == "measured"
    return children_cpu_s() - began_cpu_s, time.perf_counter() - began_s


def cpu_per_clip_s(starter: Callable[[], JobStarter], clips: int) -> float:
    """Return the CPU time that each further clip takes."""
    return (analyses(starter, clips)[0] - analyses(starter, 1)[0]) / (clips - 1)


def cpu(clips: int, rounds: int) -> list[Figure]:
    """Compare the CPU time of a clip in warm workers with that in a new program."""
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


def workers(clips: int, rounds: int) -> list[Figure]:
    """Compare two workers with one; the limit applies from two real cores on."""
    ratios = []
    for number in range(rounds):
        note(f"round {number + 1} of {rounds}: one and two workers")
        one, two = (analyses(WarmWorkers, clips, count)[1] for count in (1, 2))
        ratios.append(one / two)
    what = "hipcv batch, one worker against two"
    limit = 1.8 if real_cores() > 1 else None
    return [
        Figure(f"{clips} clips", what, statistics.median(ratios), limit=limit, bound="at least")
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


def parent(_clips: int, _rounds: int) -> list[Figure]:
    """Measure the own process of a batch whose clips are all new."""
    costs = {count: own_process("new", count) for count in NEW_CLIPS}
    few, many = costs[NEW_CLIPS[0]], costs[NEW_CLIPS[-1]]
    growth = (many["peak_mb"] - few["peak_mb"]) / (NEW_CLIPS[-1] - NEW_CLIPS[0])
    per_clip = [costs[count]["cpu_s"] / count for count in (NEW_CLIPS[0], NEW_CLIPS[-1])]
    note(str(costs))
    return [
        Figure(
            f"{ALL_CLIPS} new",
            "memory of the batch, from its growth per clip",
            few["peak_mb"] + growth * (ALL_CLIPS - NEW_CLIPS[0]),
            unit="MB",
            limit=300,
        ),
        Figure(
            f"{NEW_CLIPS[-1]} new",
            f"CPU of the batch per clip, against {NEW_CLIPS[0]} clips",
            per_clip[1] / per_clip[0],
            limit=1.2,
            note=f"{per_clip[1] * 1e3:.1f} ms a clip",
        ),
    ]


def known(_clips: int, _rounds: int) -> list[Figure]:
    """Measure the own process of a batch whose clips are all known."""
    cost = own_process("known", ALL_CLIPS)
    note(str(cost))
    what = f"{ALL_CLIPS} known"
    return [
        Figure(what, "memory of the batch", cost["peak_mb"], unit="MB", limit=300),
        Figure(what, "CPU of the batch, of 60 s", cost["cpu_s"] / 60, limit=1.0),
    ]


def first(_clips: int, _rounds: int) -> list[Figure]:
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


TRIALS: Final[dict[str, Callable[[int, int], list[Figure]]]] = {
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
    arguments = parser.parse_args()
    figures = [
        figure
        for name in arguments.only or TRIALS
        for figure in TRIALS[name](arguments.clips, arguments.rounds)
    ]
    print(format_figures(figures))
    sys.exit(any(figure.good is False for figure in figures))


if __name__ == "__main__":
    main()
