import numpy as np
import pytest

from hipcv.study.reliability import MeanSquares, reliability
from tests.study.published import JUDGES


@pytest.fixture(scope="module")
def judged():
    return reliability(JUDGES)


@pytest.mark.parametrize(
    ("name", "published"),
    [("icc_a1", 0.29), ("icc_ak", 0.62), ("icc_c1", 0.71), ("icc_ck", 0.91)],
)
def test_judges_have_the_coefficients_of_shrout_and_fleiss(judged, name, published):
    assert round(getattr(judged, name).value, 2) == published


@pytest.mark.parametrize(
    ("name", "published"), [("icc_a1", (0.02, 0.76)), ("icc_c1", (0.34, 0.95))]
)
def test_judges_have_the_published_intervals(judged, name, published):
    assert [round(end, 2) for end in getattr(judged, name).interval] == [*published]


PINGOUIN_TABLE = np.array(
    [
        [31.2, 35.0, 30.4], [36.8, 45.1, 38.9], [27.5, 29.0, 33.1], [38.3, 41.7, 34.0],
        [28.9, 30.2, 24.6], [35.0, 36.8, 33.7], [41.1, 47.3, 40.6], [30.7, 33.9, 35.5],
    ]
)  # fmt: skip
PINGOUIN = {
    "icc_a1": (0.7152038900389969, 0.3096610431105346, 0.9279240894853066),
    "icc_c1": (0.7970131694166025, 0.48105220521060893, 0.9506049214497264),
    "icc_ak": (0.8828196188740542, 0.5736864439980097, 0.9747619950369093),
    "icc_ck": (0.921748354076196, 0.7355146892116791, 0.9829743171900629),
}
"""`pingouin.intraclass_corr` of version 0.7.0: coefficient and interval, unrounded."""


@pytest.mark.parametrize("name", PINGOUIN)
def test_coefficients_and_intervals_are_those_of_pingouin(name):
    found = getattr(reliability(PINGOUIN_TABLE), name)

    assert (found.value, *found.interval) == pytest.approx(PINGOUIN[name], abs=1e-9)


def test_sem_of_two_trials_is_the_spread_of_their_differences_by_root_two():
    table = np.random.default_rng(2).normal(35, 5, (9, 2))
    found = reliability(table)

    sem = np.std(table[:, 0] - table[:, 1], ddof=1) / np.sqrt(2)
    assert found.sem.value == pytest.approx(sem)
    assert found.mdc95.value == pytest.approx(1.96 * np.sqrt(2) * sem)


def test_sem_leaves_the_systematic_difference_out_and_names_it():
    table = np.random.default_rng(3).normal(35, 5, (9, 1)) + np.array([[0.0, 3.0]])
    found = reliability(table)

    assert found.sem.value == pytest.approx(0, abs=1e-9)
    assert found.systematic == pytest.approx(3.0)
    assert found.sem_agreement == pytest.approx(3.0 / np.sqrt(2))


def test_same_reading_each_time_has_a_coefficient_of_one_without_interval():
    found = reliability(np.repeat([[30.0], [35.0], [41.0]], 3, axis=1))

    assert (found.icc_a1.value, found.icc_a1.interval) == (1.0, None)


def test_persons_without_any_difference_have_no_coefficient():
    assert np.isnan(reliability(np.full((4, 2), 35.0)).icc_a1.value)


def test_mean_squares_add_up_to_the_variance_of_the_table():
    squares = MeanSquares.of(JUDGES)
    total = squares.rows * 5 + squares.between * 3 + squares.error * 15

    assert total == pytest.approx(np.sum((JUDGES - JUDGES.mean()) ** 2))


def coverage(persons, columns, *, runs):
    """Shares of studies whose intervals hold the true ICC(A,1) and the true SEM."""
    rng = np.random.default_rng(5)
    between, shift, error = 6.0, 1.0, 2.0
    icc = between**2 / (between**2 + shift**2 + error**2)
    held = []
    for _ in range(runs):
        table = (
            rng.normal(35, between, (persons, 1))
            + rng.normal(0, shift, (1, columns))
            + rng.normal(0, error, (persons, columns))
        )
        found = reliability(table)
        pairs = ((found.icc_a1.interval, icc), (found.sem.interval, error))
        held.append([low <= truth <= high for (low, high), truth in pairs])
    return np.mean(held, axis=0)


def test_intervals_hold_the_truth_as_often_as_they_promise():
    assert coverage(20, 3, runs=300) == pytest.approx(0.95, abs=0.035)


@pytest.mark.slow
@pytest.mark.parametrize("columns", [2, 3])
@pytest.mark.parametrize("persons", [10, 20, 40])
def test_intervals_hold_the_truth_as_often_as_they_promise_in_many_studies(persons, columns):
    assert coverage(persons, columns, runs=4000) == pytest.approx(0.95, abs=0.025)
