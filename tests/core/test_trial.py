import pytest

from hipcv.core.issues import Issue
from hipcv.core.landmarks import Side
from tests.builders import CLIP, assessment, refused, trial


@pytest.mark.parametrize(
    ("sides", "tested"),
    [
        ((assessment(Side.LEFT),), "left"),
        ((assessment(Side.RIGHT),), "right"),
        ((assessment(Side.LEFT), assessment(Side.RIGHT)), "both"),
        ((refused(Side.LEFT), assessment(Side.RIGHT)), "right"),
        ((refused(Side.LEFT),), None),
        ((), None),
    ],
)
def test_the_tested_side_is_the_one_that_was_measured(sides, tested):
    assert trial(*sides).tested_side == tested


@pytest.mark.parametrize(
    ("sides", "status"),
    [
        ((refused(Side.LEFT), assessment(Side.RIGHT)), "measured"),
        ((refused(Side.LEFT),), "not_measured"),
        ((), "not_measured"),
    ],
)
def test_a_clip_is_measured_where_any_side_was(sides, status):
    assert trial(*sides).status == status


def test_refusals_come_before_warnings_and_each_issue_is_listed_once():
    dark = Issue("low_light", "warn")
    rested = Issue("no_movement", "refuse", Side.LEFT)

    issues_in_order = trial(refused(Side.LEFT, rested, rested), issues=(dark,)).all_issues

    assert issues_in_order == (rested, dark)


def test_the_clip_is_kept_with_the_result():
    assert trial().clip is CLIP
