"""One analysis, timed by stages; run in a process of its own.

    python once.py CLIP [--write]

Prints JSON. The time to load libraries is not counted; the time to open models is.
"""

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import av  # noqa: F401 - loaded before the clock runs
from mediapipe.tasks.python import vision  # noqa: F401

from hipcv import pipeline
from hipcv.results import write
from hipcv.results.output import Output
from timing.stages import Clock, timed_stages

Result = TypeVar("Result")


def cpu_s() -> float:
    """Return the CPU time of this process and of its ended children."""
    kinds = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN
    used = [resource.getrusage(kind) for kind in kinds]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def timed(clock: Clock, work: Callable[[], Result]) -> tuple[Result, dict[str, Any]]:
    """Call a function; return its result and its times."""
    clock.reset()
    began_s, began_cpu_s = time.perf_counter(), cpu_s()
    result = work()
    wall_s = time.perf_counter() - began_s
    return result, {
        "wall_s": wall_s,
        "cpu_s": cpu_s() - began_cpu_s,
        "inference_s": clock.inference_s,
        "stages": clock.rows(wall_s),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="One analysis, timed by stages.")
    parser.add_argument("clip", type=Path)
    parser.add_argument("--write", action="store_true", help="the result, with annotated video")
    arguments = parser.parse_args()
    write.preload()
    with timed_stages() as clock:
        analysis, times = timed(clock, lambda: pipeline.analyze(arguments.clip))
        if arguments.write:
            with tempfile.TemporaryDirectory() as out:
                output = Output(Path(out) / "result")
                _, times["writing"] = timed(
                    clock, lambda: write.write(arguments.clip, analysis, output)
                )
    times["rotation_deg"] = {s.value: a.rotation_deg for s, a in analysis.trial.sides.items()}
    print(json.dumps(times))


if __name__ == "__main__":
    main()
