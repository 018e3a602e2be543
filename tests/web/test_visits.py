"""Deleting clips and empty visits, another day for a visit, another pseudonym: over the API."""

import pytest


@pytest.fixture
def view(therapist):
    """An analysed clip of P-017."""
    patient = therapist.state.records.add_patient("P-017", by="AB")
    return therapist.placed(patient=patient.id)


def asked(therapist, method, path, **body):
    return therapist.client.request(method, f"/api/{path}", json=body | {"by": "AB"})


def test_clip_is_deleted_with_its_files(therapist, view):
    folder = therapist.state.settings.folder
    response = asked(therapist, "DELETE", f"clips/{view['clip']['id']}")

    assert response.status_code == 200
    assert therapist.client.get(f"/api/clips/{view['clip']['id']}").status_code == 404
    left = [path for name in ("clips", "analyses") for path in (folder / name).rglob("*")]
    assert not [path for path in left if path.is_file()]
    assert therapist.get("/api/audit/check")["audit"] == []


def test_clip_that_is_being_measured_is_deleted(therapist):
    clip_id = therapist.uploaded("gate.mp4")
    therapist.wait(clip_id, state="analysing")
    asked(therapist, "DELETE", f"clips/{clip_id}")
    (therapist.state.settings.folder.parent / "open").touch()
    therapist.analysed("31.mp4")  # the next clip has its turn

    assert [clip.name for clip in therapist.state.records.clips()] == ["31.mp4"]


def test_visit_is_moved_to_another_day(therapist, view):
    changed = asked(therapist, "POST", f"visits/{view['visit']['id']}", on="2026-02-01").json()

    assert [visit["on"] for visit in changed["visits"]] == ["2026-02-01"]


def test_day_in_the_future_is_refused_for_a_visit(therapist, view):
    response = asked(therapist, "POST", f"visits/{view['visit']['id']}", on="2999-01-01")

    assert response.status_code == 400


def test_visit_is_deleted_once_it_is_empty(therapist, view):
    path = f"visits/{view['visit']['id']}"
    refused = asked(therapist, "DELETE", path)
    asked(therapist, "DELETE", f"clips/{view['clip']['id']}")

    assert (refused.status_code, asked(therapist, "DELETE", path).json()["visits"]) == (400, [])


@pytest.mark.parametrize("path", ["clips", "visits"])
def test_nothing_is_deleted_without_initials(therapist, view, path):
    subject = view["clip" if path == "clips" else "visit"]["id"]
    response = therapist.client.request("DELETE", f"/api/{path}/{subject}", json={})

    assert response.status_code == 400
