"""After a guided test: the answers of the person, and what the result says to them."""

from hipcv.report import answers as answer_words

ANSWERS = {"pain": 3, "pain_where": "groin", "limiter": "stretch"}


def answer(therapist, clip_id, **answers):
    return therapist.client.put(f"/api/clips/{clip_id}/answers", json=answers)


def outcome(therapist, *clip_ids, **headers):
    response = therapist.client.get("/api/outcome", params={"clip": clip_ids}, headers=headers)
    return response.json()


def test_answers_are_stored_with_the_clip(therapist, state):
    clip_id = therapist.placed()["clip"]["id"]
    response = answer(therapist, clip_id, **ANSWERS)

    assert (response.status_code, state.records.clip(clip_id).answers) == (200, ANSWERS)


def test_each_answer_may_be_left_out(therapist, state):
    clip_id = therapist.placed()["clip"]["id"]
    answer(therapist, clip_id, limiter="cramp")

    assert state.records.clip(clip_id).answers["pain"] is None


def test_answers_that_another_user_changed_are_not_overwritten(therapist, state):
    clip_id = therapist.placed()["clip"]["id"]
    answer(therapist, clip_id, **ANSWERS)
    refused = answer(therapist, clip_id, pain=1, before={})

    assert refused.status_code == 409
    assert "changed these answers" in refused.json()["error"]
    assert state.records.clip(clip_id).answers == ANSWERS


def test_answers_are_changed_where_they_are_those_that_were_displayed(therapist, state):
    clip_id = therapist.placed()["clip"]["id"]
    answer(therapist, clip_id, before={}, **ANSWERS)
    answer(therapist, clip_id, pain=1, before=ANSWERS)

    assert state.records.clip(clip_id).answers["pain"] == 1


def test_an_answer_that_cannot_be_given_is_refused(therapist, state):
    clip_id = therapist.placed()["clip"]["id"]
    refused = [answer(therapist, clip_id, **wrong) for wrong in ({"pain": 11}, {"limiter": "x"})]

    assert [response.status_code // 100 for response in refused] == [4, 4]
    assert state.records.clip(clip_id).answers is None


def test_the_result_is_in_the_second_person_with_one_next_step(therapist):
    view = therapist.placed("30.mp4")
    result = outcome(therapist, view["clip"]["id"])

    assert (result["problem"], [side["title"] for side in result["sides"]]) == (
        "",
        ["Your left hip"],
    )
    assert all((result["sides"][0]["value"], result["sides"][0]["verdict"], result["next_step"]))


def test_after_pain_the_next_step_is_not_to_repeat_the_test(therapist):
    clip_id = therapist.placed()["clip"]["id"]
    answer(therapist, clip_id, pain=6)

    result = outcome(therapist, clip_id)
    assert (result["next_step"], result["may_repeat"]) == (answer_words.ADVICE["hurt"], False)


def test_the_result_is_in_the_language_of_the_browser(therapist):
    clip_id = therapist.placed()["clip"]["id"]
    result = outcome(therapist, clip_id, **{"accept-language": "es"})

    assert result["sides"][0]["title"] == "Su cadera izquierda"


def test_without_a_counted_repetition_there_is_no_number_but_why(therapist):
    result = outcome(therapist, therapist.placed("51 cheated.mp4")["clip"]["id"])

    assert [side["value"] for side in result["sides"]] == [""]
    assert result["sides"][0]["verdict"].startswith("No number")


def test_a_recording_that_was_not_measured_says_why_and_what_to_do(therapist):
    result = outcome(therapist, therapist.placed("refused.mp4")["clip"]["id"])

    assert (result["sides"], bool(result["problem"]), bool(result["next_step"])) == ([], True, True)


def test_a_clip_that_could_not_be_opened_says_why(therapist, state):
    clip_id = therapist.analysed("unreadable.mp4")["clip"]["id"]

    assert outcome(therapist, clip_id) == {
        "problem": state.records.clip(clip_id).said,
        "sides": [],
        "next_step": "",
        "may_repeat": True,
    }


def test_the_result_of_a_test_is_that_of_all_its_clips(therapist):
    first, second = (therapist.placed(name)["clip"]["id"] for name in ("30.mp4", "refused.mp4"))
    result = outcome(therapist, first, second)

    assert [side["title"] for side in result["sides"]] == ["Your left hip"]
