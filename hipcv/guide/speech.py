"""Spoken prompts: the text of each change between two views, and the voice that says it.

The voice is one of the system's own, in a process of its own (`voice_process`): nothing is sent
anywhere, and whatever goes wrong there never stops or delays a session.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Protocol

from hipcv import language
from hipcv.core.framing import first_broken
from hipcv.core.landmarks import Side
from hipcv.core.view_model import GuideView, Stage
from hipcv.guide import prompts, voice_process
from hipcv.guide.sound import Speaker, Tone, tone_between
from hipcv.language import N_, Translated, _
from hipcv.report import answers

SAME_AGAIN_S: Final = 4.0
"""A text is not said again within this time."""

START_LIMIT_S: Final = 30.0
SAYING_LIMIT_S: Final = 15.0
"""Longest time that the voice may take to start, and for one text; then it is ended."""

CLOSING_LIMIT_S: Final = 1.0
_TEMPORARY: Final = ("TMPDIR", "TEMP", "TMP")
"""Variables with the folder of temporary files."""

_SAFETY: Final = N_("Please read the questions on the screen. Stop if anything hurts.")
_STILL: Final = N_("Sit still, on both hands.")
_READY: Final = Translated(
    {
        Side.LEFT: N_("Get ready: left leg."),
        Side.RIGHT: N_("Get ready: right leg."),
        None: N_("Get ready: one leg at a time."),
    }
)
_FIRST_SWING: Final = Translated(
    {
        Side.LEFT: N_("Swing your left foot out to the side, as far as you can."),
        Side.RIGHT: N_("Swing your right foot out to the side, as far as you can."),
        None: N_("Swing one foot out to the side, as far as you can."),
    }
)
_SWING: Final = Translated(
    {
        Side.LEFT: N_("Repetition {number}: swing your left foot out."),
        Side.RIGHT: N_("Repetition {number}: swing your right foot out."),
        None: N_("Repetition {number}: swing one foot out."),
    }
)
_FIRST_SWING_IN: Final = Translated(
    {
        Side.LEFT: N_(
            "Now swing your left foot inwards, across the other leg, as far as you can; "
            "knee still, thigh down."
        ),
        Side.RIGHT: N_(
            "Now swing your right foot inwards, across the other leg, as far as you can; "
            "knee still, thigh down."
        ),
        None: N_(
            "Now swing one foot inwards, across the other leg, as far as you can; "
            "knee still, thigh down."
        ),
    }
)
_SWING_IN: Final = Translated(
    {
        Side.LEFT: N_("Repetition {number}: swing your left foot inwards."),
        Side.RIGHT: N_("Repetition {number}: swing your right foot inwards."),
        None: N_("Repetition {number}: swing one foot inwards."),
    }
)
_SILENT_CUES: Final = (None, "hold_still", "further")
"""Cues that are not spoken: what was said before them still holds."""


def spoken(before: GuideView | None, now: GuideView) -> str:
    """Return the text to say for the most important change between two views; "" for none."""
    if before is None or now.stage is not before.stage:
        return _ENTERED[now.stage](now) if now.stage in _ENTERED else ""
    match now.stage:
        case Stage.FRAMING:
            return _correction(now) if _code(now) != _code(before) else ""
        case Stage.COUNTDOWN:
            return str(now.count) if now.count and now.count != before.count else ""
        case Stage.TURNING:
            return _cue(now) if now.cue != before.cue or now.side is not before.side else ""
        case _:
            return ""


def _correction(view: GuideView) -> str:
    return prompts.prompt(view) if _code(view) else ""


def _code(view: GuideView) -> str:
    check = first_broken(view.checks)
    return check.code if check else ""


def _cue(view: GuideView) -> str:
    if view.cue in _SILENT_CUES:
        return ""
    if view.cue not in ("turn_out", "turn_in"):
        return f"{prompts.cue(view)}."
    first, later, begins = _FIRST_SWING, _SWING, view.rep <= 0
    if view.cue == "turn_in":
        first, later, begins = _FIRST_SWING_IN, _SWING_IN, view.rep <= 1
    if begins:
        return first[view.side]
    return later[view.side].format(number=min(view.rep, view.reps))


def _advice(view: GuideView) -> str:
    """Return what to do after pain; the longer texts are on the screen alone."""
    text = f"{prompts.STAGES[view.stage]}."
    return f"{text} {answers.ADVICE[view.advice]}" if view.advice == "pain" else text


_ENTERED: Final[dict[Stage, Callable[[GuideView], str]]] = {
    Stage.SAFETY: lambda _view: _(_SAFETY),
    Stage.ADVICE: _advice,
    Stage.FRAMING: _correction,
    Stage.STILL: lambda _view: _(_STILL),
    Stage.COUNTDOWN: lambda view: _READY[view.side],
    Stage.TURNING: _cue,
    Stage.CHANGEOVER: lambda view: f"{prompts.next_leg(view)}. {_(prompts.CHANGEOVER_MORE)}.",
    Stage.FINISHED: lambda view: f"{prompts.STAGES[view.stage]}. {_(prompts.FINISHED_MORE)}.",
}


@dataclass(slots=True)
class Announcements:
    """Texts and tones of the views of a session, as they come."""

    before: GuideView | None = None
    said_s: dict[str, float] = field(default_factory=dict)  # when each text was said last

    def after(self, view: GuideView) -> tuple[str, Tone | None]:
        """Return the text to say for the next view, "" for none, and the tone in its stead."""
        text, tone = spoken(self.before, view), tone_between(self.before, view)
        self.before = view
        if view.time_s - self.said_s.get(text, float("-inf")) < SAME_AGAIN_S:
            return "", tone
        self.said_s[text] = view.time_s
        return text, tone


class Voice(Protocol):
    """Something that says one text at a time, and returns at once."""

    @property
    def missing(self) -> bool:
        """True once it is certain that nothing can be said."""
        ...

    def say(self, text: str) -> None:
        """Say a text once the present one is said, instead of any that still waits."""
        ...

    def close(self) -> None:
        """End the voice."""
        ...


@dataclass(slots=True)
class Announcer:
    """Speaks what changes from view to view; plays tones where there is no voice."""

    speaker: Speaker
    voice: Voice | None = None  # None: not asked for
    muted: bool = False
    _announcements: Announcements = field(default_factory=Announcements)

    def announce(self, view: GuideView) -> None:
        """Say or play what has changed since the last view."""
        text, tone = self._announcements.after(view)
        if self.muted:
            return
        if self.voice is None or self.voice.missing:
            self.speaker.play(tone)
        elif text:
            self.voice.say(text)

    @property
    def notice(self) -> str:
        """Code of the notice on the sound, one of `NOTICES`; "" for none."""
        if self.muted:
            return "muted"
        if self.voice is None or not self.voice.missing:
            return ""
        return "no_sound" if self.speaker.mute else "no_voice"


class SystemVoice:
    """A voice of the system in the present language."""

    def __init__(self, command: Sequence[str] = ()) -> None:
        """Start the process of the voice.

        Args:
            command: another program for `voice_process`.
        """
        self._lock = threading.Lock()
        self._waiting = ""
        self._limit_s = time.monotonic() + START_LIMIT_S  # inf while nothing is being said
        # The library writes what it says to files, and leaves them where it is ended.
        self._folder = tempfile.TemporaryDirectory(prefix="hipcv-", ignore_cleanup_errors=True)
        self._process = _start(command or _command(), self._folder.name)
        self._missing = self._process is None
        if self._process is not None:
            threading.Thread(target=self._listen, name="voice", daemon=True).start()

    @property
    def missing(self) -> bool:
        """True once there is no voice; one that hangs is ended here."""
        if self._process is not None and time.monotonic() > self._limit_s:
            self._process.kill()
            self._missing = True
        return self._missing

    def say(self, text: str) -> None:
        """Say a text once the present one is said, instead of any that still waits."""
        if self.missing:
            return
        with self._lock:
            self._waiting = text
            self._send()

    def close(self) -> None:
        """End the process, after what is being said if that is short."""
        with self._lock:
            self._waiting, self._missing = "", True
        if self._process is not None:
            self._end_process()
        self._folder.cleanup()

    def _end_process(self) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(CLOSING_LIMIT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _listen(self) -> None:
        """Send the waiting text each time the process is ready, until it ends."""
        assert self._process is not None
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                if line.strip() == voice_process.READY:
                    with self._lock:
                        self._limit_s = float("inf")
                        self._send()
        self._missing = True

    def _send(self) -> None:
        """Send the waiting text, unless another is being said."""
        assert self._process is not None
        assert self._process.stdin is not None
        if not self._waiting or self._limit_s < float("inf"):
            return
        text, self._waiting = " ".join(self._waiting.split()), ""
        self._limit_s = time.monotonic() + SAYING_LIMIT_S
        try:
            self._process.stdin.write(f"{text}\n")
            self._process.stdin.flush()
        except (OSError, ValueError):  # it has ended, or was closed
            self._missing = True


def _command() -> list[str]:
    return [sys.executable, "-m", voice_process.__name__, language.current()]


def _start(command: Sequence[str], folder: str) -> "subprocess.Popen[str] | None":
    own = {"PYTHONIOENCODING": "utf-8", **dict.fromkeys(_TEMPORARY, folder)}
    with suppress(OSError):
        return subprocess.Popen(  # noqa: S603 - our own module
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            env=os.environ | own,
        )
    return None
