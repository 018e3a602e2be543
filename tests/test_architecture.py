"""The shape of the house, where import contracts alone cannot see it."""

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import hipcv

PACKAGE = Path(hipcv.__file__).parent
MODULES = sorted(path.stem for path in (PACKAGE / "core").glob("*.py") if path.stem != "__init__")
OUTSIDE = {"av", "cv2", "mediapipe", "matplotlib", "jinja2", "typer", "rich"}
CLIP = PACKAGE.parent / "sample_videos" / "clean_left.mp4"

WATCHED_RUN = """
import sys
def refuse(event, args):
    if event.startswith("socket."):
        raise SystemExit(f"network: {event} {args}")
sys.addaudithook(refuse)
from hipcv.cli.main import run
run()
"""


def loaded_by(statement):
    """Names of top-level packages that a fresh Python has loaded after the statement."""
    script = f"import sys\n{statement}\nprint(*sorted({{m.split('.')[0] for m in sys.modules}}))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def imported_by(path):
    """Top-level packages that a file names in its import statements, wherever they stand."""
    tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    names = []
    for node in tree:
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names.append(node.module or "")
    return {name.split(".")[0] for name in names}


def test_importing_hipcv_loads_no_video_or_pose_library():
    assert loaded_by("import hipcv") & OUTSIDE == set()


def test_importing_the_whole_core_loads_no_outside_library():
    modules = ", ".join(f"hipcv.core.{module}" for module in MODULES)

    assert loaded_by(f"import {modules}") & OUTSIDE == set()


def test_showing_help_loads_no_heavy_library():
    heavy = OUTSIDE - {"typer"} | {"numpy"}

    assert loaded_by("import hipcv.cli.main") & heavy == set()


@pytest.mark.parametrize("module", MODULES)
def test_core_imports_numpy_and_the_standard_library_alone(module):
    allowed = {"hipcv", "numpy", *sys.stdlib_module_names}

    assert imported_by(PACKAGE / "core" / f"{module}.py") <= allowed


def test_mediapipe_is_named_in_one_file():
    naming = [
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if "mediapipe" in imported_by(path)
    ]

    assert naming == ["estimation/blazepose.py"]


def test_every_public_name_can_be_imported():
    assert [name for name in hipcv.__all__ if getattr(hipcv, name, None) is None] == []


@pytest.mark.model
def test_analysis_opens_no_python_socket(tmp_path):
    command = ["analyze", str(CLIP), "--out", str(tmp_path / "out"), "--no-overlay", "--json"]

    done = subprocess.run(
        [sys.executable, "-c", WATCHED_RUN, *command], capture_output=True, text=True, check=False
    )

    assert json.loads(done.stdout)["status"] == "measured", done.stderr


@pytest.mark.model
@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
@pytest.mark.parametrize(
    "words",
    [("analyze", CLIP), ("record", "--camera", CLIP, "--no-window", "--yes", "--no-overlay")],
    ids=["analyze", "record"],
)
def test_no_network_socket_is_opened(tmp_path, words):
    trace = tmp_path / "trace"
    command = [sys.executable, "-m", "hipcv", *words, "--out", tmp_path / "out"]

    subprocess.run(
        ["strace", "-f", "-qq", "-e", "trace=socket,connect", "-o", trace, *command],
        capture_output=True,
        check=True,
    )

    opened = trace.read_text().splitlines()
    assert [line for line in opened if "AF_INET" in line or "sin_addr" in line] == []


def test_every_module_is_listed_with_its_docstring():
    """After a change: `python scripts/list_modules.py > docs/modules.md`."""
    listed = subprocess.run(
        [sys.executable, PACKAGE.parent / "scripts" / "list_modules.py"],
        capture_output=True,
        encoding="utf-8",
        check=True,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )

    assert (PACKAGE.parent / "docs" / "modules.md").read_text(encoding="utf-8") == listed.stdout
