"""Where a guided session is shown: a window with sound, or lines of text on the terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

import typer

from hipcv.core.errors import BadRequest, Interrupted
from hipcv.core.interfaces import Frame, Picture
from hipcv.core.view_model import GuideView, Key
from hipcv.guide.sound import Speaker, tone_between

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
    "q": Key.STOP,
    "\x1b": Key.STOP,
}
RESULT_S: Final = 20.0
"""The result stays on the screen for so long, or until a key is pressed."""


def key_of(pressed: str, scene: GuideView) -> Key | None:
    """What a key means; `r` is right on the first screen, and redo later."""
    if pressed.lower() == "r":
        return Key.REDO if scene.checks or scene.recording else Key.RIGHT
    return KEYS.get(pressed.lower())


class WindowScreen:
    """The picture as in a mirror, with everything drawn on it; sounds."""

    asks = True  # the safety questions are on its first screen

    def __init__(self, window: "Window", speaker: Speaker) -> None:
        self.window, self.speaker = window, speaker
        self.before: GuideView | None = None
        self.size_px = (1280, 720)  # until a picture has come
        self.last: Picture | None = None  # the last picture

    def show(self, frame: Frame, scene: GuideView) -> Key | None:
        """Draw one instant."""
        from hipcv.guide import screen

        self.last = frame.bgr
        pressed = self.window.show(screen.draw(frame.bgr, scene))
        self.speaker.play(tone_between(self.before, scene))
        self.before = scene
        self.size_px = (frame.bgr.shape[1], frame.bgr.shape[0])
        return key_of(pressed, scene)

    def analysing(self, doing: str, share: float) -> None:
        """Say how far the analysis is."""
        from hipcv.guide import screen

        self.window.show(screen.analysing(self.last, doing, share, self.size_px))

    def result(self, trial: "Trial", report: str, stopped: Callable[[], bool]) -> None:
        """Show what came out, until a key is pressed; it is written already."""
        from hipcv.guide import screen

        with suppress(Interrupted):
            self.window.show(screen.result(self.size_px, trial, report))
            self.window.wait(RESULT_S, stopped)


class TextScreen:
    """The same in words, for those who see no window."""

    asks = False

    def __init__(self, speaker: Speaker, *, quiet: bool = False) -> None:
        self.speaker, self.quiet = speaker, quiet
        self.before: GuideView | None = None
        self.doing = ""

    def show(self, _frame: Frame, scene: GuideView) -> Key | None:
        """Say what has changed."""
        from hipcv.guide import prompts

        for line in prompts.lines(self.before, scene):
            self._say(line)
        self.speaker.play(tone_between(self.before, scene))
        self.before = scene
        return None

    def analysing(self, doing: str, _share: float) -> None:
        """Name each stage once."""
        if doing != self.doing:
            self._say(f"{doing} ...")
        self.doing = doing

    def result(self, trial: "Trial", report: str, stopped: Callable[[], bool]) -> None:
        """Nothing: the summary is printed by the command."""

    def _say(self, line: str) -> None:
        if not self.quiet:
            typer.echo(line, err=True)


@contextmanager
def screen(
    *, window: bool | None, sound: bool, quiet: bool
) -> "Iterator[WindowScreen | TextScreen]":
    """The window where one can be opened, and text where not.

    Args:
        window: True: it must be one; False: text; None: whichever is possible.
        sound: whether tones are wanted.
        quiet: no text.

    Raises:
        BadRequest: a window was asked for where there is no display.
    """
    from hipcv.video import window as windows

    speaker = Speaker(enabled=sound)
    if window is False or not windows.can_open_window():
        if window:
            raise BadRequest("No window can be opened here. Use --no-window for prompts as text.")
        yield TextScreen(speaker, quiet=quiet)
        return
    with windows.Window() as opened:
        yield WindowScreen(opened, speaker)


def confirm_in_words() -> None:
    """The safety questions on the terminal.

    Raises:
        BadRequest: nobody is there to answer.
        typer.Exit: the answer was no.
    """
    from hipcv.guide import prompts

    typer.echo("\n".join(prompts.SAFETY), err=True)
    if not sys.stdin.isatty():
        raise BadRequest("The safety questions must be confirmed: read them, then say --yes.")
    if not typer.confirm("None of this applies, and the seat is firm. Go on?", err=True):
        raise typer.Exit(Interrupted.exit_code)
