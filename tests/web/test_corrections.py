"""Corrections: computed by the core, never overwritten silently, and withdrawn."""

import re

import pytest

from hipcv.core.landmarks import LEGS, Side
from hipcv.results.reassess import load, reassess


@pytest.fixture
def database(each_database):
    """Run every test with both databases."""
    return each_database


@pytest.fixture
def view(therapist):
    """A clip of three turns of the left leg, to 30 degrees."""
    return therapist.placed("30.mp4", patient="P-1")


def rotation(view, document="corrected"):
    return view["analysis"][document]["sides"]["left"]["rotation_deg"]


def test_rejected_repetition_is_not_valid(therapist, view):
    after = therapist.correct(view).json()

    assert after["analysis"]["corrected"]["sides"]["left"]["reps"][0]["valid"] is False


def test_corrected_result_is_that_of_the_core(therapist, view, state):
    asked = {"kind": "plateau", "rep": 1, "after": {"plateau_s": [4.1, 4.5]}, "why": ""}
    after = therapist.correct(view, **asked).json()
    stored = load(state.files.analysis_folder(view["analysis"]["id"]))
    truth = reassess(stored, [{**asked, "side": "left"}]).document

    assert after["analysis"]["corrected"] == truth


def test_page_of_a_clip_that_is_not_counted_has_repetitions_and_no_number(therapist):
    analysis = therapist.placed("51 cheated.mp4")["analysis"]
    result = analysis["results"]["current"]["left"]

    assert (result["status"], result["result_deg"], result["interval_deg"], result["why"]) == (
        *("not_counted", None, None),
        "hip lift",
    )
    reps = analysis["automatic"]["sides"]["left"]["reps"]
    assert [rep["rotation_deg"] > 40 for rep in reps] == [True] * 3


def test_result_is_provisional_after_a_rejection_and_whole_after_its_withdrawal(therapist, view):
    rejected = therapist.correct(view).json()
    body = {"version": rejected["analysis"]["version"], "number": 1, "by": "AB"}
    url = f"/api/analyses/{view['analysis']['id']}/withdraw"
    accepted = therapist.client.post(url, json=body).json()

    provisional = [
        one["analysis"]["results"]["current"]["left"]["provisional"]
        for one in (view, rejected, accepted)
    ]
    assert provisional == [False, True, False]


def test_correction_of_a_clip_that_is_not_counted_keeps_it_so(therapist):
    before = therapist.placed("51 cheated.mp4")
    after = therapist.correct(before).json()

    assert after["analysis"]["results"]["current"]["left"]["status"] == "not_counted"


def test_automatic_result_is_unchanged(therapist, view):
    after = therapist.correct(view).json()

    assert after["analysis"]["automatic"] == view["analysis"]["automatic"]


def test_correction_has_the_previous_value(therapist, view):
    asked = {"kind": "plateau", "rep": 1, "after": {"plateau_s": [4.1, 4.5]}, "why": ""}
    after = therapist.correct(view, **asked).json()

    before = view["analysis"]["automatic"]["sides"]["left"]["reps"][1]["plateau_s"]
    assert after["analysis"]["corrections"][0]["before"] == {"plateau_s": before}


def test_correction_of_the_start_has_the_previous_value(therapist, view):
    span_s = therapist.get(f"/api/clips/{view['clip']['id']}/curves")["sides"]["left"]
    asked = {"kind": "start", "rep": None, "after": {"span_s": [0.1, 0.6]}}
    after = therapist.correct(view, **asked).json()

    before = after["analysis"]["corrections"][0]["before"]
    assert before == {"span_s": span_s["start_span_s"]}


def test_moved_knee_changes_the_rotation(therapist, view):
    curves = therapist.get(f"/api/clips/{view['clip']['id']}/curves")
    x, y = curves["landmarks"]["left"]["knee_px"][60]
    after = therapist.correct(
        view, kind="landmark", rep=0, after={"at": "plateau", "row": 60, "knee_px": [x + 10, y]}
    ).json()

    assert rotation(after) != rotation(view, "automatic")


def test_two_corrections_are_both_applied(therapist, view):
    first = therapist.correct(view, rep=0).json()
    second = therapist.correct(first, rep=1).json()

    reps = second["analysis"]["corrected"]["sides"]["left"]["reps"]
    assert [rep["valid"] for rep in reps] == [False, False, True]


def test_stale_correction_is_refused(therapist, view):
    therapist.correct(view, rep=0, by="AB")
    late = therapist.correct(view, rep=1, by="CD")

    now = therapist.get(f"/api/clips/{view['clip']['id']}")
    assert (late.status_code, len(now["analysis"]["corrections"])) == (409, 1)


def test_stale_correction_gets_the_current_state(therapist, view):
    therapist.correct(view, rep=0, by="AB")
    late = therapist.correct(view, rep=1, by="CD").json()

    assert late["current"]["analysis"]["corrections"][0]["by"] == "AB"


def test_withdrawn_correction_has_no_effect(therapist, view):
    after = therapist.correct(view).json()
    back = withdrawn(therapist, after, 1).json()

    assert back["analysis"]["corrected"] is None


def test_withdrawn_correction_stays_listed(therapist, view):
    back = withdrawn(therapist, therapist.correct(view).json(), 1).json()

    assert back["analysis"]["corrections"][0]["withdrawn"] is True


def test_other_corrections_stay_after_a_withdrawal(therapist, view):
    after = therapist.correct(therapist.correct(view, rep=0).json(), rep=1).json()
    back = withdrawn(therapist, after, 1).json()

    reps = back["analysis"]["corrected"]["sides"]["left"]["reps"]
    assert [rep["valid"] for rep in reps] == [True, False, True]


@pytest.mark.parametrize("number", [0, 2, 99])
def test_missing_correction_cannot_be_withdrawn(therapist, view, number):
    after = therapist.correct(view).json()

    assert withdrawn(therapist, after, number).status_code == 400


def test_signed_result_is_final(therapist, view):
    assert signed(therapist, view).json()["analysis"]["status"] == "final"


def test_signed_report_has_an_anchor_that_the_trail_holds(therapist, view):
    signed(therapist, view)
    page = therapist.client.get(f"/clips/{view['clip']['id']}/report").text
    anchor = re.search(r"\b\d+:[0-9a-f]{64}\b", page)[0]
    answer = therapist.client.get("/api/audit/anchor", params={"anchor": anchor})

    assert answer.json()["holds"]


def test_unsigned_report_has_no_anchor(therapist, view):
    page = therapist.client.get(f"/clips/{view['clip']['id']}/report").text

    assert not re.search(r"\b\d+:[0-9a-f]{64}\b", page)


def test_correction_revokes_the_signature_and_amends(therapist, view):
    after = therapist.correct(signed(therapist, view).json()).json()

    assert (after["analysis"]["status"], after["analysis"]["signed_by"]) == ("amended", None)


def test_result_signed_again_after_a_correction_is_amended(therapist, view):
    after = therapist.correct(signed(therapist, view).json()).json()

    assert signed(therapist, after).json()["analysis"]["status"] == "amended"


def test_stale_signature_is_refused(therapist, view):
    therapist.correct(view)

    assert signed(therapist, view).status_code == 409


def test_correction_of_the_side_analyses_again(therapist, view):
    therapist.correct(view, kind="side", rep=None, after={"side": "right"})
    therapist.wait(view["clip"]["id"])

    now = therapist.get(f"/api/clips/{view['clip']['id']}")
    assert now["clip"]["sides"]["right"] is not None


def test_unmeasured_leg_cannot_be_corrected(therapist, view):
    assert therapist.correct(view, side="right").status_code == 400


def test_audit_has_actor_and_reason(therapist, view):
    therapist.correct(view, by="AB", why="the heel was hidden")

    rows = therapist.get("/api/audit", subject=view["analysis"]["id"])["rows"]
    assert (rows[-1]["who"], rows[-1]["why"]) == ("AB", "the heel was hidden")


def test_curves_follow_the_corrected_result(therapist, view):
    clip = f"/api/clips/{view['clip']['id']}/curves"
    before = therapist.get(clip)
    therapist.correct(view, kind="start", rep=None, after={"span_s": [0.1, 0.6]})

    assert therapist.get(clip)["sides"] != before["sides"]


def test_curves_have_a_value_for_every_frame(therapist, view):
    curves = therapist.get(f"/api/clips/{view['clip']['id']}/curves")
    left = curves["sides"]["left"]
    columns = [left["rotation_deg"], left["raw_deg"], *curves["landmarks"]["left"].values()]
    columns += [left["source"], *left["shank"].values()]
    columns += [channel["values"] for channel in left["channels"].values()]

    assert {len(column) for column in columns} == {len(curves["frames"]["time_s"])}


def test_curves_hand_over_the_sign_of_internal_rotation(therapist, view):
    curves = therapist.get(f"/api/clips/{view['clip']['id']}/curves")

    assert curves["internal_sign"] == {side.value: LEGS[side].internal_sign for side in Side}


def withdrawn(therapist, view, number):
    asked = {"version": view["analysis"]["version"], "number": number, "by": "AB"}
    return therapist.client.post(f"/api/analyses/{view['analysis']['id']}/withdraw", json=asked)


def signed(therapist, view):
    asked = {"version": view["analysis"]["version"], "by": "AB"}
    return therapist.client.post(f"/api/analyses/{view['analysis']['id']}/sign", json=asked)
