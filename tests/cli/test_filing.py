"""`--as NAME` files what a command measures in the records of the review app."""

import sys
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from hipcv import pipeline
from hipcv.cli.main import app
from hipcv.core.errors import BadRequest, EnvironmentFault
from hipcv.core.landmarks import Side
from hipcv.core.person import Person
from hipcv.results import write as writer
from hipcv.results.document import read_document
from hipcv.results.output import Written
from hipcv.store.files import FileStore
from tests.builders import assessment, trial
from tests.cli.recording_runs import SAMPLES, TEXT
from tests.cli.recording_runs import hipcv as recording
from tests.clips import numbered_pictures, write_clip
from tests.errors import assert_plain_error
from tests.stored_results import measured_folder


@pytest.fixture
def asked(data_folder, monkeypatch):
    """The options of every analysis; a result folder is written without a model."""
    calls = []

    def analyze(_path, options, _progress, _trace=None):
        calls.append(options)
        return SimpleNamespace(trial=trial(assessment()))

    def write(_path, _analysis, output, _progress):
        output.folder.parent.mkdir(parents=True, exist_ok=True)
        folder = measured_folder(output.folder, 34.0, 36.0, 35.0, side=Side.LEFT)
        names = "report", "handout", "result", "table", "rep_table", "chart", "evidence"
        files = tuple(
            path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
        )
        paths = {name: folder / f"{name}.x" for name in names}
        return Written(**paths | {"result": folder / "result.json"}, video=None, names=files)

    monkeypatch.setattr(pipeline, "analyze", analyze)
    monkeypatch.setattr(writer, "write", write)
    write_clip(data_folder.parent / "a.mp4", numbered_pictures(3))
    return calls


def hipcv(*words):
    return CliRunner().invoke(app, words)


def only_visit(records, name):
    (visit,) = records.visits(records.patient_named(name).id)
    return visit


@pytest.mark.usefixtures("asked")
def test_result_is_filed_under_the_name_and_history_shows_it(records):
    done = hipcv("analyze", "a.mp4", "--as", "anna")

    assert done.exit_code == 0
    assert "not signed" in hipcv("history", "anna").stdout


@pytest.mark.usefixtures("asked")
def test_output_says_where_it_was_filed_that_the_name_is_new_and_when_to_test_again(records):
    words = " ".join(hipcv("analyze", "a.mp4", "--as", "anna").stdout.split())

    assert "Filed under anna, visit of " in words
    assert "anna is new in the records" in words
    assert "Test again in four to six weeks" in words


@pytest.mark.usefixtures("asked")
def test_known_name_is_not_called_new(records):
    records.add_patient("anna", by="KM")

    assert "new in the records" not in hipcv("analyze", "a.mp4", "--as", "anna").stdout


@pytest.mark.usefixtures("asked")
def test_records_are_made_where_there_are_none(tmp_path):
    hipcv("analyze", "a.mp4", "--as", "anna", "--data-dir", str(tmp_path / "new"))

    assert "Left" in hipcv("history", "anna", "--data-dir", str(tmp_path / "new")).stdout


@pytest.mark.usefixtures("asked")
def test_without_a_name_nothing_is_filed(data_folder):
    hipcv("analyze", "a.mp4")

    assert list(data_folder.iterdir()) == []


def test_age_of_the_patient_is_that_of_the_analysis(records, asked):
    patient = records.add_patient("anna", by="KM")
    records.change_patient(patient.id, {"age_years": 34, "sex": "female"}, by="KM")

    hipcv("analyze", "a.mp4", "--as", "anna", "--sex", "male")

    assert asked[0].person == Person(34, "male")


@pytest.mark.usefixtures("asked")
def test_stated_age_is_noted_with_the_patient(records):
    hipcv("analyze", "a.mp4", "--as", "anna", "--age", "34")

    assert records.patient_named("anna").age_years == 34


@pytest.mark.usefixtures("asked")
def test_actor_of_the_change_is_the_user_of_the_machine(records, monkeypatch):
    monkeypatch.setattr("getpass.getuser", lambda: "kim")
    hipcv("analyze", "a.mp4", "--as", "anna")

    assert {row.who for row in records.audit()} == {"kim"}


def unusable(monkeypatch):
    def fail(_url):
        raise EnvironmentFault("No records (database is locked). Check that the disk is not full.")

    monkeypatch.setattr("hipcv.store.records.Records.open", fail)


@pytest.mark.usefixtures("asked")
def test_records_that_cannot_be_reached_leave_the_result_in_its_folder(tmp_path, monkeypatch):
    unusable(monkeypatch)
    done = hipcv("analyze", "a.mp4", "--as", "anna")

    (line,) = done.stderr.splitlines()
    assert_plain_error(line, "database is locked", "The result stays in its folder.")
    assert done.exit_code == EnvironmentFault.exit_code
    assert read_document(tmp_path / "hipcv-results" / "a" / "result.json")["status"] == "measured"


@pytest.mark.usefixtures("asked")
def test_without_the_database_library_the_remedy_is_an_installation(monkeypatch):
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    for name in [name for name in sys.modules if name.startswith("hipcv.store.")]:
        monkeypatch.delitem(sys.modules, name)

    done = hipcv("analyze", "a.mp4", "--as", "anna")

    assert_plain_error(done.stderr.splitlines()[0], "sqlalchemy", 'pip install "hipcv[app]"')


@pytest.mark.usefixtures("asked")
def test_name_that_is_too_long_is_refused_before_anything_is_measured(records, tmp_path):
    done = hipcv("analyze", "a.mp4", "--as", "x" * 101)

    assert isinstance(done.exception, BadRequest)
    assert not (tmp_path / "hipcv-results").exists()


@pytest.mark.usefixtures("asked")
def test_json_on_stdout_is_not_disturbed_by_filing(records):
    done = hipcv("analyze", "a.mp4", "--as", "anna", "--json")

    assert (done.stdout[0], "Filed under" in done.stderr) == ("{", True)


@pytest.mark.model
@pytest.mark.slow
def test_guided_test_is_filed_with_its_recording_and_live_display(records, data_folder):
    words = ("--out", "out", "--as", "anna", "--age", "34", "--data-dir", data_folder)
    clip = SAMPLES / "clean_left.mp4"

    done = recording("record", "--camera", clip, *TEXT, *words, cwd=data_folder.parent)

    assert "Filed under anna" in done.stdout
    visit = only_visit(records, "anna")
    (filed,) = records.clips(visit_id=visit.id)
    document = records.analysis(filed.analysis_id).document
    assert (filed.name, document["person"]["age_years"]) == ("recording.mp4", 34)
    assert FileStore(data_folder).session_path(filed.sha256).is_file()
