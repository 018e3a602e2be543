"""A crash in native code and a lack of memory end in one sentence, and other clips are measured."""

import json
import subprocess
import sys

import pytest

from hipcv.core.errors import Failure
from tests.waiting import LIMIT_S

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="processes are forks on Linux alone"
)

SCRIPT = """
import os, signal, sys
from types import SimpleNamespace
from hipcv import pipeline
from hipcv.cli.main import run
from hipcv.core.errors import EnvironmentFault, UnreadableVideo
from hipcv.results import write

def analyze(path, *_arguments):
    name = path.stem
    if name.startswith("analyzed"):
        return SimpleNamespace(trial=None)
    if name in ("SIGSEGV", "SIGABRT", "SIGBUS", "SIGKILL"):
        os.kill(os.getpid(), getattr(signal, name))
    if name == "quits":
        os._exit(7)
    if name == "bytes":
        bytearray(3 << 30)
    if name == "array":
        import numpy
        numpy.ones(1 << 29)
    if name == "cv":
        import cv2
        raise_no_memory(cv2)
    raise UnreadableVideo(f"{path.name}: not a video.")

def raise_no_memory(cv2):
    import numpy
    cv2.copyMakeBorder(numpy.zeros((9, 9, 3), numpy.uint8), 30000, 30000, 30000, 30000, 0)

def write_result(path, *_arguments):
    if path.stem == "analyzed-SIGSEGV":
        os.kill(os.getpid(), signal.SIGSEGV)
    raise EnvironmentFault(f"{path.name}: the disk is full.")

pipeline.analyze, write.write = analyze, write_result
sys.argv[1:] = ["analyze", *sys.argv[1:]]
run()
"""


def hipcv(folder, *words):
    """Run `hipcv analyze` with an analysis that breaks down as the clip's name says."""
    command = [sys.executable, "-c", SCRIPT, *words]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=LIMIT_S, check=False
    )


@pytest.mark.parametrize(
    "how",
    [
        "SIGSEGV",
        "quits",
        *(pytest.param(how, marks=pytest.mark.slow) for how in ("SIGABRT", "SIGBUS")),
    ],
)
def test_a_crash_ends_in_one_sentence(tmp_path, how):
    ended = hipcv(tmp_path, f"{how}.mp4")

    named = "exit code 7" if how == "quits" else how
    assert (ended.returncode, ended.stdout) == (3, "")
    assert ended.stderr == (
        f"hipcv: {how}.mp4: The analysis broke down ({named}). Re-save the clip as H.264 MP4 and "
        "try again.\n"
    )


@pytest.mark.parametrize(
    "how",
    ["SIGKILL", "bytes", *(pytest.param(how, marks=pytest.mark.slow) for how in ("array", "cv"))],
)
def test_a_lack_of_memory_ends_in_one_sentence(tmp_path, how):
    ended = hipcv(tmp_path, f"{how}.mp4", "--set", "memory_max_gb=2")

    assert ended.returncode == 6
    assert ended.stderr.startswith(f"hipcv: {how}.mp4: There was not enough memory"), ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_clips_after_a_crash_are_analyzed(tmp_path):
    ended = hipcv(tmp_path, "SIGSEGV.mp4", "other.mp4", "SIGABRT.mp4", "--json")

    texts = [document["text"] for document in json.loads(ended.stdout)]
    assert ["SIGSEGV" in texts[0], "not a video" in texts[1], "SIGABRT" in texts[2]] == [True] * 3


STOPPED_AT_ITS_END = """
import os, signal
from multiprocessing.util import Finalize
from hipcv.cli import isolation

def stop_at_the_end():
    Finalize(None, os.kill, (os.getpid(), signal.SIGTERM), exitpriority=1)

if __name__ == "__main__":
    isolation.enable()
    other = isolation.Isolation()
    other.start(threads=True)
    other.post(stop_at_the_end, memory_gb=4)
    other._worker.channel.close()
    other._worker.process.join(100)
"""


def test_a_process_that_is_stopped_while_it_ends_prints_nothing(tmp_path):
    (tmp_path / "program.py").write_text(STOPPED_AT_ITS_END)
    ended = subprocess.run(
        [sys.executable, "program.py"],
        cwd=tmp_path, capture_output=True, text=True, timeout=LIMIT_S, check=False,
    )  # fmt: skip

    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_lack_of_memory_is_no_internal_error():
    assert Failure.from_error(MemoryError()).exit_code == 6


def test_a_crash_while_a_result_is_written_ends_in_one_sentence_too(tmp_path):
    ended = hipcv(tmp_path, "analyzed-SIGSEGV.mp4", "analyzed-well.mp4", "--json")
    texts = [entry["text"] for entry in json.loads(ended.stdout)]

    assert ("SIGSEGV" in texts[0], texts[1]) == (True, "analyzed-well.mp4: the disk is full.")


STOPPED = """
import os, time
from hipcv.cli import isolation

def wait(report):
    report("waiting", os.getpid())
    time.sleep(1e6)

def stop(_step, pid):
    raise KeyboardInterrupt(pid)

isolation.enable()
with isolation.Isolation() as process:
    process.start()
    try:
        process.call(wait, progress=stop, memory_gb=2)
    except KeyboardInterrupt as stopped:
        print(os.path.exists(f"/proc/{stopped.args[0]}"))
"""


def test_a_call_that_is_stopped_has_ended_its_process():
    """The caller may release what it used, as the folder of a result."""
    ended = subprocess.run(
        [sys.executable, "-c", STOPPED], capture_output=True, text=True, timeout=LIMIT_S, check=True
    )

    assert ended.stdout == "False\n"
