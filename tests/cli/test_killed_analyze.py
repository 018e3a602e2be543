"""`hipcv analyze --force`, killed at random moments: the result is the old or new one, whole."""

import random
import signal
import subprocess
import sys
import time

import pytest

from hipcv.results import checksums
from hipcv.results.document import read_document
from tests.cli.recording_runs import SAMPLES

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(sys.platform == "win32", reason="these signals are POSIX's"),
]

CLIPS = SAMPLES / "clean_left.mp4", SAMPLES / "standing.mp4"
SOFT = signal.SIGTERM, signal.SIGHUP, signal.SIGINT
HANGING_S = 20.0  # the limit is 2 s, which a busy machine may exceed


def start(clip, folder):
    words = [sys.executable, "-m", "hipcv", "analyze", clip, "--out", folder / "clip", "--force"]
    return subprocess.Popen([*words, "-q"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def run(clip, folder):
    with start(clip, folder) as process:
        process.communicate()
    return process.returncode


def content(folder):
    """Return the bytes of every file; the clip's name fixes which result it is."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def assert_whole(folder, wholes):
    """The folder is one of the undisturbed results, and no stranger to its checksums."""
    assert checksums.find_faults(folder) == []
    name = read_document(folder / "result.json")["clip"]["name"]
    assert content(folder) == wholes[name]


def run_and_kill(clip, folder, number, delay_s):
    """Return the exit code, what was on stderr, and how long the end took; None: it was over."""
    process = start(clip, folder)
    try:
        _, errors = process.communicate(timeout=delay_s)
        return process.returncode, errors.decode(), None
    except subprocess.TimeoutExpired:
        process.send_signal(number)
        sent_s = time.monotonic()
        _, errors = process.communicate()
        return process.returncode, errors.decode(), time.monotonic() - sent_s


@pytest.mark.slow
@pytest.mark.parametrize(
    "kills", [2, pytest.param(100, marks=pytest.mark.slow)], ids=["few", "hundred"]
)
def test_a_result_is_old_or_new_after_kills_at_random_moments(tmp_path, kills, record_property):
    wholes = {}
    for clip in CLIPS:
        began_s = time.monotonic()
        assert run(clip, tmp_path / clip.stem) in {0, 4}
        longest_s = time.monotonic() - began_s
        wholes[clip.name] = content(tmp_path / clip.stem / "clip")
    assert run(CLIPS[0], tmp_path) == 0
    chance = random.Random(15)
    ends_s = []
    for turn in range(kills):
        number = (*SOFT, signal.SIGKILL)[turn % 4]
        delay_s = chance.uniform(0.2, longest_s)
        code, errors, ended_s = run_and_kill(CLIPS[(turn + 1) % 2], tmp_path, number, delay_s)
        assert_whole(tmp_path / "clip", wholes)
        if number in SOFT and ended_s is not None:
            assert (code in {0, 4, 130}, "Traceback" in errors) == (True, False), errors
            assert len(errors.strip().splitlines()) == (1 if code == 130 else 0), errors
            ends_s.append(ended_s)
    assert run(CLIPS[0], tmp_path) == 0
    assert_whole(tmp_path / "clip", wholes)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        ["clip", *(clip.stem for clip in CLIPS)]
    )
    assert max(ends_s, default=0.0) < HANGING_S
    record_property("longest_end_s", max(ends_s, default=0.0))
