"""PDFs of a visit: an overview with the reports of all clips, and one hand-out."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from hipcv import language
from hipcv.core.answers import Answers
from hipcv.core.landmarks import Side
from hipcv.report.pdf import visit
from hipcv.report.pdf.visit import VisitPart
from hipcv.report.review import Case, Signature
from tests.builders import CLIP, assessment, trial
from tests.leftovers import english_in
from tests.report.test_pdf import read

ON = date(2026, 3, 3)
SIGNED = Signature("final", "KM", datetime(2026, 3, 3, 14, 5, tzinfo=UTC))
LEFT, RIGHT = trial(assessment()), trial(assessment(Side.RIGHT, 48.2))


def part(result, name="left.mp4", **case):
    clip = replace(CLIP, name=name)
    return VisitPart(replace(result, clip=clip), {}, Case(patient="P-017", on=ON, **case))


@pytest.fixture
def two_legs():
    """A signed clip of the left leg, and one of the right leg that nobody signed."""
    left, right = part(LEFT, signature=SIGNED), part(RIGHT, "right.mp4")
    return [left, right], {Side.LEFT: left, Side.RIGHT: right}


def words(build, parts, counting):
    with build(parts, counting) as pdf:
        return [" ".join(" ".join(page).replace("\u00a0", " ").split()) for page in read(pdf)]


def test_overview_has_the_result_and_the_sign_off_of_each_leg(two_legs):
    overview = words(visit.build_report, *two_legs)[0]

    assert "P-017 · 3 March 2026" in overview
    assert "Left hip: 34.8°" in overview
    assert "Right hip: 48.2°" in overview
    assert "Final: looked at and signed by KM" in overview
    assert "Preliminary: nobody has looked at this result" in overview


def test_report_of_each_clip_begins_on_a_page_of_its_own_with_its_foot(two_legs):
    pages = words(visit.build_report, *two_legs)
    begins = [page for page in pages if "Hip internal rotation · P-017" in page]

    assert len(begins) == 2
    assert [name in foot for name, foot in zip(["left.mp4", "right.mp4"], begins, strict=True)] == [
        True,
        True,
    ]
    assert "right.mp4 · hipcv" not in begins[0]


def test_clip_that_counts_for_a_leg_is_marked():
    first, second = part(LEFT, "a.mp4"), part(trial(assessment(rotation_deg=20.0)), "b.mp4")
    overview = words(visit.build_report, [first, second], {Side.LEFT: second})[0]

    assert "20.0° *" in overview
    assert "34.8° *" not in overview


def test_handout_has_both_legs_on_one_page(two_legs):
    (page,) = words(visit.build_handout, *two_legs)

    assert "Left hip 34.8°" in page
    assert "Right hip 48.2°" in page


def test_handout_says_whether_it_was_signed(two_legs):
    (page,) = words(visit.build_handout, *two_legs)

    assert "signed by KM" in page
    assert "nobody has looked at this result" in page


def test_pain_in_one_clip_decides_the_next_step_of_the_visit(two_legs):
    left, right = two_legs[0]
    right = replace(right, trial=replace(right.trial, answers=Answers(6)))
    (page,) = words(visit.build_handout, [left, right], {Side.LEFT: left, Side.RIGHT: right})

    assert "Do not repeat the test today" in page
    assert "Three exercises" not in page


def test_handout_without_a_number_says_why(not_measured):
    pages = words(visit.build_handout, [part(not_measured)], {})

    assert "Why there is no number" in pages[0]


def test_leg_of_which_no_repetition_counts_has_no_number(not_counted):
    one = part(not_counted)
    counting = {Side.RIGHT: one}

    assert "Right hip No number" in words(visit.build_handout, [one], counting)[0]
    assert "Right hip: not counted" in words(visit.build_report, [one], counting)[0]


def test_spanish_papers_have_no_english(two_legs):
    with language.using("es"):
        pages = [
            page
            for build in (visit.build_report, visit.build_handout)
            for page in words(build, *two_legs)
        ]
    assert english_in(" ".join(pages), "es") == []


def test_same_visit_gives_the_same_bytes(two_legs):
    assert visit.render_handout(*two_legs) == visit.render_handout(*two_legs)
