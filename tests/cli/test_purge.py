import pytest
from typer.testing import CliRunner

from hipcv.cli.main import app
from hipcv.store.files import FileStore
from tests.errors import assert_plain_error
from tests.records import new_clip, sha256_of, visited


def run(*words, answer=None):
    return CliRunner().invoke(app, ["purge", *words], input=answer)


@pytest.fixture
def files(data_folder):
    return FileStore(data_folder)


@pytest.fixture
def patient(records, files):
    """A patient with a clip and a result on disk."""
    upload = files.incoming_folder() / "upload.mp4"
    upload.write_text("own")
    files.add_clip(upload)
    files.analysis_folder(visited(records, content="own").id).mkdir(parents=True)
    return records.patient_named("P-017")


@pytest.fixture
def at_a_terminal(monkeypatch):
    monkeypatch.setattr("hipcv.cli.purge.is_interactive", lambda: True)


def test_patient_is_erased(records, patient):
    run("P-017", "--yes")

    assert records.patient(patient.id).erased_at is not None


@pytest.mark.usefixtures("patient")
def test_files_are_gone(records, files):
    (analysis,) = records.analyses(records.clips()[0].id)
    run("P-017", "--yes")

    left = [
        files.clip_path(sha256_of("own"), ".mp4").exists(),
        files.analysis_folder(analysis.id).exists(),
    ]
    assert left == [False, False]


def test_trail_says_who_and_why(records, patient):
    run("P-017", "--yes", "--by", "KM", "--why", "asked by letter")

    row = records.audit(patient.id)[-1]
    assert (row.who, row.why) == ("KM", "asked by letter")


@pytest.mark.usefixtures("patient")
def test_actor_is_the_login_by_default(records, monkeypatch):
    monkeypatch.setattr("getpass.getuser", lambda: "robin")
    run("P-017", "--yes")

    assert records.audit()[-1].who == "robin"


@pytest.mark.usefixtures("at_a_terminal", "patient")
def test_question_names_what_would_be_erased(records):
    question = run("P-017", answer="n\n").output

    assert all(part in question for part in ("P-017", "1 visit", "1 clip"))


@pytest.mark.usefixtures("at_a_terminal")
@pytest.mark.parametrize(("answer", "erased"), [("y\n", True), ("n\n", False), ("\n", False)])
def test_only_a_yes_erases(records, patient, answer, erased):
    run("P-017", answer=answer)

    assert (records.patient(patient.id).erased_at is not None) == erased


def test_script_must_say_yes(records, patient):
    assert_plain_error(run("P-017").exception, "P-017", "--yes")
    assert records.patient(patient.id).erased_at is None


@pytest.mark.usefixtures("patient")
def test_clip_without_a_patient_that_bears_the_name_is_reported(records):
    without = run("P-018", "--yes").output
    records.add_clip(new_clip(content="x", name="p-017_left.mp4"), by="KM")

    assert ["without a patient" in text for text in (without, run("P-017", "--yes").output)] == [
        False,
        True,
    ]


def test_patient_is_not_erased_twice(records, patient):
    run("P-017", "--yes")

    assert "was erased" in str(run(patient.id, "--yes").exception)


@pytest.mark.usefixtures("records")
def test_unknown_patient_is_named_with_where_to_look():
    assert_plain_error(run("P-018", "--yes").exception, "P-018")
