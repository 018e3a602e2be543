"""A result with a byte changed, or with a file of another one, is noticed by whoever reads it."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from hipcv.batch.outcome import read_result
from hipcv.cli.main import app
from hipcv.core.errors import InvalidTrack
from hipcv.result_schema import parse_result
from hipcv.results import checksums, reassess
from hipcv.results.document import read_document, read_document_of
from tests.builders import CLIP
from tests.stored_results import flip, measured_folder

READ = "result.json", "evidence.npz", "stills/1.jpg", "stills/stills.json"
COMMANDS = (
    ("report", "--force"),
    ("export", "--to", "csv", "--force"),
    ("export", "--to", "fhir", "--force"),
)


@pytest.fixture
def folder(sealed_results, tmp_path):
    return shutil.copytree(sealed_results[0], tmp_path / "result")


def run(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def assert_refused(folder):
    for command, *words in COMMANDS:
        error = run(command, folder, *words).exception
        assert isinstance(error, InvalidTrack), (command, error)
    assert isinstance(run("compare", folder, folder).exception, InvalidTrack)
    with pytest.raises(InvalidTrack):
        reassess.load(folder)
    assert read_document_of(folder, CLIP.sha256) is None
    assert read_result(folder, CLIP.sha256) is None


def test_an_unaltered_result_is_read_by_every_command(folder):
    assert [run(name, folder, *words).exit_code for name, *words in COMMANDS] == [0, 0, 0]
    assert run("compare", folder, folder).exit_code == 0
    assert read_result(folder, CLIP.sha256) is not None


@pytest.mark.parametrize("name", [*READ, checksums.NAME])
def test_a_flipped_bit_is_noticed_by_every_reader(folder, name):
    flip(folder / name)

    assert_refused(folder)


@pytest.mark.parametrize("name", [*READ, checksums.NAME])
def test_a_file_of_another_result_is_noticed_by_every_reader(folder, sealed_results, name):
    if (folder / name).read_bytes() == (sealed_results[1] / name).read_bytes():
        pytest.skip("the same in both")
    shutil.copy(sealed_results[1] / name, folder / name)

    assert_refused(folder)


def test_an_altered_number_of_a_result_that_lies_alone_is_noticed(folder, tmp_path):
    text = (folder / "result.json").read_text(encoding="utf-8")
    (tmp_path / "result.json").write_text(text.replace('"rotation_deg": 3', '"rotation_deg": 4'))

    with pytest.raises(InvalidTrack, match="checksum"):
        read_document(tmp_path / "result.json")


def test_a_result_without_checksums_is_read(tmp_path):
    folder = measured_folder(tmp_path / "old", 30, 36)

    assert [run(name, folder, *words).exit_code for name, *words in COMMANDS] == [0, 0, 0]


@pytest.mark.parametrize("change", [flip, lambda path: path.unlink()], ids=["altered", "missing"])
def test_a_batch_takes_a_result_with_a_changed_report_for_none(folder, change):
    change(folder / "report.html")

    assert read_result(folder, CLIP.sha256) is None


def test_a_report_that_is_drawn_again_has_its_checksum(folder):
    flip(folder / "report.html")
    assert checksums.find_faults(folder)

    run("report", folder, "--force")

    assert checksums.find_faults(folder) == []
    assert "  handout.html\n" in (folder / checksums.NAME).read_text(encoding="ascii")


def test_files_of_the_user_are_no_part_of_a_result(folder):
    (folder / "notes.txt").write_text("mine")

    assert checksums.find_faults(folder) == []


def test_a_document_keeps_its_checksum_however_its_keys_are_ordered(folder):
    document = json.loads((folder / "result.json").read_text(encoding="utf-8"))

    assert parse_result(json.dumps(dict(reversed(document.items())))) == document


def test_an_exported_document_is_the_stored_one_byte_for_byte(folder, tmp_path):
    run("export", folder, "--to", "json", "--out", tmp_path / "a.json")

    assert (tmp_path / "a.json").read_bytes() == (folder / "result.json").read_bytes()
