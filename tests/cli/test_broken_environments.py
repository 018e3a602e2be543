"""Broken environments, made of stand-ins that Python finds first: one sentence, exit code 6."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.waiting import LIMIT_S

CLIP = Path(__file__).parents[2] / "sample_videos" / "clean_left.mp4"
CALLS_HOME = 'open("contacted", "w").close()\nraise SystemExit("contacted a server")\n'
NO_GL = 'raise ImportError("libGL.so.1: cannot open shared object file")\n'
ABSENT = 'raise ModuleNotFoundError("No module named {0!r}", name={0!r})\n'
OLD_NUMPY = 'print("OpenCV needs numpy")\nraise ImportError("numpy.core.multiarray failed")\n'
SETTINGS = {"av": ABSENT.format("av"), "cv2": NO_GL, "numpy": OLD_NUMPY, "mediapipe": CALLS_HOME}


@pytest.fixture
def broken(tmp_path):
    """Put stand-ins of modules and of what installers record in front; return a runner."""
    found_first = tmp_path / "found_first"
    found_first.mkdir()

    def run(*words, modules=(), versions=None, code=None, **variables):
        for name in modules:
            (found_first / f"{name}.py").write_text(SETTINGS[name], encoding="utf-8")
        for name, version in (versions or {}).items():
            record = found_first / f"{name.replace('-', '_')}-{version}.dist-info"
            record.mkdir()
            text = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
            (record / "METADATA").write_text(text, encoding="utf-8")
        return subprocess.run(
            [sys.executable, *(("-c", code) if code else ("-m", "hipcv", *words))],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(found_first), **variables},
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )

    return run


OTHER_MEDIAPIPE = {"modules": ["mediapipe"], "versions": {"mediapipe": "0.10.35"}}


@pytest.mark.parametrize(
    "words",
    [
        ("analyze", str(CLIP), "--out", "out"),
        ("batch", "clips"),
        ("demo",),
        ("record", "--camera", str(CLIP)),
        ("review", "--no-browser", "--data-dir", "desk"),
    ],
    ids=lambda words: words[0],
)
def test_another_mediapipe_is_refused_by_every_command_that_would_load_it(broken, tmp_path, words):
    (tmp_path / "clips").mkdir()
    ended = broken(*words, **OTHER_MEDIAPIPE)

    assert (ended.returncode, "mediapipe 0.10.35" in ended.stderr) == (6, True), ended.stderr
    assert not (tmp_path / "contacted").exists()


def doctor(ended):
    """Return the checks of `hipcv doctor --json` by their names."""
    assert ended.returncode == 6, ended.stderr
    document = json.loads(ended.stdout)
    assert not document["healthy"]
    return {check["name"]: check for check in document["checks"]}


@pytest.mark.parametrize(
    ("name", "change", "found"),
    [
        ("mediapipe", OTHER_MEDIAPIPE, "0.10.35"),
        ("cv2", {"versions": {"opencv-contrib-python": "4.10.0"}}, "over one another"),
        ("cv2", {"modules": ["cv2"]}, "libGL"),
        ("av", {"modules": ["av"]}, "No module named 'av'"),
        ("numpy", {"modules": ["numpy"], "versions": {"numpy": "1.26.4"}}, "1.26.4"),
    ],
    ids=["mediapipe", "two OpenCVs", "libGL", "no av", "old numpy"],
)
def test_doctor_is_right_in_a_broken_environment(broken, name, change, found):
    check = doctor(broken("doctor", "--json", **change))[name]

    assert (check["good"], found in check["found"]) == (False, True), check
    assert check["remedy"]


@pytest.mark.parametrize("name", SETTINGS)
def test_command_line_needs_none_of_these_libraries(broken, name):
    ended = broken(modules=[name], code="import hipcv.cli.main")

    assert ended.returncode == 0, ended.stderr


def test_home_that_cannot_be_written_gives_no_warning(broken):
    code = "import hipcv.report.charts.chart"
    ended = broken(code=code, HOME="/dev/null/home", XDG_CACHE_HOME="", XDG_CONFIG_HOME="")

    assert (ended.returncode, ended.stderr) == (0, "")
