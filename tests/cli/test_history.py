import json
from datetime import date

import pytest
from typer.testing import CliRunner

from hipcv.cli.main import app
from tests.records import document, rejection, visited

FIRST, SECOND, THIRD = date(2025, 3, 1), date(2025, 4, 1), date(2025, 5, 1)


def history(*words):
    return CliRunner().invoke(app, ["history", *words])


def as_data(*words):
    return json.loads(history(*words, "--json").stdout)


@pytest.mark.parametrize(
    ("later_deg", "words"), [(34.0, "Within measurement error"), (42.0, "Real change")]
)
def test_change_is_stated_in_words(records, later_deg, words):
    visited(records, on=FIRST, left_deg=30.0)
    visited(records, on=SECOND, left_deg=later_deg)

    assert f"Since the visit before: {words}" in history("P-017").stdout


def test_change_since_the_first_visit_is_stated_too(records):
    for day, left_deg in ((FIRST, 20.0), (SECOND, 30.0), (THIRD, 41.0)):
        visited(records, on=day, left_deg=left_deg)

    change = as_data("P-017")["change"]["left"]
    assert [change[since]["difference_deg"] for since in change] == [11.0, 21.0]


def test_one_visit_is_no_change(records):
    visited(records)

    assert as_data("P-017")["change"]["left"] == {"since_last": None, "since_first": None}


def test_visits_are_shown_with_interval_and_signature(records):
    records.sign(visited(records, on=FIRST).id, version=1, by="KM")

    line = history("P-017").stdout.splitlines()[2]
    assert " ".join(line.split()) == "1 March 2025 30.0° (28.0 to 32.0°) final, signed by KM"


def test_side_that_was_never_measured_says_so(records):
    visited(records)

    assert history("P-017").stdout.endswith("Right\n  not measured yet\n")


def test_corrected_number_counts(records):
    analysis = visited(records)
    records.correct(analysis.id, rejection(document(25.0)), version=1, by="KM")

    assert as_data("P-017")["sides"]["left"][0]["rotation_deg"] == 25.0


def test_signed_clip_of_a_visit_counts_before_a_later_one(records):
    signed = visited(records, content="one", left_deg=31.0)
    records.sign(signed.id, version=1, by="KM")
    visited(records, content="two", left_deg=39.0)

    assert [each["rotation_deg"] for each in as_data("P-017")["sides"]["left"]] == [31.0]


def test_sides_may_come_from_two_clips_of_a_visit(records):
    visited(records, content="one", left_deg=31.0)
    visited(records, content="two", left_deg=None, right_deg=39.0)

    sides = as_data("P-017")["sides"]
    assert [sides[side][0]["rotation_deg"] for side in sides] == [31.0, 39.0]


def test_clip_that_was_refused_or_waits_is_left_out(records):
    visited(records, left_deg=None)

    assert as_data("P-017")["sides"] == {"left": [], "right": []}


def test_patient_is_found_by_id_too(records):
    visited(records)

    assert as_data(records.patients()[0].id)["patient"] == "P-017"


def test_unknown_patient_is_refused(records):
    assert "No patient P-018" in str(history("P-018").exception)


@pytest.mark.usefixtures("desk_folder")
def test_folder_without_records_is_refused_and_stays_empty(desk_folder):
    said = str(history("P-017").exception)

    assert ("--data-dir" in said, list(desk_folder.iterdir())) == (True, [])


def test_folder_may_be_named(records, desk_folder, tmp_path, monkeypatch):
    visited(records)
    monkeypatch.setenv("HIPCV_DATA_DIR", str(tmp_path / "elsewhere"))

    assert as_data("P-017", "--data-dir", str(desk_folder))["patient"] == "P-017"
