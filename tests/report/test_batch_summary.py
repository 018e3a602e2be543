import base64
import csv
import hashlib
import io
import re

import pytest

from hipcv.core.protocol import MeasurementProtocol
from hipcv.report.batch_summary import SIDE_DIFFERS, BatchRow, render, rows, table
from tests.records import not_counted

SIDE = {
    "status": "measured",
    "rotation_deg": 34.8,
    "interval_deg": [32.1, 37.5],
    "pelvis_relative_deg": 28.0,
    "clean_deg": None,
    "category": "below_target",
    "findings": ["pelvic_hike", "trunk_lean"],
    "result_deg": 34.8,
    "result_interval_deg": [32.1, 37.5],
    "result_basis": "rotation",
    "provisional": False,
}


def issue(code, severity="warn", side=None):
    words = {"text": f"{code} was seen.", "remedy": f"Mend {code}."}
    return {"code": code, "severity": severity, "side": side, **words}


def result(*issues, left=None, right=None):
    return {"sides": {"left": left, "right": right}, "issues": list(issues)}


def row(**changes):
    return BatchRow(**{"clip": "a.mp4", "status": "measured", **changes})


def parsed(*some):
    return list(csv.DictReader(io.StringIO(table(some).removeprefix("\ufeff"))))


def test_each_tested_side_has_a_row():
    filled = rows(row(), result(left=SIDE, right={**SIDE, "result_deg": 41.0}))

    assert [(one.side, one.result_deg) for one in filled] == [("left", 34.8), ("right", 41.0)]


@pytest.mark.parametrize(
    ("side", "cells"),
    [
        (SIDE | {"picture_deg": 32.5, "from_vertical_deg": 37.0}, ("32.50", "37.00")),
        (SIDE, ("", "")),
    ],
    ids=["measured", "result of an earlier method"],
)
def test_table_has_the_angles_in_the_picture_and_from_the_vertical(side, cells):
    (only,) = parsed(*rows(row(), result(left=side)))

    assert (only["picture_deg"], only["from_vertical_deg"]) == cells


def test_clip_without_a_side_has_one_row():
    assert [one.side for one in rows(row(), result())] == [""]


def test_refusal_alone_speaks_where_there_is_one():
    (only,) = rows(row(), result(issue("low_light"), issue("not_seated", "refuse")))

    assert (only.text, only.remedy) == ("not_seated was seen.", "Mend not_seated.")


def test_issue_of_the_other_side_is_left_out():
    left, right = rows(row(), result(issue("few_reps", side="left"), left=SIDE, right=SIDE))

    assert (left.issues, right.issues) == (("few_reps",), ())


@pytest.mark.parametrize(
    ("named", "issues"), [("left", ()), ("", ()), ("right", (SIDE_DIFFERS,))], ids=str
)
def test_another_leg_than_the_name_says_is_an_issue(named, issues):
    (only,) = rows(row(named_side=named), result(left=SIDE))

    assert only.issues == issues


def test_table_has_numbers_with_two_decimals_and_absent_ones_empty():
    (only,) = parsed(*rows(row(), result(left=SIDE)))

    assert (only["rotation_deg"], only["interval_high_deg"], only["clean_deg"]) == (
        *("34.80", "37.50"),
        "",
    )


def test_findings_of_a_row_stand_in_one_cell():
    (only,) = parsed(*rows(row(), result(left=SIDE)))

    assert only["findings"] == "pelvic_hike trunk_lean"


@pytest.mark.parametrize("name", ["a,b.mp4", 'a"b.mp4', "a\nb.mp4", "ü.mp4"])
def test_odd_name_survives_the_table(name):
    assert parsed(row(clip=name))[0]["clip"] == name


@pytest.mark.parametrize("name", ["=1+1.mp4", "+a.mp4", "-a.mp4", "@a.mp4"])
def test_name_cannot_become_a_formula(name):
    assert parsed(row(clip=name))[0]["clip"] == f"'{name}"


@pytest.fixture
def page():
    some = [
        *rows(row(report="clips/a%20b/report.html", patient="P1"), result(left=SIDE)),
        row(clip="<script>alert(1)</script>.mp4", status="crashed", text="Broke <down>."),
        row(clip="c.mp4", status="duplicate", duplicate_of="a.mp4"),
    ]
    return render(some, MeasurementProtocol())


@pytest.mark.parametrize("part", ["style", "script"])
def test_page_allows_its_own_style_and_script_and_no_other(page, part):
    (content,) = re.findall(rf"<{part}>(.*?)</{part}>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()

    assert f"; {part}-src 'sha256-{digest}';" in page


def test_page_forbids_itself_to_load_anything(page):
    assert "default-src 'none';" in page


def test_page_needs_no_network(page):
    assert re.findall(r"src=|url\(|@import|https?:|style=\"|\son\w+=", page) == []


def test_page_leads_to_each_report(page):
    assert re.findall(r'<a href="([^"]*)"', page) == ["clips/a%20b/report.html"]


def test_name_from_outside_cannot_become_markup(page):
    assert "<script>alert" not in page


def test_page_has_a_filter_for_each_status_that_is_there(page):
    filters = re.findall(r'data-status="(\w+)" aria-pressed="true">[^<]*<b>(\d+)</b>', page)

    assert filters == [("measured", "1"), ("crashed", "1"), ("duplicate", "1")]


def test_angle_is_drawn_against_target_and_band(page):
    (drawn,) = re.findall(r'<svg class="small".*?</svg>', page)

    assert re.findall(r'class="(\w+)" (?:x|d|cx)="M?([\d.]+)', drawn) == [
        ("usual", "60.0"),
        ("goal", "112.5"),
        ("floor", "0.0"),
        ("interval", "80.2"),
        ("dot", "87.0"),
    ]


def test_side_that_is_not_counted_has_no_number_and_says_why():
    (only,) = rows(row(), result(left=not_counted(51.0)))
    page = re.sub(r"<header>.*</header>", "", render([only], MeasurementProtocol()))

    assert (only.status, only.not_counted) == ("not_counted", "hip lift")
    assert ("51.0" in page, "<svg" in page, "not counted: hip lift" in page) == (False, False, True)
    assert "51.0" not in table([only])


def test_provisional_number_is_marked():
    (only,) = rows(row(), result(left={**SIDE, "provisional": True, "category": None}))

    assert only.provisional == "yes"
    assert "provisional" in render([only], MeasurementProtocol())


def test_hip_lift_that_was_taken_off_is_named():
    lifted = {**SIDE, "rotation_deg": 42.8, "result_basis": "pelvis_relative"}

    page = render([*rows(row(), result(left=lifted))], MeasurementProtocol())

    assert "with 8.0° of hip lift taken off" in page


def test_page_without_an_angle_has_no_picture():
    assert "<svg" not in render([row(status="crashed")], MeasurementProtocol())


def test_code_without_text_is_written_as_it_is():
    (only,) = rows(row(), result(issue("new_issue"), left={**SIDE, "findings": ["new_finding"]}))
    page = render([only], MeasurementProtocol())

    assert ("new_issue" in page, "new_finding" in page) == (True, True)
