from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from hipcv.core.answers import Answers
from hipcv.core.errors import BadRequest, NotFound
from tests.records import new_clip


@pytest.fixture
def visits(records):
    """Two visits of one patient."""
    patient = records.add_patient("P-017", by="KM")
    days = (date(2025, 3, 1), date(2025, 4, 1))
    return [records.add_visit(patient.id, day, by="KM").id for day in days]


def test_new_clip_waits(records):
    records.add_clip(new_clip(), by="KM")

    assert [row.state for row in records.clips()] == ["waiting"]


@pytest.mark.parametrize("assigned", [True, False])
def test_same_content_in_the_same_visit_is_the_existing_clip(records, visits, assigned):
    visit_id = visits[0] if assigned else None
    clip = records.add_clip(new_clip(visit_id), by="KM")

    assert records.add_clip(new_clip(visit_id, name="again.mp4"), by="KM") == clip


def test_same_content_in_another_visit_is_another_clip(records, visits):
    clips = {records.add_clip(new_clip(visit), by="KM").id for visit in visits}

    assert len(clips) == 2


def test_clip_of_an_unknown_visit_is_refused(records):
    with pytest.raises(NotFound, match="visit"):
        records.add_clip(new_clip("nowhere"), by="KM")


@pytest.mark.parametrize(
    "change",
    [
        lambda records: records.add_clip(new_clip() | {"side": "both"}, by="KM"),
        lambda records: records.set_state(records.clips()[0].id, "lost", by="KM"),
    ],
)
def test_database_refuses_an_unknown_side_or_state(records, change):
    records.add_clip(new_clip(content="another"), by="KM")

    with pytest.raises(IntegrityError):
        change(records)


def test_clip_is_moved_to_a_visit(records, visits):
    clip = records.add_clip(new_clip(), by="KM")
    records.move_clip(clip.id, visits[1], by="KM")

    assert [moved.id for moved in records.clips(visit_id=visits[1])] == [clip.id]


def test_clip_is_not_moved_to_a_visit_with_its_content(records, visits):
    clip = records.add_clip(new_clip(), by="KM")
    records.add_clip(new_clip(visits[0]), by="KM")

    with pytest.raises(BadRequest, match="same recording"):
        records.move_clip(clip.id, visits[0], by="KM")


def test_oldest_waiting_clip_is_claimed_first(records):
    added = [records.add_clip(new_clip(content=str(n)), by="KM").id for n in range(3)]

    assert [records.claim_next().id for _ in added] == added


def test_claimed_clip_has_the_state_analysing(records):
    records.add_clip(new_clip(), by="KM")

    assert records.claim_next().state == "analysing"


def test_no_clip_is_claimed_if_none_waits(records):
    assert records.claim_next() is None


def test_interrupted_analysis_is_queued_again(records):
    records.add_clip(new_clip(), by="KM")
    claimed = records.claim_next()
    records.requeue_interrupted()

    assert records.claim_next() == claimed


def interrupt(records, times):
    for _ in range(times):
        records.claim_next()
        records.requeue_interrupted()


def test_analysis_that_always_ends_the_program_is_not_begun_for_ever(records):
    clip = records.add_clip(new_clip(), by="KM")
    interrupt(records, 5)

    failed = records.clip(clip.id)
    assert (failed.state, "3 times" in failed.said) == ("failed", True)
    assert records.claim_next() is None
    assert records.verify_audit() == []


def test_interruptions_are_counted_anew_after_the_clip_was_asked_for_again(records):
    clip = records.add_clip(new_clip(), by="KM")
    interrupt(records, 3)
    records.request_reanalysis(clip.id, {}, by="KM")
    interrupt(records, 2)

    assert records.clip(clip.id).state == "waiting"


def test_failed_clip_has_an_explanation(records):
    clip = records.add_clip(new_clip(), by="KM")
    records.set_state(clip.id, "failed", "clip.mp4: damaged.", by="desk")

    assert records.clip(clip.id).said == "clip.mp4: damaged."


def test_reanalysis_queues_the_clip_for_the_other_side(records):
    clip = records.add_clip(new_clip(), by="KM")
    records.set_state(clip.id, "failed", "no luck", by="desk")
    again = records.request_reanalysis(clip.id, {"side": "right"}, by="KM")

    assert (again.side, again.state, again.said) == ("right", "waiting", "")


def test_external_rotation_is_asked_for_clip_by_clip(records):
    asked = records.add_clip(new_clip() | {"external": True}, by="KM")
    other = records.add_clip(new_clip(content="another"), by="KM")

    stored = [records.clip(clip.id).external for clip in (asked, other)]
    assert stored == [True, False]
    assert [row.detail["external"] for row in records.audit()] == [True, False]


def test_reanalysis_changes_what_is_named_and_keeps_the_rest(records):
    clip = records.add_clip(new_clip() | {"side": "left"}, by="KM")
    again = records.request_reanalysis(clip.id, {"mirrored": True, "start_s": 2.5}, by="KM")

    assert (again.side, again.mirrored, again.state) == ("left", True, "waiting")
    assert (clip.start_s, again.start_s) == (0.0, 2.5)
    detail = records.audit()[-1].detail
    asked = {"side": ["left"] * 2, "mirrored": [False, True], "external": [False] * 2}
    assert {name: detail[name] for name in asked} == asked


def test_reanalysis_asks_for_external_rotation_where_that_is_said(records):
    clip = records.add_clip(new_clip(), by="KM")

    again = records.request_reanalysis(clip.id, {"external": True}, by="KM")
    assert (again.external, records.audit()[-1].detail["external"]) == (True, [False, True])
    assert records.request_reanalysis(clip.id, {"side": "left"}, by="KM").external is True


def test_answers_are_stored_with_their_clip(records):
    clip = records.add_clip(new_clip(), by="KM")

    records.answer(clip.id, Answers(3, "left groin", "stretch"), by="KM")

    stored = {"pain": 3, "pain_where": "left groin", "limiter": "stretch"}
    assert records.clip(clip.id).answers == stored


def test_answers_that_are_taken_back_leave_none(records):
    clip = records.add_clip(new_clip(), by="KM")
    records.answer(clip.id, Answers(pain=3), by="KM")

    assert records.answer(clip.id, Answers(), by="KM").answers is None


def test_audit_says_which_questions_were_answered_and_not_how(records):
    clip = records.add_clip(new_clip(), by="KM")
    records.answer(clip.id, Answers(3, "left groin"), by="KM")

    detail = records.audit()[-1].detail
    assert (detail["given"], "left groin" in str(detail)) == (["pain", "pain_where"], False)


def test_answer_with_a_character_that_cannot_be_stored_is_refused(records):
    clip = records.add_clip(new_clip(), by="KM")

    with pytest.raises(BadRequest, match="where it hurt"):
        records.answer(clip.id, Answers(pain_where="a\0b"), by="KM")
