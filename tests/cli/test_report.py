"""`hipcv report`: other settings, which never stay in the folder of the result."""

import json

import pytest
from typer.testing import CliRunner

from hipcv.cli.main import app
from hipcv.core.errors import BadRequest, InvalidProtocol
from tests.stored_results import measured_folder


@pytest.fixture
def measured(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return measured_folder(tmp_path / "seated", 30.0, 36.0)


def run(*words):
    return CliRunner().invoke(app, ["report", *map(str, words)])


def test_other_settings_are_in_the_report_and_not_in_the_result(measured, tmp_path):
    before = {path: path.read_bytes() for path in measured.rglob("*") if path.is_file()}
    result = run(measured, "--set", "target_deg=31", "--out", tmp_path / "stricter.html")
    page = (tmp_path / "stricter.html").read_text(encoding="utf-8")

    assert result.exit_code == 0, result.output
    assert "31" in page
    assert "Assessed again" in page
    assert before == {path: path.read_bytes() for path in measured.rglob("*") if path.is_file()}
    assert json.loads((measured / "result.json").read_bytes())["provenance"]["protocol"][
        "target_deg"
    ] == pytest.approx(45)


def test_other_settings_need_another_file(measured):
    error = run(measured, "--set", "target_deg=31").exception

    assert isinstance(error, BadRequest)
    assert "--out" in str(error)


def test_unknown_setting_is_named(measured, tmp_path):
    error = run(measured, "--set", "no_such=1", "--out", tmp_path / "a.html").exception

    assert isinstance(error, InvalidProtocol)
    assert "no_such" in str(error)
