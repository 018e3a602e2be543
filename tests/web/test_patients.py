"""Patients, their visits, exports and erasure."""

from datetime import date
from uuid import UUID

import pytest

from hipcv.report import numbers
from hipcv.results.formats import FORMATS, PATIENT_FORMATS
from hipcv.web import pages

FIRST, SECOND = date(2026, 3, 1), date(2026, 6, 1)


@pytest.fixture
def database(each_database):
    """Run every test with both databases."""
    return each_database


def visited(therapist, *degrees, signed=False):
    """Return a patient with one visit for each of these clips of the left leg, named by angle."""
    for index, angle in enumerate(degrees):
        view = therapist.placed(f"{angle}.mp4", patient="P-017", on=date(2026, 3 + index, 1))
        if signed:
            therapist.state.records.sign(view["analysis"]["id"], version=1, by="AB")
    return therapist.get(f"/api/patients/{view['patient']['id']}")


def test_patient_is_added(client):
    assert client.post("/api/patients", json={"pseudonym": "P-017"}).status_code == 201


def test_pseudonym_is_unique(client):
    client.post("/api/patients", json={"pseudonym": "P-017"})

    assert client.post("/api/patients", json={"pseudonym": "P-017"}).status_code == 400


def test_visits_are_in_order_of_time(therapist):
    view = visited(therapist, 30, 41)

    assert [visit["on"] for visit in view["visits"]] == ["2026-03-01", "2026-04-01"]


def test_change_of_four_degrees_is_within_measurement_error(therapist):
    assert visited(therapist, 30, 34)["change"]["left"]["text"].startswith("Within measurement")


def test_change_of_twelve_degrees_is_real(therapist):
    assert visited(therapist, 30, 42, signed=True)["change"]["left"]["real"] is True


def test_change_to_an_unsigned_result_is_not_called_real(therapist):
    change = visited(therapist, 30, 42)["change"]["left"]

    assert (change["real"], "signed off" in change["text"]) == (False, True)


def test_visit_that_is_not_counted_has_no_number_in_trend_and_change(therapist):
    view = visited(therapist, 30, "51 cheated", signed=True)

    assert [on for on, *_ in view["trend"]["left"]] == ["2026-03-01"]
    assert view["not_counted"]["left"] == [["2026-04-01", "hip lift"]]
    assert (view["change"]["left"], view["difference"]) == (None, None)


def test_clip_that_is_not_counted_has_no_number_in_the_lists(therapist):
    visited(therapist, "51 cheated")

    desk = therapist.get("/api/desk")
    (row,), (patient,) = desk["waiting"], desk["patients"]
    left = row["sides"]["left"]
    assert (left["result_deg"], left["why"], row["state"]) == (None, "hip lift", "ready")
    assert (patient["trend"]["left"], patient["not_counted"]["left"][0][1]) == ([], "hip lift")


def test_unsigned_result_is_marked_in_the_trend(therapist):
    assert visited(therapist, 30)["trend"]["left"][0][-1] == ["not_signed_off"]


def test_single_visit_has_no_change(therapist):
    assert visited(therapist, 30)["change"]["left"] is None


def test_overview_has_the_trend(therapist):
    visited(therapist, 30, 42)

    row = therapist.get("/api/desk")["patients"][0]
    assert [round(point[1]) for point in row["trend"]["left"]] == [30, 42]


def test_unsigned_clip_waits_for_review(therapist):
    view = therapist.placed()

    assert [row["id"] for row in therapist.get("/api/desk")["waiting"]] == [view["clip"]["id"]]


def test_signed_clip_does_not_wait(therapist, client):
    view = therapist.placed(patient="P-1")
    analysis = view["analysis"]
    client.post(
        f"/api/analyses/{analysis['id']}/sign", json={"version": analysis["version"], "by": "AB"}
    )

    assert not therapist.get("/api/desk")["waiting"]


def test_worst_clip_is_listed_first(therapist):
    therapist.placed("30.mp4")
    refused = therapist.placed("refused.mp4")

    assert therapist.get("/api/desk")["waiting"][0]["id"] == refused["clip"]["id"]


def test_clip_is_assigned_to_a_patient_later(therapist, client):
    clip_id = therapist.placed()["clip"]["id"]
    client.post("/api/patients", json={"pseudonym": "P-017"})
    asked = {"patient": "P-017", "on": "2026-03-01", "by": "AB"}

    moved = client.post(f"/api/clips/{clip_id}/move", json=asked).json()

    assert (moved["patient"]["pseudonym"], moved["visit"]["on"]) == ("P-017", "2026-03-01")


@pytest.mark.parametrize(
    ("field", "value"),
    [("notes", "comes on Mondays"), ("consent_on", "2026-03-01"), ("keep_until", "2036-03-01")],
)
def test_field_of_a_patient_is_changed(therapist, client, field, value):
    patient_id = visited(therapist, 30)["patient"]["id"]
    asked = {field: value, "by": "AB"}

    changed = client.post(f"/api/patients/{patient_id}", json=asked).json()

    assert changed["patient"][field] == value


@pytest.mark.parametrize(
    "fields",
    [{"height": 3}, {"consent_on": "soon"}, {"notes": "\0"}, {"pseudonym": ""}, {"id": "1"}],
)
def test_invalid_field_of_a_patient_is_refused(client, fields):
    patient = client.post("/api/patients", json={"pseudonym": "P-017"}).json()["patient"]

    answer = client.post(f"/api/patients/{patient['id']}", json=fields | {"by": "AB"})

    assert answer.status_code == 400


def test_date_is_removed(therapist, client):
    patient_id = visited(therapist, 30)["patient"]["id"]
    client.post(f"/api/patients/{patient_id}", json={"consent_on": "2026-03-01", "by": "AB"})

    changed = client.post(f"/api/patients/{patient_id}", json={"consent_on": None, "by": "AB"})

    assert changed.json()["patient"]["consent_on"] is None


def erased(client, patient_id):
    asked = {"by": "AB", "why": "consent was withdrawn"}
    return client.request("DELETE", f"/api/patients/{patient_id}", json=asked)


def test_files_of_an_erased_patient_are_deleted(therapist, client, state):
    view = visited(therapist, 30, 42)
    erased(client, view["patient"]["id"])

    left = [
        path
        for folder in ("clips", "analyses")
        for path in (state.settings.folder / folder).rglob("*")
        if path.is_file()
    ]
    assert not left


def test_erased_patient_is_not_listed(therapist, client):
    erased(client, visited(therapist, 30)["patient"]["id"])

    assert therapist.get("/api/desk")["patients"] == []


def test_clip_of_an_erased_patient_is_not_found(therapist, client):
    view = visited(therapist, 30)
    erased(client, view["patient"]["id"])

    clip_id = view["visits"][0]["clips"][0]["id"]
    assert client.get(f"/api/clips/{clip_id}").status_code == 404


def test_job_of_an_erased_patient_is_cancelled(therapist, client, state):
    clip_id = therapist.uploaded("gate.mp4", patient="P-017", on="2026-03-01")
    therapist.wait(clip_id, state="analysing")
    patient_id = therapist.get("/api/desk")["patients"][0]["id"]
    erased(client, patient_id)
    (state.settings.folder.parent / "open").touch()
    view = therapist.analysed("31.mp4")  # the next clip has its turn

    assert (view["clip"]["state"], len(state.records.clips())) == ("ready", 1)


@pytest.mark.parametrize("to", PATIENT_FORMATS)
def test_patient_is_exported(therapist, client, to):
    patient_id = visited(therapist, 30, 42)["patient"]["id"]

    answer = client.get(f"/api/patients/{patient_id}/export", params={"to": to})

    assert "P-017" in answer.headers["content-disposition"]


@pytest.mark.parametrize("to", ["csv", "json", "fhir", "trc", "mot", "pdf", "html"])
def test_result_is_exported(therapist, client, to):
    clip_id = therapist.placed()["clip"]["id"]

    answer = client.get(f"/api/clips/{clip_id}/export", params={"to": to})

    assert (answer.status_code, answer.headers["content-disposition"][:10]) == (200, "attachment")


def test_pages_list_every_format(therapist, client):
    view = therapist.placed(patient="P-017", on=FIRST)
    clip_id, patient_id = view["clip"]["id"], view["patient"]["id"]

    pages = client.get(f"/clips/{clip_id}").text, client.get(f"/patients/{patient_id}").text
    missing = [
        name
        for page, names in zip(pages, (FORMATS, PATIENT_FORMATS), strict=True)
        for name in names
        if f"/export?to={name}" not in page
    ]
    assert missing == []


@pytest.mark.parametrize("to", ["exe", "", "../json", "x" * 200])
def test_unknown_format_is_refused(therapist, client, to):
    clip_id = therapist.placed()["clip"]["id"]

    assert client.get(f"/api/clips/{clip_id}/export", params={"to": to}).status_code == 400


def test_signed_result_is_final_in_fhir(therapist, client):
    view = therapist.placed(patient="P-1")
    clip_id, analysis = view["clip"]["id"], view["analysis"]
    asked = {"version": analysis["version"], "by": "AB"}
    client.post(f"/api/analyses/{analysis['id']}/sign", json=asked)

    bundle = client.get(f"/api/clips/{clip_id}/export", params={"to": "fhir"}).json()

    assert bundle["entry"][0]["resource"]["status"] == "final"


def test_result_that_moved_to_another_patient_is_entered_in_error_for_the_first(therapist, client):
    view = therapist.placed(patient="P-017", on=FIRST)
    clip_id, patient_id = view["clip"]["id"], view["patient"]["id"]
    url = f"/api/patients/{patient_id}/export"
    before = client.get(url, params={"to": "fhir"}).json()["entry"][0]["resource"]
    client.post("/api/patients", json={"pseudonym": "P-018"})
    asked = {"patient": "P-018", "on": FIRST.isoformat(), "by": "AB"}
    moved = client.post(f"/api/clips/{clip_id}/move", json=asked).json()

    after = client.get(url, params={"to": "fhir"}).json()["entry"][0]["resource"]
    assert (after["status"], after["identifier"]) == ("entered-in-error", before["identifier"])
    url = f"/api/patients/{moved['patient']['id']}/export"
    other = client.get(url, params={"to": "fhir"}).json()["entry"][0]["resource"]
    assert (other["status"], other["identifier"] == before["identifier"]) == ("preliminary", False)


def test_report_lists_the_corrections(therapist, client):
    view = therapist.correct(therapist.placed(), why="the heel was hidden").json()

    page = client.get(f"/clips/{view['clip']['id']}/report").text

    assert "the heel was hidden" in page


def test_handout_of_a_clip_states_its_current_number(therapist, client):
    view = therapist.analysed("37.mp4")

    page = client.get(f"/clips/{view['clip']['id']}/handout").text

    assert f'<p class="value">{numbers.angle(view["clip"]["sides"]["left"]["result_deg"])}' in page


def test_style_of_the_report_is_allowed_by_its_hash_only(therapist, client):
    clip_id = therapist.placed()["clip"]["id"]

    policy = client.get(f"/clips/{clip_id}/report").headers["content-security-policy"]

    assert ("sha256-" in policy, "unsafe" in policy) == (True, False)


def test_byte_range_of_a_video_is_sent(therapist, client):
    analysis = therapist.placed()["analysis"]

    answer = client.get(f"/media/{analysis['id']}/proxy.mp4", headers={"range": "bytes=2-5"})

    assert (answer.status_code, answer.content) == (
        206,
        therapist.clip_file().read_bytes()[2:6],
    )


def test_video_is_not_cached(therapist, client):
    analysis = therapist.placed()["analysis"]

    answer = client.get(f"/media/{analysis['id']}/proxy.mp4")

    assert answer.headers["cache-control"] == "no-store"


def test_every_page_of_the_router_is_served(therapist, client):
    view, other = (therapist.placed(name, patient="P-017") for name in ("30.mp4", "31.mp4"))
    ids = {"clip_id": view["clip"]["id"], "patient_id": view["patient"]["id"]}
    ids |= {"one_id": view["analysis"]["id"], "other_id": other["analysis"]["id"]}
    paths = [route.path.format(**ids) for route in pages.router.routes if "GET" in route.methods]

    assert {path: client.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)


@pytest.mark.parametrize("path", ["/nowhere", "/clips/7", f"/clips/{UUID(int=7)}"])
def test_unknown_address_gets_a_page(client, path):
    assert "To the desk" in client.get(path).text


def test_about_has_models_and_protocol(therapist):
    about = therapist.get("/api/about")

    assert {"data_folder", "models", "protocol", "privacy", "licences"} <= set(about)


def test_audit_is_whole(therapist):
    therapist.correct(therapist.placed())

    assert therapist.get("/api/audit/check")["audit"] == []


def test_sides_are_not_compared_without_a_visit_of_both(therapist):
    view = visited(therapist, 30)

    assert view["difference"] is None


def test_patient_has_target_and_typical_band(therapist):
    assert visited(therapist, 30)["limits"] == {"target_deg": 45, "typical_deg": [24, 42]}
