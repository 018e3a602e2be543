"""Set-up of a clone: what is missing on the system is said or fetched before anything large is."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOLS = ("cat", "cksum", "dirname", "grep", "mktemp", "rm", "sed", "sh", "tr")
PYTHON = """\
echo "python $*" >>"$LOG"
case "$*" in
*version_info*print* | *print*version_info*) echo python3.11-venv ;;
*ensurepip*) exit "$NO_VENV" ;;
*cv2*) exit 1 ;;
"- lib"*) printf "$MISSING" ;;
esac
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="make is not used on Windows")


@pytest.fixture
def clone(tmp_path):
    """Folder with the set-up script and what it reads, but no environment."""
    (tmp_path / "clone" / "scripts").mkdir(parents=True)
    for name in ("pyproject.toml", "requirements.lock", "requirements-dev.lock"):
        (tmp_path / "clone" / name).touch()
    shutil.copy(ROOT / "scripts" / "setup.sh", tmp_path / "clone" / "scripts")
    return tmp_path / "clone"


@pytest.fixture
def set_up(clone, tmp_path):
    """Run the set-up where only the given commands exist; return exit code, words, calls."""
    log = tmp_path / "calls"
    log.touch()

    def run(missing="", *, no_venv=0, machine="Linux x86_64", **commands):
        folder = tmp_path / "bin"
        folder.mkdir()
        for tool in TOOLS:
            (folder / tool).symlink_to(shutil.which(tool))
        system, processor = machine.split()
        scripts = {
            "uname": f'[ "$1" = -m ] && echo {processor} || echo {system}',
            "id": "echo 1000",
            "python3": PYTHON,
        } | commands
        for name, text in scripts.items():
            if text is not None:
                (folder / name.replace("_", "-")).write_text(f"#!/bin/sh\n{text}\n")
                (folder / name.replace("_", "-")).chmod(0o755)
        done = subprocess.run(
            ["sh", clone / "scripts" / "setup.sh", "demo"],
            env={"PATH": str(folder), "LOG": str(log), "MISSING": missing}
            | {"NO_VENV": str(no_venv), "TMPDIR": os.environ.get("TMPDIR", "/tmp")},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stderr, log.read_text()

    return run


def test_missing_library_is_said_with_one_command_before_anything_is_downloaded(set_up):
    code, words, calls = set_up("libGL.so.1", dnf="")

    assert (code, words.count("\n")) == (6, 1)
    assert "dnf install -y python3 mesa-libGL" in words
    assert "-m pip" not in calls


def test_system_without_a_package_manager_is_named_its_libraries(set_up):
    code, words, calls = set_up("libGL.so.1")

    assert (code, words.count("\n")) == (6, 1)
    assert "libGL.so.1" in words
    assert "-m pip" not in calls


def test_packages_that_no_user_can_fetch_are_asked_of_the_administrator(set_up):
    code, words, calls = set_up("libGL.so.1", no_venv=1, apt_get="exit 100", dpkg_deb="")

    assert code == 6
    assert "apt-get install -y python3.11-venv libgl1 libglib2.0-0" in words.splitlines()[-1]
    assert "-m pip" not in calls


def test_absent_python_is_asked_of_the_administrator_with_all_that_is_needed(set_up):
    code, words, _ = set_up(python3=None, apt_get="")

    assert (code, words.count("\n")) == (6, 1)
    assert "apt-get install -y python3-venv libgl1 libglib2.0-0" in words


def test_old_python_is_said(set_up):
    code, words, _ = set_up(python3="exit 1", apt_get="")

    assert (code, words.count("\n")) == (6, 1)
    assert "Python 3.11 or later" in words


def test_processor_without_a_pose_library_is_said_at_once(set_up):
    code, words, calls = set_up(machine="Linux aarch64")

    assert (code, calls) == (6, "")
    assert "Linux on aarch64" in words


def test_environment_that_was_left_without_pip_is_made_anew(set_up, clone):
    python = clone / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\ncase "$*" in *"-m pip"*) exit 1 ;; esac\n')
    python.chmod(0o755)

    code, _, calls = set_up(python3=f'{PYTHON}\ncase "$*" in *"-m venv"*) exit 9 ;; esac')

    assert code == 9
    assert "venv --clear .venv" in calls


def test_nothing_is_asked_of_a_system_that_has_all(set_up):
    code, words, calls = set_up(python3=f'{PYTHON}\ncase "$*" in *"-m venv"*) exit 9 ;; esac')

    assert (code, words) == (9, "")
    assert "venv --clear .venv" in calls


def test_package_claims_the_python_versions_that_were_tried():
    claims = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    tried = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")

    versions = re.findall(r"Python :: (3\.\d+)", "\n".join(claims["classifiers"]))

    assert versions == re.findall(r"^\| [^|]* \| (3\.\d+) \|", tried, re.MULTILINE)
    assert claims["requires-python"] == f">={versions[0]}"
