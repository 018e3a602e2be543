import json
from datetime import date

import pytest
from typer.testing import CliRunner

from hipcv.cli.main import app
from hipcv.core.errors import NotFound
from hipcv.core.protocol import MeasurementProtocol
from hipcv.report.comparison import VisitSide, compare_visits
from tests.errors import assert_plain_error
from tests.records import document, not_counted_document, rejection, side, visited

FIRST, SECOND, THIRD = date(2025, 3, 1), date(2025, 4, 1), date(2025, 5, 1)


def history(*words):
    return CliRunner().invoke(app, ["history", *words])


def as_data(*words):
    return json.loads(history(*words, "--json").stdout)


@pytest.mark.parametrize("later_deg", [34.0, 42.0])
def test_change_is_described_by_the_sentence_of_the_comparison(records, later_deg):
    visited(records, on=FIRST, left_deg=30.0, signed=True)
    visited(records, on=SECOND, left_deg=later_deg, signed=True)

    results = (VisitSide.of(side(angle_deg)) for angle_deg in (30.0, later_deg))
    text = compare_visits(*results, MeasurementProtocol())["text"]
    assert text in " ".join(history("P-017").stdout.split())


def test_change_since_the_first_visit_is_given_too(records):
    for day, left_deg in ((FIRST, 20.0), (SECOND, 30.0), (THIRD, 41.0)):
        visited(records, on=day, left_deg=left_deg)

    change = as_data("P-017")["change"]["left"]
    assert [change[since]["difference_deg"] for since in change] == [11.0, 21.0]


def test_one_visit_is_no_change(records):
    visited(records)

    assert as_data("P-017")["change"]["left"] == {"since_last": None, "since_first": None}


def test_visits_are_listed_with_their_interval_and_who_signed(records):
    records.sign(visited(records, on=FIRST).id, version=1, by="KM")

    line = " ".join(history("P-017").stdout.splitlines()[2].split())
    parts = ("1 March 2025", "30.0°", "24.0 to 36.0°", "final", "KM")
    assert [part for part in parts if part not in line] == []


def test_side_that_was_never_measured_says_so(records):
    visited(records)

    title, text = history("P-017").stdout.splitlines()[-3:-1]
    assert (title, "not measured" in text) == ("Right", True)


def test_corrected_number_counts(records):
    analysis = visited(records)
    records.correct(analysis.id, rejection(document(25.0)), version=1, by="KM")

    assert as_data("P-017")["sides"]["left"][0]["result_deg"] == 25.0


def test_signed_clip_of_a_visit_counts_before_a_later_one(records):
    signed = visited(records, content="one", left_deg=31.0)
    records.sign(signed.id, version=1, by="KM")
    visited(records, content="two", left_deg=39.0)

    assert [visit["result_deg"] for visit in as_data("P-017")["sides"]["left"]] == [31.0]


def test_sides_may_come_from_two_clips_of_a_visit(records):
    visited(records, content="one", left_deg=31.0)
    visited(records, content="two", left_deg=None, right_deg=39.0)

    sides = as_data("P-017")["sides"]
    assert [visits[0]["result_deg"] for visits in sides.values()] == [31.0, 39.0]


def test_visit_that_is_not_counted_has_no_number_and_says_why(records):
    visited(records, stored=not_counted_document())

    text = history("P-017").stdout
    assert ("not counted: hip lift" in text, "°" in text) == (True, False)
    assert as_data("P-017")["sides"]["left"][0]["result_deg"] is None


def test_change_skips_a_visit_that_is_not_counted(records):
    visited(records, on=FIRST, left_deg=30.0, signed=True)
    visited(records, on=SECOND, stored=not_counted_document(), signed=True)
    visited(records, on=THIRD, left_deg=41.0, signed=True)

    change = as_data("P-017")["change"]["left"]["since_last"]
    assert (change["from"], change["difference_deg"], change["real"]) == ("2025-03-01", 11.0, True)


def test_clip_with_a_result_counts_before_a_later_one_that_is_not_counted(records):
    visited(records, content="one", left_deg=31.0)
    visited(records, content="two", stored=not_counted_document())

    assert [visit["result_deg"] for visit in as_data("P-017")["sides"]["left"]] == [31.0]


@pytest.mark.parametrize(
    ("later", "mark"),
    [
        ({"signed": False}, "not signed"),
        ({"signed": True, "provisional": True}, "provisional"),
        ({"signed": True, "result_basis": "pelvis_relative"}, "hip lift taken off"),
    ],
    ids=["unsigned", "provisional", "another basis"],
)
def test_doubtful_result_is_marked_and_makes_no_real_change(records, later, mark):
    visited(records, on=FIRST, left_deg=30.0, signed=True)
    visited(records, on=SECOND, left_deg=45.0, **later)

    assert mark in history("P-017").stdout
    assert as_data("P-017")["change"]["left"]["since_last"]["real"] is False


def test_result_of_the_first_schema_stands_with_its_rotation(records):
    stored = document(left_deg=31.0) | {"schema": "hipcv.assessment/1"}
    for name in [name for name in stored["sides"]["left"] if name.startswith("result")]:
        del stored["sides"]["left"][name]
    visited(records, stored=stored)

    assert as_data("P-017")["sides"]["left"][0]["result_deg"] == 31.0


def test_clip_that_was_refused_or_waits_is_left_out(records):
    visited(records, left_deg=None)

    assert as_data("P-017")["sides"] == {"left": [], "right": []}


def test_patient_is_found_by_id_too(records):
    visited(records)

    assert as_data(records.patients()[0].id)["patient"] == "P-017"


@pytest.mark.usefixtures("records")
def test_unknown_patient_is_named_with_where_to_look():
    error = history("P-018").exception

    assert isinstance(error, NotFound)
    assert_plain_error(error, "P-018")


@pytest.mark.usefixtures("data_folder")
def test_folder_without_records_is_named_and_stays_empty(data_folder):
    assert_plain_error(history("P-017").exception, data_folder, "--data-dir")
    assert list(data_folder.iterdir()) == []


def test_folder_may_be_named(records, data_folder, tmp_path, monkeypatch):
    visited(records)
    monkeypatch.setenv("HIPCV_DATA_DIR", str(tmp_path / "elsewhere"))

    assert as_data("P-017", "--data-dir", str(data_folder))["patient"] == "P-017"
