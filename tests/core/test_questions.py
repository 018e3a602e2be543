"""Questions after the test, answered by keys."""

import pytest

from hipcv.core.answers import Answers
from hipcv.core.questions import Questions


def asked(keys, questions=None):
    questions = questions or Questions()
    for key in keys:
        questions = questions.press(key)
    return questions


@pytest.mark.parametrize(
    ("keys", "answers"),
    [
        ("0\r1", Answers(pain=0, limiter="stretch")),
        ("4\r13", Answers(pain=4, pain_where="groin", limiter="pinch_or_pain")),
        ("10\r25", Answers(pain=10, pain_where="side", limiter="cramp")),
        ("1\r\r2", Answers(pain=1, limiter="block")),
        ("\r\r", Answers()),
        ("sS", Answers()),
        ("7s\r", Answers()),
        ("  ", Answers()),
        ("\r4", Answers(limiter="weakness")),
        ("58\r\r\r", Answers(pain=8)),
        ("5\b\r\r", Answers()),
        ("x\x1b5\r90\rq6s", Answers(pain=5)),
    ],
)
def test_keys_answer_or_leave_out_each_question(keys, answers):
    questions = asked(keys)

    assert (questions.answers, questions.over) == (answers, True)


def test_where_it_hurt_is_asked_only_if_it_did():
    assert [asked(keys).question for keys in ("0\r", "3\r")] == ["limiter", "pain_where"]


def test_what_stopped_the_movement_is_not_asked_after_a_stop_for_pain():
    stopped = Questions(Answers(limiter="pinch_or_pain"))

    assert asked("6\r5", stopped) == Questions(
        Answers(pain=6, pain_where="knee", limiter="pinch_or_pain"), question=""
    )


def test_keys_after_the_last_question_change_nothing():
    over = asked("\r\r")

    assert asked("15\r", over) == over


@pytest.mark.parametrize(
    ("lines", "answers"),
    [
        (["4", "1", "3"], Answers(pain=4, pain_where="groin", limiter="pinch_or_pain")),
        (["10", "", "5"], Answers(pain=10, limiter="cramp")),
        (["0", "2"], Answers(pain=0, limiter="block")),
        (["12", "-1", "a lot", " 3 ", "s", "9", "²", "4"], Answers(pain=3, limiter="weakness")),
        (["", ""], Answers()),
    ],
)
def test_each_line_answers_one_question_and_what_is_no_answer_is_asked_again(lines, answers):
    questions = Questions()
    for line in lines:
        questions = questions.enter(line)

    assert (questions.answers, questions.over) == (answers, True)
