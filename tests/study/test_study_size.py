import numpy as np
import pytest

from hipcv.study import study_size
from hipcv.study.reliability import reliability


def test_number_of_persons_is_that_of_bonett():
    """Bonett 2002: an ICC of 0.8 by 3 raters, to a width of 0.2."""
    assert study_size.persons_for_icc(0.8, 0.2, 3) in {35, 36}


def test_width_with_that_many_persons_is_the_wanted_one():
    persons = study_size.persons_for_icc(0.9, 0.2, 2)

    assert study_size.icc_width(0.9, persons, 2) <= 0.2 < study_size.icc_width(0.9, persons - 1, 2)


def test_expected_width_is_about_that_of_simulated_studies():
    rng = np.random.default_rng(4)
    error = 6 * np.sqrt(1 / 0.9 - 1)
    tables = (rng.normal(0, 6, (20, 1)) + rng.normal(0, error, (20, 2)) for _ in range(200))
    widths = [np.ptp(reliability(table).icc_c1.interval) for table in tables]

    assert study_size.icc_width(0.9, 20, 2) == pytest.approx(np.median(widths), rel=0.15)


def test_more_persons_make_bias_and_limits_surer():
    bias, limit = (
        [half(3.0, persons) for persons in (10, 20, 40)]
        for half in (study_size.bias_half_width, study_size.limit_half_width)
    )

    assert sorted(bias, reverse=True) == bias
    assert all(wider > narrower for wider, narrower in zip(limit, bias, strict=True))
