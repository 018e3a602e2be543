"""The words for a change between visits."""

import pytest

from hipcv.core.agreement import Change
from hipcv.report.change import tell_change


@pytest.mark.parametrize(
    ("difference_deg", "begins", "holds"),
    [
        (12.0, "Real change", "12.0° more"),
        (-12.0, "Real change", "12.0° less"),
        (4.0, "Within measurement error", "4.0°"),
    ],
)
def test_the_sentence_says_what_kind_of_change_it_is_and_how_large(difference_deg, begins, holds):
    told = tell_change(Change(difference_deg, 8.3))

    assert (told.startswith(begins), holds in told) == (True, True)
