"""Answers of the person to the questions around the test."""

import pytest

from hipcv import language
from hipcv.core import answers as codes
from hipcv.core.answers import Answers
from hipcv.core.errors import BadRequest
from hipcv.report import answers as words


@pytest.mark.parametrize(
    "answers",
    [
        Answers(),
        Answers(pain=0),
        Answers(pain=10, pain_where="groin", limiter="pinch_or_pain"),
        Answers(limiter="stretch"),
    ],
)
def test_answers_come_back_from_their_json_values(answers):
    assert Answers.from_dict(answers.to_dict()) == answers


@pytest.mark.parametrize(
    "values",
    [
        {"pain": 11},
        {"pain": -1},
        {"pain": True},
        {"pain": 2.5},
        {"pain_where": "x" * 201},
        {"pain_where": None},
        {"limiter": "arthritis"},
        {"diagnosis": "none"},
    ],
)
def test_an_answer_that_cannot_be_given_is_refused(values):
    with pytest.raises(BadRequest):
        Answers.from_dict(values)


def test_no_answer_is_false():
    assert not Answers()
    assert Answers(pain=0)


@pytest.mark.parametrize(
    ("answers", "hurt"),
    [
        (Answers(pain=0), False),
        (Answers(pain=1), True),
        (Answers(limiter="pinch_or_pain"), True),
        (Answers(limiter="block"), False),
    ],
)
def test_pain_and_a_pinch_both_mean_that_it_hurt(answers, hurt):
    assert answers.hurt is hurt


@pytest.mark.parametrize(
    ("table", "of_core"),
    [
        (words.RED_FLAGS, codes.RED_FLAGS),
        (words.ASK_FIRST, codes.ASK_FIRST),
        (words.LIMITERS, codes.LIMITERS),
        (words.WHERE, codes.REGIONS),
    ],
)
def test_every_code_has_its_words_in_the_same_order(table, of_core):
    assert tuple(table) == of_core


def test_the_answers_read_as_sentences_of_the_present_language():
    answers = Answers(pain=3, pain_where="groin", limiter="stretch")
    with language.using("es"):
        assert words.describe_answers(answers) == (
            "Le dolió: 3 de 10, ingle.",
            "El movimiento se detuvo por un estiramiento.",
        )
