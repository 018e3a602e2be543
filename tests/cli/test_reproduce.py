"""`hipcv reproduce`: the command stored in a result gives the same numbers again."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hipcv.cli.main import app
from hipcv.cli.reproduce import describe, options_of
from hipcv.core.errors import BadRequest
from hipcv.core.landmarks import Side
from hipcv.core.options import AnalysisOptions
from hipcv.core.person import Person
from hipcv.core.protocol import MeasurementProtocol
from hipcv.results.reproduction import compare
from tests.errors import raises_plain
from tests.records import document

SAMPLE = Path(__file__).parents[2] / "sample_videos" / "clean_left.mp4"

OPTIONS = [
    AnalysisOptions(),
    AnalysisOptions(Side.RIGHT, mirrored=True, start_s=1 / 3),
    AnalysisOptions(protocol=replace(MeasurementProtocol(), target_deg=40.0)),
    AnalysisOptions(external=True),
    AnalysisOptions(model="lite", person=Person(34, "female")),
]


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("name", ["clip.mp4", "-a clip.mp4", "it's.mp4"])
def test_a_stored_command_gives_the_options_back(options, name):
    assert options_of(options.command(name)) == replace(options, overlay=False)


@pytest.mark.parametrize("line", [
    "", "hipcv", "rm -rf clip.mp4", "hipcv review clip.mp4", "hipcv analyze 'clip.mp4",
    "hipcv analyze --gone 1 clip.mp4", "hipcv analyze --set gone=1 clip.mp4",
    "hipcv analyze --set target_deg=1e9 clip.mp4",
])  # fmt: skip
def test_a_command_of_another_version_is_refused(line):
    with raises_plain(BadRequest):
        options_of(line)


def test_equal_documents_are_the_same():
    compared = compare(document(), document())

    assert (compared.is_same, compared.differences, compared.largest) == (True, (), 0.0)


def test_rounding_is_the_same_and_a_degree_is_not():
    assert compare(document(30.0), document(30.05)).is_same
    assert not compare(document(30.0), document(31.0)).is_same


def test_another_status_and_another_number_of_repetitions_differ():
    stored = document()
    fewer = json.loads(json.dumps(stored))
    fewer["sides"]["left"]["reps"].pop()

    assert not compare(stored, fewer).is_same
    assert not compare(stored, stored | {"status": "not_measured"}).is_same


def test_the_differences_are_listed_by_their_place():
    (head, *lines) = describe(compare(document(30.0), document(31.0)))

    assert "differ by more than 0.1" in head
    assert "  sides.left.rotation_deg: 30.0 -> 31.0" in lines


def test_keys_that_one_version_lacks_are_not_compared():
    assert compare(document() | {"later": 1}, document()).is_same


@pytest.mark.model
def test_the_sample_is_reproduced_and_another_clip_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(SAMPLE, tmp_path / "clip.mp4")
    CliRunner().invoke(app, ["analyze", "clip.mp4", "--no-overlay", "--quiet", "--out", "out"])
    (tmp_path / "hipcv.toml").write_text("[protocol]\ntarget_deg = 30\n")

    outcome = CliRunner().invoke(app, ["reproduce", "out"])
    assert (outcome.exit_code, "The same numbers" in outcome.output) == (0, True)

    with (tmp_path / "clip.mp4").open("ab") as file:
        file.write(b"more")
    refusal = CliRunner().invoke(app, ["reproduce", "out"]).exception
    assert isinstance(refusal, BadRequest)
    assert "content is another one" in str(refusal)
