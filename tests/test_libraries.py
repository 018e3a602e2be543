"""Versions of libraries: what is declared, and what is refused."""

import tomllib
from importlib import metadata
from pathlib import Path

import pytest

from hipcv import libraries
from hipcv.core.errors import EnvironmentFault

PROJECT = Path(__file__).parents[1] / "pyproject.toml"


@pytest.fixture
def installed(monkeypatch):
    """Versions by distribution that are taken for the installed ones."""
    versions = {"mediapipe": "0.10.31", "numpy": "2.4.6", "av": "18.1.0", "opencv-python": "5.0.0"}

    def version(name):
        if name not in versions:
            raise metadata.PackageNotFoundError(name)
        return versions[name]

    monkeypatch.setattr(metadata, "version", version)
    return versions


def test_accepted_versions_are_those_of_the_package():
    declared = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["dependencies"]

    assert {name + wanted for name, (wanted, _) in libraries.ACCEPTED.items()} <= set(declared)


@pytest.mark.usefixtures("installed")
def test_tested_versions_have_no_fault():
    assert libraries.faults() == []


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("mediapipe", "0.10.35"),
        ("mediapipe", "0.10.30"),
        ("mediapipe", "0.10.31.1"),
        ("mediapipe", "nightly"),
        ("numpy", "1.26.4"),
        ("av", "19.0.0"),
        ("av", "17.0"),
        ("opencv-python", "4.12.0.88"),
        ("opencv-python", "6.0"),
    ],
)
def test_another_version_is_refused_with_its_number_and_the_remedy(installed, name, version):
    installed[name] = version
    with pytest.raises(EnvironmentFault, match="pip install") as refused:
        libraries.require()

    assert all(part in str(refused.value) for part in (name, version))


def test_two_builds_of_opencv_of_other_versions_are_refused(installed):
    installed["opencv-contrib-python"] = "4.10.0"
    with pytest.raises(EnvironmentFault, match="over one another"):
        libraries.require()


def test_opencv_without_windows_is_enough(installed):
    installed["opencv-python-headless"] = installed.pop("opencv-python")
    libraries.require()

    assert libraries.opencv_build() == "opencv-python-headless"


def test_damaged_record_of_an_installer_is_no_version(installed):
    installed["numpy"] = None

    assert libraries.installed_version("numpy") == ""
