"""`hipcv export` and `hipcv report`, on result folders of stick patients."""

import json
import shutil
import subprocess
import sys
from html.parser import HTMLParser

import pytest
from typer.testing import CliRunner

from hipcv.cli.main import app
from hipcv.core.errors import BadRequest, EnvironmentFault, InvalidTrack, ResultExists
from hipcv.results import export
from hipcv.results.document import HANDOUT
from hipcv.results.export_source import ExportSource
from hipcv.results.formats import FORMATS, PATIENT_FORMATS
from tests.errors import assert_plain_error
from tests.stored_results import JPEG, measured_folder, refused_folder

BEGINS = {
    "csv": b"frame,time_s,side",
    "reps": "\ufeffclip,clip_sha256".encode(),
    "json": b'{\n  "schema": "hipcv.assessment/2"',
    "fhir": b'{\n  "resourceType": "Bundle"',
    "trc": b"PathFileType\t4",
    "mot": b"seated\nversion=1",
    "c3d": b"\x02P",
    "pdf": b"%PDF",
    "html": b"<!doctype html>",
    "handout": b"<!doctype html>",
}
REJECTED = {
    "kind": "rep",
    "side": "left",
    "rep": 0,
    "before": {"accepted": True},
    "after": {"accepted": False},
    "why": "laughed",
}


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    return measured_folder(tmp_path_factory.mktemp("results") / "seated", 30.0, 36.0)


@pytest.fixture
def refused(tmp_path):
    return refused_folder(tmp_path / "refused")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def run(*words):
    return CliRunner().invoke(app, ["export", *map(str, words)])


def exported(folder, to, **context):
    return export.export(export.load(folder, **context), to).content


def image_count(page):
    """Return the number of pictures of a page."""
    images = []

    class _Images(HTMLParser):
        def handle_starttag(self, tag, attrs):
            images.extend([tag] if tag == "img" else [])

    _Images().feed(page)
    return len(images)


def test_every_format_has_its_test():
    assert set(BEGINS) == set(FORMATS)


@pytest.mark.parametrize("to", FORMATS)
def test_every_format_is_written_and_named(measured, tmp_path, to):
    if to == "c3d":
        pytest.importorskip("ezc3d")
    out = tmp_path / "out.file"
    result = run(measured, "--to", to, "--out", out)

    assert (result.stdout.strip(), out.read_bytes()[: len(BEGINS[to])]) == (str(out), BEGINS[to])


def test_json_is_the_stored_result_byte_for_byte(measured):
    assert exported(measured, "json") == (measured / "result.json").read_bytes()


def test_without_out_the_file_goes_into_the_result_folder(measured):
    run(measured, "--to", "mot", "--force")

    assert (measured / "seated.mot").is_file()


def test_a_result_is_found_by_its_file_too(measured, tmp_path):
    assert run(measured / "result.json", "--to", "csv", "--out", tmp_path / "a.csv").exit_code == 0


@pytest.mark.parametrize(
    "to", ["csv", *(pytest.param(to, marks=pytest.mark.slow) for to in ("pdf", "c3d"))]
)
def test_a_dash_writes_the_file_to_standard_output(measured, tmp_path, to):
    words = [sys.executable, "-m", "hipcv", "export", measured, "--to", to, "--out"]
    run_ = subprocess.run([*words, "-"], capture_output=True, check=True)
    subprocess.run([*words, tmp_path / "file"], capture_output=True, check=True)

    assert len(run_.stdout) == (tmp_path / "file").stat().st_size
    assert run_.stdout.startswith(BEGINS[to])
    assert not (tmp_path / "-").exists()


def test_what_is_there_is_not_overwritten_unasked(measured, tmp_path):
    (tmp_path / "a.csv").write_text("mine")
    result = run(measured, "--to", "csv", "--out", tmp_path / "a.csv")

    assert (isinstance(result.exception, ResultExists), (tmp_path / "a.csv").read_text()) == (
        True,
        "mine",
    )


def test_what_is_there_is_overwritten_when_asked(measured, tmp_path):
    (tmp_path / "a.csv").write_text("mine")
    run(measured, "--to", "csv", "--out", tmp_path / "a.csv", "--force")

    assert (tmp_path / "a.csv").read_text() != "mine"


def test_a_folder_takes_the_file_under_its_own_name(measured, tmp_path):
    run(measured, "--to", "fhir", "--out", tmp_path)

    assert (tmp_path / "seated_fhir.json").is_file()


def test_nothing_half_written_stays_where_it_cannot_be_written(measured, tmp_path):
    (tmp_path / "file").write_text("")
    result = run(measured, "--to", "csv", "--out", tmp_path / "file" / "a.csv")

    assert isinstance(result.exception, EnvironmentFault)


def test_pseudonym_with_a_control_sign_is_refused(measured, tmp_path):
    error = run(measured, "--to", "json", "--patient", "P\x1b[31m", "--out", tmp_path).exception

    assert_plain_error(error, "--patient")


def test_patient_and_day_reach_the_observation(measured, tmp_path):
    run(measured, "--to", "fhir", "--patient", "P-1", "--on", "2026-03-03", "--out", tmp_path)
    resource = json.loads((tmp_path / "seated_fhir.json").read_text())["entry"][0]["resource"]

    assert (resource["subject"]["identifier"]["value"], resource["effectiveDateTime"]) == (
        "P-1",
        "2026-03-03",
    )


def test_codes_come_from_the_folder_s_settings(measured, tmp_path):
    (tmp_path / "hipcv.toml").write_text(
        '[export.fhir.codes]\nobservation = [{ system = "urn:clinic", code = "hip-ir" }]'
    )
    run(measured, "--to", "fhir", "--out", tmp_path)
    resource = json.loads((tmp_path / "seated_fhir.json").read_text())["entry"][0]["resource"]

    assert resource["code"]["coding"] == [{"system": "urn:clinic", "code": "hip-ir"}]


@pytest.mark.parametrize("to", ["fhir", "mot"])
def test_a_refused_clip_gives_no_angle_to_other_programs(refused, to):
    assert isinstance(run(refused, "--to", to).exception, BadRequest)


@pytest.mark.parametrize("to", ["csv", "json", "trc", "pdf", "html"])
def test_a_refused_clip_still_has_its_report(refused, to):
    assert run(refused, "--to", to).exit_code == 0


@pytest.mark.parametrize("to", ["json", "fhir"])
def test_a_lone_result_is_enough_for_what_needs_no_curve(measured, tmp_path, to):
    shutil.copy(measured / "result.json", tmp_path / "result.json")

    assert run(tmp_path / "result.json", "--to", to).exit_code == 0


def test_a_lone_result_says_what_is_missing_for_the_rest(measured, tmp_path):
    shutil.copy(measured / "result.json", tmp_path / "result.json")
    result = run(tmp_path / "result.json", "--to", "pdf")

    assert (
        isinstance(result.exception, InvalidTrack),
        "evidence.npz" in str(result.exception),
    ) == (
        True,
        True,
    )


def test_a_folder_without_a_result_is_named(tmp_path):
    assert isinstance(run(tmp_path, "--to", "csv").exception, InvalidTrack)


def test_a_mistyped_name_does_not_take_the_result_of_this_folder(measured, monkeypatch):
    monkeypatch.chdir(measured)

    error = run("nowhere", "--to", "json").exception

    assert isinstance(error, InvalidTrack)
    assert_plain_error(error, "nowhere: ", "result.json")


def test_a_rejected_repetition_is_rejected_in_the_json(measured):
    sides = json.loads(exported(measured, "json", corrections=[REJECTED]))["sides"]

    assert [rep["valid"] for rep in sides["left"]["reps"]] == [False, True]


def test_the_report_shows_corrections_and_signature(measured):
    from hipcv.report.review import Case, Signature, format_signature, summarise_corrections

    case = Case("P-1", signature=Signature("amended", "AB"), corrections=[REJECTED])
    page = exported(measured, "html", corrections=[REJECTED], case=case).decode()

    (correction,) = summarise_corrections(case)
    parts = ("P-1", correction.change, correction.why, format_signature(case.signature))
    assert [part for part in parts if part not in page] == []


def test_the_report_is_drawn_again_with_its_pictures(measured, tmp_path):
    result = CliRunner().invoke(app, ["report", str(measured), "--out", str(tmp_path / "r.html")])

    assert (result.exit_code, image_count((tmp_path / "r.html").read_text())) == (0, 2)


def test_the_hand_out_is_drawn_again_beside_the_report(refused):
    result = CliRunner().invoke(app, ["report", str(refused), "--force"])

    assert (result.exit_code, (refused / HANDOUT).is_file()) == (0, True)


def test_the_report_is_not_overwritten_unasked(measured):
    result = CliRunner().invoke(app, ["report", str(measured)])

    assert isinstance(result.exception, ResultExists)


def test_pictures_are_read_back_as_they_were(measured):
    assert [still.jpeg for still in export.load(measured).stills] == [JPEG]


def test_a_picture_of_a_corrected_result_does_not_show_the_old_number(measured):
    before, after = (
        [still.caption for still in export.load(measured, corrections=corrections).stills]
        for corrections in ([], [REJECTED])
    )

    assert (["°" in text for text in before], ["°" in text for text in after]) == ([True], [False])


@pytest.mark.parametrize("to", PATIENT_FORMATS)
def test_a_patient_is_exported_under_a_safe_name(measured, to):
    from hipcv.report.patient_table import VisitResult
    from hipcv.report.review import Case

    visited = VisitResult(export.load(measured).document, Case("P/1"))

    assert export.patient("P/1", [visited], to).name.startswith("P_1")


def test_a_patient_has_no_motion_file():
    with pytest.raises(BadRequest, match="csv, json, fhir"):
        export.patient("P-1", [], "mot")


def test_an_unknown_format_is_named():
    with pytest.raises(BadRequest, match="docx"):
        export.export(ExportSource({}), "docx")
