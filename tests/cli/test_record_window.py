"""`hipcv record` in a real window, on a virtual screen."""

import json
import threading
from contextlib import contextmanager

import pytest

from hipcv.video.window import can_open_window
from tests.cli.recording_runs import QUICK, SAMPLES, hipcv, interrupted, kept
from tests.screens import close, press, virtual_screen


@pytest.fixture
def display():
    with virtual_screen() as name:
        yield name


@contextmanager
def person(action, ready):
    """Does something again and again, once it is time for it, while the test runs."""
    over = threading.Event()

    def act():
        while not over.wait(0.7):
            if ready():
                action()

    there = threading.Thread(target=act)
    there.start()
    yield
    over.set()
    there.join()


@pytest.mark.model
def test_both_legs_are_led_through_and_measured_in_a_window(tmp_path, display):
    clip, result = SAMPLES / "both_legs.mp4", tmp_path / "out" / "result.json"
    words = ["record", "--camera", clip, "--yes", "--side", "auto", "--no-overlay", "--out", "out"]
    with person(lambda: press(display, "Return"), result.exists):
        done = hipcv(*words, "--json", "--no-sound", cwd=tmp_path, env={"DISPLAY": display})
    analyzed = hipcv("analyze", clip, "--no-overlay", "--json", "--out", "a", cwd=tmp_path)

    mine, theirs = json.loads(done.stdout)["sides"], json.loads(analyzed.stdout)["sides"]
    off = [abs(mine[side]["rotation_deg"] - theirs[side]["rotation_deg"]) for side in mine]
    assert (done.returncode, max(off) < 0.5) == (0, True)
    assert [mine[s]["findings"] for s in mine] == [theirs[s]["findings"] for s in mine]


def test_a_display_that_does_not_answer_is_told_from_one_that_does(display, monkeypatch):
    told = []
    for name in (display, ":987"):
        monkeypatch.setenv("DISPLAY", name)
        told.append(can_open_window())
    assert told == [True, False]


@pytest.mark.model
def test_ctrl_c_on_the_safety_screen_ends_with_130(tmp_path, display):
    code, said = interrupted(tmp_path, "Film: 1280x720", *QUICK, "--no-sound", "--out", "out",
                             env={"DISPLAY": display})  # fmt: skip

    assert (code, "Nothing had been recorded" in said, "Traceback" in said) == (130, True, False)


@pytest.mark.model
def test_keys_lead_from_the_safety_screen_to_the_end(tmp_path, display):
    """Enter on the first screen; q once it records; the little that came is measured."""
    recording = tmp_path / "out" / "recording.mp4"
    words = ["record", *QUICK, "--no-sound", "--out", "out"]
    with person(lambda: press(display, "q" if recording.exists() else "Return"), lambda: True):
        done = hipcv(*words, cwd=tmp_path, env={"DISPLAY": display})

    assert (done.returncode in (0, 4), "Traceback" in done.stderr) == (True, False)
    assert kept(tmp_path) > 5


@pytest.mark.model
def test_closing_the_window_keeps_the_recording(tmp_path, display):
    recording = tmp_path / "out" / "recording.mp4"
    words = ["record", *QUICK, "--yes", "--no-sound", "--out", "out"]
    with person(lambda: close(display), recording.exists):
        done = hipcv(*words, cwd=tmp_path, env={"DISPLAY": display})

    told = "the window was closed. What was recorded is kept" in done.stderr
    assert (done.returncode, told, "Traceback" in done.stderr) == (130, True, False)
    assert kept(tmp_path) > 5
