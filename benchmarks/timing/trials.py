"""What is measured: each trial makes its clips, runs its programs in turn, and gives figures."""

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
    command,
    made,
    median_ratio,
    naive,
    rounds,
)

FULL_ROUNDS: Final = 3
BATCH_CLIPS: Final = ("clean_left", "hip_lift_left", "portrait_right", "external_left")


@dataclass(slots=True)
class Bench:
    """Where clips are made, how often programs run, and what was found so far."""

    folder: Path
    quick: bool = False
    figures: list[Figure] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)

    def rounds(self, quick: int = 1) -> int:
        """How many rounds are run."""
        return quick if self.quick else FULL_ROUNDS


def wall_s(run: Run) -> float:
    """Of the whole process."""
    return run.wall_s


def cpu_s(run: Run) -> float:
    """Of the whole process."""
    return run.cpu_s


def told(key: str) -> Callable[[Run], float]:
    """A value that the process told of itself."""
    return lambda run: float(run.told[key])


def stages(bench: Bench, clip: str, runs: list[Run]) -> None:
    """Keep where the time went in the run of middle length."""
    run = sorted(runs, key=told("wall_s"))[len(runs) // 2]
    parts: list[tuple[str, dict[str, Any]]] = [("analysis", run.told)]
    if "writing" in run.told:
        parts.append(("result with annotated video", run.told["writing"]))
    for title, part in parts:
        bench.tables.append(Table(clip, title, part["wall_s"], part["stages"]))


def analysed(
    bench: Bench, clip: str, done: dict[str, list[Run]], limit: float | None = None
) -> None:
    """Figures of `pipeline.analyze`, libraries loaded, against the loop and its own inference.

    Judged where there is a limit: of large pictures decoding takes the most, whoever looks at them.
    """
    ours, theirs = done["analysis"], done["naive"]
    own = [run.told["wall_s"] / run.told["inference_s"] for run in ours]
    computed = [run.told["cpu_s"] / run.told["inference_s"] for run in ours]
    wall, cpu = told("wall_s"), told("cpu_s")
    bench.figures += [
        Figure(
            clip,
            "analysis against the naive heavy loop",
            median_ratio(ours, theirs, wall, wall),
            limit=limit,
            cpu=median_ratio(ours, theirs, cpu, cpu),
            note=f"{_median(ours, wall):.1f} s to {_median(theirs, wall):.1f} s",
        ),
        Figure(
            clip,
            "analysis against its own inference",
            statistics.median(own),
            limit=1.15 if limit else None,
            cpu=statistics.median(computed),
            note=f"inference {_median(ours, told('inference_s')):.1f} s",
        ),
    ]
    stages(bench, clip, ours)


def usual(bench: Bench) -> None:
    """10 s, 30 pictures a second, 720p: the analysis and the whole command."""
    clip = made("720p", bench.folder)
    programs = {
        "naive": partial(naive, clip),
        "analysis": partial(analysis, clip),
        "without video": partial(command, clip, "--no-overlay"),
        "with video": partial(command, clip, "--overlay"),
    }
    done = rounds(programs, bench.rounds())
    analysed(bench, "720p", done, 0.45)
    for name, limit in (("without video", 0.45), ("with video", 0.65)):
        bench.figures.append(
            Figure(
                "720p",
                f"hipcv analyze {name}, start to end, against the naive program",
                median_ratio(done[name], done["naive"], wall_s, wall_s),
                limit=limit,
                cpu=median_ratio(done[name], done["naive"], cpu_s, cpu_s),
                note=f"{_median(done[name], wall_s):.1f} s to {_median(done['naive'], wall_s):.1f}"
                " s",
            )
        )


def high_rate(bench: Bench) -> None:
    """The same at 60 pictures a second."""
    clip = made("720p 60 Hz", bench.folder)
    programs = {"naive": partial(naive, clip), "analysis": partial(analysis, clip)}
    analysed(bench, "720p 60 Hz", rounds(programs, bench.rounds()), 0.35)


def large(bench: Bench, name: str, limit_mb: float) -> None:
    """A larger picture: where time goes, and the most memory that is held."""
    clip = made(name, bench.folder)
    done = rounds(
        {"naive": partial(naive, clip), "analysis": partial(analysis, clip)},
        0 if bench.quick else 1,
    )
    if done["naive"]:
        analysed(bench, name, done)
    for asked, option in (("without", "--no-overlay"), ("with", "--overlay")):
        if not (bench.quick and asked == "without"):
            memory = rounds({f"{asked} video": partial(command, clip, option)}, 1)
            peak_mb = memory[f"{asked} video"][0].peak_mb
            what = f"hipcv analyze {asked} video, most memory held"
            bench.figures.append(Figure(name, what, peak_mb, "MB", limit_mb))


def long(bench: Bench) -> None:
    """Memory of a short and of a long clip."""
    peaks = {}
    for name in ("720p", "720p 10 min"):
        clip = made(name, bench.folder)
        done = rounds({f"{name} with video": partial(command, clip, "--overlay")}, 1)
        peaks[name] = done[f"{name} with video"][0].peak_mb
    short, lengthy = peaks["720p"], peaks["720p 10 min"]
    note = f"{lengthy:.0f} MB to {short:.0f} MB"
    what = "hipcv analyze with video, most memory held, against 10 s"
    bench.figures.append(Figure("720p 10 min", what, lengthy / short, limit=1.10, note=note))


def linear(bench: Bench) -> None:
    """Four times the clip, four times the cost."""
    names = ("720p 5 s", "720p 20 s") if bench.quick else ("720p", "720p 40 s")
    clips = {name: made(name, bench.folder) for name in names}
    programs = {name: partial(bare_analysis, clip) for name, clip in clips.items()}
    short, lengthy = rounds(programs, bench.rounds()).values()
    wall, cpu = told("wall_s"), told("cpu_s")
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
    """Two workers against one; judged where two real cores are."""
    folder = bench.folder / "batch"
    folder.mkdir(exist_ok=True)
    for name in BATCH_CLIPS:
        shutil.copy(SAMPLES / f"{name}.mp4", folder)
    programs = {"one worker": partial(batch, folder, 1), "two workers": partial(batch, folder, 2)}
    done = rounds(programs, bench.rounds())
    cores = real_cores()
    bench.figures.append(
        Figure(
            f"{len(BATCH_CLIPS)} samples",
            "hipcv batch, one worker against two",
            median_ratio(done["one worker"], done["two workers"], wall_s, wall_s),
            limit=1.7 if cores > 1 else None,
            bound="at least",
            cpu=median_ratio(done["one worker"], done["two workers"], cpu_s, cpu_s),
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
"""By the name that `--only` takes."""

SLOW: Final = ("4k", "long")
"""Left out where it has to be quick."""
