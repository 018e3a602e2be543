import uuid

import pytest

from hipcv.core.errors import NotFound, Stale
from tests.records import document, new_clip, rejection, visited, withdrawal

CORRECTED = document(28.0)
ANALYSIS_ID = str(uuid.uuid4())


@pytest.fixture
def clip(records):
    return records.add_clip(new_clip(), by="KM")


@pytest.fixture
def analysis(records):
    return visited(records)


def test_document_is_stored_to_the_last_digit_and_in_its_order(records, clip):
    stored = document(0.1 + 0.2) | {"z": 1, "a": 1e-300, "text": "é\u2028\0"}
    analysis = records.add_analysis(clip.id, stored, 3, by="desk")

    assert repr(records.analysis(analysis.id).automatic) == repr(stored)


def test_measured_clip_is_ready(records, clip):
    records.add_analysis(clip.id, document(), 3, by="desk")

    assert records.clip(clip.id).state == "ready"


def test_refused_clip_has_an_explanation(records, clip):
    records.add_analysis(clip.id, document(None, refused="Nothing moved."), 3, by="desk")

    now = records.clip(clip.id)
    assert (now.state, now.said) == ("refused", "Nothing moved.")


def test_newest_analysis_counts_and_the_earlier_stays(records, clip):
    first = records.add_analysis(clip.id, document(30), 2, by="desk")
    second = records.add_analysis(clip.id, document(31), 3, by="desk")

    analyses = [analysis.id for analysis in records.analyses(clip.id)]
    assert (records.clip(clip.id).analysis_id, analyses) == (second.id, [second.id, first.id])


def test_analysis_of_an_erased_clip_is_refused(records):
    with pytest.raises(NotFound):
        records.add_analysis("nowhere", document(), 3, by="desk")


def test_automatic_result_is_not_altered_by_a_correction(records, analysis):
    now = records.correct(analysis.id, rejection(CORRECTED), version=1, why="slipped", by="KM")

    assert (now.automatic, now.document) == (analysis.automatic, CORRECTED)


def test_corrections_are_numbered(records, analysis):
    for version in (1, 2):
        records.correct(analysis.id, rejection(CORRECTED), version=version, by="KM")

    assert [row.number for row in records.corrections(analysis.id)] == [1, 2]


def test_correction_has_actor_and_reason(records, analysis):
    records.correct(analysis.id, rejection(CORRECTED), version=1, why="slipped", by="KM")

    row = records.corrections(analysis.id)[0]
    assert (row.by, row.why, row.after) == ("KM", "slipped", {"accepted": False})


def test_correction_of_an_earlier_version_is_stale(records, analysis):
    records.correct(analysis.id, rejection(CORRECTED), version=1, by="KM")

    with pytest.raises(Stale):
        records.correct(analysis.id, rejection(CORRECTED), version=1, by="AB")


def test_stale_correction_is_not_stored(records, analysis):
    with pytest.raises(Stale):
        records.correct(analysis.id, rejection(CORRECTED), version=7, by="AB")

    assert records.corrections(analysis.id) == []


def test_sign_off_of_an_earlier_version_is_stale(records, analysis):
    records.correct(analysis.id, rejection(CORRECTED), version=1, by="KM")

    with pytest.raises(Stale):
        records.sign(analysis.id, version=1, by="AB")


def test_withdrawn_correction_stays_and_is_marked(records, analysis):
    records.correct(analysis.id, rejection(CORRECTED), version=1, by="KM")
    records.correct(analysis.id, withdrawal(1), version=2, by="KM")

    rows = [(row.kind, row.withdrawn) for row in records.corrections(analysis.id)]
    assert rows == [("rep", True), ("withdraw", False)]


def test_without_active_corrections_the_automatic_result_counts(records, analysis):
    records.correct(analysis.id, rejection(CORRECTED), version=1, by="KM")
    now = records.correct(analysis.id, withdrawal(1), version=2, by="KM")

    assert now.document == analysis.automatic


@pytest.mark.parametrize("number", [1, 2, 9, None, "1"])
def test_only_an_active_correction_is_withdrawn(records, analysis, number):
    records.correct(analysis.id, rejection(CORRECTED), version=1, by="KM")
    records.correct(analysis.id, withdrawal(1), version=2, by="KM")  # 2 is this one

    with pytest.raises(NotFound):
        records.correct(analysis.id, withdrawal(number), version=3, by="KM")


def test_signed_result_is_final(records, analysis):
    assert records.sign(analysis.id, version=1, by="KM").status == "final"


def test_correction_revokes_the_sign_off_and_amends(records, analysis):
    records.sign(analysis.id, version=1, by="KM")
    now = records.correct(analysis.id, rejection(CORRECTED), version=2, by="AB")

    assert (now.status, now.signed_by, now.signed_at) == ("amended", None, None)


def test_result_signed_again_after_a_correction_is_amended(records, analysis):
    records.sign(analysis.id, version=1, by="KM")
    records.correct(analysis.id, rejection(CORRECTED), version=2, by="AB")

    assert records.sign(analysis.id, version=3, by="AB").status == "amended"


def test_result_corrected_before_its_first_sign_off_is_final(records, analysis):
    records.correct(analysis.id, rejection(CORRECTED), version=1, by="AB")

    assert records.sign(analysis.id, version=2, by="AB").status == "final"


def test_clip_that_is_added_with_its_result_never_waits(records):
    analysis = records.add_analysed_clip(new_clip(), document(), by="KM", analysis_id=ANALYSIS_ID)

    clip = records.clip(analysis.clip_id)
    assert (clip.state, clip.analysis_id, records.claim_next()) == ("ready", ANALYSIS_ID, None)


def test_same_clip_with_another_result_keeps_its_answers(records):
    answered = {**new_clip(), "answers": {"pain": 3, "pain_where": "", "limiter": None}}
    records.add_analysed_clip(answered, document(), by="KM", analysis_id=ANALYSIS_ID)
    again = records.add_analysed_clip(
        new_clip(), document(), by="KM", analysis_id=str(uuid.uuid4())
    )

    assert records.clip(again.clip_id).answers["pain"] == 3


def test_audit_holds_a_clip_added_with_its_result(records):
    records.add_analysed_clip(new_clip(), document(), by="KM", analysis_id=ANALYSIS_ID)

    assert [row.what for row in records.audit()] == ["add_clip", "add_analysis"]
    assert records.verify_audit() == []
