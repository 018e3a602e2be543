import json
import sqlite3
from contextlib import closing

import pytest
from typer.testing import CliRunner

from hipcv.cli.main import app
from hipcv.store.files import FileStore
from tests.errors import assert_plain_error
from tests.records import visited


@pytest.fixture
def filed(records, data_folder):
    """Records of one clip whose recording is stored."""
    files = FileStore(data_folder)
    upload = files.incoming_folder() / "upload.mp4"
    upload.write_text("own")
    files.add_clip(upload)
    visited(records, content="own")
    return records


def run(*words):
    return CliRunner().invoke(app, ["audit", *words])


@pytest.mark.usefixtures("filed")
def test_records_that_agree_with_their_trail_pass():
    result = run()

    assert (result.exit_code, result.output.splitlines()[-1]) == (0, "All agrees.")


@pytest.mark.usefixtures("filed")
def test_record_that_was_altered_is_named(data_folder):
    with closing(sqlite3.connect(data_folder / "hipcv.sqlite3")) as connection:
        connection.execute("UPDATE visits SET \"on\" = '2020-01-01'")
        connection.commit()
    result = run()

    assert (result.exit_code, "day of the visit" in result.output) == (6, True)


def test_recording_that_is_missing_is_named(filed, data_folder):
    clip = filed.clips()[0]
    FileStore(data_folder).clip_path(clip.sha256, ".mp4").unlink()

    assert f"The recording of clip {clip.id} is missing" in run().output


@pytest.mark.usefixtures("filed")
def test_own_anchor_holds():
    anchor = json.loads(run("--json").stdout)["anchor"]

    assert run(anchor).exit_code == 0


@pytest.mark.usefixtures("filed")
def test_anchor_of_another_trail_does_not_hold():
    document = json.loads(run(f"2:{'0' * 64}", "--json").stdout)

    assert (document["intact"], len(document["problems"])) == (False, 1)


@pytest.mark.usefixtures("filed")
def test_text_that_is_no_anchor_is_refused():
    assert_plain_error(run("report").exception, "not the anchor of a report")
