"""Whole `hipcv record` commands, with a filmed patient as camera."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from hipcv.video.file import VideoFile
from tests.waiting import read_until

SAMPLES = Path(__file__).parent.parent.parent / "sample_videos"
DRIVER = Path(__file__).parent / "camera_driver.py"
QUICK = ["--set", "guide_still_s=0.5", "--set", "guide_countdown_s=1.5", "--no-overlay"]
TEXT = ["--no-window", "--no-sound", "--yes", *QUICK]
LIMIT_S = 300  # of a whole command, with the analysis


def hipcv(*words, cwd, fault="none", **options):
    """Run a whole command with a filmed camera."""
    return subprocess.run(
        [sys.executable, str(DRIVER), fault, *map(str, words)],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT_S,
        env=os.environ | {"PYTHONPATH": str(SAMPLES.parent)} | options.pop("env", {}),
        **options,
    )


def pictures_recorded(folder):
    """Return the number of pictures that can be played of a recording."""
    return len(list(VideoFile(folder / "out" / "recording.mp4")))


def interrupted(folder, text, *words, sent=signal.SIGINT, fault="none", **options):
    """Send a signal to `hipcv record` at its first line with a text.

    Returns:
        Exit code and standard error.
    """
    process = subprocess.Popen(
        [sys.executable, str(DRIVER), fault, "record", *map(str, words)],
        cwd=folder,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(SAMPLES.parent)} | options.pop("env", {}),
        **options,
    )
    limit = threading.Timer(LIMIT_S, process.kill)
    limit.start()
    stderr = read_until(process.stderr, text)
    process.send_signal(sent)
    stderr += process.communicate()[1]
    limit.cancel()
    return process.returncode, stderr
