"""SIGINT, SIGTERM and SIGHUP end a command in the same way: one line, exit 130, nothing half."""

import signal
import subprocess
import sys

import pytest

from tests.waiting import LIMIT_S, wait_until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="these signals are POSIX's")

ANALYZE = """
import pathlib, sys, time
from hipcv import native, pipeline
from hipcv.cli.main import run

def analyze(*_arguments):
    with native.quiet_stderr():
        pathlib.Path("begun").touch()
        time.sleep(600)

pipeline.analyze = analyze
sys.argv = ["hipcv", "analyze", "one.mp4", "two.mp4", "--out", "results"]
run()
"""


def end(folder, number, *, before=()):
    process = subprocess.Popen(
        [*before, sys.executable, "-c", ANALYZE], cwd=folder, stderr=subprocess.PIPE, text=True
    )
    try:
        wait_until((folder / "begun").exists, LIMIT_S)
        process.send_signal(number)
        _, errors = process.communicate(timeout=LIMIT_S)
    finally:
        process.kill()
    return process.returncode, errors


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_command_with_one_line(tmp_path, number):
    exit_code, errors = end(tmp_path, number)

    assert (exit_code, len(errors.strip().splitlines())) == (130, 1), errors
    assert "hipcv: stopped" in errors
    assert not (tmp_path / "results").exists()


def test_a_signal_that_was_to_be_ignored_stays_ignored(tmp_path):
    script = ANALYZE.replace("time.sleep(600)", "signal.raise_signal(signal.SIGHUP); sys.exit(7)")
    ignoring = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n" + script
    ended = subprocess.run([sys.executable, "-c", ignoring], cwd=tmp_path, check=False)

    assert ended.returncode == 7
