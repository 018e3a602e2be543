"""The report on paper."""

from datetime import UTC, date, datetime

import numpy as np
import pytest

from hipcv.core.landmarks import Side
from hipcv.report import wording
from hipcv.report.pdf import report
from hipcv.report.pdf.sheet import (
    BODY,
    BOTTOM,
    MARGIN,
    WIDTH,
    Column,
    Row,
    Sheets,
    width_of,
    wrapped,
)
from hipcv.report.review import Case, Signature
from hipcv.report.stills import Still, encode_jpeg
from hipcv.results.document import document
from tests.builders import CLIP, assessment, motion, trial

AT = datetime(2026, 3, 3, 14, 5, tzinfo=UTC)
CORRECTION = {
    "number": 1,
    "kind": "plateau",
    "side": "left",
    "rep": 1,
    "before": {"plateau_s": [1.6, 2.1]},
    "after": {"plateau_s": [1.7, 2.2]},
    "why": "the foot touched the stool",
    "by": "AB",
    "at": AT.isoformat(),
    "withdrawn": False,
}
PICTURE = Still("Start position", "This is 0°.", encode_jpeg(np.full((80, 64, 3), 127, np.uint8)))


def lines(told, motions=None, *, case=None, stills=()):
    """All words of all pages, one line each."""
    sheets = report.filled(told, motions or {}, case=case or Case(), stills=stills)
    return [text.get_text() for page in sheets.figures for text in page.axes[0].texts]


def words(*args, **kwargs):
    return " ".join(lines(*args, **kwargs))


def test_the_same_result_gives_the_same_bytes(not_measured):
    assert report.render(not_measured, {}) == report.render(not_measured, {})


def test_it_is_a_pdf(one_side, motions):
    assert report.render(one_side, motions).startswith(b"%PDF-1.")


def test_one_side_takes_two_pages_with_its_pictures(one_side, motions):
    case = Case("P-1", date(2026, 3, 3), Signature("final", "AB", AT))

    assert len(report.filled(one_side, motions, case=case, stills=[PICTURE] * 3).figures) == 2


def test_the_verdict_is_the_title(one_side):
    assert "Left hip: below the 45° target, within the usual range (24–42°)" in lines(one_side)


def test_patient_and_day_stand_at_the_head(one_side):
    head = words(one_side, case=Case("P-1", date(2026, 3, 3)))

    assert "P-1  ·  3 March 2026  ·  seated.mp4" in head


def test_a_compensation_is_told_with_its_moment(one_side):
    assert "first seen at 1.4" in words(one_side)


@pytest.mark.parametrize(("deg", "shown"), [(34.8, True), (50.0, False)])
def test_exercises_are_shown_below_the_target_alone(deg, shown):
    found = "Three exercises that may help" in lines(trial(assessment(rotation_deg=deg)))

    assert found == shown


@pytest.mark.parametrize("name", ["one_side", "both_sides", "not_measured"])
def test_the_disclaimer_is_on_every_report(name, request):
    assert wording.DISCLAIMER in words(request.getfixturevalue(name))


def test_a_refused_clip_says_why_and_what_to_do(not_measured):
    told = words(not_measured)

    assert wording.ISSUES["legs_out_of_frame"].remedy in told


def test_an_unsigned_report_says_that_nobody_looked(one_side):
    assert "Preliminary: nobody has looked" in words(one_side)


def test_an_unsigned_report_has_lines_for_a_pen(one_side):
    assert {"Signed by", "Date"} <= set(lines(one_side))


def test_a_signed_report_says_who_signed_and_when(one_side):
    told = words(one_side, case=Case(signature=Signature("final", "AB", AT)))

    assert "signed by AB on 3 March 2026, 14:05 UTC" in told


def test_a_correction_is_told_as_it_was_and_as_it_is(one_side):
    told = words(one_side, case=Case(corrections=[CORRECTION]))

    assert "1.60 to 2.10\u00a0s → 1.70 to 2.20\u00a0s" in told


def test_the_reading_before_corrections_stands_beside_the_number(one_side):
    case = Case(corrections=[CORRECTION], automatic=document(one_side))

    assert "before corrections by hand: 34.8°" in words(one_side, case=case)


def test_pictures_stand_with_their_words(one_side):
    assert "This is 0°." in lines(one_side, stills=[PICTURE])


def test_a_name_with_dollars_and_strange_letters_is_set_as_it_is(one_side):
    from dataclasses import replace

    told = replace(one_side, clip=replace(CLIP, name="$x_1$ 膝.mp4"))

    assert "$x_1$ □.mp4" in words(told)


def test_both_sides_have_their_dial(both_sides):
    motions = {side: motion(side) for side in Side}
    sheets = report.filled(both_sides, motions, case=Case(), stills=())
    dials = [axes for axes in sheets.figures[0].axes if len(axes.patches) == 4]

    assert len(dials) == 2


@pytest.mark.parametrize("width", [12.0, 40.0, 200.0])
def test_no_line_is_wider_than_its_place(width):
    told = wrapped("a sentence with averyveryveryverylongword in it", BODY, width)

    assert max(width_of(line, BODY) for line in told) <= width


def test_wrapping_loses_no_word():
    told = "Some words, of which none may be lost."

    assert " ".join(wrapped(told, BODY, 60)) == told


def test_what_has_no_room_goes_to_the_next_page():
    sheets = Sheets()
    sheets.y = BOTTOM - 5
    sheets.write("One more line.")

    assert len(sheets.figures) == 2


def test_a_table_stays_within_its_margins():
    sheets = Sheets()
    sheets.table([Column("A", 0.5), Column("B", 0.5)], [Row(("long words " * 30, "b"))] * 40)
    places = [text.get_position() for page in sheets.figures for text in page.axes[0].texts]

    assert all(MARGIN <= x <= MARGIN + WIDTH and y <= BOTTOM + 10 for x, y in places)
