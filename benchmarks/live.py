"""Benchmark of the guided recording: pictures a second, latency, drops, memory, time to the result.

    python benchmarks/live.py [--minutes M] [--window] [--clip CLIP]

Runs the session (capture, both legs tracked, guide, drawing, recorder, analysis of the recording
under way) on a clip played in a loop in real time, and prints the figures with their limits. A
session of one minute ends with the last of twenty repetitions. With `--window` the pictures are
shown, which needs a display; without it they are drawn and discarded.
"""

import argparse
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from hipcv.concurrent_analysis import ConcurrentAnalysis
from hipcv.core.guide import SessionPlan
from hipcv.core.interfaces import CaptureFormat, Frame
from hipcv.core.landmarks import Side
from hipcv.core.options import AnalysisOptions
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.view_model import GuideView, Key
from hipcv.guide import screen
from hipcv.guide.session import record
from hipcv.video.file import VideoFile
from hipcv.video.recorder import Recording
from hipcv.video.window import Window

CLIP = Path(__file__).resolve().parent.parent / "sample_videos" / "clean_left.mp4"
"""One repetition of the left leg."""

PROTOCOL = MeasurementProtocol(reps_wanted=10, practice_from_reps=20, guide_idle_s=600)
"""Twenty repetitions, the most that can be asked for."""

LATENCY_LIMIT_MS = 100
RESULT_LIMIT_S = 3.0


class LoopedClip:
    """Live source: a still picture until the recording begins, then a clip in a loop."""

    def __init__(self, clip: Path, seconds: float) -> None:
        self.frames = list(VideoFile(clip))
        self.period_s = self.frames[-1].time_s + self.frames[1].time_s
        self.seconds, self.name = seconds, clip.name
        self.began_s, self.delivered = time.monotonic(), 0
        self.closed, self.rolling = threading.Event(), threading.Event()

    @property
    def actual_format(self) -> CaptureFormat:
        """Picture size and rate of the clip."""
        height, width = self.frames[0].bgr.shape[:2]
        return CaptureFormat(width, height, 1 / self.frames[1].time_s)

    def __iter__(self) -> Iterator[Frame]:
        self.began_s = time.monotonic()
        while not self.closed.is_set() and self.now_s() < self.seconds:
            loop, row = divmod(self.delivered, len(self.frames))
            due_s = loop * self.period_s + self.frames[row].time_s
            self.closed.wait(max(0.0, due_s - self.now_s()))
            frame = self.frames[row if self.rolling.is_set() else 0]
            yield replace(frame, index=self.delivered, time_s=due_s)
            self.delivered += 1

    def now_s(self) -> float:
        """Return the seconds since the start."""
        return time.monotonic() - self.began_s

    def start_playback(self) -> None:
        """Let the leg move from now on."""
        self.rolling.set()

    def close(self) -> None:
        """Stop."""
        self.closed.set()


@dataclass
class MeasuredScreen:
    """Screen that records the time at which each picture was shown."""

    source: LoopedClip
    window: Window | None
    at_s: list[float] = field(default_factory=list)
    tracked: list[bool] = field(default_factory=list)
    latency_ms: list[float] = field(default_factory=list)
    memory_mb: list[float] = field(default_factory=list)

    def show(self, frame: Frame, scene: GuideView) -> Key | None:
        """Draw and show a picture, and record the time."""
        picture = screen.draw(frame.bgr, scene)
        if self.window is not None:
            self.window.show(picture)
        if scene.recording:
            now_s = self.source.now_s()
            self.at_s.append(now_s)
            self.latency_ms.append(1000 * (now_s - frame.time_s))
            self.tracked.append(scene.angle_source == "outline")
            if len(self.at_s) % 300 == 0:
                self.memory_mb.append(resident_mb())
        return None


def resident_mb() -> float:
    """Return the resident memory, MB."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:  # not Linux: the peak
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return pages * resource.getpagesize() / 1e6


def report(screen: MeasuredScreen, recording: Recording, result_s: float) -> bool:
    """Print the figures; return True if all are within their limits.

    `result_s` is the time from the last picture to the result.
    """
    recorded, duration_s = recording.frames, recording.duration_s
    rate = (len(screen.at_s) - 1) / (screen.at_s[-1] - screen.at_s[0])
    p95 = float(np.percentile(screen.latency_ms, 95))
    offered = round(duration_s / screen.source.frames[1].time_s)
    half = len(screen.memory_mb) // 2
    early = float(np.median(screen.memory_mb[:half] or [np.nan]))
    late = float(np.median(screen.memory_mb[half:] or [np.nan]))
    rows = [
        ("pictures processed a second", f"{rate:.1f}", "28 or more", rate >= 28),
        ("latency, median", f"{np.median(screen.latency_ms):.0f} ms", "", True),
        ("latency, 95th percentile", f"{p95:.0f} ms", f"{LATENCY_LIMIT_MS} or less",
         p95 <= LATENCY_LIMIT_MS),
        ("of those with a tracked angle", f"{np.mean(screen.tracked):.1%}", "", True),
        ("pictures recorded of those offered", f"{recorded} of {offered}", "all",
         abs(recorded - offered) <= 1),
        ("memory, first and second half", f"{early:.0f} and {late:.0f} MB", "within 5 %",
         not late > 1.05 * early),
        ("result after the last picture", f"{result_s:.1f} s", f"{RESULT_LIMIT_S:g} s or less",
         result_s <= RESULT_LIMIT_S),
    ]  # fmt: skip
    for name, value, limit, good in rows:
        print(f"{name:38s}{value:>20s}   {limit:12s}{'ok' if good else 'MISSED'}")
    return all(good for *_, good in rows)


def main() -> None:
    parser = argparse.ArgumentParser(description="Benchmark of the guided recording.")
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--window", action="store_true")
    parser.add_argument("--clip", type=Path, default=CLIP)
    arguments = parser.parse_args()
    source = LoopedClip(arguments.clip, 60 * arguments.minutes + 8)
    side = Side.LEFT if arguments.minutes <= 1 else Side.RIGHT  # which never turns
    plan, options = (
        SessionPlan(PROTOCOL, (side,), confirmed=True),
        AnalysisOptions(protocol=PROTOCOL),
    )
    with (
        tempfile.TemporaryDirectory() as folder,
        Window() if arguments.window else nullcontext() as window,
        ConcurrentAnalysis(options) as analysis,
    ):
        screen = MeasuredScreen(source, window)
        analysis.prepare()
        takes = record(source, plan, Path(folder), screen, on_recording=analysis.begin)
        recording = takes[0].recording
        analysis.analyze(recording.path, options)
        result_s = source.now_s() - screen.at_s[-1]
    sys.exit(0 if report(screen, recording, result_s) else 1)


if __name__ == "__main__":
    main()
