"""`hipcv record` in a real window, on a virtual screen."""

import json
import os
import shutil
import subprocess
import threading

import pytest

from hipcv.video.window import can_open
from tests.cli.recording_runs import QUICK, SAMPLES, hipcv, interrupted, kept


@pytest.fixture
def display():
    """A virtual screen of its own."""
    if not shutil.which("Xvfb"):
        pytest.skip("Xvfb is not installed")
    read, write = os.pipe()
    words = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x900x24"]
    server = subprocess.Popen(words, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    number = os.read(read, 16).decode().strip()
    os.close(read)
    yield f":{number}"
    server.terminate()
    server.wait()


@pytest.mark.model
def test_both_legs_are_led_through_and_measured_in_a_window(tmp_path, display):
    clip = SAMPLES / "both_legs.mp4"
    words = ["record", "--camera", clip, "--yes", "--side", "auto", "--no-overlay", "--out", "out"]
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
        told.append(can_open())
    assert told == [True, False]


@pytest.mark.model
def test_ctrl_c_on_the_safety_screen_ends_with_130(tmp_path, display):
    code, said = interrupted(tmp_path, "Film: 1280x720", *QUICK, "--no-sound", "--out", "out",
                             env={"DISPLAY": display})  # fmt: skip

    assert (code, "Nothing had been recorded" in said, "Traceback" in said) == (130, True, False)


@pytest.mark.model
@pytest.mark.skipif(not shutil.which("xdotool"), reason="xdotool is not installed")
def test_keys_lead_from_the_safety_screen_to_the_end(tmp_path, display):
    """Enter on the first screen; q once it records; the little that came is measured."""
    recording = tmp_path / "out" / "recording.mp4"
    over = threading.Event()

    def press():
        while not over.wait(0.5):
            key(display, "q" if recording.exists() else "Return")

    presser = threading.Thread(target=press)
    presser.start()
    done = hipcv("record", *QUICK, "--no-sound", "--out", "out", cwd=tmp_path,
                 env={"DISPLAY": display})  # fmt: skip
    over.set()
    presser.join()

    assert (done.returncode in (0, 4), "Traceback" in done.stderr) == (True, False)
    assert kept(tmp_path) > 5


def key(display, name):
    """Press a key in hipcv's window, where there is one by now."""
    words = ["xdotool", "search", "--name", "^hipcv$", "windowfocus", "key", name]
    subprocess.run(
        words,
        check=False,
        env=os.environ | {"DISPLAY": display},
        timeout=30,
        stderr=subprocess.DEVNULL,
    )
