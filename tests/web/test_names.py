"""Names of uploads, which may say who the patient is, in what leaves the desk."""

from dataclasses import replace
from datetime import date

from hipcv.results import export
from hipcv.results.formats import PATIENT_FORMATS
from hipcv.web import exports
from hipcv.web.serializers import clip_context
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


def test_report_is_drawn_from_a_result_without_the_name(tmp_path):
    folder = measured_folder(tmp_path / "result", 30.0)
    trial = export.load(folder, clip_name="P-017 2026-03-04.mp4").result.trial
    earlier = export.load(folder).result.trial

    assert trial.clip.name == "P-017 2026-03-04.mp4"
    assert earlier.clip.name not in trial.provenance.command
    assert trial.provenance.command.endswith("'P-017 2026-03-04.mp4'")
