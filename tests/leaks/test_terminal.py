"""Names of files that hold control signs, in the output of commands on a terminal and in a pipe."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from tests.batch import driver
from tests.stored_results import measured_folder

NAME = "a\x1b]0;title\ab\n\u202ec"
UNSAFE = re.compile(
    "[\0-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]|\x1b(?!\\[[0-9;?]*[a-zA-Z])"
)
"""Control signs but tab, line feed, and the sequences by which a bar and colours are drawn."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="has no such names")


def output_of(words, folder, at_a_terminal):
    """Return what a command prints on both streams."""
    if not at_a_terminal:
        done = subprocess.run(words, cwd=folder, capture_output=True, check=False)
        return (done.stdout + done.stderr).decode()
    main, other = os.openpty()
    with subprocess.Popen(words, cwd=folder, stdout=other, stderr=other, stdin=other) as process:
        os.close(other)
        printed = b""
        while part := _read(main):
            printed += part
        process.wait()
    os.close(main)
    return printed.decode().replace("\r", "")


def _read(descriptor):
    try:
        return os.read(descriptor, 1 << 16)
    except OSError:  # the other end is closed
        return b""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a clip, a result and a batch whose names hold control signs."""
    folder = tmp_path_factory.mktemp("names")
    measured_folder(folder / NAME, 30.0)
    (folder / "clinic").mkdir()
    for name in ("unreadable", "left"):
        (folder / "clinic" / f"{name} {NAME}.mp4").write_text(name)
    shutil.copy(folder / "clinic" / f"left {NAME}.mp4", folder / f"{NAME}.mp4")
    return folder


COMMANDS = {
    "analyze": ["analyze", f"{NAME}.mp4"],
    "absent": ["analyze", f"absent {NAME}.mp4"],
    "batch": ["batch", "clinic", "--out", f"out {NAME}", "--force"],
    "plan": ["batch", "clinic", "--dry-run"],
    "compare": ["compare", NAME, NAME],
    "export": ["export", NAME, "--to", "csv", "--out", f"{NAME}.csv", "--force"],
    "report": ["report", NAME, "--force"],
    "history": ["history", "P-017", "--data-dir", NAME],
    "doctor": ["doctor", "--data-dir", NAME],
    "usage": ["analyze", "a.mp4", f"--{NAME}"],
}


WITHOUT_NAMES = {"compare", "doctor"}


@pytest.mark.parametrize(
    "at_a_terminal", [pytest.param(False, marks=pytest.mark.slow), True], ids=["pipe", "terminal"]
)
@pytest.mark.parametrize("command", COMMANDS)
def test_no_name_reaches_the_terminal_as_it_is(folder, tmp_path, command, at_a_terminal):
    words = [sys.executable, driver.__file__, tmp_path / "runs", *COMMANDS[command]]
    printed = output_of(words, folder, at_a_terminal)

    assert UNSAFE.findall(printed) == [], printed
    assert ("\\u001b]0;title" in printed) == (command not in WITHOUT_NAMES), printed
