"""Agreement of the live reading with the result, on clips played through the guided recording.

    python -m validation.live [CLIP or FOLDER ...]

Each clip is played through the session of `hipcv record` without a window, as fast as the session
takes its pictures, and its recording is measured as the command measures it. For every repetition
of the result the live plateau (`session.json`) and the dial's reading in the middle of the plateau
are compared with it.
"""

import argparse
import json
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from hipcv.concurrent_analysis import ConcurrentAnalysis
from hipcv.core.assessment import Rep
from hipcv.core.guide import SessionPlan
from hipcv.core.interfaces import CaptureFormat, Frame
from hipcv.core.landmarks import Side
from hipcv.core.options import AnalysisOptions
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.view_model import GuideView, Key, Stage
from hipcv.guide import session, session_file
from hipcv.video.file import VideoFile
from validation.report import default_folders

AGREEMENT_DEG: Final = 1.0
AGREEMENT_SHARE: Final = 0.95
LONGEST_WAIT_FRAMES: Final = 600


class SteppedClip:
    """Live source that gives its next picture once the last one was processed.

    The clip's first picture is repeated until the recording begins.
    """

    def __init__(self, clip: Path) -> None:
        self.name = clip.name
        self._frames = list(VideoFile(clip))
        self._turn = threading.Semaphore(1)
        self._playing, self._closed = threading.Event(), threading.Event()

    @property
    def actual_format(self) -> CaptureFormat:
        """Picture size and rate of the clip."""
        height, width = self._frames[0].bgr.shape[:2]
        return CaptureFormat(width, height, 1 / self._frames[1].time_s)

    def __iter__(self) -> Iterator[Frame]:
        gap_s, repeats = self._frames[1].time_s, 0
        while not self._playing.is_set() and repeats < LONGEST_WAIT_FRAMES:
            yield from self._give(replace(self._frames[0], time_s=repeats * gap_s))
            repeats += 1
        for frame in self._frames:
            yield from self._give(replace(frame, time_s=repeats * gap_s + frame.time_s))

    def _give(self, frame: Frame) -> Iterator[Frame]:
        self._turn.acquire()
        if not self._closed.is_set():
            yield frame

    def step(self) -> None:
        """Give the next picture."""
        self._turn.release()

    def now_s(self) -> float:
        """Return no time: the clip has no clock."""
        return 0.0

    def start_playback(self) -> None:
        """Let the leg move from now on."""
        self._playing.set()

    def close(self) -> None:
        """Stop."""
        self._closed.set()
        self.step()


@dataclass
class DialReader:
    """Screen that stores what the dial showed while recording; goes on despite bad framing."""

    source: SteppedClip
    dial: list[tuple[float, float]] = field(default_factory=list)  # seconds recorded, degrees

    def show(self, _frame: Frame, view: GuideView) -> Key | None:
        """Store one view, and ask for the next picture."""
        if view.stage is Stage.TURNING:
            self.dial.append((view.recorded_s, view.rotation_deg))
        if view.stage is Stage.COUNTDOWN:  # at a camera's pace: the template is made meanwhile
            time.sleep(1 / 30)
        self.source.step()
        return Key.SKIP if view.stage is Stage.FRAMING else None


@dataclass(frozen=True, slots=True)
class LiveRep:
    """One repetition of the result, with its live readings."""

    clip: str
    side: Side
    result_deg: float
    plateau_deg: float  # live; NaN where there was none
    dial_deg: float  # in the middle half of the plateau; NaN where nothing was displayed

    @property
    def plateau_off_deg(self) -> float:
        """Distance of the live plateau from the result; infinite without one."""
        off = abs(self.plateau_deg - self.result_deg)
        return off if np.isfinite(off) else float("inf")

    @property
    def dial_off_deg(self) -> float:
        """The same of the dial."""
        off = abs(self.dial_deg - self.result_deg)
        return off if np.isfinite(off) else float("inf")


def play(clip: Path, folder: Path) -> list[LiveRep]:
    """Lead a clip through the session, and compare what was displayed with the result."""
    protocol = MeasurementProtocol(guide_still_s=0.5, guide_countdown_s=2, guide_idle_s=600)
    source, options = SteppedClip(clip), AnalysisOptions(protocol=protocol)
    reader = DialReader(source)
    with ConcurrentAnalysis(options) as concurrent:
        takes = session.record(
            source,
            SessionPlan(protocol, confirmed=True),
            folder,
            reader,
            on_recording=concurrent.begin,
        )
        path = takes[0].recording.path
        trial = concurrent.analyze(path, options).trial
    document = json.loads(path.with_name(session_file.FILE).read_text(encoding="utf-8"))
    return [
        _compare((clip.stem, side), rep, document["sides"][side.value], reader.dial)
        for side, assessment in trial.sides.items()
        for rep in assessment.reps
    ]


def _compare(
    leg: tuple[str, Side],  # of a clip
    rep: Rep,
    live: dict[str, Any] | None,
    dial: Sequence[tuple[float, float]],
) -> LiveRep:
    first_s, last_s = rep.plateau_s.closed
    plateaus = [
        other["live_plateau_deg"]
        for other in (live or {"reps": []})["reps"]
        if other["plateau_s"] and other["plateau_s"][0] <= last_s <= other["plateau_s"][1] + 1.0
    ]
    quarter_s = (last_s - first_s) / 4
    middle = [deg for at_s, deg in dial if first_s + quarter_s <= at_s <= last_s - quarter_s]
    return LiveRep(
        *leg,
        result_deg=rep.rotation_deg,
        plateau_deg=plateaus[0] if plateaus else np.nan,
        dial_deg=float(np.median(middle)) if middle else np.nan,
    )


def _clips(paths: Sequence[Path]) -> list[Path]:
    return [
        clip
        for path in paths
        for clip in (sorted(path.glob("*.mp4")) if path.is_dir() else [path])
        if path.exists()
    ]


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _share(off_deg: Sequence[float]) -> float:
    return float(np.mean(np.array(off_deg) <= AGREEMENT_DEG))


def main() -> None:
    """Play every clip and print the agreement; exit with 1 where it is not reached."""
    parser = argparse.ArgumentParser(description="Compare the live reading with the result.")
    parser.add_argument("paths", nargs="*", type=Path)
    reps: list[LiveRep] = []
    for clip in _clips(parser.parse_args().paths or default_folders()[:3]):
        with tempfile.TemporaryDirectory() as folder:
            of_clip = play(clip, Path(folder))
        for rep in of_clip:
            angles = f"{rep.result_deg:6.2f}{rep.plateau_deg:8.2f}{rep.dial_deg:8.2f}"
            _print(f"{rep.clip:36s}{rep.side.value:6s}{angles}")
        reps += of_clip
    if not reps:
        _print("No repetition was measured.")
        return
    plateau, dial = [rep.plateau_off_deg for rep in reps], [rep.dial_off_deg for rep in reps]
    for name, off_deg in (("live plateau", plateau), ("dial at the plateau", dial)):
        figures = f"median {np.median(off_deg):.2f}, worst {max(off_deg):.2f} deg"
        _print(f"{name}: {_share(off_deg):.1%} of {len(reps)} within 1.0 deg, {figures}")
    sys.exit(0 if _share(plateau) >= AGREEMENT_SHARE else 1)


if __name__ == "__main__":
    main()
