from xml.etree import ElementTree as ET

import pytest

from hipcv.core.landmarks import Side
from hipcv.core.protocol import MeasurementProtocol
from hipcv.report.charts import gauge
from hipcv.report.gauge_geometry import scale_marks, scale_share, swing_point
from tests.builders import assessment, refused


def test_the_gauge_stays_as_it_is(golden):
    drawn = gauge.draw(assessment(), MeasurementProtocol())

    assert drawn == golden("gauge.svg", drawn)


def test_the_gauge_is_well_formed():
    assert ET.fromstring(gauge.draw(assessment(), MeasurementProtocol())).get("class") == "gauge"


def test_left_and_right_are_mirror_images():
    drawn = [gauge.draw(assessment(side), MeasurementProtocol()) for side in Side]
    knees = [ET.fromstring(svg).find("circle").get("cx") for svg in drawn]

    assert sum(map(float, knees)) == pytest.approx(190.0)


def test_nothing_is_drawn_without_a_number():
    assert gauge.draw(refused(), MeasurementProtocol()) == ""


def test_the_gauge_points_at_the_result_and_not_at_what_was_seen():
    lifted = assessment(rotation_deg=51.0, result_deg=40.0, result_interval_deg=(33.0, 47.0))
    plain = assessment(rotation_deg=40.0, result_interval_deg=(33.0, 47.0))

    assert gauge.draw(lifted, MeasurementProtocol()) == gauge.draw(plain, MeasurementProtocol())


def test_the_typical_band_is_moved_by_where_the_leg_hung():
    marks = scale_marks(MeasurementProtocol(), start_tilt_deg=-6.0)

    assert marks.typical == pytest.approx((0.5, 0.8))


@pytest.mark.parametrize(
    ("angle_deg", "share"), [(0, 0), (15, 0.25), (60, 1), (75, 1), (-5, 0), (float("nan"), 0)]
)
def test_angles_off_the_scale_are_at_its_ends(angle_deg, share):
    assert scale_share(angle_deg) == share


def test_marks_are_shares_of_the_scale():
    protocol = MeasurementProtocol(target_deg=45, typical_low_deg=24, typical_high_deg=42)

    marks = scale_marks(protocol, 30.0, (27.0, 33.0))

    assert (marks.target, marks.typical, marks.rotation) == (0.75, (0.4, 0.7), 0.5)


@pytest.mark.parametrize(("side", "x"), [(Side.LEFT, 50), (Side.RIGHT, -50)])
def test_the_left_foot_swings_to_the_right_of_the_picture(side, x):
    assert swing_point(side, 30, 100) == pytest.approx((x, 86.6), abs=0.01)
