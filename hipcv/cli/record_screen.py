"""Screens of a guided session: a window with sound, or lines of text on the terminal."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from hipcv.cli.terminal import confirm, open_page
from hipcv.core.answers import Answers
from hipcv.core.errors import BadRequest, Interrupted
from hipcv.core.interfaces import Frame, Picture
from hipcv.core.questions import Questions
from hipcv.core.view_model import QUESTIONS, GuideView, Key, Stage
from hipcv.guide.sound import Speaker
from hipcv.guide.speech import Announcer, SystemVoice
from hipcv.language import _

if TYPE_CHECKING:
    from hipcv.core.assessment import Trial
    from hipcv.video.window import Window

KEYS: Final = {
    "\r": Key.CONFIRM,
    "\n": Key.CONFIRM,
    " ": Key.CONFIRM,
    "l": Key.LEFT,
    "b": Key.BOTH,
    "a": Key.AUTO,
    "s": Key.SKIP,
    "x": Key.APPLIES,
    "p": Key.PAIN,
    "q": Key.STOP,
    "\x1b": Key.STOP,
}
MUTE: Final = "m"
END_KEYS: Final = ("", "q", "\x1b")
"""Keys that leave out all questions after the test; "" where the window was closed."""

OPEN_REPORT: Final = "o"


def key_of(pressed: str, scene: GuideView) -> Key | None:
    """Return the meaning of a key; `r` is right before the test, and redo later."""
    if scene.stage is Stage.ADVICE:
        return Key.CONFIRM if pressed else None
    if pressed.lower() == "r":
        return Key.RIGHT if scene.stage is Stage.SAFETY else Key.REDO
    return KEYS.get(pressed.lower())


class WindowScreen:
    """The mirrored camera picture with all prompts, voice and tones."""

    asks_safety = True  # on its first screen

    def __init__(self, window: "Window", announcer: Announcer) -> None:
        self.window, self.announcer = window, announcer
        self.size_px = (1280, 720)  # until the first frame
        self.picture: Picture | None = None  # the latest
        self.result: Picture | None = None  # once there is one
        self.draw_result: Callable[..., Picture] | None = None
        self.advice = ""  # why the test has ended, if it was for safety or pain

    def show(self, frame: Frame, scene: GuideView) -> Key | None:
        """Draw one frame and return the key that was pressed."""
        from hipcv.guide import screen

        self.picture, self.advice = frame.bgr, scene.advice
        self.announcer.announce(scene)
        noted = replace(scene, notice=scene.notice or self.announcer.notice)
        pressed = self.window.show(screen.draw(frame.bgr, noted))
        self.size_px = (frame.bgr.shape[1], frame.bgr.shape[0])
        if pressed.lower() == MUTE:
            self.announcer.muted = not self.announcer.muted
            return None
        return key_of(pressed, scene)

    def ask(self, stopped: Callable[[], bool]) -> Answers:
        """Ask what hurt and what stopped the movement; every question can be left out."""
        from hipcv.guide import screen

        questions = Questions(Answers(limiter="pinch_or_pain" if self.advice == "pain" else None))
        with suppress(Interrupted):
            while self.picture is not None and not questions.over:
                self.window.show(screen.question(self.picture, questions))
                key = self.window.wait_for_key(stopped)
                if key.lower() in END_KEYS:
                    break
                questions = questions.press(key)
        return questions.answers

    def analysing(self, stage: str, share: float) -> None:
        """Show the progress of the analysis; once there is a result, that."""
        from hipcv.guide import screen

        picture = self.result
        if picture is None:
            picture = screen.analysing(self.picture, stage, share, self.size_px)
        self.window.show(picture)

    def show_result(self, trial: "Trial", course: Sequence[str] = ()) -> None:
        """Show the result of the session so far while a report is written."""
        from hipcv.guide import screen

        self.draw_result = partial(screen.result, self.size_px, trial, course)
        self.result = self.draw_result(written=False)
        self.window.show(self.result)

    def wait_for_key(self, reports: Sequence[Path], stopped: Callable[[], bool]) -> None:
        """Show the last result until a key closes it; one key opens the reports."""
        if self.draw_result is None:
            return
        with suppress(Interrupted):
            self.window.show(self.draw_result())
            while self.window.wait_for_key(stopped).lower() == OPEN_REPORT:
                for report in reports:
                    open_page(report)


class TextScreen:
    """Prompts as lines on stderr, voice and tones."""

    asks_safety = False
    advice = ""  # there are no keys

    def __init__(self, announcer: Announcer, *, quiet: bool = False) -> None:
        self.announcer, self.quiet = announcer, quiet
        self.previous: GuideView | None = None
        self.stage = ""
        self.notice = ""  # on the sound, once printed

    def show(self, _frame: Frame, scene: GuideView) -> Key | None:
        """Print the prompts that changed; there are no keys."""
        from hipcv.guide import prompts

        if self.previous is None:
            self._print(_("Ctrl-C stops the test. Stop if it hurts."))
        for line in prompts.lines(self.previous, scene):
            self._print(line)
        self.announcer.announce(scene)
        self._print_notice()
        self.previous = scene
        return None

    def _print_notice(self) -> None:
        """Print once that there is no voice."""
        from hipcv.guide import prompts

        if self.announcer.notice and not self.notice:
            self.notice = self.announcer.notice
            self._print(f"{prompts.NOTICES[self.notice]}.")

    def ask(self, _stopped: Callable[[], bool]) -> Answers:
        """Ask on the terminal what hurt and what stopped the movement; Enter leaves it out."""
        from hipcv.guide import prompts
        from hipcv.guide import questions as words

        questions = Questions()
        while sys.stdin.isatty() and not (self.quiet or questions.over):
            typer.echo("\n".join(words.lines(questions)), err=True)
            typed = typer.prompt(_(prompts.LEAVE_OUT), default="", show_default=False, err=True)
            questions = questions.enter(typed)
        return questions.answers

    def analysing(self, stage: str, _share: float) -> None:
        """Print the name of each stage once."""
        if stage != self.stage:
            self._print(f"{_(stage)} ...")
        self.stage = stage

    def show_result(self, trial: "Trial", _course: Sequence[str] = ()) -> None:
        """Print the angles; the summary follows once the report is written."""
        from hipcv.guide import result

        for line in result.lines(trial):
            self._print(line)

    def wait_for_key(self, reports: Sequence[Path], stopped: Callable[[], bool]) -> None:
        """Return at once: the command prints the summary."""

    def _print(self, line: str) -> None:
        if not self.quiet:
            typer.echo(line, err=True)


@contextmanager
def open_screen(
    *, window: bool | None, sound: bool, voice: bool, quiet: bool
) -> "Iterator[WindowScreen | TextScreen]":
    """Open the window where there is a display, and text where not.

    Args:
        window: True: a window; False: text; None: the whole screen where there is one, else text.
        sound: play tones.
        voice: speak.
        quiet: print no text.

    Raises:
        BadRequest: a window is required and there is no display.
    """
    from hipcv.video import window as windows

    can_open = window is not False and windows.can_open_window()
    if window and not can_open:
        raise BadRequest(_("No window can be opened here. Use --no-window for prompts as text."))
    with _open_announcer(sound=sound, voice=voice) as announcer:
        if not can_open:
            yield TextScreen(announcer, quiet=quiet)
            return
        with windows.Window(full_screen=window is None) as new_window:
            yield WindowScreen(new_window, announcer)


@contextmanager
def _open_announcer(*, sound: bool, voice: bool) -> Iterator[Announcer]:
    system_voice = SystemVoice() if voice else None
    try:
        yield Announcer(Speaker(enabled=sound), system_voice)
    finally:
        if system_voice is not None:
            system_voice.close()


def confirm_on_terminal() -> None:
    """Ask the questions before the test on the terminal, one after the other.

    Raises:
        BadRequest: stdin is no terminal.
        Interrupted: something applies; the text says what to do.
    """
    from hipcv.guide import prompts
    from hipcv.report.answers import LISTS, advise

    asks = sys.stdin.isatty()
    for question in QUESTIONS:
        typer.echo("\n".join(prompts.question_lines(question)), err=True)
        if question in LISTS and asks and not confirm(_("None of this applies?")):
            raise Interrupted(" ".join(advise(question)))
    if not asks:
        raise BadRequest(_("The safety questions must be confirmed: read them, then say --yes."))
    if not confirm(_("All of this is so. Go on?")):
        raise Interrupted(_("Stopped before anything was recorded."))
