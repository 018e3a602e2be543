"""`hipcv backup` and `hipcv restore`: one file there and back."""

import sqlite3

import pytest
from typer.testing import CliRunner

from hipcv.cli.main import app
from hipcv.store.files import FileStore
from tests.errors import assert_plain_error
from tests.records import visited


def run(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def desk(records, data_folder):
    """A desk with a clip and its result."""
    files = FileStore(data_folder)
    upload = files.incoming_folder() / "upload.mp4"
    upload.write_text("own")
    files.add_clip(upload)
    files.analysis_folder(visited(records, content="own").id).mkdir(parents=True)
    return data_folder


def test_desk_is_restored_from_its_backup(desk, tmp_path):
    written = run("backup", tmp_path / "desk.zip")
    restored = run("restore", tmp_path / "desk.zip", "--data-dir", tmp_path / "new")

    assert (written.exit_code, restored.exit_code) == (0, 0)
    assert "clips 1, results 1" in written.stdout
    assert "agree with their audit trail" in restored.stdout
    assert run("history", "P-017", "--data-dir", tmp_path / "new").exit_code == 0
    assert run("audit", "--data-dir", tmp_path / "new").exit_code == 0


@pytest.mark.usefixtures("desk")
def test_folder_takes_a_backup_named_by_its_day(tmp_path):
    run("backup", tmp_path)

    assert len(list(tmp_path.glob("hipcv-desk-????-??-??.zip"))) == 1


@pytest.mark.usefixtures("desk")
def test_backup_that_is_there_is_overwritten_with_force_alone(tmp_path):
    (tmp_path / "desk.zip").write_text("precious")
    refused = run("backup", tmp_path / "desk.zip")

    assert_plain_error(refused.exception, "desk.zip", "is there already")
    assert (tmp_path / "desk.zip").read_text() == "precious"
    assert run("backup", tmp_path / "desk.zip", "--force").exit_code == 0


def test_desk_in_use_is_not_overwritten(desk, tmp_path):
    run("backup", tmp_path / "desk.zip")
    refused = run("restore", tmp_path / "desk.zip")

    assert_plain_error(refused.exception, desk, "is not empty")
    assert FileStore(desk).clip_path("ab" * 32, "").parents[1].is_dir()


@pytest.mark.usefixtures("desk")
def test_truncated_backup_ends_with_the_code_of_unreadable_input(tmp_path):
    run("backup", tmp_path / "desk.zip")
    data = (tmp_path / "desk.zip").read_bytes()
    (tmp_path / "desk.zip").write_bytes(data[:-100])

    refused = run("restore", tmp_path / "desk.zip", "--data-dir", tmp_path / "new")
    assert_plain_error(refused.exception, "desk.zip", "not a whole backup")
    assert (refused.exception.exit_code, (tmp_path / "new").exists()) == (3, False)


def test_records_that_were_altered_are_named_after_the_restoration(desk, tmp_path):
    with sqlite3.connect(desk / "hipcv.sqlite3") as connection:
        connection.execute("UPDATE patients SET notes = 'forged'")
    connection.close()
    run("backup", tmp_path / "desk.zip")
    restored = run("restore", tmp_path / "desk.zip", "--data-dir", tmp_path / "new")

    assert (restored.exit_code, "notes" in restored.stdout) == (6, True)


def test_folder_without_a_desk_has_nothing_to_back_up(data_folder, tmp_path):
    refused = run("backup", tmp_path / "desk.zip", "--data-dir", data_folder)

    assert_plain_error(refused.exception, data_folder, "no records")
    assert not (tmp_path / "desk.zip").exists()
