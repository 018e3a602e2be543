import json
import sys

import pytest
from typer.testing import CliRunner

from hipcv.cli import doctor
from hipcv.cli.main import app

HEALTHY = doctor.Check("python", good=True, needed=True, found="3.11")
ABSENT = doctor.Check("model heavy", good=False, needed=False, found="missing", remedy="copy it")
BROKEN = doctor.Check("cv2", good=False, needed=True, found="libGL.so.1", remedy="mend it")


def told_by(monkeypatch, checks, *flags):
    monkeypatch.setattr(doctor, "examine", lambda: checks)
    return CliRunner().invoke(app, ["doctor", *flags])


@pytest.mark.parametrize(("checks", "code"), [([HEALTHY, ABSENT], 0), ([HEALTHY, BROKEN], 6)])
def test_exit_code_speaks_of_what_is_needed(monkeypatch, checks, code):
    assert told_by(monkeypatch, checks).exit_code == code


def test_remedy_stands_below_what_is_broken(monkeypatch):
    assert "-> mend it" in told_by(monkeypatch, [HEALTHY, BROKEN]).stdout


def test_machine_readable_answer_says_whether_all_is_well(monkeypatch):
    told = json.loads(told_by(monkeypatch, [HEALTHY, BROKEN], "--json").stdout)

    assert (told["healthy"], told["checks"][1]["name"]) == (False, "cv2")


def test_library_that_lacks_a_system_library_names_what_to_install(monkeypatch):
    def fail(_name):
        raise ImportError("libGL.so.1: cannot open shared object file")

    monkeypatch.setattr(doctor, "import_module", fail)

    assert doctor.library("cv2", "opencv-python").remedy == doctor.SYSTEM_LIBRARIES


def test_absent_library_is_to_be_installed():
    assert doctor.library("no_such_library", "thing").remedy == "pip install thing"


def test_library_that_loads_is_good():
    assert doctor.library("numpy", "numpy").good


def test_missing_encoder_is_broken(monkeypatch):
    monkeypatch.setitem(sys.modules, "av", None)

    assert not doctor.encoder().good


def test_folder_that_cannot_be_written_is_broken(tmp_path):
    assert not doctor.disk(tmp_path / "nowhere").good


def test_folder_that_can_be_written_is_good(tmp_path):
    assert doctor.disk(tmp_path).good


def test_examination_covers_the_full_model():
    assert "model full" in [check.name for check in doctor.examine()]
