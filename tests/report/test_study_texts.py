import re

import pytest

from hipcv import language
from hipcv.report.study import figures, leaflet, page, sheet
from hipcv.report.study.consent import consent
from hipcv.report.study.plan import protocol
from hipcv.report.study.summary import summarise
from hipcv.study import study_size
from hipcv.study.analysis import Question, analyze
from hipcv.study.design import schedule
from hipcv.study.readings import parse
from tests.leftovers import english_in
from tests.study.builders import rows, table

pytest.importorskip("scipy", reason='hipcv validate needs `pip install "hipcv[study]"`')


def words(text):
    return " ".join(
        part
        for section in text.sections
        for part in (section.title, *section.paragraphs, *section.items)
    )


def pages(pdf):
    return len(re.findall(rb"/Type /Page\b", pdf))


@pytest.mark.parametrize("people", [20, 40])
def test_protocol_says_how_exact_a_study_of_that_size_is(people):
    text = words(protocol(people))

    assert f"{study_size.icc_width(0.9, people, 2):.2f} wide" in text
    assert f"±{study_size.limit_half_width(3.0, people):.1f}°" in text


@pytest.mark.parametrize("code", language.NAMES)
@pytest.mark.parametrize("make", [lambda: protocol(20), consent], ids=["protocol", "consent"])
def test_page_and_pdf_hold_every_section(code, make):
    with language.using(code):
        text = make()
        page, pdf = leaflet.as_html(text), leaflet.as_pdf(text)

    assert all(f"<h2>{section.title}</h2>" in page for section in text.sections)
    assert f'lang="{code}"' in page
    assert pages(pdf) == 2


def test_consent_leaves_local_law_to_the_ethics_board_and_promises_nothing():
    text = consent()

    assert "ethics board must check this text against local law" in text.notice
    assert "we cannot promise" in words(text)
    assert "stop at any time" in words(text)


def test_each_person_and_session_has_a_page_of_sheets():
    visits = schedule(5, 1)

    assert pages(sheet.as_pdf(visits)) == 10
    assert sheet.as_html(visits).count('class="page"') == 10


def test_sheet_shows_raters_and_sides_in_their_random_order():
    visit = next(v for v in schedule(20, 1) if v.raters == ("B", "A") and v.sides[0] == "right")
    page = sheet.as_html((visit,))

    assert page.index("Rater B, who reads first") < page.index("Rater A, who reads second")
    assert page.index("1. Right hip") < page.index("2. Left hip")
    assert visit.clip("B", "right") in page


@pytest.mark.parametrize("code", [code for code in language.NAMES if code != language.SOURCE])
def test_no_page_of_a_study_holds_english_in_another_language(code):
    lines = [line for line in rows(persons=5) if not line.startswith("3,left,1,2,hipcv")]
    study = analyze(list(parse(table(lines), "t.csv")), Question())
    with language.using(code):
        plots = figures.draw(study.comparison)
        pages = (
            page.render(summarise(study), plots, {}),
            sheet.as_html(schedule(5, 1)),
            leaflet.as_html(protocol(20)),
            leaflet.as_html(consent()),
            *(plot.svg.decode() for plot in plots),
        )

    assert [english_in(text, code) for text in pages] == [[]] * len(pages)
