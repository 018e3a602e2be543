"""Rules of the architecture that import contracts cannot check."""

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
STRACE = ["-f", "--seccomp-bpf", "-qq", "-e", "trace=socket,connect"]

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


@pytest.fixture(scope="module", params=["analyze", pytest.param("record", marks=pytest.mark.slow)])
def run_without_sockets(request, tmp_path_factory):
    """A finished command in which Python may open no socket, and its system calls for sockets."""
    folder = tmp_path_factory.mktemp("run")
    words = {
        "analyze": ["analyze", CLIP, "--json"],
        "record": ["record", "--camera", CLIP, "--no-window", "--yes", "--json"],
    }[request.param]
    command = [sys.executable, "-c", WATCHED_RUN, *words, "--no-overlay", "--out", folder / "out"]
    trace = folder / "trace"
    if shutil.which("strace"):
        command = ["strace", *STRACE, "-o", trace, *command]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done, trace.read_text().splitlines() if trace.exists() else None


@pytest.mark.model
def test_python_opens_no_socket(run_without_sockets):
    done, _ = run_without_sockets

    assert json.loads(done.stdout)["status"] == "measured", done.stderr


@pytest.mark.model
def test_no_network_socket_is_opened(run_without_sockets):
    _, calls = run_without_sockets
    if calls is None:
        pytest.skip("strace is not installed")

    assert [line for line in calls if "AF_INET" in line or "sin_addr" in line] == []


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
