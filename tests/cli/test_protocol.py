import json
from dataclasses import fields
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hipcv.cli.main import app
from hipcv.cli.protocol import page
from hipcv.core.limits import ClipLimits
from hipcv.core.protocol import MeasurementProtocol

DOCS_PAGE = Path(__file__).parents[2] / "docs" / "protocol.md"


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def show_protocol(*flags):
    return CliRunner().invoke(app, ["protocol", *flags]).stdout


def test_docs_page_is_what_the_code_says():
    """Mended by: hipcv protocol --markdown > docs/protocol.md."""
    assert DOCS_PAGE.read_text(encoding="utf-8") == page()


def test_markdown_goes_to_stdout_as_it_is():
    assert show_protocol("--markdown") == page()


@pytest.mark.usefixtures("here")
def test_every_setting_is_listed():
    listed = json.loads(show_protocol("--json"))["settings"]

    declared = (*fields(MeasurementProtocol), *fields(ClipLimits))
    assert list(listed) == [setting.name for setting in declared]


def test_value_of_the_folder_is_shown_with_the_default(here):
    (here / "hipcv.toml").write_text("[protocol]\ntarget_deg = 40", encoding="utf-8")

    target = json.loads(show_protocol("--json"))["settings"]["target_deg"]

    assert (target["value"], target["default"]) == (40, 45)


def test_changed_value_is_marked_in_the_table(here):
    (here / "hipcv.toml").write_text("[protocol]\ntarget_deg = 40", encoding="utf-8")

    assert "default 45" in show_protocol()


def test_two_formats_at_once_are_refused():
    assert CliRunner().invoke(app, ["protocol", "--json", "--markdown"]).exit_code != 0
