import math
from collections import Counter

import pytest

from hipcv.study import design
from hipcv.study.readings import parse


def test_same_seed_gives_the_same_order_and_another_seed_another():
    assert design.schedule(20, 1) == design.schedule(20, 1) != design.schedule(20, 2)


@pytest.mark.parametrize("session", design.SESSIONS)
def test_each_order_falls_to_as_many_persons_as_another(session):
    visits = [visit for visit in design.schedule(20, 3) if visit.session == session]
    counts = Counter((visit.raters, visit.sides) for visit in visits)

    assert [*counts.values()] == [5, 5, 5, 5]


def test_template_is_a_table_of_readings_without_angles():
    visits = design.schedule(5, 1)
    readings = list(parse(design.template(visits), "t.csv"))

    assert len(readings) == 5 * 2 * 2 * 2 * 3
    assert all(math.isnan(reading.angle_deg) for reading in readings)
    assert len({reading.identity for reading in readings}) == len(readings)


def test_name_of_a_clip_holds_person_session_rater_and_side():
    """As `hipcv batch` and the table of readings read it again."""
    from hipcv.batch.filename_pattern import PATTERN, compile_pattern, parse_name
    from hipcv.study.readings import parse

    visit = design.schedule(5, 1)[0]
    name = parse_name(visit.clip("A", "left"), compile_pattern(PATTERN))
    row = f"{name.patient},{name.visit},{name.side.value},34"
    (reading,) = parse(f"patient,visit,side,rotation_deg\n{row}\n", "summary.csv")

    assert reading.identity == (visit.person, "left", visit.session, "", "hipcv", "A")
