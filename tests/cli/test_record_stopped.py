"""`hipcv record`, stopped in every one of its stages: real processes, real signals."""

import signal
import sys

import pytest

from tests.cli.recording_runs import SAMPLES, TEXT, hipcv, interrupted, kept


@pytest.mark.model
@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
@pytest.mark.parametrize("line", ["Sit still", "Get ready"])
def test_ctrl_c_before_the_recording_ends_with_130_and_leaves_nothing(tmp_path, line):
    code, said = interrupted(tmp_path, line, *TEXT, "--out", "out")

    assert (code, "Nothing had been recorded" in said, "Traceback" in said) == (130, True, False)
    assert not (tmp_path / "out").exists()


@pytest.mark.model
@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_in_a_repetition_ends_with_130_and_a_playable_file(tmp_path, sent):
    code, said = interrupted(tmp_path, "Further", *TEXT, "--out", "out", sent=sent)

    told = "What was recorded is kept: out/recording.mp4" in said
    assert (code, told, "Traceback" in said) == (130, True, False)
    assert kept(tmp_path) > 5


@pytest.mark.model
@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
def test_ctrl_c_in_the_analysis_ends_with_130_and_keeps_the_recording(tmp_path):
    words = ["--camera", SAMPLES / "clean_left.mp4", *TEXT, "--out", "out"]
    code, said = interrupted(tmp_path, "following the patient", *words)

    assert (code, "is kept: out/recording.mp4" in said, "Traceback" in said) == (130, True, False)
    assert kept(tmp_path) > 60


@pytest.mark.model
@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
def test_ctrl_c_while_the_framing_is_mended_ends_with_130(tmp_path):
    words = ["--camera", SAMPLES / "standing.mp4", *TEXT, "--out", "out"]
    code, _ = interrupted(tmp_path, "raised seat", *words)

    assert code == 130


@pytest.mark.model
def test_a_clip_that_never_is_a_good_start_ends_by_itself(tmp_path):
    done = hipcv("record", "--camera", SAMPLES / "standing.mp4", *TEXT, "--out", "out",
                 cwd=tmp_path)  # fmt: skip

    assert (done.returncode, "ended before the recording began" in done.stderr) == (6, True)
