"""`hipcv record`, stopped in its stages: real processes, real signals."""

import signal
import sys

import pytest

from tests.cli.recording_runs import SAMPLES, TEXT, hipcv, interrupted, pictures_recorded
from tests.errors import assert_plain_error, reported

needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="needs signals")


@pytest.mark.model
@needs_signals
def test_ctrl_c_before_the_recording_ends_with_130_and_leaves_nothing(tmp_path):
    code, stderr = interrupted(tmp_path, "Get ready", *TEXT, "--out", "out")

    assert "recording.mp4" not in stderr
    assert (code, "Traceback" in stderr) == (130, False)
    assert not (tmp_path / "out").exists()


@pytest.mark.model
@needs_signals
def test_sigterm_in_a_repetition_ends_with_130_and_a_playable_file(tmp_path):
    code, stderr = interrupted(tmp_path, "Further", *TEXT, "--out", "out", sent=signal.SIGTERM)

    assert (code, "out/recording.mp4" in stderr, "Traceback" in stderr) == (130, True, False)
    assert pictures_recorded(tmp_path) > 5


@pytest.mark.slow
@pytest.mark.model
@needs_signals
def test_ctrl_c_in_the_analysis_ends_with_130_and_keeps_the_recording(tmp_path):
    words = ["--camera", SAMPLES / "clean_left.mp4", *TEXT, "--out", "out"]
    code, stderr = interrupted(tmp_path, "following the patient", *words, fault="unread")

    assert (code, "out/recording.mp4" in stderr, "Traceback" in stderr) == (130, True, False)
    assert pictures_recorded(tmp_path) > 60


@pytest.mark.model
def test_a_clip_that_never_is_a_good_start_ends_by_itself(tmp_path):
    done = hipcv("record", "--camera", SAMPLES / "standing.mp4", *TEXT, "--out", "out",
                 cwd=tmp_path, fault="impatient")  # fmt: skip

    assert done.returncode == 6
    assert_plain_error(reported(done.stderr), "hipcv analyze")
