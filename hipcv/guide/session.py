"""Session loop of the guided recording: frames to the screen, the state machine and a file.

Three threads work at once and do not wait for each other: `video.capture` reads the camera,
`video.recorder` encodes its frames, and this loop reads the newest frame and shows it. The screen
is a preview; the result comes from the recorded frames, as in an analysis.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Protocol

from hipcv.core import guide, presenter
from hipcv.core.errors import CameraUnavailable, HipcvError, Interrupted
from hipcv.core.guide import SessionPlan, SessionState
from hipcv.core.interfaces import Frame, LiveSource
from hipcv.core.landmarks import Side
from hipcv.core.view_model import GuideView, Key, Stage
from hipcv.guide import session_file
from hipcv.guide.estimator import LiveEstimator, open_estimators
from hipcv.language import _
from hipcv.video.capture import Capture, no_frames_error
from hipcv.video.recorded import RecordedFrames
from hipcv.video.recorder import Recorder, Recording

FIRST_PICTURE_S: Final = 20.0
"""Time a camera may take to start."""

STALLED_S: Final = 3.0
"""A camera without a frame for this long is disconnected."""

STOP_CHECK_S: Final = 0.2
"""Interval of the checks for a stop request while no frame comes."""

FILE: Final = "recording.mp4"


class Screen(Protocol):
    """Display of a session, and source of its keys."""

    def show(self, frame: Frame, view: GuideView) -> Key | None:
        """Show one instant; return the key pressed since the last one."""
        ...


@dataclass(frozen=True, slots=True)
class Take:
    """One recorded file of a session."""

    recording: Recording
    sides: tuple[Side, ...]  # legs that were finished in it
    redone: tuple[Side, ...] = ()  # a leg that was broken off, to be done again
    planned: tuple[Side, ...] = ()  # legs of the session; empty: whichever moved


@dataclass(slots=True)
class _Takes:
    """Recordings of a session, each begun and ended as its state changes."""

    folder: Path
    capture: Capture
    state: SessionState
    on_recording: Callable[[RecordedFrames], None] | None = None
    finished: list[Take] = field(default_factory=list)
    recorder: Recorder | None = None
    _done_before: tuple[Side, ...] = ()  # legs that were done when this take began

    def update(self, state: SessionState) -> None:
        """Begin and end recordings for the next state.

        Raises:
            EnvironmentFault: the file can no longer be written.
        """
        before, self.state = self.state, state
        if self.recorder is not None and self.recorder.fault is not None:
            raise self.recorder.fault
        new_take = state.take != before.take
        if before.recording and (new_take or not state.recording):
            self.close(before if new_take else state)
        if state.recording and self.recorder is None:
            self._done_before = state.done
            folder = self.folder if state.take == 1 else self.folder / f"take-{state.take}"
            folder.mkdir(parents=True, exist_ok=True)
            self.recorder = Recorder(folder / FILE)
            if self.on_recording is not None:
                self.on_recording(self.recorder.decoded_frames())
            self.capture.record(self.recorder)

    def close(self, state: SessionState | None = None) -> None:
        """End the recording under way, whose last state is given; its files stay."""
        state = state or self.state
        self.capture.stop_recording()
        recorder, self.recorder = self.recorder, None
        recording = recorder.finish() if recorder else None
        if not (recording and recording.frames):
            return
        sides = tuple(side for side in state.done if side not in self._done_before)
        redone = (state.active,) if state.take != self.state.take and state.active else ()
        self.finished.append(Take(recording, sides, redone, state.plan.sides))
        with suppress(OSError):  # a full disk is reported for the recording
            previews = guide.end_recording(state).previews
            session_file.write(recording.path, previews, recording.began_s)


def record(
    source: LiveSource,
    plan: SessionPlan,
    folder: Path,
    screen: Screen,
    *,
    stopped: Callable[[], bool] = lambda: False,
    on_recording: Callable[[RecordedFrames], None] | None = None,
) -> list[Take]:
    """Lead one person through the test and record it.

    Args:
        source: the camera.
        plan: the legs, and the protocol.
        folder: gets `recording.mp4` and `session.json` of the first recording.
        screen: display and keys.
        stopped: asked at every frame; True ends the session as Ctrl-C does.
        on_recording: called as each recording begins, with its frames, which may be read from
            another thread.

    Returns:
        Every recorded file, in order; none where the session was ended before it recorded.

    Raises:
        CameraUnavailable: no frame comes, or no more. The text names what was recorded.
        EnvironmentFault: the disk is full; the same.
        Interrupted: by `stopped`, or by the screen; the same.
    """
    # The models load first: a played clip waits only a limited time for its recording to begin.
    opening = open_estimators(plan.protocol)
    with closing(source), opening as estimator, Capture(source) as capture:
        takes = _Takes(folder, capture, guide.begin(plan), on_recording)
        try:
            with closing(takes):
                _run(_newest_frames(capture, stopped), estimator, takes, screen)
        except HipcvError as error:
            raise _error_with_saved_takes(error, takes.finished) from error
    return takes.finished


def _run(frames: Iterator[Frame], estimator: LiveEstimator, takes: _Takes, screen: Screen) -> None:
    key: Key | None = None
    for frame in frames:
        observation = estimator.estimate(frame, takes.state.stage)
        observation = replace(observation, rate_hz=takes.capture.rate_hz)
        takes.update(guide.advance(takes.state, observation, key))
        key = screen.show(frame, presenter.present(takes.state))
        if takes.state.stage is Stage.FINISHED:
            return
    if not takes.state.recording:
        raise CameraUnavailable(
            _(
                "The clip ended before the recording began. Its opening must show one person, "
                "seated and still, as the guide asks; or measure it with `hipcv analyze`."
            )
        )
    takes.update(replace(takes.state, stage=Stage.FINISHED))


def _newest_frames(capture: Capture, stopped: Callable[[], bool]) -> Iterator[Frame]:
    """Yield the newest frame each time one is requested, until the source ends by itself.

    Raises:
        Interrupted: `stopped` returned True.
        CameraUnavailable: no frame has come for too long.
    """
    begun, last_s = False, time.monotonic()
    while True:
        frame = capture.newest_frame(STOP_CHECK_S)
        if stopped():
            raise Interrupted(_("Stopped."))
        if frame is not None:
            yield frame
            begun, last_s = True, time.monotonic()  # the caller may have taken long
        elif capture.ended:
            return
        elif time.monotonic() - last_s > (STALLED_S if begun else FIRST_PICTURE_S):
            raise no_frames_error(capture.source.name)


def _error_with_saved_takes(error: HipcvError, takes: list[Take]) -> HipcvError:
    if not takes:
        nothing = _("Nothing had been recorded yet.")
        return type(error)(f"{error} {nothing}")
    last = takes[-1].recording
    saved = _(
        "What was recorded is kept: {path} ({duration_s:.1f} s). `hipcv analyze` can measure it."
    )
    text = saved.format(path=last.path, duration_s=last.duration_s)
    return type(error)(f"{error} {text}")
