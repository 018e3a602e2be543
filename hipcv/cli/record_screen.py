"""Screens of a guided session: a window with sound, or lines of text on the terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import typer

from hipcv.core.errors import BadRequest, Interrupted
from hipcv.core.interfaces import Frame, Picture
from hipcv.core.view_model import GuideView, Key, Stage
from hipcv.guide.sound import Speaker
from hipcv.guide.speech import Announcer, SystemVoice

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
RESULT_S: Final = 20.0
"""Longest time that the result stays on the screen; a key ends it."""


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

    def show(self, frame: Frame, scene: GuideView) -> Key | None:
        """Draw one frame and return the key that was pressed."""
        from hipcv.guide import screen

        self.picture = frame.bgr
        self.announcer.announce(scene)
        noted = replace(scene, notice=scene.notice or self.announcer.notice)
        pressed = self.window.show(screen.draw(frame.bgr, noted))
        if pressed.lower() == MUTE:
            self.announcer.muted = not self.announcer.muted
        self.size_px = (frame.bgr.shape[1], frame.bgr.shape[0])
        return key_of(pressed, scene)

    def analysing(self, stage: str, share: float) -> None:
        """Show the progress of the analysis; once there is a result, that."""
        from hipcv.guide import screen

        picture = self.result
        if picture is None:
            picture = screen.analysing(self.picture, stage, share, self.size_px)
        self.window.show(picture)

    def show_result(self, trial: "Trial") -> None:
        """Show a result while its report is written."""
        from hipcv.guide import screen

        self.result = screen.result(self.size_px, trial)
        self.window.show(self.result)

    def wait_for_key(self, trial: "Trial", report: str, stopped: Callable[[], bool]) -> None:
        """Show the result and where its report is, until a key is pressed."""
        from hipcv.guide import screen

        with suppress(Interrupted):
            self.window.show(screen.result(self.size_px, trial, report))
            self.window.wait(RESULT_S, stopped)


class TextScreen:
    """Prompts as lines on stderr, voice and tones."""

    asks_safety = False

    def __init__(self, announcer: Announcer, *, quiet: bool = False) -> None:
        self.announcer, self.quiet = announcer, quiet
        self.previous: GuideView | None = None
        self.stage = ""
        self.notice = ""  # on the sound, once printed

    def show(self, _frame: Frame, scene: GuideView) -> Key | None:
        """Print the prompts that changed; there are no keys."""
        from hipcv.guide import prompts

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

    def analysing(self, stage: str, _share: float) -> None:
        """Print the name of each stage once."""
        if stage != self.stage:
            self._print(f"{stage} ...")
        self.stage = stage

    def show_result(self, trial: "Trial") -> None:
        """Print the angles; the summary follows once the report is written."""
        from hipcv.guide import result

        for line in result.lines(trial):
            self._print(line)

    def wait_for_key(self, trial: "Trial", report: str, stopped: Callable[[], bool]) -> None:
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
        window: True: required; False: text; None: whichever is possible.
        sound: play tones.
        voice: speak.
        quiet: print no text.

    Raises:
        BadRequest: a window is required and there is no display.
    """
    from hipcv.video import window as windows

    can_open = window is not False and windows.can_open_window()
    if window and not can_open:
        raise BadRequest("No window can be opened here. Use --no-window for prompts as text.")
    with _open_announcer(sound=sound, voice=voice) as announcer:
        if not can_open:
            yield TextScreen(announcer, quiet=quiet)
            return
        with windows.Window() as new_window:
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
    """Ask the safety questions on the terminal.

    Raises:
        BadRequest: stdin is no terminal.
        typer.Exit: the answer was no.
    """
    from hipcv.guide import prompts

    typer.echo("\n".join(prompts.safety_lines()), err=True)
    if not sys.stdin.isatty():
        raise BadRequest("The safety questions must be confirmed: read them, then say --yes.")
    if not typer.confirm("None of this applies, and the seat is firm. Go on?", err=True):
        raise typer.Exit(Interrupted.exit_code)
