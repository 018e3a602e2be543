"""One analysis in a process of its own, timed by stages.

    python once.py CLIP [--write]

Prints JSON. Loading libraries is not counted; opening models is.
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
from timing.stages import Clock, watched

Made = TypeVar("Made")


def cpu_s() -> float:
    """Computation of this process and of children that have ended."""
    kinds = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN
    used = [resource.getrusage(kind) for kind in kinds]
    return sum(each.ru_utime + each.ru_stime for each in used)


def timed(clock: Clock, work: Callable[[], Made]) -> tuple[Made, dict[str, Any]]:
    """What the work gives, and the account of its time."""
    clock.reset()
    began, computed = time.perf_counter(), cpu_s()
    made = work()
    wall_s = time.perf_counter() - began
    return made, {
        "wall_s": wall_s,
        "cpu_s": cpu_s() - computed,
        "inference_s": clock.inference_s,
        "stages": clock.told(wall_s),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="One analysis, timed by stages.")
    parser.add_argument("clip", type=Path)
    parser.add_argument("--write", action="store_true", help="the result, with annotated video")
    asked = parser.parse_args()
    write.preload()
    with watched() as clock:
        analysis, told = timed(clock, lambda: pipeline.analyze(asked.clip))
        if asked.write:
            with tempfile.TemporaryDirectory() as out:
                output = write.Output(Path(out) / "result")
                _, told["writing"] = timed(clock, lambda: write.write(asked.clip, analysis, output))
    told["rotation_deg"] = {s.value: a.rotation_deg for s, a in analysis.trial.sides.items()}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
