from xml.etree import ElementTree as ET

import pytest

from hipcv.core.landmarks import Side
from hipcv.core.protocol import MeasurementProtocol
from hipcv.report.charts import gauge
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
