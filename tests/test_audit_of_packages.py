"""`make audit` looks up every locked package, and says what it looked up."""

import shutil
import subprocess
import sys
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from scripts.list_locked import lists, packages

ROOT = Path(__file__).parent.parent
LOCKS = [ROOT / "requirements.lock", ROOT / "requirements-dev.lock"]
STUB = """#!/bin/sh
cat "$2" >> looked-up
case "$(cat "$2")" in *weak*) echo "Found 1 known vulnerability" >&2; exit 1;; esac
case "$(cat "$2")" in *lost*) echo "no network" >&2; exit 1;; esac
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a script of the shell")


def locked_requirements():
    """Return every requirement of the lock files, whatever its marker."""
    lines = chain(*(lock.read_text().splitlines() for lock in LOCKS))
    coded = (line.rstrip("\\ ") for line in lines if line[:1].isalnum())
    return {(r.name.lower(), str(r.specifier).removeprefix("==")) for r in map(Requirement, coded)}


def test_every_version_in_the_lock_files_is_looked_up():
    assert set(packages(LOCKS)) == locked_requirements()


def test_no_list_names_a_package_twice():
    """Of some packages there are two versions, for different versions of Python."""
    names = [[line.split("==")[0] for line in of_list] for of_list in lists(packages(LOCKS))]

    assert len(names) > 1
    assert all(len(of_list) == len(set(of_list)) for of_list in names)


def audited(folder, **locked):
    """Run the script on lock files of these packages, with a pip-audit that needs no network."""
    for name in ("audit.sh", "list_locked.py"):
        (folder / "scripts").mkdir(exist_ok=True)
        shutil.copy(ROOT / "scripts" / name, folder / "scripts")
    stub = folder / ".venv" / "audit" / "bin" / "pip-audit"
    stub.parent.mkdir(parents=True)
    stub.write_text(STUB)
    stub.chmod(0o755)
    for name, text in (("requirements", locked["use"]), ("requirements-dev", locked["dev"])):
        (folder / f"{name}.lock").write_text(text)
    return subprocess.run(
        ["sh", folder / "scripts" / "audit.sh"], capture_output=True, text=True, check=False
    )


def test_packages_of_both_files_and_of_other_systems_are_looked_up_and_counted(tmp_path):
    use = "one==1 \\\n    --hash=sha256:00\n"
    dev = "two==2 ; sys_platform == 'nowhere'\ntwo==3 ; sys_platform != 'nowhere'\n"
    run = audited(tmp_path, use=use, dev=dev)

    assert (tmp_path / "looked-up").read_text().split() == ["one==1", "two==2", "two==3"]
    assert (run.returncode, "2 packages in 3 versions" in run.stderr) == (0, True)


@pytest.mark.parametrize(("name", "code"), [("weak", 1), ("lost", 6)])
def test_a_known_weakness_ends_with_1_and_a_failed_look_up_with_6(tmp_path, name, code):
    assert audited(tmp_path, use="one==1\n", dev=f"{name}==1\n").returncode == code
