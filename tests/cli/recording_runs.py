"""Whole `hipcv record` commands, with a filmed patient as camera."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from hipcv.video.file import VideoFile

SAMPLES = Path(__file__).parent.parent.parent / "sample_videos"
DRIVER = Path(__file__).parent / "camera_driver.py"
QUICK = ["--set", "guide_still_s=0.5", "--set", "guide_countdown_s=1.5", "--no-overlay"]
TEXT = ["--no-window", "--no-sound", "--yes", *QUICK]
LIMIT_S = 300  # of a whole command, with the analysis


def hipcv(*words, cwd, fault="none", **options):
    """A whole command with a filmed camera."""
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


def kept(folder):
    """How many pictures can be played of what was recorded."""
    return len(list(VideoFile(folder / "out" / "recording.mp4")))


def interrupted(folder, line, *words, sent=signal.SIGINT, **options):
    """The command, told to stop as soon as it has said a line."""
    process = subprocess.Popen(
        [sys.executable, str(DRIVER), "none", "record", *map(str, words)],
        cwd=folder,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(SAMPLES.parent)} | options.pop("env", {}),
        **options,
    )
    limit = threading.Timer(LIMIT_S, process.kill)
    limit.start()
    said = []
    for told in process.stderr:
        said.append(told)
        if line in told:
            process.send_signal(sent)
            break
    rest = process.communicate()[1]
    limit.cancel()
    return process.returncode, "".join(said) + rest
