"""The window of a guided session after the test: questions, and the result until it is closed."""

import sys
import webbrowser
from dataclasses import dataclass, field

import numpy as np
import pytest
import typer

from hipcv.cli.record import READING_S, open_source, reason_to_stop
from hipcv.cli.record_screen import TextScreen, WindowScreen, confirm_on_terminal, key_of
from hipcv.core.answers import Answers
from hipcv.core.errors import Interrupted
from hipcv.core.interfaces import Frame
from hipcv.core.view_model import Key, Stage
from hipcv.guide.sound import Speaker
from hipcv.guide.speech import Announcer
from hipcv.report import answers
from hipcv.video import playback
from hipcv.video.playback import HOLD_LONGEST_S
from tests.builders import assessment, trial
from tests.guide.test_screen import view_of
from tests.guide.test_speech import FakeVoice


@dataclass
class Keyboard:
    """A window at which these keys are pressed, and which is closed after the last one."""

    keys: list
    shown: list = field(default_factory=list)

    def show(self, picture):
        self.shown.append(picture)
        return ""

    def wait_for_key(self, _stopped):
        return self.keys.pop(0) if self.keys else ""


def screen_with(keys, **view):
    """Return a screen that has shown one view, at a window with these keys."""
    screen = WindowScreen(Keyboard(list(keys)), Announcer(Speaker(enabled=False)))
    screen.show(Frame(0, 0.0, np.full((720, 1280, 3), 90, np.uint8)), view_of(**view))
    return screen


def running():
    return False


@pytest.mark.parametrize(
    ("keys", "given"),
    [
        ("6\r12", Answers(pain=6, pain_where="groin", limiter="block")),
        ("ss", Answers()),
        ("3\rq", Answers(pain=3)),
        ("", Answers()),
    ],
)
def test_the_questions_after_the_test_are_answered_or_left_out_by_keys(keys, given):
    assert screen_with(keys).ask(running) == given


def test_after_a_stop_for_pain_only_how_much_and_where_is_asked():
    screen = screen_with("7\r5", stage=Stage.ADVICE, advice="pain")

    assert screen.ask(running) == Answers(pain=7, pain_where="knee", limiter="pinch_or_pain")


def test_one_key_opens_the_reports_as_local_files_and_any_other_closes(tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    reports = [tmp_path / "report.html", tmp_path / "take-2" / "report.html"]
    screen = screen_with("oOxo")

    screen.show_result(trial(assessment()))
    screen.wait_for_key(reports, running)

    assert opened == [path.as_uri() for path in reports] * 2
    assert all(address.startswith("file:///") for address in opened)
    assert screen.window.keys == ["o"]


@pytest.mark.parametrize(
    ("pressed", "view", "key"),
    [
        ("r", {"stage": Stage.SAFETY}, Key.RIGHT),
        ("r", {}, Key.REDO),
        ("p", {}, Key.PAIN),
        ("X", {"stage": Stage.SAFETY}, Key.APPLIES),
        ("z", {"stage": Stage.ADVICE}, Key.CONFIRM),
        ("", {"stage": Stage.ADVICE}, None),
        ("z", {}, None),
    ],
)
def test_a_key_means_what_the_screen_says(pressed, view, key):
    assert key_of(pressed, view_of(**view)) is key


@pytest.mark.parametrize(("asks", "waits_s"), [(True, READING_S), (False, HOLD_LONGEST_S)])
def test_a_played_clip_waits_until_the_questions_are_read(tmp_path, asks, waits_s, monkeypatch):
    made = {}
    monkeypatch.setattr(
        playback, "PlayedClip", lambda _path, **options: made.update(options) or options
    )
    clip = tmp_path / "clip.mp4"
    clip.touch()

    open_source(str(clip), "1280x720", 30.0, mirrored=False, asks=asks)

    assert made.get("hold_longest_s", HOLD_LONGEST_S) == waits_s


def test_a_session_that_ended_for_safety_says_what_to_do():
    assert answers.ADVICE["same_day"] in reason_to_stop("red_flags")
    assert reason_to_stop("") == "Stopped before anything was recorded."


@dataclass
class Terminal:
    """A terminal at which these questions are confirmed, in order."""

    confirmed: list

    def isatty(self):
        return True

    def confirm(self, _text, **_options):
        return self.confirmed.pop(0)


@pytest.fixture
def terminal(monkeypatch):
    def answering(*confirmed):
        terminal = Terminal(list(confirmed))
        monkeypatch.setattr(sys, "stdin", terminal)
        monkeypatch.setattr("hipcv.cli.record_screen.confirm", terminal.confirm)

    return answering


@pytest.mark.parametrize(
    ("confirmed", "advice"),
    [
        ((False,), answers.ADVICE["same_day"]),
        ((True, False), answers.ADVICE["ask_first"]),
        ((True, True, False), "Stopped before anything was recorded."),
    ],
)
def test_the_terminal_says_what_to_do_where_something_applies(terminal, confirmed, advice):
    terminal(*confirmed)

    with pytest.raises(Interrupted) as raised:
        confirm_on_terminal()

    assert advice in str(raised.value)


def test_the_terminal_goes_on_where_nothing_applies(terminal, capsys):
    terminal(True, True, True)

    confirm_on_terminal()

    asked = capsys.readouterr().err
    assert all(text in asked for text in answers.RED_FLAGS.values())
    assert all(text in asked for text in answers.ASK_FIRST.values())


class MuteKey(Keyboard):
    """A window at which `m` is pressed all the time."""

    def show(self, picture):
        super().show(picture)
        return "M"


@pytest.mark.parametrize("stage", [Stage.SAFETY, Stage.ADVICE, Stage.TURNING])
def test_one_key_turns_the_sound_off_and_on_and_does_nothing_else(stage):
    screen = WindowScreen(MuteKey([]), Announcer(Speaker(enabled=False), FakeVoice()))
    frame = Frame(0, 0.0, np.full((720, 1280, 3), 90, np.uint8))
    view = view_of(stage=stage, advice="pain" if stage is Stage.ADVICE else "")
    states = [(screen.show(frame, view), screen.announcer.muted) for _ in range(2)]

    assert states == [(None, True), (None, False)]


def test_a_missing_voice_is_printed_once(capsys):
    screen = TextScreen(Announcer(Speaker(enabled=False), FakeVoice(missing=True)))
    for _ in range(3):
        screen.show(Frame(0, 0.0, np.zeros((1, 1, 3), np.uint8)), view_of())

    assert capsys.readouterr().err.count("No voice and no tones here") == 1


def test_the_terminal_asks_each_question_after_the_test(terminal, monkeypatch):
    terminal()
    typed = iter(["4", "1", "3"])
    monkeypatch.setattr(typer, "prompt", lambda *_words, **_options: next(typed))

    answered = TextScreen(Announcer(Speaker(enabled=False))).ask(running)

    assert answered == Answers(pain=4, pain_where="groin", limiter="pinch_or_pain")
