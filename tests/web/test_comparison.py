"""Comparison of two results of the records, and of a clip with the visit before."""

from datetime import date
from uuid import UUID

import pytest

from hipcv.core.protocol import MeasurementProtocol
from hipcv.report.comparison import VisitSide, compare_visits


@pytest.fixture
def database(each_database):
    """Run every test with both databases."""
    return each_database


EARLY, LATE = date(2026, 3, 1), date(2026, 4, 5)


def placed(therapist, name, on, patient="P-017"):
    """Store a clip and return the id of its result."""
    return therapist.placed(name, patient=patient, on=on)["analysis"]["id"]


@pytest.fixture
def pair(therapist):
    return [placed(therapist, "30.mp4", EARLY), placed(therapist, "42.mp4", LATE)]


def test_results_are_ordered_by_the_day_of_their_visits(therapist, pair):
    view = therapist.get(f"/api/compare/{pair[1]}/{pair[0]}")

    assert [result["analysis"]["id"] for result in view["results"]] == pair


def test_difference_is_that_of_the_comparison_of_visits(therapist, state, pair):
    change = therapist.get(f"/api/compare/{pair[0]}/{pair[1]}")["changes"]["left"]
    sides = [state.records.analysis(result).document["sides"]["left"] for result in pair]
    before, after = (VisitSide.of(side, signed=False) for side in sides)
    expected = compare_visits(before, after, MeasurementProtocol())

    assert {name: change[name] for name in expected} == expected


def test_signed_results_make_a_real_change(therapist, state, pair):
    for result in pair:
        state.records.sign(result, version=1, by="AB")

    assert therapist.get(f"/api/compare/{pair[0]}/{pair[1]}")["changes"]["left"]["real"] is True


def test_side_that_is_not_counted_has_no_difference_and_says_why(therapist, pair):
    later = placed(therapist, "31-cheated.mp4", LATE)
    view = therapist.get(f"/api/compare/{pair[0]}/{later}")

    assert view["changes"]["left"] is None
    assert view["not_counted"]["left"] == ["Left: the later one is not counted: hip lift."]


@pytest.mark.parametrize("path", ["/compare", "/api/compare"])
def test_results_of_two_patients_are_not_compared(therapist, client, path):
    mine = placed(therapist, "30.mp4", EARLY)
    others = placed(therapist, "31.mp4", LATE, patient="P-018")
    unassigned = placed(therapist, "32.mp4", LATE, patient=None)

    answers = [client.get(f"{path}/{mine}/{other}") for other in (others, unassigned)]
    assert [answer.status_code for answer in answers] == [400, 400]
    assert all("do not belong to one patient" in answer.text for answer in answers)


def test_one_result_is_not_compared_with_itself(client, pair):
    assert client.get(f"/api/compare/{pair[0]}/{pair[0]}").status_code == 400


def test_unknown_result_is_not_found(client, pair):
    assert client.get(f"/compare/{pair[0]}/{UUID(int=7)}").status_code == 404


def test_earlier_result_of_a_clip_has_its_own_curves(therapist, client):
    view = therapist.analysed("30.mp4", side="left")
    first, clip_id = view["analysis"]["id"], view["clip"]["id"]
    client.post(f"/api/clips/{clip_id}/again", json={"side": "right", "by": "AB"})
    therapist.wait(clip_id)
    second = therapist.get(f"/api/clips/{clip_id}")["analysis"]["id"]

    sides = [therapist.get(f"/api/analyses/{one}/curves")["sides"] for one in (first, second)]
    assert [list(side) for side in sides] == [["left"], ["right"]]
    assert client.get(f"/compare/{first}/{second}").status_code == 200


def test_clip_has_the_last_result_before_its_visit(therapist, pair):
    view = therapist.placed("37.mp4", patient="P-017", on=date(2026, 5, 1))
    last = view["last_visit"]["left"]

    assert (last["on"], last["analysis_id"]) == (LATE.isoformat(), pair[1])
    assert last["change"]["difference_deg"] == pytest.approx(-5, abs=0.1)


def test_last_visit_is_no_later_one_and_none_of_the_same_day(therapist):
    placed(therapist, "42.mp4", LATE)
    first = therapist.placed("30.mp4", patient="P-017", on=EARLY)
    again = therapist.placed("31.mp4", patient="P-017", on=EARLY)

    assert (first["last_visit"], again["last_visit"]) == ({}, {})


def test_last_visit_that_is_not_counted_gives_way_to_the_one_with_a_number(therapist, pair):
    placed(therapist, "31-cheated.mp4", date(2026, 4, 20))
    view = therapist.placed("37.mp4", patient="P-017", on=date(2026, 5, 1))

    assert view["last_visit"]["left"]["analysis_id"] == pair[1]


def test_first_number_after_a_visit_that_is_not_counted_has_no_difference(therapist):
    placed(therapist, "31-cheated.mp4", EARLY)
    last = therapist.placed("37.mp4", patient="P-017", on=LATE)["last_visit"]["left"]

    assert (last["result_deg"], last["why"], last["change"]) == (None, "hip lift", None)


def test_neighbours_of_a_patient_are_ordered_as_on_the_page(therapist):
    views = [
        therapist.placed(name, patient="P-017", on=on)
        for name, on in (("30.mp4", EARLY), ("42.mp4", LATE), ("43.mp4", LATE))
    ]
    placed(therapist, "31.mp4", LATE, patient="P-018")
    ids = [view["clip"]["id"] for view in views]
    found = therapist.get(f"/api/clips/{ids[2]}/neighbours", list="patient")

    assert (found["previous"], found["next"]) == (ids[1], ids[0])
    assert (found["number"], found["total"]) == (2, 3)


def test_signed_clip_is_at_its_place_among_those_to_review(therapist, state):
    ids = [
        therapist.placed(f"{number}.mp4", patient="P-017")["clip"]["id"] for number in (30, 31, 32)
    ]
    state.records.sign(state.records.clip(ids[1]).analysis_id, version=1, by="AB")
    of_signed = therapist.get(f"/api/clips/{ids[1]}/neighbours", order="latest")
    of_first = therapist.get(f"/api/clips/{ids[0]}/neighbours", order="latest")

    assert (of_signed["previous"], of_signed["next"]) == (ids[2], ids[0])
    assert of_first["previous"] == ids[2]
