import csv
import io
import json
from datetime import UTC, date, datetime

import pytest

from hipcv.core.issues import Issue
from hipcv.core.landmarks import Side
from hipcv.report.patient_table import COLUMNS, VisitResult, document, table
from hipcv.report.review import Case, Signature
from hipcv.results.document import build_document as result
from tests.builders import assessment, trial

AT = datetime(2026, 3, 3, 14, 5, tzinfo=UTC)
REJECTED = {"kind": "rep", "side": "left", "rep": 0, "after": {"accepted": False}, "at": AT}
FIRST = VisitResult(result(trial(assessment())), Case("P-1", date(2026, 2, 1)))
BOTH = VisitResult(
    result(trial(assessment(), assessment(Side.RIGHT, 48.2))),
    Case("P-1", date(2026, 3, 3), Signature("final", "AB", AT)),
)
REFUSED = VisitResult(
    result(trial(issues=[Issue("no_person", "refuse")])), Case("P-1", date(2026, 3, 9))
)


def rows(*visits):
    return list(csv.DictReader(io.StringIO(table(visits).removeprefix("\ufeff"))))


def test_every_side_of_every_visit_has_a_row():
    assert [(row["visit"], row["side"]) for row in rows(BOTH, FIRST)] == [
        ("2026-02-01", "left"),
        ("2026-03-03", "left"),
        ("2026-03-03", "right"),
    ]


def test_columns_are_always_the_same():
    assert tuple(rows(REFUSED)[0]) == COLUMNS


def test_a_refused_clip_keeps_a_row_without_an_angle():
    row = rows(REFUSED)[0]

    assert (row["status"], row["rotation_deg"], row["issues"]) == ("not_measured", "", "no_person")


def test_angle_and_interval_are_numbers():
    row = rows(FIRST)[0]
    names = ("rotation_deg", "interval_low_deg", "interval_high_deg")

    assert [float(row[name]) for name in names] == pytest.approx([34.8, 32.1, 37.5])


def test_the_angles_in_the_picture_and_from_the_vertical_are_numbers():
    row = rows(FIRST)[0]

    assert (row["picture_deg"], row["from_vertical_deg"]) == ("33.60", "32.70")


def test_a_result_without_these_angles_leaves_their_cells_empty():
    earlier = result(trial(assessment()))
    for name in ("picture_deg", "from_vertical_deg"):
        del earlier["sides"]["left"][name]

    row = rows(VisitResult(earlier, Case("P-1")))[0]
    assert (row["picture_deg"], row["from_vertical_deg"]) == ("", "")


def test_the_signature_has_its_columns():
    row = rows(BOTH)[0]

    assert (row["sign_off"], row["signed_by"]) == ("final", "AB")


def test_the_automatic_reading_stays_next_to_a_corrected_one():
    case = Case("P-1", corrections=[REJECTED], automatic=result(trial(assessment())))
    row = rows(VisitResult(result(trial(assessment(rotation_deg=36.0))), case))[0]

    assert (row["corrected"], row["rotation_deg"], row["automatic_rotation_deg"]) == (
        "yes",
        "36.00",
        "34.80",
    )


def test_text_like_a_formula_is_disarmed():
    row = rows(VisitResult(FIRST.document, Case("=HYPERLINK(1)")))[0]

    assert row["patient"] == "'=HYPERLINK(1)"


def test_the_document_is_plain_json():
    case = Case("P-1", corrections=[REJECTED], automatic=FIRST.document)
    written = document("P-1", [VisitResult(FIRST.document, case), BOTH])

    assert json.loads(json.dumps(written, allow_nan=False)) == written
