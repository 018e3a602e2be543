import numpy as np
import pytest

from hipcv.study.agreement import agreement
from hipcv.study.intervals import Component
from tests.study.published import CARDIAC_OUTPUT, MINI, WRIGHT


def of_pairs(person, first, second):
    return agreement(np.asarray(person), first - second, (first + second) / 2)


@pytest.fixture(scope="module")
def peak_flow():
    return of_pairs(range(len(WRIGHT)), WRIGHT, MINI)


def test_peak_flow_meters_have_the_bias_and_spread_of_the_paper(peak_flow):
    assert (round(peak_flow.bias.value, 1), round(peak_flow.sd, 1)) == (-2.1, 38.8)


def test_peak_flow_meters_have_the_limits_of_the_paper(peak_flow):
    """The paper takes two standard deviations, rounded before."""
    bias, sd = round(peak_flow.bias.value, 1), round(peak_flow.sd, 1)

    assert (round(bias - 2 * sd, 1), round(bias + 2 * sd, 1)) == (-79.7, 75.5)


def test_peak_flow_meters_have_the_interval_of_bias_of_the_paper(peak_flow):
    assert peak_flow.bias.interval == pytest.approx((-22.0, 17.8), abs=0.06)


def test_limits_are_1_96_standard_deviations_from_the_bias(peak_flow):
    assert peak_flow.upper.value == pytest.approx(peak_flow.bias.value + 1.96 * peak_flow.sd)
    assert peak_flow.lower.value == pytest.approx(peak_flow.bias.value - 1.96 * peak_flow.sd)


def test_exact_interval_of_a_limit_has_the_factors_of_carkeet(peak_flow):
    """Of 17 differences, in standard deviations from the bias, by SciPy's noncentral t."""
    stats = pytest.importorskip("scipy.stats")
    root = 17**0.5
    factors = stats.nct.ppf([0.025, 0.975], 16, stats.norm.ppf(0.975) * root) / root

    ends = [peak_flow.bias.value + factor * peak_flow.sd for factor in factors]
    assert peak_flow.upper.interval == pytest.approx(ends, rel=1e-3)


def test_repeated_readings_have_the_limits_of_the_paper():
    """Bland and Altman 2007: bias 0.60, standard deviation 0.99, limits -1.34 and 2.54."""
    person, first, second = CARDIAC_OUTPUT.T
    found = of_pairs(person.astype(int), first, second)

    figures = (found.bias.value, found.sd, found.lower.value, found.upper.value)
    assert [round(value, 2) for value in figures] == [0.60, 0.99, -1.34, 2.54]
    assert (found.persons, found.pairs, found.method) == (12, 60, "mover")


def test_readings_of_one_person_copied_do_not_make_the_bias_surer():
    rng = np.random.default_rng(1)
    first, second = rng.normal(35, 5, 12), rng.normal(34, 5, 12)
    once = of_pairs(range(12), first, second)
    thrice = of_pairs(np.repeat(range(12), 3), np.repeat(first, 3), np.repeat(second, 3))

    assert thrice.bias.interval == pytest.approx(once.bias.interval)
    assert thrice.sd == pytest.approx(once.sd)


def test_spread_of_single_readings_is_added_to_that_of_means():
    differences = np.array([1.0, -1.0, 2.0, 0.0])
    found = agreement(np.arange(4), differences, np.zeros(4), (Component(0.5, 4.0, 8),))

    assert found.sd == pytest.approx(np.sqrt(np.var(differences, ddof=1) + 2.0))
    assert found.method == "mover"


def test_slope_is_that_of_the_difference_against_the_mean():
    true = np.linspace(20, 50, 9)
    found = of_pairs(range(9), true * 1.1, true)

    assert found.slope.value == pytest.approx(0.1 / 1.05)
    assert found.slope.interval == pytest.approx((0.1 / 1.05, 0.1 / 1.05))


def test_slope_of_equal_means_is_unknown():
    found = agreement(np.arange(3), np.array([1.0, 2.0, 3.0]), np.full(3, 30.0))

    assert np.isnan(found.slope.value)
    assert found.slope.interval is None


def covers(estimate, truth):
    low, high = estimate.interval
    return low <= truth <= high


def coverage(persons, repeats, *, runs):
    """Shares of studies whose intervals hold the true bias and the true upper limit."""
    rng = np.random.default_rng(7)
    bias, between, within = 1.5, 1.2, 2.0
    limit = bias + 1.96 * np.hypot(between, within)
    person = np.repeat(np.arange(persons), repeats)
    held = []
    for _ in range(runs):
        own = rng.normal(0, between, persons)[person]
        difference = bias + own + rng.normal(0, within, len(person))
        found = agreement(person, difference, rng.normal(35, 6, len(person)))
        held.append((covers(found.bias, bias), covers(found.upper, limit)))
    return np.mean(held, axis=0)


@pytest.mark.parametrize("repeats", [1, 4])
def test_intervals_hold_the_truth_as_often_as_they_promise(repeats):
    assert coverage(20, repeats, runs=300) == pytest.approx(0.95, abs=0.035)


@pytest.mark.slow
@pytest.mark.parametrize("repeats", [1, 2, 6])
@pytest.mark.parametrize("persons", [8, 20, 40])
def test_intervals_hold_the_truth_as_often_as_they_promise_in_many_studies(persons, repeats):
    """Those of limits from several readings of few persons are a little too wide."""
    of_bias, of_limit = coverage(persons, repeats, runs=4000)

    assert of_bias == pytest.approx(0.95, abs=0.015)
    assert 0.935 < of_limit < 0.985


@pytest.mark.slow
@pytest.mark.parametrize("of_side", [1.0, 1.5])
def test_differences_of_a_side_leave_the_intervals_nearly_as_sure_as_they_promise(of_side):
    """Six readings of each side, whose own difference counts as variance within a person."""
    rng = np.random.default_rng(6)
    person, side = np.repeat(np.arange(20), 12), np.repeat(np.arange(40), 6)
    limit = 1.96 * np.sqrt(2 + of_side**2)
    held = []
    for _ in range(2000):
        difference = rng.normal(0, 1, 20)[person] + rng.normal(0, of_side, 40)[side]
        difference = difference + rng.normal(0, 1, len(person))
        found = agreement(person, difference, rng.normal(35, 5, len(person)))
        held.append((covers(found.bias, 0), covers(found.upper, limit)))

    assert np.mean(held, axis=0) == pytest.approx(0.95, abs=0.035)
