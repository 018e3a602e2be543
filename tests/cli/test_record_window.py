"""`hipcv record` in a real window, on a virtual screen."""

import json
import threading
from contextlib import contextmanager

import pytest

from hipcv.video.window import can_open_window
from tests.cli.recording_runs import QUICK, SAMPLES, hipcv, interrupted, pictures_recorded
from tests.screens import close, press, virtual_screen


@pytest.fixture
def display():
    with virtual_screen() as name:
        yield name


@contextmanager
def person(action, ready=lambda: True):
    """Repeat an action while the body of the `with` runs, once it is time for it."""
    over = threading.Event()

    def act():
        while not over.wait(0.7):
            if ready():
                action()

    thread = threading.Thread(target=act)
    thread.start()
    yield
    over.set()
    thread.join()


@pytest.mark.slow
@pytest.mark.model
def test_both_legs_are_led_through_and_measured_in_a_window(tmp_path, display, sample_trial):
    clip = SAMPLES / "both_legs.mp4"
    words = ["record", "--camera", clip, "--yes", "--side", "auto", "--no-overlay", "--out", "out"]
    with person(lambda: press(display, "Return")):
        done = hipcv(*words, "--json", "--no-sound", cwd=tmp_path, env={"DISPLAY": display})
    recorded = json.loads(done.stdout)["sides"]

    assert (done.returncode, list(recorded)) == (0, ["left", "right"])
    for side, analysed in sample_trial("both_legs.mp4").sides.items():
        assert recorded[side]["rotation_deg"] == pytest.approx(analysed.rotation_deg, abs=0.5)
        assert recorded[side]["findings"] == list(analysed.findings)


def test_a_window_can_be_opened_only_on_a_display_that_answers(display, monkeypatch):
    for name, opens in ((display, True), (":987", False)):
        monkeypatch.setenv("DISPLAY", name)
        assert can_open_window() is opens


@pytest.mark.model
def test_ctrl_c_on_the_safety_screen_ends_with_130(tmp_path, display):
    code, stderr = interrupted(tmp_path, "Film: 1280x720", *QUICK, "--no-sound", "--out", "out",
                             env={"DISPLAY": display})  # fmt: skip

    named = "recording.mp4" in stderr
    assert (code, named, "Traceback" in stderr, (tmp_path / "out").exists()) == (
        130,
        False,
        False,
        False,
    )


@pytest.mark.model
def test_keys_lead_from_the_safety_screen_to_the_end(tmp_path, display):
    """Enter on the first screen; q once it records; the little that came is measured."""
    recording = tmp_path / "out" / "recording.mp4"
    words = ["record", *QUICK, "--no-sound", "--out", "out"]
    with person(lambda: press(display, "q" if recording.exists() else "Return")):
        done = hipcv(*words, cwd=tmp_path, env={"DISPLAY": display})

    assert (done.returncode in (0, 4), "Traceback" in done.stderr) == (True, False)
    assert pictures_recorded(tmp_path) > 5


@pytest.mark.model
def test_closing_the_window_keeps_the_recording(tmp_path, display):
    recording = tmp_path / "out" / "recording.mp4"
    words = ["record", *QUICK, "--yes", "--no-sound", "--out", "out"]
    with person(lambda: close(display), recording.exists):
        done = hipcv(*words, cwd=tmp_path, env={"DISPLAY": display})

    named = "out/recording.mp4" in done.stderr
    assert (done.returncode, named, "Traceback" in done.stderr) == (130, True, False)
    assert pictures_recorded(tmp_path) > 5
