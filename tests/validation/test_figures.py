"""Statistics of the validation page, checked by hand."""

import numpy as np
import pytest

from validation.figures import area_under_roc, coverage_at, error_figures, roc


def test_sides_without_a_number_do_not_count_in_the_error():
    assert error_figures([1.0, float("nan"), -3.0]).mean_absolute_deg == 2.0


def test_error_of_no_sides_is_nan():
    assert np.isnan(error_figures([]).worst_deg)


def test_coverage_at_the_nominal_level_is_unscaled():
    errors, half = np.array([0.5, -0.5, 1.5, 0.0]), np.ones(4)

    assert coverage_at(0.95, errors, half) == 0.75


def test_intervals_at_half_the_level_are_a_third_as_wide():
    assert coverage_at(0.5, np.array([0.3, 0.4]), np.ones(2)) == 0.5


def test_a_perfect_channel_has_area_one():
    assert area_under_roc(np.array([1.0, 2.0, 3.0]), np.array([0.0, 1.0, 1.0])) == 1.0


def test_a_constant_channel_has_area_half():
    assert area_under_roc(np.ones(4), np.array([0.0, 1.0, 0.0, 1.0])) == pytest.approx(0.5)


def test_roc_runs_from_0_0_to_1_1():
    alarms, hits = roc(np.array([3.0, 1.0, 2.0]), np.array([1.0, 0.0, 1.0]))

    assert (alarms[[0, -1]].tolist(), hits[[0, -1]].tolist()) == ([0, 1], [0, 1])
