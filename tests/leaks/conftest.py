"""Observation of every command, made once for all tests."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

COMMANDS = Path(__file__).with_name("commands.py")
NAMESPACE = ("unshare", "--map-root-user", "--net")


@pytest.fixture(scope="session")
def namespace():
    """The words that start a program without a network; none where the system has no such thing."""
    if shutil.which(NAMESPACE[0]) is None:
        return ()
    tried = subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False)
    return () if tried.returncode else NAMESPACE


@pytest.fixture(scope="session")
def observed(tmp_path_factory, namespace):
    """The observations of `commands.py`."""
    folder = tmp_path_factory.mktemp("observed") / "work"
    folder.mkdir()
    words = [*namespace, sys.executable, COMMANDS, folder, *["--namespace"] * bool(namespace)]
    done = subprocess.run(words, capture_output=True, check=True)
    return json.loads(done.stdout)
