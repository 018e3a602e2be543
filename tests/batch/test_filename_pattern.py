import pytest

from hipcv.batch.filename_pattern import PATTERN, Named, compiled, read_name
from hipcv.core.errors import BadRequest
from hipcv.core.landmarks import Side


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("P012_2024-05-03_left.mp4", Named("P012", "2024-05-03", Side.LEFT)),
        ("study 1/Müller_v2_R.mov", Named("Müller", "v2", Side.RIGHT)),
        ("P1_v1_RIGHT_take 2.mp4", Named("P1", "v1", Side.RIGHT)),
        ("P1_v1_l-2.mp4", Named("P1", "v1", Side.LEFT)),
        ("P1_v1_rear.mp4", Named()),
        ("holiday.mp4", Named()),
        ("P1_v1.mp4", Named()),
    ],
)
def test_patient_visit_and_side_stand_in_the_name(name, told):
    assert read_name(name, compiled(PATTERN)) == told


def test_pattern_with_a_slash_sees_the_folders():
    pattern = compiled(r"(?P<patient>\w+)/(?P<visit>\w+)/(?P<side>[lr])")

    assert read_name("P7/v3/right leg.mp4", pattern) == Named("P7", "v3", Side.RIGHT)


def test_group_that_took_no_part_is_blank():
    pattern = compiled(r"(?P<patient>P\d+)(-(?P<visit>v\d))?")

    assert read_name("P7.mp4", pattern) == Named("P7")


@pytest.mark.parametrize(
    ("pattern", "named"),
    [("(?P<patient>", "regular expression"), ("abc", "no named group"), ("(?P<leg>.)", "leg")],
)
def test_pattern_that_cannot_work_is_refused(pattern, named):
    with pytest.raises(BadRequest, match=named):
        compiled(pattern)
