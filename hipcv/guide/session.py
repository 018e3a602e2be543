"""The guided recording: pictures from a camera to the screen, to the guide, and into a file.

Three things go on at once and none waits for another: the camera is read (`video.capture`), its
pictures are encoded (`video.recorder`), and here the newest of them is looked at and shown. What
is shown is a preview; the number comes from the recorded file, through `pipeline.analyze`.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Protocol

from hipcv.core import guide, presenter
from hipcv.core.errors import CameraUnavailable, HipcvError, Interrupted
from hipcv.core.guide import Observation, SessionPlan, SessionState
from hipcv.core.interfaces import Frame, LiveSource, PoseEstimator
from hipcv.core.landmarks import Side
from hipcv.core.pose import Pose
from hipcv.core.view_model import GuideView, Key, Stage
from hipcv.estimation import models
from hipcv.estimation.blazepose import BlazePose, StillPose
from hipcv.estimation.people_count import MAX_PEOPLE, PeopleCounter
from hipcv.video.capture import Capture, no_frames_error
from hipcv.video.recorder import Recorder, Recording

LIVE_MODEL: Final = "lite"
"""Quick enough for every picture of a webcam; the result is read with the model of `analyze`."""

FIRST_PICTURE_S: Final = 20.0
"""Some cameras take so long to start."""

STALLED_S: Final = 3.0
"""A camera that has been silent for so long is gone."""

LOOK_EVERY_S: Final = 0.2
"""How often it is looked whether somebody wants to stop, while no picture comes."""

FILE: Final = "recording.mp4"


class Screen(Protocol):
    """Where a session is shown, and where keys come from."""

    def show(self, frame: Frame, scene: GuideView) -> Key | None:
        """Show one instant; the key pressed since the last one."""
        ...


@dataclass(frozen=True, slots=True)
class Take:
    """One recorded file of a session."""

    recorded: Recording
    sides: tuple[Side, ...]  # legs whose turn was finished in it
    redone: tuple[Side, ...] = ()  # a leg whose turn was broken off, to be done again
    asked: tuple[Side, ...] = ()  # legs the session was to test; empty: whichever moved


@dataclass(slots=True)
class _Takes:
    """The files of a session, one for each recording that was begun."""

    folder: Path
    capture: Capture
    now: SessionState  # of the session
    done: list[Take] = field(default_factory=list)
    recorder: Recorder | None = None
    _before: tuple[Side, ...] = ()  # legs that were done when this take began

    def follow(self, now: SessionState) -> None:
        """Begin and end recordings as the session does.

        Raises:
            EnvironmentFault: the file cannot be written any more.
        """
        before, self.now = self.now, now
        if self.recorder is not None and self.recorder.fault is not None:
            raise self.recorder.fault
        if before.recording and (not now.recording or now.take != before.take):
            again = (before.active,) if now.take != before.take and before.active else ()
            self.close(redone=again)
        if now.recording and self.recorder is None:
            self._begin(now)

    def _begin(self, now: SessionState) -> None:
        self._before = now.done
        folder = self.folder if now.take == 1 else self.folder / f"take-{now.take}"
        folder.mkdir(parents=True, exist_ok=True)
        self.recorder = Recorder(folder / FILE)
        self.capture.record(self.recorder)

    def close(self, redone: tuple[Side, ...] = ()) -> None:
        """End the recording under way; what there is of it stays."""
        self.capture.stop_recording()
        recorder, self.recorder = self.recorder, None
        if recorder is None:
            return
        recorded = recorder.finish()
        if recorded.frames:
            sides = tuple(side for side in self.now.done if side not in self._before)
            self.done.append(Take(recorded, sides, redone, self.now.plan.sides))


def record(
    source: LiveSource,
    plan: SessionPlan,
    folder: Path,
    screen: Screen,
    *,
    stopped: Callable[[], bool] = lambda: False,
) -> list[Take]:
    """Lead one person through the test, and keep what was recorded.

    Args:
        source: the camera, or a clip that is played as one.
        plan: what to do.
        folder: where the recordings go, `recording.mp4` first.
        screen: where it is shown.
        stopped: asked at every picture; True ends the session as Ctrl-C does.

    Returns:
        Every recorded file, in order; none where the session was ended before it recorded.

    Raises:
        CameraUnavailable: no picture comes, or no more. What was recorded is kept, and named.
        EnvironmentFault: the disk is full; the same.
        Interrupted: by `stopped`, or by the screen; the same.
    """
    # The models load first: a played clip waits only so long for its recording to begin.
    with closing(source), open_estimators() as estimator, Capture(source) as capture:
        takes = _Takes(folder, capture, guide.begin(plan))
        try:
            with closing(takes):
                _run(_newest(capture, stopped), estimator, takes, screen)
        except HipcvError as told:
            raise _error_with_saved_takes(told, takes.done) from told
    return takes.done


def _run(
    frames: Iterator[Frame], estimator: "LiveEstimator", takes: _Takes, screen: Screen
) -> None:
    """Look at the newest picture, go one step, show it; until the session is over."""
    key: Key | None = None
    for frame in frames:
        seen = estimator.estimate(frame, count=not takes.now.recording)
        rated = replace(seen, rate_hz=takes.capture.rate_hz)
        takes.follow(guide.advance(takes.now, rated, key))
        key = screen.show(frame, presenter.present(takes.now))
        if takes.now.stage is Stage.FINISHED:
            return
    _ended(takes)


def _newest(capture: Capture, stopped: Callable[[], bool]) -> Iterator[Frame]:
    """The newest picture each time one is asked for, until the source ends by itself.

    Raises:
        Interrupted: somebody asked for the end.
        CameraUnavailable: nothing has come for too long.
    """
    begun, last_s = False, time.monotonic()
    while True:
        frame = capture.newest_frame(LOOK_EVERY_S)
        if stopped():
            raise Interrupted("Stopped.")
        if frame is not None:
            yield frame
            begun, last_s = True, time.monotonic()  # however long the frame was worked on
        elif capture.ended:
            return
        elif time.monotonic() - last_s > (STALLED_S if begun else FIRST_PICTURE_S):
            raise no_frames_error(capture.source.name)


def _ended(takes: _Takes) -> None:
    """A played clip is over. Before anything was recorded, that is no session."""
    if takes.now.recording:
        takes.follow(replace(takes.now, stage=Stage.FINISHED))
        return
    raise CameraUnavailable(
        "The clip ended before the recording began. Its opening must show one person, seated and "
        "still, as the guide asks; or measure it with `hipcv analyze`."
    )


def _error_with_saved_takes(told: HipcvError, takes: list[Take]) -> HipcvError:
    """The same error, with word of what is kept."""
    if not takes:
        return type(told)(f"{told} Nothing had been recorded yet.")
    kept = takes[-1].recorded
    return type(told)(
        f"{told} What was recorded is kept: {kept.path} ({kept.duration_s:.1f} s). "
        "`hipcv analyze` can measure it."
    )


@contextmanager
def open_estimators() -> "Iterator[LiveEstimator]":
    """Yield an estimator with the live pose model; close the model afterwards."""
    model = models.find(LIVE_MODEL).path
    with BlazePose(model) as one, StillPose(model, people=MAX_PEOPLE, masks=False) as crowd:
        yield LiveEstimator(one, PeopleCounter(crowd))


@dataclass(slots=True)
class LiveEstimator:
    """Estimates pose, luminance and, now and then, the number of people of each frame."""

    pose: PoseEstimator
    heads: PeopleCounter
    people: int = -1  # by the last count; -1 = not counted

    def estimate(self, frame: Frame, *, count: bool) -> Observation:
        """Return the observation of one frame.

        Args:
            frame: later than the frames before it.
            count: count the people where a count is due.
        """
        poses = self.pose.estimate(frame)
        if count and self.heads.should_count(frame.time_s):
            self.people = self.heads.count(frame)
        return Observation(
            pose=poses[0] if poses else Pose.unseen(frame.time_s),
            size_px=(frame.bgr.shape[1], frame.bgr.shape[0]),
            luminance=frame.luminance,
            people=self.people,
        )
