from pathlib import Path

import pytest
from typer.testing import CliRunner

from hipcv.cli.demo import sample_clip
from hipcv.cli.main import app


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty current folder."""
    monkeypatch.chdir(tmp_path)


def test_sample_clip_is_at_hand():
    assert sample_clip().is_file()


@pytest.mark.model
@pytest.mark.usefixtures("here")
def test_demo_ends_with_the_report_it_wrote():
    told = CliRunner().invoke(app, ["demo"])

    assert Path(told.stdout.splitlines()[-1]).is_file(), told.output


@pytest.mark.model
@pytest.mark.usefixtures("here")
def test_demo_can_be_run_again():
    CliRunner().invoke(app, ["demo"])

    assert CliRunner().invoke(app, ["demo"]).exit_code == 0
