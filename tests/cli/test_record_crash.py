"""`hipcv record` whose analysis breaks down in native code: a sentence, and the recording stays."""

import json
import sys

import pytest

from tests.cli.recording_runs import SAMPLES, TEXT, hipcv, pictures_recorded
from tests.errors import assert_plain_error, reported

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(sys.platform != "linux", reason="processes are forks on Linux alone"),
]


def recorded(folder, fault):
    words = ["record", "--camera", SAMPLES / "clean_left.mp4", *TEXT, "--out", "out"]
    return hipcv(*words, cwd=folder, fault=fault)


@pytest.mark.parametrize("fault", ["measuring", "writing"])
def test_a_crash_in_the_analysis_ends_in_a_sentence_and_keeps_the_recording(tmp_path, fault):
    done = recorded(tmp_path, fault)

    assert (done.returncode, "Traceback" in done.stderr) == (3, False)
    assert_plain_error(reported(done.stderr), "hipcv analyze")
    assert "SIGSEGV" in done.stderr
    assert pictures_recorded(tmp_path) > 60


@pytest.mark.slow
def test_a_crash_while_the_files_are_written_leaves_the_numbers(tmp_path):
    recorded(tmp_path, "writing")

    assert json.loads((tmp_path / "out" / "result.json").read_text())["status"] == "measured"


def test_a_crash_while_the_recording_is_read_lets_another_process_read_its_file(tmp_path):
    done = recorded(tmp_path, "reading")

    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr, done.stderr
