"""The course over weeks: results of each side, their change, and when to test again."""

from datetime import date

import pytest

from hipcv.core.protocol import MeasurementProtocol
from hipcv.language import using
from hipcv.report.comparison import VisitSide, compare_visits
from hipcv.report.course import (
    NewMeasurement,
    advise_next_test,
    changes,
    describe_course,
    next_test_between,
    with_new,
)
from tests.records import document, not_counted, side

P = MeasurementProtocol()
FIRST, SECOND, THIRD = date(2026, 3, 1), date(2026, 4, 5), date(2026, 5, 10)


def course(*lefts):
    return {"left": [NewMeasurement(on, one) for on, one in lefts], "right": []}


def test_next_test_is_four_to_six_weeks_after_the_last():
    assert next_test_between(FIRST) == (date(2026, 3, 29), date(2026, 4, 12))


def test_advice_says_when_to_test_again_and_what_may_be_chance():
    assert advise_next_test(FIRST, P) == (
        "Test again in four to six weeks, between 29 March 2026 and 12 April 2026. A change of "
        "less than 8.3° may be chance."
    )


def test_advice_follows_the_error_between_days():
    assert "5.5°" in advise_next_test(FIRST, MeasurementProtocol(between_day_sem_deg=2.0))


def test_advice_in_spanish_is_whole():
    with using("es"):
        assert "cuatro a seis semanas" in advise_next_test(FIRST, P)


def test_first_result_is_named_as_such():
    assert describe_course(course((FIRST, side(30.0))), P) == (
        "Left hip: 30.0° on 1 March 2026, the first result.",
        advise_next_test(FIRST, P),
    )


def test_later_results_are_listed_with_the_change_of_the_last():
    text, _advice = describe_course(course((FIRST, side(30.0)), (SECOND, side(34.0))), P)

    pair = (VisitSide.of(side(angle_deg), signed=False) for angle_deg in (30.0, 34.0))
    assert text == (
        "Left hip: 30.0° on 1 March 2026 and 34.0° on 5 April 2026. "
        f"{compare_visits(*pair, P)['text']}"
    )


def test_only_the_latest_results_are_listed():
    days = [date(2026, month, 1) for month in range(1, 8)]
    text, _advice = describe_course(course(*((day, side(30.0)) for day in days)), P)

    assert ("1 March 2026" in text, "1 February 2026" in text) == (True, False)


def test_visit_that_does_not_count_is_no_result_of_the_course():
    text, _advice = describe_course(course((FIRST, side(30.0)), (SECOND, not_counted())), P)

    assert "5 April" not in text


def test_next_test_counts_from_the_last_result():
    *_sides, advice = describe_course(course((FIRST, side(30.0)), (SECOND, not_counted())), P)

    assert advice == advise_next_test(FIRST, P)


def test_without_any_result_there_is_nothing_to_say():
    assert describe_course(course((FIRST, not_counted())), P) == ()


def test_result_that_is_not_filed_yet_is_the_last_of_the_course():
    added = with_new(course((FIRST, side(30.0))), document(34.0, 40.0), SECOND)

    assert [len(added[name]) for name in ("left", "right")] == [2, 1]
    assert changes(added["left"], P)["since_last"]["difference_deg"] == pytest.approx(4.0)


def test_change_since_the_first_visit_needs_three():
    lefts = ((FIRST, side(20.0)), (SECOND, side(30.0)), (THIRD, side(41.0)))

    found = changes(course(*lefts)["left"], P)

    assert [found[since]["difference_deg"] for since in found] == pytest.approx([11.0, 21.0])


def test_new_result_replaces_that_of_the_same_day():
    added = with_new(course((FIRST, side(30.0)), (SECOND, side(31.0))), document(34.0), SECOND)

    assert [one.document["result_deg"] for one in added["left"]] == [30.0, 34.0]


def test_new_test_that_does_not_count_leaves_the_result_of_the_same_day():
    broken = document() | {"sides": {"left": not_counted(), "right": None}}

    added = with_new(course((FIRST, side(30.0))), broken, FIRST)

    assert [one.document["result_deg"] for one in added["left"]] == [30.0]
