import math

import pytest

from hipcv.core.errors import BadRequest, UnreadableTable
from hipcv.study.analysis import Question, analyze
from hipcv.study.readings import parse
from tests.study.builders import HEADER, rows, table


def study(lines, header=HEADER, **question):
    return analyze(list(parse(table(lines, header), "t.csv")), Question(**question))


@pytest.mark.parametrize(
    ("bias", "error", "between", "seed"), [(1.0, 1.5, 6.0, 1), (-2.0, 3.0, 8.0, 2), (0, 0.5, 3, 3)]
)
def test_study_with_known_truth_gives_it_back(bias, error, between, seed):
    """Within four standard errors of each figure."""
    persons = 60
    found = study(rows(persons=persons, bias=bias, error=error, between=between, seed=seed))
    agreement = found.comparison.agreement

    pairs = persons * 4
    assert agreement.bias.value == pytest.approx(bias, abs=4 * error / math.sqrt(pairs))
    assert agreement.sd == pytest.approx(error, rel=4 / math.sqrt(2 * pairs))
    (trials,) = [
        t for t in found.tables
        if t.group.kind == "trials" and t.group.method == "hipcv" and t.group.side == "left"
    ]  # fmt: skip
    assert trials.reliability.sem.value == pytest.approx(error, rel=4 / math.sqrt(2 * persons))
    icc = between**2 / (between**2 + error**2)
    expected_error = (1 - icc**2) / math.sqrt(persons - 1)
    assert trials.reliability.icc_a1.value == pytest.approx(icc, abs=4 * expected_error)


def test_hipcv_is_the_tested_method_wherever_it_stands():
    lines = ["1,hipcv,34", "1,ruler,33", "2,hipcv,30", "2,ruler,31", "3,hipcv,40", "3,ruler,38"]
    found = study(lines, "subject,method,angle_deg").comparison

    assert (found.test, found.reference) == ("hipcv", "ruler")
    assert found.agreement.bias.value == pytest.approx(2 / 3)


def test_two_raters_are_compared_where_the_table_has_no_methods():
    lines = [f"{person},{rater},{30 + person}" for person in range(4) for rater in "AB"]
    found = study(lines, "subject,rater,angle_deg").comparison

    assert (found.test, found.reference) == ("B", "A")


def test_more_than_two_methods_need_a_choice():
    lines = [f"{person},{method},{30 + person}" for person in range(4) for method in "abc"]

    with pytest.raises(BadRequest, match="a, b, c"):
        study(lines, "subject,method,angle_deg")
    chosen = study(lines, "subject,method,angle_deg", test="a", reference="c").comparison
    assert (chosen.test, chosen.reference) == ("a", "c")


def test_method_that_is_not_in_the_table_is_refused():
    with pytest.raises(BadRequest, match="ruler: no method of the table"):
        study(rows(persons=4), reference="ruler")


@pytest.mark.parametrize("persons", [1, 2])
def test_fewer_than_three_persons_are_refused(persons):
    with pytest.raises(UnreadableTable, match=f"{persons} person"):
        study(rows(persons=persons))


def test_table_of_single_readings_is_refused():
    with pytest.raises(UnreadableTable, match="Nothing in this table can be compared"):
        study([f"{person},hipcv,34" for person in range(5)], "subject,method,angle_deg")


def test_reading_without_counterpart_is_left_out_and_named():
    lines = list(rows(persons=5))
    del lines[3]
    lines[8] = lines[8].rpartition(",")[0] + ","
    found = study(lines)

    assert [row.number for row in found.comparison.unpaired] == [4, 9]
    assert [row.number for row in found.empty] == [10]
    assert found.comparison.agreement.pairs == 18


def test_person_with_a_missing_trial_is_left_out_of_the_table_of_trials():
    lines = list(rows(persons=5, sides=("left",)))
    del lines[3]
    (trials,) = [
        t for t in study(lines).tables if t.group.kind == "trials" and t.group.method == "hipcv"
    ]

    assert (trials.persons_left_out, len(trials.persons)) == (("1",), 4)


def test_column_that_most_persons_lack_is_left_out_of_the_table_of_trials():
    lines = [*rows(persons=5, sides=("left",)), "1,left,1,3,hipcv,,35"]
    (trials,) = [
        t for t in study(lines).tables if t.group.kind == "trials" and t.group.method == "hipcv"
    ]

    assert (trials.columns, trials.columns_left_out) == (("1", "2"), ("3",))
    assert len(trials.persons) == 5


def test_sides_have_tables_of_their_own():
    sides = {(t.group.kind, t.group.side) for t in study(rows(persons=5)).tables}

    assert {("methods", "left"), ("methods", "right")} <= sides


def test_means_are_compared_where_one_method_numbers_no_trials():
    lines = [
        line.replace(",1,hipcv", ",,hipcv") for line in rows(persons=5) if ",2,hip" not in line
    ]
    found = study(lines).comparison

    assert (found.trials, found.agreement.pairs) == ("mean", 10)


def test_raters_of_the_reference_are_averaged_where_hipcv_has_none():
    lines = [
        line for person in range(4)
        for line in (f"{person},ruler,A,{30 + person}", f"{person},ruler,B,{32 + person}",
                     f"{person},hipcv,,{31 + person}")
    ]  # fmt: skip
    found = study(lines, "subject,method,rater,angle_deg").comparison

    assert found.agreement.bias.value == pytest.approx(0)
    assert found.agreement.pairs == 4


def test_readings_by_the_same_rater_are_paired():
    lines = [
        f"{person},{method},{rater},{30 + person}"
        for person in range(4) for method in ("ruler", "hipcv") for rater in "AB"
    ]  # fmt: skip
    found = study(lines, "subject,method,rater,angle_deg").comparison

    assert (found.with_raters, found.agreement.pairs) == (True, 8)


def test_single_readings_spread_more_than_their_means():
    means, single = (
        study(rows(persons=30, sides=("left",)), trials=trials).comparison.agreement
        for trials in ("mean", "repeated")
    )

    assert single.bias.value == means.bias.value
    assert single.sd > means.sd
    assert single.sd == pytest.approx(1.5, rel=0.25)
