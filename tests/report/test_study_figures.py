import re

import numpy as np
import pytest

from hipcv.report.study import figures
from hipcv.study.comparison import compare
from hipcv.study.readings import parse
from tests.study.builders import rows, table

pytest.importorskip("scipy", reason='hipcv validate needs `pip install "hipcv[study]"`')


def comparison(reference="inclinometer", **truth):
    lines = [line.replace("inclinometer", reference) for line in rows(persons=6, **truth)]
    readings = list(parse(table(lines), "t.csv"))
    return compare(readings, (reference, "hipcv"))


def texts(plot):
    return " ".join(re.findall(r"<!-- (.*?) -->", plot.svg.decode()))


def test_plot_of_bland_and_altman_names_bias_and_limits():
    found = comparison()
    plot, _ = figures.draw(found)

    for estimate in (found.agreement.bias, found.agreement.lower, found.agreement.upper):
        assert f"{abs(estimate.value):.1f}°" in texts(plot)


def test_same_readings_give_the_same_bytes():
    assert figures.draw(comparison()) == figures.draw(comparison())


def test_name_that_the_font_lacks_is_drawn_as_boxes():
    plots = figures.draw(comparison("角度計"))

    assert all("□□□" in texts(plot) for plot in plots)


def test_name_with_dollar_signs_is_no_formula():
    assert all("$a_1$" in texts(plot) for plot in figures.draw(comparison("$a_1$")))


def test_methods_that_agree_wholly_are_drawn():
    found = comparison(bias=0.0, error=0.0)

    assert np.ptp(found.test_deg - found.reference_deg) == 0
    assert len(figures.draw(found)) == 2
