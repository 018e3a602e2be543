"""Hand-out on paper: one A4 page, whatever it holds, in each language."""

import re
from dataclasses import replace

import pytest

from hipcv import language
from hipcv.core.issues import Issue
from hipcv.core.landmarks import Side
from hipcv.report import handout
from hipcv.report.summary import summarise
from tests.browser.conftest import new_page
from tests.builders import HIKE, assessment, rep, trial

LIFTED = rep(51.0, clean_deg=26.9, findings=(replace(HIKE, value=11.3, severity="invalid"),))
PASSED = rep(40.0, begins_s=3.0, held=False)
NOT_COUNTED = replace(
    assessment(Side.RIGHT), rotation_deg=None, result_deg=None, category=None, reps=(LIFTED, PASSED)
)
LOW = assessment(rotation_deg=17.0, result_deg=12.0, result_basis="pelvis_relative")
RESULTS = {
    "both sides low, hip lift taken off": trial(LOW, replace(LOW, side=Side.RIGHT)),
    "one side counted, the other not": trial(LOW, NOT_COUNTED),
    "not counted": trial(NOT_COUNTED),
    "refused": trial(issues=[Issue("legs_out_of_frame", "refuse")]),
}


@pytest.mark.parametrize("code", language.NAMES)
@pytest.mark.parametrize("name", RESULTS)
def test_the_hand_out_is_one_page_of_paper(browser, name, code):
    with language.using(code):
        html = handout.render(RESULTS[name], summarise(RESULTS[name]))
    page = new_page(browser)
    page.set_content(html)
    paper = page.pdf(prefer_css_page_size=True)
    page.context.close()

    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
