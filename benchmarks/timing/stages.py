"""Profile of an analysis by stages, by wrapping functions of the product from outside.

The time of a stage is that in which one of its functions runs, less that of functions of other
stages called by it. The main thread's time outside of all stages is the rest; time of other threads
is reported apart, since it costs nothing while a core is free.
"""

import importlib
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

READERS: Final = {
    "hipcv.pipeline:read_clip": "the one pass",
    "hipcv.pipeline:refine": "disputed repetitions",
    "hipcv.results.pictures:draw_video_and_stills": "drawing",
}
"""Functions that read the clip, with the purpose."""

WAITING: Final = "waiting for another thread"
"""Counted outside of other stages only, since the pose library waits for its own threads."""

STAGES: Final = {
    "decode": (
        "hipcv.video.file:open_container",
        "hipcv.video.decoding:_Decoding.frames",
    ),
    "convert to BGR": ("hipcv.video.file:_FrameNormalizer.bgr",),
    "hash of the clip": ("hipcv.video.file:sha256_of",),
    "hash of models": ("hipcv.estimation.models:_sha256_of_state",),
    "open and close models": (
        "hipcv.estimation.blazepose:_Estimator._open",
        "hipcv.estimation.blazepose:_Estimator._close",
    ),
    "inference, landmarks": ("hipcv.estimation.blazepose:Tracker.estimate",),
    "inference, counting people": ("hipcv.estimation.blazepose:Detector.estimate",),
    "inference, masks": ("hipcv.estimation.blazepose:Detector.estimate_with_mask",),
    "outline: trace": ("hipcv.estimation.shank_reader:trace_edges",),
    "outline: cut out": (
        "hipcv.estimation.refinement:cut_out",
        "hipcv.estimation.refinement:sole_px",
    ),
    "outline: register": (
        "hipcv.core.shank_tracker:register_patches",
        "hipcv.estimation.refinement:register_patches",
        "hipcv.estimation.refinement:template_of",
    ),
    "flow": (
        "hipcv.estimation.flow:RegionFlow.__init__",
        "hipcv.estimation.flow:RegionFlow.push",
        "hipcv.estimation.flow:RegionFlow.motion",
    ),
    "flow: grey pictures": ("hipcv.clip_reader:gray_to_follow",),
    WAITING: (
        "concurrent.futures._base:Future.result",
        "concurrent.futures.thread:ThreadPoolExecutor.shutdown",
    ),
    "choose the patient": ("hipcv.clip_reader:choose_patient",),
    "phases, issues": (
        "hipcv.pipeline:find_leg_phases",
        "hipcv.pipeline:clip_issues",
        "hipcv.pipeline:side_issues",
    ),
    "measure, assess": ("hipcv.pipeline:measure", "hipcv.pipeline:assess_sides"),
    "draw": ("hipcv.report.overlay:draw", "hipcv.results.pictures:_frame_states"),
    "encode": (
        "hipcv.video.writer:VideoWriter.write",
        "hipcv.video.writer:VideoWriter._finish",
    ),
    "chart": ("hipcv.report.charts.chart:draw",),
    "page, stills, tables": (
        "hipcv.results.pictures:_still",
        "hipcv.report.html:render",
        "hipcv.report.formats.table:angles",
        "hipcv.store.archive:save_evidence",
    ),
}

INFERENCE: Final = "hipcv.estimation.blazepose:_Estimator._infer"
"""Each call of the model, with the colour conversion before it."""

BY_PURPOSE: Final = ("decode", "convert to BGR")
"""Stages that are split by the purpose of reading the clip."""

Function = Callable[..., Any]


class Clock:
    """Accumulator of the time of each stage, by thread."""

    def __init__(self) -> None:
        self.spent_s: dict[tuple[str, bool], float] = defaultdict(float)  # stage, in main thread
        self.calls: dict[str, int] = defaultdict(int)
        self.inference_s = 0.0
        self.purpose = ""
        self._lock = threading.Lock()
        self._threads = threading.local()

    def stage(self, name: str, function: Function) -> Function:
        """Wrap a function so that its own time is added to a stage."""

        def timed(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - any function
            split = name in BY_PURPOSE and self.purpose
            label = f"{name}, {self.purpose}" if split else name
            stack: list[float] = self._threads.__dict__.setdefault("within_s", [])
            if name == WAITING and stack:
                return function(*args, **kwargs)
            stack.append(0.0)
            began = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                took_s = time.perf_counter() - began
                own_s = took_s - stack.pop()
                if stack:
                    stack[-1] += took_s
                self._add(label, own_s)

        return timed

    def reading(self, purpose: str, function: Function) -> Function:
        """Wrap a function that reads the clip for a purpose."""

        def reader(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - any function
            before, self.purpose = self.purpose, purpose
            try:
                return function(*args, **kwargs)
            finally:
                self.purpose = before

        return reader

    def inferring(self, function: Function) -> Function:
        """Wrap a function so that its time is added to the inference."""

        def timed(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - any function
            began = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                with self._lock:
                    self.inference_s += time.perf_counter() - began

        return timed

    def _add(self, stage: str, own_s: float) -> None:
        main = threading.current_thread() is threading.main_thread()
        with self._lock:
            self.spent_s[stage, main] += own_s
            self.calls[stage] += 1

    def rows(self, wall_s: float) -> list[dict[str, Any]]:
        """Return a row for each stage: name, calls, seconds in the main thread and in others."""
        names = list(dict.fromkeys(name for name, _ in self.spent_s))
        rows: list[dict[str, Any]] = [
            {
                "stage": name,
                "calls": self.calls[name],
                "main_s": self.spent_s[name, True],
                "background_s": self.spent_s[name, False],
            }
            for name in sorted(names, key=self._order)
        ]
        rest_s = wall_s - sum(row["main_s"] for row in rows)
        return [*rows, {"stage": "the rest", "calls": 0, "main_s": rest_s, "background_s": 0.0}]

    @staticmethod
    def _order(name: str) -> tuple[int, str]:
        order = list(STAGES)
        return order.index(name.partition(", ")[0] if name not in STAGES else name), name

    def reset(self) -> None:
        """Reset all counts."""
        self.spent_s.clear()
        self.calls.clear()
        self.inference_s = 0.0


@contextmanager
def timed_stages() -> Iterator[Clock]:
    """Wrap all functions named above within the context."""
    clock = Clock()
    undo = [_patched(INFERENCE, clock.inferring)]
    for stage, names in STAGES.items():
        undo += [_patched(name, partial(clock.stage, stage)) for name in names]
    undo += [_patched(name, partial(clock.reading, purpose)) for name, purpose in READERS.items()]
    try:
        yield clock
    finally:
        for restore in reversed(undo):
            restore()


def _patched(name: str, wrap: Callable[[Function], Function]) -> Callable[[], None]:
    """Wrap one function in the module that calls it; return a function that undoes it."""
    module, _, path = name.partition(":")
    *owners, last = path.split(".")
    owner: Any = importlib.import_module(module)
    try:
        for attribute in owners:
            owner = getattr(owner, attribute)
        original = getattr(owner, last)
    except AttributeError:
        sys.exit(f"{name}: there is no such function. Correct its name in {__file__}.")
    setattr(owner, last, wrap(original))
    return lambda: setattr(owner, last, original)
