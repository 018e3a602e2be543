"""Names of uploads, which may say who the patient is, in what leaves the desk."""

import json
import unicodedata
from dataclasses import replace
from datetime import date
from urllib.parse import unquote

import pytest
from markupsafe import escape

from hipcv.results import export
from hipcv.results.formats import PATIENT_FORMATS
from hipcv.web import exports, uploads
from hipcv.web.serializers import clip_context
from tests.names import NAMES
from tests.stored_results import measured_folder

UPLOAD = "Marie Dupont 30.mp4"
TEXT_FORMATS = ("csv", "json", "fhir", "mot", "trc", "html", "handout")


def exports_of(therapist, client):
    """Every text that leaves the desk about one upload, with names of files and headers."""
    view = therapist.placed(UPLOAD, patient="P-017", on=date(2026, 3, 4))
    clip, patient = f"/api/clips/{view['clip']['id']}", f"/api/patients/{view['patient']['id']}"
    asked = [(clip, to) for to in TEXT_FORMATS] + [(patient, to) for to in PATIENT_FORMATS]
    for path, to in asked:
        answer = client.get(f"{path}/export", params={"to": to})
        assert answer.status_code == 200, answer.text
        yield f"{answer.headers['content-disposition']} {answer.text}"


def test_no_export_holds_the_name_of_the_upload(therapist, client):
    assert [text for text in exports_of(therapist, client) if "Dupont" in text] == []


def test_exports_are_named_by_pseudonym_and_day(therapist, client):
    texts = [*exports_of(therapist, client)][: len(TEXT_FORMATS)]

    assert [text for text in texts if "P-017_2026-03-04" not in text.split()[1]] == []


def test_name_of_the_upload_is_exported_where_the_settings_ask_for_it(therapist):
    view = therapist.placed(UPLOAD, patient="P-017", on=date(2026, 3, 4))
    settings = replace(therapist.state.settings, clip_names=True)
    state = replace(therapist.state, settings=settings)
    context = clip_context(state, state.records.clip(view["clip"]["id"]))
    assert context.analysis is not None

    assert b"Dupont" in exports.clip_file(state, context, context.analysis, "html").body


def with_names_in_exports(therapist):
    """Let a desk's exports hold the names of uploads."""
    settings = replace(therapist.state.settings, clip_names=True)
    therapist.client.app.state.review = replace(therapist.state, settings=settings)


HARD = ("longest_han", "longest_emoji", "option", "percent", "device")
"""Names with which the job of a clip is run, too."""


@pytest.mark.parametrize("key", HARD)
def test_clip_of_any_name_is_analysed(therapist, client, key):
    name = f"{NAMES[key]}.mp4"
    content = therapist.clip_file().read_bytes()
    answer = client.put("/api/uploads", params={"name": name}, content=content)
    clip_id = answer.json()["clip"]

    assert therapist.wait(clip_id) in {"ready", "refused"}
    stored = therapist.get(f"/api/clips/{clip_id}")["clip"]["name"]
    assert stored == uploads.clip_name(name)


def test_clip_whose_name_is_too_long_for_a_file_is_analysed(therapist, client):
    content = therapist.clip_file().read_bytes()
    answer = client.put(
        "/api/uploads", params={"name": "30" + "🦵" * 120 + ".mp4"}, content=content
    )

    assert therapist.wait(answer.json()["clip"]) == "ready"


@pytest.mark.parametrize("key", NAMES)
def test_name_of_any_script_and_length_is_listed_and_exported(therapist, client, key):
    with_names_in_exports(therapist)
    name = uploads.clip_name(f"{NAMES[key]}.mp4")
    view = therapist.placed(name, patient="P-1")
    clip_id, patient_id = view["clip"]["id"], view["patient"]["id"]
    clip, patient = f"/api/clips/{clip_id}/export", f"/api/patients/{patient_id}/export"
    asked = [(clip, "csv"), (clip, "json"), (clip, "html"), (patient, "csv"), (patient, "fhir")]
    answers = [client.get(path, params={"to": to}) for path, to in asked]
    headers = [answer.headers["content-disposition"] for answer in answers]
    files = [unquote(header.partition("''")[2]) for header in headers]

    assert view["clip"]["name"] == name
    assert name in {clip["name"] for clip in therapist.get("/api/desk")["waiting"]}
    assert client.get(f"/clips/{clip_id}").status_code == 200
    assert [answer.status_code for answer in answers] == [200] * len(answers)
    assert json.loads(answers[1].content)["clip"]["name"] == name
    assert escape(name) in answers[2].text
    assert [file for file in files if len(file.encode()) > 255 or "/" in file] == []


@pytest.mark.parametrize("key", NAMES)
def test_name_of_an_exported_file_keeps_letters_of_any_script(tmp_path, key):
    folder = measured_folder(tmp_path / "result", 30.0)
    name = NAMES[key]
    written = export.export(export.load(folder, clip_name=f"{name}.mp4"), "csv").name
    letters = [sign for sign in unicodedata.normalize("NFC", name) if sign.isalnum()]

    assert len(written.encode()) <= 255
    assert {*letters} <= {*written}


def test_report_is_drawn_from_a_result_without_the_name(tmp_path):
    folder = measured_folder(tmp_path / "result", 30.0)
    trial = export.load(folder, clip_name="P-017 2026-03-04.mp4").result.trial
    earlier = export.load(folder).result.trial

    assert trial.clip.name == "P-017 2026-03-04.mp4"
    assert earlier.clip.name not in trial.provenance.command
    assert trial.provenance.command.endswith("'P-017 2026-03-04.mp4'")
