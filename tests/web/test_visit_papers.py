"""Report and hand-out of a visit as PDF, over the API."""

from datetime import date

import pytest

ON = date(2026, 3, 1)


@pytest.fixture
def view(therapist):
    """The second of two analysed clips of one visit."""
    therapist.placed("31.mp4", patient="P-017", on=ON)
    return therapist.placed("32.mp4", patient="P-017", on=ON)


def paper(therapist, visit_id, to):
    return therapist.client.get(f"/api/visits/{visit_id}/export", params={"to": to})


@pytest.mark.parametrize(("to", "ending"), [("pdf", "report"), ("handout", "handout")])
def test_all_clips_of_a_visit_are_in_one_pdf(therapist, view, to, ending):
    response = paper(therapist, view["visit"]["id"], to)

    assert response.headers["content-type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")
    assert f"P-017_2026-03-01_{ending}.pdf" in response.headers["content-disposition"]


def test_other_format_of_a_visit_is_refused(therapist, view):
    response = paper(therapist, view["visit"]["id"], "c3d")

    assert (response.status_code, "Known: pdf, handout" in response.json()["error"]) == (400, True)


def test_visit_without_a_result_says_so(therapist):
    patient = therapist.state.records.add_patient("P-3", by="AB")
    visit = therapist.state.records.add_visit(patient.id, ON, by="AB")
    response = paper(therapist, visit.id, "pdf")

    assert response.status_code == 404
    assert "has been analysed yet" in response.json()["error"]
