"""Trials: each makes its clips, runs its programs in turn, and adds its figures."""

import shutil
import statistics
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from hipcv.batch.cores import real_cores
from timing.clips import SAMPLES
from timing.figures import Figure, Table
from timing.runs import (
    Run,
    analysis,
    bare_analysis,
    batch,
    clip_path,
    command,
    median_ratio,
    naive,
    rounds,
)

FULL_ROUNDS: Final = 3
BATCH_CLIPS: Final = ("clean_left", "hip_lift_left", "portrait_right", "external_left")


@dataclass(slots=True)
class Bench:
    """State of a benchmark: folder of the clips, number of rounds, figures so far."""

    folder: Path
    quick: bool = False
    figures: list[Figure] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)

    def rounds(self, quick: int = 1) -> int:
        """Return the number of rounds."""
        return quick if self.quick else FULL_ROUNDS


def wall_s(run: Run) -> float:
    """Return the wall time of the whole process."""
    return run.wall_s


def cpu_s(run: Run) -> float:
    """Return the CPU time of the whole process."""
    return run.cpu_s


def output(key: str) -> Callable[[Run], float]:
    """Return a getter of a value that the process printed."""
    return lambda run: float(run.output[key])


def stages(bench: Bench, clip: str, runs: list[Run]) -> None:
    """Add the stages of the run of median time."""
    run = sorted(runs, key=output("wall_s"))[len(runs) // 2]
    parts: list[tuple[str, dict[str, Any]]] = [("analysis", run.output)]
    if "writing" in run.output:
        parts.append(("result with annotated video", run.output["writing"]))
    for title, part in parts:
        bench.tables.append(Table(clip, title, part["wall_s"], part["stages"]))


def add_analysis(
    bench: Bench, clip: str, runs: dict[str, list[Run]], limit: float | None = None
) -> None:
    """Add the figures of `pipeline.analyze`, libraries loaded, against baseline and inference.

    There is no limit for large pictures, where decoding takes most of any program's time.
    """
    ours, baseline = runs["analysis"], runs["naive"]
    own = [run.output["wall_s"] / run.output["inference_s"] for run in ours]
    computed = [run.output["cpu_s"] / run.output["inference_s"] for run in ours]
    wall, cpu = output("wall_s"), output("cpu_s")
    bench.figures += [
        Figure(
            clip,
            "analysis against the naive heavy loop",
            median_ratio(ours, baseline, wall, wall),
            limit=limit,
            cpu=median_ratio(ours, baseline, cpu, cpu),
            note=f"{_median(ours, wall):.1f} s to {_median(baseline, wall):.1f} s",
        ),
        Figure(
            clip,
            "analysis against its own inference",
            statistics.median(own),
            cpu=statistics.median(computed),
            note=f"inference {_median(ours, output('inference_s')):.1f} s",
        ),
    ]
    stages(bench, clip, ours)


def usual(bench: Bench) -> None:
    """Time the analysis and the whole command: 10 s of 720p at 30 Hz."""
    clip = clip_path("720p", bench.folder)
    programs = {
        "naive": partial(naive, clip),
        "analysis": partial(analysis, clip),
        "without video": partial(command, clip, "--no-overlay"),
        "with video": partial(command, clip, "--overlay"),
    }
    runs = rounds(programs, bench.rounds())
    add_analysis(bench, "720p", runs, 0.22)
    for name, limit in (("without video", 0.30), ("with video", 0.45)):
        bench.figures.append(
            Figure(
                "720p",
                f"hipcv analyze {name}, start to end, against the naive program",
                median_ratio(runs[name], runs["naive"], wall_s, wall_s),
                limit=limit,
                cpu=median_ratio(runs[name], runs["naive"], cpu_s, cpu_s),
                note=f"{_median(runs[name], wall_s):.1f} s to {_median(runs['naive'], wall_s):.1f}"
                " s",
            )
        )


def high_rate(bench: Bench) -> None:
    """Time the analysis at 60 Hz."""
    clip = clip_path("720p 60 Hz", bench.folder)
    programs = {"naive": partial(naive, clip), "analysis": partial(analysis, clip)}
    add_analysis(bench, "720p 60 Hz", rounds(programs, bench.rounds()), 0.15)


def large(bench: Bench, name: str, limit_mb: float) -> None:
    """Measure stages and peak memory for a larger picture."""
    clip = clip_path(name, bench.folder)
    runs = rounds(
        {"naive": partial(naive, clip), "analysis": partial(analysis, clip)},
        0 if bench.quick else 1,
    )
    if runs["naive"]:
        add_analysis(bench, name, runs)
    for variant, option in (("without", "--no-overlay"), ("with", "--overlay")):
        if not (bench.quick and variant == "without"):
            memory = rounds({f"{variant} video": partial(command, clip, option)}, 1)
            peak_mb = memory[f"{variant} video"][0].peak_mb
            what = f"hipcv analyze {variant} video, most memory held"
            bench.figures.append(Figure(name, what, peak_mb, "MB", limit_mb))


def long(bench: Bench) -> None:
    """Compare the peak memory of a short and of a long clip."""
    peaks = {}
    for name in ("720p", "720p 10 min"):
        clip = clip_path(name, bench.folder)
        runs = rounds({f"{name} with video": partial(command, clip, "--overlay")}, 1)
        peaks[name] = runs[f"{name} with video"][0].peak_mb
    short, lengthy = peaks["720p"], peaks["720p 10 min"]
    note = f"{lengthy:.0f} MB to {short:.0f} MB"
    what = "hipcv analyze with video, most memory held, against 10 s"
    bench.figures.append(Figure("720p 10 min", what, lengthy / short, limit=1.10, note=note))


def linear(bench: Bench) -> None:
    """Compare the time of a clip with that of one four times as long."""
    names = ("720p 5 s", "720p 20 s") if bench.quick else ("720p", "720p 40 s")
    clips = {name: clip_path(name, bench.folder) for name in names}
    programs = {name: partial(bare_analysis, clip) for name, clip in clips.items()}
    short, lengthy = rounds(programs, bench.rounds()).values()
    wall, cpu = output("wall_s"), output("cpu_s")
    bench.figures.append(
        Figure(
            names[1],
            f"analysis against that of {names[0]}, a quarter of it",
            median_ratio(lengthy, short, wall, wall),
            limit=4.1,
            cpu=median_ratio(lengthy, short, cpu, cpu),
            note=f"{_median(lengthy, wall):.1f} s to {_median(short, wall):.1f} s",
        )
    )


def workers(bench: Bench) -> None:
    """Compare two workers with one; the limit applies from two real cores on."""
    folder = bench.folder / "batch"
    folder.mkdir(exist_ok=True)
    for name in BATCH_CLIPS:
        shutil.copy(SAMPLES / f"{name}.mp4", folder)
    programs = {"one worker": partial(batch, folder, 1), "two workers": partial(batch, folder, 2)}
    runs = rounds(programs, bench.rounds())
    cores = real_cores()
    bench.figures.append(
        Figure(
            f"{len(BATCH_CLIPS)} samples",
            "hipcv batch, one worker against two",
            median_ratio(runs["one worker"], runs["two workers"], wall_s, wall_s),
            limit=1.7 if cores > 1 else None,
            bound="at least",
            cpu=median_ratio(runs["one worker"], runs["two workers"], cpu_s, cpu_s),
            note="" if cores > 1 else "one real core: not judged",
        )
    )


def _median(runs: list[Run], value: Callable[[Run], float]) -> float:
    return statistics.median(value(run) for run in runs)


TRIALS: Final[dict[str, Callable[[Bench], None]]] = {
    "720p": usual,
    "60hz": high_rate,
    "1080p": partial(large, name="1080p", limit_mb=500.0),
    "4k": partial(large, name="4K", limit_mb=1000.0),
    "linear": linear,
    "batch": workers,
    "long": long,
}
"""Trials by the name for `--only`."""

SLOW: Final = ("4k", "long")
"""Trials that `--quick` skips."""
