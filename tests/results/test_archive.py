"""Each stored result that is damaged, mixed of two, incomplete or foreign is named."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from hipcv.cli.main import app
from hipcv.folders import COMPLETE
from hipcv.results import archive, checksums
from tests.stored_results import flip, measured_folder


@pytest.fixture
def folder(sealed_results, tmp_path):
    return shutil.copytree(sealed_results[0], tmp_path / "archive" / "P1" / "clip")


def doctor(*words):
    return CliRunner().invoke(app, ["doctor", "--archive", *map(str, words)])


def condition(folder):
    return archive.check_result(folder).condition


def test_a_whole_result_is_whole(folder):
    assert condition(folder) == "whole"


@pytest.mark.parametrize("name", ["result.json", "evidence.npz", "report.html", "stills/1.jpg"])
def test_a_flipped_bit_is_named(folder, name):
    flip(folder / name)

    check = archive.check_result(folder)
    assert (check.condition, name in check.text) == ("damaged", True)


@pytest.mark.parametrize("name", ["result.json", "evidence.npz"])
def test_a_file_of_another_result_is_named_as_such(folder, sealed_results, name):
    shutil.copy(sealed_results[1] / name, folder / name)

    check = archive.check_result(folder)
    assert (check.condition, name in check.text) == ("mixed", True)


@pytest.mark.parametrize("name", ["result.json", "evidence.npz", checksums.NAME])
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()

    check = archive.check_result(folder)
    assert (check.condition, name in check.text) == ("incomplete", True)


def test_a_result_whose_replacement_was_killed_is_incomplete(folder):
    (folder / COMPLETE).mkdir()

    assert condition(folder) == "incomplete"


def test_a_file_of_that_name_by_another_program_is_foreign(tmp_path):
    (tmp_path / "result.json").write_text("{}")

    assert condition(tmp_path) == "foreign"


def test_a_result_of_an_earlier_version_is_no_fault(tmp_path):
    assert condition(measured_folder(tmp_path / "old", 30, 36)) == "unchecked"


def test_every_wrong_result_of_a_folder_is_listed_and_the_exit_code_says_so(folder, tmp_path):
    bad = shutil.copytree(folder, tmp_path / "archive" / "P2" / "clip")
    flip(bad / "result.json")

    ended = doctor(tmp_path / "archive")

    assert (ended.exit_code, str(bad) in ended.stdout) == (3, True)
    assert f"{folder}:" not in ended.stdout


def test_a_folder_of_whole_results_ends_with_0(folder):
    assert doctor(folder.parent).exit_code == 0


def test_the_json_has_every_result(folder):
    document = json.loads(doctor("--json", folder.parent).stdout)

    assert document["schema"] == "hipcv.archive/1"
    assert document["intact"] is True
    assert [result["condition"] for result in document["results"]] == ["whole"]


def test_a_folder_that_does_not_exist_is_wrong_usage(tmp_path):
    assert doctor(tmp_path / "missing").exception.exit_code == 2


@pytest.fixture
def desk(folder, tmp_path, monkeypatch):
    """A data folder with one result, and the folder of that."""
    pytest.importorskip("sqlalchemy", reason='records need `pip install "hipcv[app]"`')
    from hipcv.results.document import read_document
    from hipcv.store.files import FileStore
    from hipcv.store.records import Records
    from tests.records import new_clip

    monkeypatch.delenv("HIPCV_DATABASE_URL", raising=False)
    data_folder = tmp_path / "desk"
    files = FileStore(data_folder)
    upload = files.incoming_folder() / "a.mp4"
    upload.write_bytes(b"clip")
    sha256 = files.add_clip(upload)
    records = Records.open(f"sqlite:///{data_folder / 'hipcv.sqlite3'}")
    clip = records.add_clip(
        new_clip(content="clip") | {"sha256": sha256, "suffix": ".mp4"}, by="AB"
    )
    document = read_document(folder / "result.json")
    analysis = records.add_analysis(clip.id, document, 3, by="AB")
    records.close()
    return data_folder, shutil.copytree(folder, files.analysis_folder(analysis.id))


def test_a_data_folder_in_which_all_agrees_ends_with_0(desk):
    assert doctor(desk[0]).exit_code == 0


def test_a_result_folder_that_is_lost_is_named(desk):
    shutil.rmtree(desk[1])

    ended = doctor(desk[0])
    assert (ended.exit_code, desk[1].name in ended.stdout) == (3, True)


def test_a_result_folder_that_is_not_in_the_records_is_named(desk):
    copy = shutil.copytree(desk[1], desk[1].with_name("0" * 8 + desk[1].name[8:]))

    ended = doctor(desk[0])
    assert (ended.exit_code, copy.name in ended.stdout) == (3, True)


def test_a_result_folder_of_another_clip_is_named(desk, sealed_results):
    shutil.rmtree(desk[1])
    shutil.copytree(sealed_results[1], desk[1])

    ended = doctor(desk[0])
    assert (ended.exit_code, "not the result in the patient records" in ended.stdout) == (3, True)


def test_an_altered_recording_is_named(desk):
    clip = next((desk[0] / "clips").rglob("*.mp4"))
    clip.chmod(0o600)
    flip(clip)

    ended = doctor(desk[0])
    assert (ended.exit_code, "was altered" in ended.stdout) == (3, True)
