import json
import sys
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from hipcv.cli import doctor
from hipcv.cli.main import app

HEALTHY = doctor.MachineCheck("python", good=True, needed=True, found="3.11")
ABSENT = doctor.MachineCheck(
    "model heavy", good=False, needed=False, found="missing", remedy="copy it"
)
BROKEN = doctor.MachineCheck("cv2", good=False, needed=True, found="libGL.so.1", remedy="mend it")


def run_doctor(monkeypatch, checks, *flags):
    monkeypatch.setattr(doctor, "examine", lambda *_: checks)
    return CliRunner().invoke(app, ["doctor", *flags])


@pytest.mark.parametrize(("checks", "code"), [([HEALTHY, ABSENT], 0), ([HEALTHY, BROKEN], 6)])
def test_exit_code_speaks_of_what_is_needed(monkeypatch, checks, code):
    assert run_doctor(monkeypatch, checks).exit_code == code


def test_remedy_stands_below_what_is_broken(monkeypatch):
    assert "-> mend it" in run_doctor(monkeypatch, [HEALTHY, BROKEN]).stdout


def test_machine_readable_answer_says_whether_all_is_well(monkeypatch):
    output = json.loads(run_doctor(monkeypatch, [HEALTHY, BROKEN], "--json").stdout)

    assert (output["healthy"], output["checks"][1]["name"]) == (False, "cv2")


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


def audit_check(monkeypatch):
    """Return the command's checks of the audit trail and its exit code; other checks are stubs."""
    only = ("interpreter", "system", "encoder", "camera", "window", "sound", "voice")
    for name in only:
        monkeypatch.setattr(doctor, name, lambda: HEALTHY)
    monkeypatch.setattr(doctor, "models", list)
    monkeypatch.setattr(doctor, "library", lambda *_: HEALTHY)
    monkeypatch.setattr(doctor, "disk", lambda _: HEALTHY)
    done = CliRunner().invoke(app, ["doctor", "--json"])
    checks = json.loads(done.stdout)["checks"]
    return [check for check in checks if check["name"] == "audit"], done.exit_code


@pytest.mark.usefixtures("data_folder")
def test_machine_without_records_has_no_line_about_them(monkeypatch):
    assert audit_check(monkeypatch)[0] == []


def test_whole_audit_trail_is_good(monkeypatch, records):
    records.add_patient("P-1", by="KM")
    records.add_patient("P-2", by="KM")

    (check,), code = audit_check(monkeypatch)
    assert (check["good"], code) == (True, 0)


def test_broken_audit_trail_makes_the_machine_unhealthy(monkeypatch, records):
    records.add_patient("P-1", by="KM")
    records.add_patient("P-2", by="KM")
    with records._engine.connect() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_no_update")
        connection.exec_driver_sql("UPDATE audit SET who = 'AB' WHERE number = 2")
        connection.commit()

    (check,), code = audit_check(monkeypatch)
    assert ("entry 2" in check["found"], code) == (True, 6)


def test_what_is_broken_is_not_called_missing():
    broken = doctor.MachineCheck("audit", good=False, needed=True, found="altered", wrong="BROKEN")
    table = doctor.table([HEALTHY, broken])

    assert (table.count("BROKEN"), "MISSING" in table.upper()) == (2, False)


def test_unreadable_records_are_reported(tmp_path):
    pytest.importorskip("sqlalchemy", reason="records need hipcv[app]")
    path = tmp_path / "hipcv.sqlite3"
    path.write_text("a letter, not a database" * 100)

    assert "not a database" in doctor.audit(f"sqlite:///{path}").found


def test_missing_library_of_the_records_is_reported(monkeypatch):
    monkeypatch.setitem(sys.modules, "hipcv.store.records", None)

    assert "hipcv[app]" in doctor.audit("sqlite:///x").found


def test_without_a_voice_of_the_system_the_tones_are_named(monkeypatch):
    monkeypatch.setattr(doctor.sys, "executable", "/nowhere/python")
    check = doctor.voice()

    assert (check.good, check.needed, "tones" in check.remedy) == (False, False, True)


def test_a_voice_that_answers_is_found(monkeypatch):
    answered = SimpleNamespace(stdout=b"ready\n")
    monkeypatch.setattr(doctor.subprocess, "run", lambda *_words, **_options: answered)

    assert doctor.voice().good
