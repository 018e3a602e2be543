"""Reports in the present language: no English left in them, and none of it stored."""

import re
from dataclasses import astuple, is_dataclass
from datetime import UTC, date, datetime

import numpy as np
import pytest

from hipcv import language
from hipcv.core.issues import Issue
from hipcv.core.landmarks import Side
from hipcv.report import drawing, numbers, stored, summary, terminal, verdict, wording
from hipcv.report.batch_summary import BatchRow
from hipcv.report.batch_summary import render as render_batch
from hipcv.report.batch_summary import rows as batch_rows
from hipcv.report.batch_summary import table as batch_table
from hipcv.report.formats import fhir
from hipcv.report.html import render
from hipcv.report.review import Case, Signature, summarise_corrections
from hipcv.report.summary import summarise
from hipcv.results.document import build_document
from tests.builders import HIKE, assessment, rep, trial
from tests.leftovers import english_in

LANGUAGES = list(language.NAMES)[1:]
ISSUES = (
    Issue("view_oblique", "warn", value=18.0, limit=15.0, unit="deg"),
    Issue("landmarks_only", "warn", Side.LEFT),
)
AT = datetime(2026, 3, 3, 14, 5, tzinfo=UTC)
CASE = Case(
    "P-1",
    date(2026, 3, 3),
    Signature("final", "AB", AT),
    [{"kind": "plateau", "side": "left", "rep": 1, "after": {"plateau_s": [1.7, 2.2]}}],
)

BELOW_AND_ABOVE = {"en": ("below", "above"), "es": ("por debajo", "por encima")}
DISEASES = {
    "en": r"abnormal|arthr|impinge|dysplas|patholog|deficit|cheat",
    "es": r"anormal|artr|femoroacetabular|displasi|patol[oó]g|d[eé]ficit|enfermedad|trampa",
}


@pytest.fixture
def compensated():
    """Both sides, with compensations and warnings."""
    reps = (rep(34.8, findings=(HIKE,)), rep(35.0, begins_s=3.0), rep(34.0, begins_s=5.2))
    left = assessment(reps=reps, external_rotation_deg=31.0)
    return trial(left, assessment(Side.RIGHT, 22.0), issues=ISSUES)


def texts_of(result):
    """The text of each format that people read, by its name."""
    page = render(result, summarise(result), chart_svg="<svg/>", stills=(), command="", case=CASE)
    document = build_document(result)
    rows = list(batch_rows(BatchRow("a.mp4", "measured", named_side="left"), document))
    notes = fhir.observations(document, case=CASE).get("entry", [])
    return {
        "html": re.sub(r"<[^>]*>", " ", page),
        "batch": re.sub(r"<[^>]*>", " ", render_batch(rows, result.protocol)),
        "terminal": terminal.render(result, width=100),
        "fhir": " ".join(note["text"] for one in notes for note in one["resource"].get("note", ())),
    }


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("name", ["one_side", "compensated", "not_measured", "not_counted"])
def test_no_english_is_left_in_a_report_in_another_language(name, code, request):
    result = request.getfixturevalue(name)
    with language.using(code):
        texts = texts_of(result)

    assert not {kind: left for kind in texts if (left := english_in(texts[kind], code))}


def test_english_left_in_a_page_is_found():
    assert english_in("<p>Esto es: Not\nseated</p>", "es") == ["Not seated"]


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_page_says_its_language(one_side, code):
    with language.using(code):
        html = render(one_side, summarise(one_side), chart_svg="", stills=(), command="")

    assert f'<html lang="{code}">' in html


@pytest.mark.parametrize("code", LANGUAGES)
def test_what_is_stored_is_the_same_in_every_language(compensated, code):
    document, row = build_document(compensated), BatchRow("a.mp4", "measured")
    with language.using(code):
        assert build_document(compensated) == document
        header = batch_table(batch_rows(row, document)).splitlines()[0]

    assert header == batch_table(batch_rows(row, document)).splitlines()[0]


@pytest.mark.parametrize("code", LANGUAGES)
def test_codes_and_displays_of_their_systems_stay_as_they_are(one_side, code):
    def codings(value):
        if isinstance(value, dict):
            found = [value] if "system" in value else []
            return found + [one for part in value.values() for one in codings(part)]
        return [one for part in value for one in codings(part)] if isinstance(value, list) else []

    document = build_document(one_side)
    with language.using(code):
        translated = fhir.observations(document)

    assert codings(translated) == codings(fhir.observations(document))


@pytest.mark.parametrize("code", LANGUAGES)
def test_an_observation_says_its_language(one_side, code):
    with language.using(code):
        entry, _device = fhir.observations(build_document(one_side))["entry"]

    assert entry["resource"]["language"] == code


@pytest.mark.parametrize("code", LANGUAGES)
def test_stored_texts_are_read_in_the_present_language(compensated, code):
    document = build_document(compensated)
    with language.using(code):
        read = stored.translated(document)
        expected = [issue.text for issue in summarise(compensated).issues]

    assert {issue["text"] for issue in read["issues"]} == set(expected)
    assert read["sides"]["left"]["reps"][0]["findings"][0]["text"].startswith("La pelvis")


def test_a_stored_issue_of_another_version_keeps_its_text():
    issue = {"code": "gone", "severity": "warn", "side": None, "text": "Gone.", "remedy": "None."}
    with language.using("es"):
        assert stored.translated_issue(issue) == issue


@pytest.mark.parametrize("code", language.NAMES)
def test_no_sentence_about_a_result_holds_both_below_and_above(code):
    low, high = BELOW_AND_ABOVE[code]
    sentences = [text.lower() for text in texts_about_results(code)]
    sentences = [part for text in sentences for part in text.split(". ")]

    assert not [text for text in sentences if low in text and high in text]


@pytest.mark.parametrize("code", language.NAMES)
def test_no_text_about_a_result_names_a_disease(code):
    texts = texts_about_results(code)

    assert not [text for text in texts if re.search(DISEASES[code], text.lower())]


def texts_about_results(code):
    """The texts of each table and constant of the words of a result."""
    values = [value for module in (wording, summary, verdict) for value in vars(module).values()]
    tables = [value for value in values if isinstance(value, language.Translated)]
    constants = [value for value in values if isinstance(value, str | tuple)]
    with language.using(code):
        of_tables = [text for table in tables for value in table.values() for text in parts(value)]
        return of_tables + [
            text for value in constants for text in parts(language.translate(value))
        ]


def parts(value):
    """The texts of a value: itself, its items or its fields."""
    if is_dataclass(value) and not isinstance(value, type):
        value = astuple(value)
    if isinstance(value, tuple):
        return [text for part in value for text in parts(part)]
    return [value] if isinstance(value, str) else []


def test_words_are_joined_as_the_language_does():
    with language.using("es"):
        assert language.join(["deriva", "elevación", "inclinación"]) == (
            "deriva, elevación e inclinación"
        )
        assert language.join(["1", "2"]) == "1 y 2"
    assert language.join(["drift", "lift", "lean"]) == "drift, lift and lean"


def test_a_day_is_written_as_the_language_does():
    assert numbers.day(date(2026, 3, 3)) == "3 March 2026"
    with language.using("es"):
        assert numbers.day(date(2026, 3, 3)) == "3 de marzo de 2026"


def test_a_correction_is_described_in_the_present_language():
    with language.using("es"):
        (correction,) = summarise_corrections(CASE)

    assert correction.what == "Izquierda, repetición 2: pausa"


def test_the_font_of_pictures_has_every_letter_of_spanish():
    def drawn(letter):
        picture = np.zeros((60, 60, 3), np.uint8)
        drawing.write(picture, letter, (10, 45), size=40, colour="#ffffff")
        return picture.tobytes()

    letters = "aeiouúnáéíóüñÁÉÍÓÚÑ¿¡«»"
    pictures = {drawn(letter) for letter in letters}

    assert len(pictures | {drawn("\U000e0fff")}) == len(letters) + 1


def test_a_terminal_without_unicode_gets_letters_without_accents(one_side):
    with language.using("es"):
        text = terminal.render(one_side, unicode=False)

    assert text.isascii()
