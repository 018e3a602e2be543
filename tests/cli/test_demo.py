import webbrowser
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hipcv.cli import demo
from hipcv.cli.main import app
from hipcv.core.errors import EnvironmentFault, Failure
from tests.errors import raises_plain


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty current folder."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("here")
def test_sample_clip_is_found_from_any_folder():
    assert demo.sample_clip().is_file()


@pytest.mark.model
@pytest.mark.usefixtures("here")
def test_demo_ends_with_the_report_it_wrote(monkeypatch, sample_analysis):
    analysis = sample_analysis(demo.CLIP)
    monkeypatch.setattr("hipcv.pipeline.analyze", lambda *_: analysis)

    result = CliRunner().invoke(app, ["demo"])

    assert Path(result.stdout.splitlines()[-1]).is_file(), result.output


@pytest.mark.model
@pytest.mark.usefixtures("here")
def test_demo_opens_its_report_when_asked(monkeypatch, sample_analysis):
    analysis, opened = sample_analysis(demo.CLIP), []
    monkeypatch.setattr("hipcv.pipeline.analyze", lambda *_: analysis)
    monkeypatch.setattr(webbrowser, "open", opened.append)

    result = CliRunner().invoke(app, ["demo", "--open"])

    assert opened == [Path(result.stdout.splitlines()[-1]).resolve().as_uri()]


def test_demo_overwrites_only_a_folder_of_its_own(monkeypatch):
    asked = []

    def measure(_clip, folder, _options, *, force, quiet):
        asked.append((folder.name, force))
        return Failure(6, "enough seen")

    monkeypatch.setattr("hipcv.cli.analyze.measure", measure)

    CliRunner().invoke(app, ["demo"])

    assert asked == [("demo", True)]


def test_failing_demo_says_so_in_its_exit_code(monkeypatch):
    monkeypatch.setattr("hipcv.cli.analyze.measure", lambda *_, **__: Failure(6, "no model"))

    assert CliRunner().invoke(app, ["demo"]).exit_code == 6


def test_missing_sample_clip_is_a_fault_of_the_environment(monkeypatch):
    monkeypatch.setattr(demo, "CLIP", "no-such.mp4")

    with raises_plain(EnvironmentFault, "no-such.mp4"):
        demo.sample_clip()
