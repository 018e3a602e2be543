"""A change counts only beyond the minimal detectable one."""

import pytest

from hipcv.core.agreement import change
from hipcv.core.protocol import Protocol


def test_the_minimal_detectable_change_follows_the_between_day_error():
    assert change(30, 34, Protocol(between_day_sem_deg=3)).mdc_deg == pytest.approx(8.3, abs=0.02)


@pytest.mark.parametrize(("after_deg", "real"), [(34, False), (42, True), (18, True), (26, False)])
def test_four_degrees_are_error_and_twelve_are_change_either_way(after_deg, real):
    assert change(30, after_deg, Protocol()).real is real
