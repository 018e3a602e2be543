"""The PDF report: text is read back from the bytes of the file, as a reader's search would."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from hipcv import language
from hipcv.core.landmarks import Side
from hipcv.report import numbers, wording
from hipcv.report.exercises import EXERCISES
from hipcv.report.pdf import layout, report, system_fonts
from hipcv.report.pdf.layout import BODY, HEADING, GridRow, ReportPdf
from hipcv.report.review import (
    UNSIGNED,
    Case,
    Signature,
    format_automatic,
    format_signature,
    summarise_corrections,
)
from hipcv.report.stills import Still, encode_jpeg
from hipcv.report.summary import summarise
from hipcv.results import export
from hipcv.results.document import build_document
from tests.builders import CLIP, assessment, motion, trial
from tests.leftovers import english_in
from tests.stored_results import measured_folder

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


@pytest.fixture
def pdf():
    with ReportPdf(title="A title", foot="A foot") as pdf:
        yield pdf


def font_with(folder, character):
    """Write a font with one character."""
    font = FontBuilder(1000)
    font.setupGlyphOrder([".notdef", "character"])
    font.setupCharacterMap({ord(character): "character"})
    font.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "character": TTGlyphPen(None).glyph()})
    font.setupHorizontalMetrics({".notdef": (1000, 0), "character": (1000, 0)})
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupNameTable({"familyName": "One", "styleName": "Regular", "psName": "One-Regular"})
    font.setupOS2(fsType=0)
    font.setupPost()
    font.save(folder / "one.ttf")
    return folder / "one.ttf"


def stream(data, number):
    """The stream of an object of an uncompressed PDF."""
    body = re.search(rb"\n%d 0 obj\n.*?stream\n(.*?)\nendstream" % number, data, re.DOTALL)
    return body.group(1)


def character_maps(data):
    """By font name: the text of each two-byte character code, from the fonts' ToUnicode tables."""
    maps = {}
    for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", data):
        font = re.search(rb"\n%s 0 obj\n(.*?)endobj" % number, data, re.DOTALL).group(1)
        table = stream(data, int(re.search(rb"/ToUnicode (\d+)", font).group(1)))
        pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n", table)
        maps[name] = {int(code, 16): bytes.fromhex(text.decode()) for code, text in pairs}
    return maps


def pages_of(trial_, motions=None, *, case=None, stills=()):
    with report.build(trial_, motions or {}, case=case or Case(), stills=stills) as pdf:
        return read(pdf)


def read(pdf):
    """The texts of each page, in the order in which they are drawn."""
    pdf.set_compression(False)
    data = bytes(pdf.output())
    maps = character_maps(data)
    return [
        list(texts(stream(data, int(number)), maps))
        for number in re.findall(rb"/Contents (\d+) 0 R", data)
    ]


def texts(content, maps):
    font = b""
    operators = rb"/(F\d+) [\d.]+ Tf|\[(.*?)\] TJ|\(((?:\\.|[^\\)])*)\) Tj"
    for name, array, text in re.findall(operators, content, re.DOTALL):
        font = name or font
        parts = re.findall(rb"\(((?:\\.|[^\\)])*)\)", array, re.DOTALL) if array else [text]
        codes = b"".join(re.sub(rb"\\(.)", unescape, part, flags=re.DOTALL) for part in parts)
        if not name:
            pairs = [maps[font][code] for code in np.frombuffer(codes, ">u2").tolist()]
            yield b"".join(pairs).decode("utf-16-be")


def unescape(match):
    return {b"n": b"\n", b"r": b"\r"}.get(match.group(1), match.group(1))


def lines(*args, **kwargs):
    return [line for page in pages_of(*args, **kwargs) for line in page]


def words(*args, **kwargs):
    """The whole text with single spaces, so that it does not matter where lines end."""
    return " ".join(" ".join(lines(*args, **kwargs)).replace("\u00a0", " ").split())


def test_the_same_result_gives_the_same_bytes(one_side, motions):
    assert report.render(one_side, motions) == report.render(one_side, motions)


def test_it_is_a_pdf(one_side, motions):
    assert report.render(one_side, motions).startswith(b"%PDF-1.")


def test_one_side_takes_three_pages_with_its_pictures(one_side, motions):
    case = Case("P-1", date(2026, 3, 3), Signature("final", "AB", AT))

    assert len(pages_of(one_side, motions, case=case, stills=[PICTURE] * 3)) == 3


def test_every_page_is_numbered(one_side, motions):
    numbered = pages_of(one_side, motions)

    ends = [f"{number} of {len(numbered)}" for number in range(1, len(numbered) + 1)]
    assert ["".join(page).endswith(end) for page, end in zip(numbered, ends, strict=True)]


def test_a_spanish_report_has_every_letter_and_no_english(one_side, motions):
    with language.using("es"):
        text, headline = words(one_side, motions), summarise(one_side).headline

    assert "□" not in text
    assert english_in(text, "es") == []
    assert headline in text


def test_the_verdict_is_the_title(one_side):
    assert summarise(one_side).headline in lines(one_side)


@pytest.mark.parametrize("name", ["one_side", "both_sides"])
def test_every_angle_has_the_words_of_the_html_report(name, request):
    result = request.getfixturevalue(name)
    written = words(result)

    for side in summarise(result).sides:
        assert side.details[1] in written
        assert [", ".join(row.others) in written for row in side.reps] == [True] * len(side.reps)


def test_patient_and_day_stand_at_the_head(one_side):
    head = words(one_side, case=Case("P-1", date(2026, 3, 3)))

    assert " · ".join(("P-1", numbers.day(date(2026, 3, 3)), CLIP.name)) in head


def test_a_compensation_is_reported_with_its_onset(one_side):
    assert "1.4 s" in words(one_side)


@pytest.mark.parametrize(("deg", "expected"), [(34.8, True), (50.0, False)])
def test_exercises_are_listed_below_the_target_only(deg, expected):
    text = words(trial(assessment(rotation_deg=deg)))

    assert [exercise.title in text for exercise in EXERCISES] == [expected] * 3


@pytest.mark.parametrize("name", ["one_side", "both_sides", "not_measured"])
def test_the_disclaimer_is_on_every_report(name, request):
    assert wording.DISCLAIMER in words(request.getfixturevalue(name))


def test_a_refused_clip_has_reason_and_remedy(not_measured):
    assert wording.ISSUES["legs_out_of_frame"].remedy in words(not_measured)


def test_an_unsigned_report_says_that_nobody_looked(one_side):
    assert format_signature(UNSIGNED) in words(one_side)


def test_an_unsigned_report_has_lines_for_a_pen(one_side):
    assert {"Signed by", "Date"} <= set(lines(one_side))


def test_a_signed_report_says_who_signed_and_when(one_side):
    signature = Signature("final", "AB", AT)

    assert format_signature(signature) in words(one_side, case=Case(signature=signature))


def test_a_signed_report_prints_the_anchor_of_the_record_of_changes(one_side):
    case = Case(signature=Signature("final", "AB", AT), anchor=f"57:{'0123456789abcdef' * 4}")

    assert case.anchor in words(one_side, case=case)


def test_a_correction_shows_the_value_before_and_after(one_side):
    case = Case(corrections=[CORRECTION])
    change = summarise_corrections(case)[0].change.replace("\u00a0", " ")

    assert change in words(one_side, case=case)


def test_the_reading_before_corrections_stands_next_to_the_number(one_side):
    case = Case(corrections=[CORRECTION], automatic=build_document(one_side))

    automatic = format_automatic(case, Side.LEFT).replace("\u00a0", " ")
    assert ("34.8°" in automatic, automatic in words(one_side, case=case)) == (True, True)


def test_pictures_have_their_captions(one_side):
    assert "This is 0°." in lines(one_side, stills=[PICTURE])


@pytest.fixture
def no_system_font(monkeypatch):
    monkeypatch.setattr(layout, "find_font", lambda _characters: None)


@pytest.mark.usefixtures("no_system_font")
def test_characters_that_no_font_has_become_boxes(one_side):
    renamed = replace(one_side, clip=replace(CLIP, name="$x_1$ 膝.mp4"))

    assert "$x_1$ □.mp4" in words(renamed)


def test_characters_that_the_font_lacks_are_set_in_a_font_of_the_computer(
    one_side, tmp_path, monkeypatch
):
    font = font_with(tmp_path, "膝")
    monkeypatch.setattr(system_fonts, "findSystemFonts", lambda: [str(font)])
    renamed = replace(one_side, clip=replace(CLIP, name="$x_1$ 膝.mp4"))

    assert "$x_1$ 膝" in words(renamed)


@pytest.mark.usefixtures("no_system_font")
def test_letters_of_a_script_from_right_to_left_are_joined(pdf):
    apart = sum(pdf.get_string_width(sign) for sign in "مريض")
    pdf.printable("مريض")

    assert pdf.get_string_width("مريض") < apart


def test_a_font_that_cannot_be_read_costs_no_report(one_side, tmp_path, monkeypatch):
    monkeypatch.setattr(layout, "find_font", lambda _characters: tmp_path / "gone.ttf")
    renamed = replace(one_side, clip=replace(CLIP, name="膝.mp4"))

    assert "□.mp4" in words(renamed)


@pytest.mark.usefixtures("no_system_font")
def test_signs_that_only_join_letters_leave_no_box(pdf):
    assert pdf.printable("a\u2066b") == "ab"


def test_both_sides_have_their_gauge(both_sides):
    motions = {side: motion(side) for side in Side}
    first = pages_of(both_sides, motions)[0]

    assert first.count("0°") == 2


@pytest.mark.parametrize("width", [14.0, 40.0, 200.0])
def test_a_paragraph_is_as_high_as_its_lines(pdf, width):
    text = "a sentence with averyveryveryverylongword in it"
    top = pdf.y
    pdf.paragraph(text, BODY, width=width)

    assert pdf.y - top == pytest.approx(pdf.height_of([(text, BODY)], width))


def test_a_paragraph_without_space_goes_to_the_next_page(pdf):
    pdf.y = pdf.page_break_trigger - 5
    pdf.paragraph("One more line.")

    assert pdf.pages_count == 2


def test_a_heading_stays_with_what_follows(pdf):
    pdf.y = pdf.page_break_trigger - HEADING.leading - 20
    pdf.heading("Title")

    assert pdf.pages_count == 2


def test_a_table_repeats_its_titles_on_every_page(pdf):
    pdf.grid(["A", "B"], [0.5, 0.5], [GridRow(["long words " * 30, "b"])] * 40)

    assert all("A" in page for page in read(pdf))


@pytest.mark.parametrize("name", ["x" * 251, "髋" * 83])
def test_foot_of_a_long_name_ends_before_the_page_number(pdf, name):
    pdf.use(BODY)
    fitted = pdf._fitted(f"P-1 · {name} · not a medical device", 300)

    assert pdf.get_string_width(fitted) <= 300
    assert (fitted[:6], fitted[-16:]) == ("P-1 · ", "a medical device")


def test_foot_that_fits_is_not_shortened(pdf):
    assert pdf._fitted("P-1 · clip.mp4 · not a medical device", 500).count("…") == 0


@pytest.mark.parametrize("rotation_deg", [79, 80, 85, 120])
def test_a_report_is_written_of_an_angle_beyond_the_dial(tmp_path, rotation_deg):
    folder = measured_folder(tmp_path / "result", *[float(rotation_deg)] * 3)

    assert export.export(export.load(folder), "pdf").content.startswith(b"%PDF")
