import pytest

from hipcv.batch.filename_pattern import PATTERN, NameFields, compile_pattern, parse_name
from hipcv.core.errors import BadRequest
from hipcv.core.landmarks import Side


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("P012_2024-05-03_left.mp4", NameFields("P012", "2024-05-03", Side.LEFT)),
        ("study 1/Müller_v2_R.mov", NameFields("Müller", "v2", Side.RIGHT)),
        ("P1_v1_RIGHT_take 2.mp4", NameFields("P1", "v1", Side.RIGHT)),
        ("P1_v1_l-2.mp4", NameFields("P1", "v1", Side.LEFT)),
        ("P1_v1_rear.mp4", NameFields()),
        ("holiday.mp4", NameFields()),
        ("P1_v1.mp4", NameFields()),
    ],
)
def test_default_pattern_reads_patient_visit_and_side(name, fields):
    assert parse_name(name, compile_pattern(PATTERN)) == fields


def test_pattern_with_a_slash_matches_the_folders_too():
    pattern = compile_pattern(r"(?P<patient>\w+)/(?P<visit>\w+)/(?P<side>[lr])")

    assert parse_name("P7/v3/right leg.mp4", pattern) == NameFields("P7", "v3", Side.RIGHT)


def test_group_without_a_match_is_blank():
    pattern = compile_pattern(r"(?P<patient>P\d+)(-(?P<visit>v\d))?")

    assert parse_name("P7.mp4", pattern) == NameFields("P7")


@pytest.mark.parametrize(
    ("pattern", "message"),
    [("(?P<patient>", "regular expression"), ("abc", "no named group"), ("(?P<leg>.)", "leg")],
)
def test_invalid_pattern_is_refused(pattern, message):
    with pytest.raises(BadRequest, match=message):
        compile_pattern(pattern)
