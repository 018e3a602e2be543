"""Stub of the analysis, quick and without a model: the clip's name selects the outcome.

stub.py CLIP RESULT_FOLDER RUNS_FILE
"""

import fcntl
import hashlib
import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

from hipcv.batch.worker import end_with_parent
from hipcv.video.clip_metadata import printable_name
from tests import records

ERROR = "{}: it is {}."
"""Text of a failed analysis: name of the clip, kind of failure."""


LEAK_BYTES = 100_000_000
leaked = []


def main():
    end_with_parent()
    return act(*(Path(word) for word in sys.argv[1:]))


def act(clip, folder, runs):
    """Analyze a clip as its name says, and return the exit code."""
    log(clip, runs)
    leaked.extend(bytearray(LEAK_BYTES) for word in ("leak",) if word in clip.name)
    if "crash" in clip.name:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        sys.stderr.write("native code fails\n")
        sys.stderr.flush()
        os.abort()
    if "hang" in clip.name:
        hold(runs.with_name("held"))
        subprocess.run(
            ["sleep", "100"], check=False, close_fds=False
        )  # a child that inherits the lock
    if "killer" in clip.name:
        os.kill(os.getppid(), signal.SIGKILL)
    while "gate" in clip.name and not runs.with_name("open").exists():
        time.sleep(0.01)
    for word, code in (("unreadable", 3), ("fault", 6), ("bug", 1)):
        if word in clip.name:
            sys.stdout.write(json.dumps({"text": ERROR.format(clip.name, word)}))
            return code
    time.sleep(0.3 if "slow" in clip.name else 0.02)
    content = clip.read_bytes()
    if "lost" in clip.name:
        return 0
    return write(clip.name, content, folder)


def log(clip, runs):
    """Write the clip's name, and elsewhere the process that analyzes it."""
    with runs.open("a", errors="surrogateescape") as file:
        file.write(clip.name + "\n")
    with runs.with_name("processes").open("a", errors="surrogateescape") as file:
        file.write(f"{os.getpid()} {clip.name}\n")


def end_server(runs):
    """Kill the parent of this process, once."""
    if not runs.with_name("ended server").exists():
        runs.with_name("ended server").touch()
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(100)


def write(name, content, folder):
    """Write a result and return the exit code."""
    folder.mkdir(parents=True)
    (folder / "report.html").write_text("report of " + hashlib.sha256(content).hexdigest())
    written = document(name, content, "refused" in name)
    if "cheated" in name:
        written |= {
            "status": "not_counted",
            "sides": {"left": records.not_counted(), "right": None},
        }
    (folder / "result.json").write_text(json.dumps(written))
    return 0 if written["status"] == "measured" else 4


def document(name, content, refused):
    digest = hashlib.sha256(content).hexdigest()
    if refused:
        written = records.document(None, refused="The patient was not seated.")
        written["issues"][0] |= {"code": "not_seated", "remedy": "Sit down."}
    else:
        written = records.document(int(digest[:2], 16) / 8, findings=["pelvic_hike"])
    written["clip"] |= {"name": printable_name(Path(name)), "sha256": digest}
    return written


def hold(path):
    """Lock a file until this process and its children are gone."""
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR)
    os.set_inheritable(descriptor, True)
    fcntl.flock(descriptor, fcntl.LOCK_EX)


if __name__ == "__main__":
    sys.exit(main())
