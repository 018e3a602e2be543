import re
from datetime import UTC, datetime

import pytest

from hipcv.core.landmarks import Side
from hipcv.report import numbers
from hipcv.report.review import (
    Case,
    Signature,
    corrected,
    format_automatic,
    format_signature,
    summarise_corrections,
)
from hipcv.results.document import build_document
from tests.builders import assessment, refused, trial

AT = datetime(2026, 3, 3, 14, 5, tzinfo=UTC)


def summary_of(**correction):
    return summarise_corrections(Case(corrections=[correction]))[0]


@pytest.mark.parametrize(
    ("kind", "before", "after", "parts"),
    [
        ("start", {"span_s": [0.1, 0.7]}, {"span_s": [0.2, 0.8]},
         ["0.10", "0.70", "→", "0.20", "0.80"]),
        ("plateau", {}, {"plateau_s": [1.6, 2.1]}, ["1.60", "2.10"]),
        ("rep_span", {}, {"start_s": 0.8, "end_s": 2.8}, ["0.80", "2.80"]),
        ("rep", {"accepted": True}, {"accepted": False}, ["counted", "→", "not counted"]),
        ("landmark", {}, {"at": "start", "row": 12, "knee_px": [690.2, 392.0]},
         ["knee", "690", "392", "12", "start"]),
        ("side", {"side": "left"}, {"side": "right"}, ["left", "→", "right"]),
        ("withdraw", {}, {"number": 1}, []),
    ],
)  # fmt: skip
def test_every_kind_of_correction_has_its_values(kind, before, after, parts):
    change = summary_of(kind=kind, before=before, after=after).change
    pattern = r"not counted|counted|knee|start|left|right|→|[\d.]+"

    assert re.findall(pattern, change) == parts


def test_a_repetition_is_counted_from_one():
    what = summary_of(kind="plateau", side="left", rep=1, after={}).what

    assert ("Left" in what, "repetition 2" in what) == (True, True)


def test_a_correction_names_its_author_and_time():
    summary = summary_of(kind="rep", after={"accepted": False}, by="AB", at=AT)

    assert summary.who == f"AB, {numbers.moment(AT)}"


def test_a_withdrawn_correction_no_longer_counts():
    assert not corrected(Case(corrections=[{"kind": "rep", "after": {}, "withdrawn": True}]))


def test_another_time_zone_is_written_in_utc():
    assert numbers.moment(datetime.fromisoformat("2026-03-03T15:05:00+01:00")) == numbers.moment(AT)


@pytest.mark.parametrize("status", ["preliminary", "final", "amended"])
def test_every_status_begins_with_its_own_word(status):
    assert format_signature(Signature(status, "AB", AT)).startswith(status.capitalize())


def test_nobody_s_initials_are_no_signature():
    assert "nobody" in format_signature(Signature("final", ""))


def test_without_corrections_the_automatic_reading_is_not_repeated():
    assert format_automatic(Case(automatic=build_document(trial(assessment()))), Side.LEFT) == ""


def test_an_automatic_reading_without_a_number_says_so():
    case = Case(
        corrections=[{"kind": "start", "after": {}}],
        automatic=build_document(trial(refused(Side.LEFT))),
    )

    assert "no number" in format_automatic(case, Side.LEFT)


def test_a_side_that_was_not_corrected_has_no_second_reading():
    both = build_document(trial(assessment(), assessment(Side.RIGHT)))
    case = Case(corrections=[{"kind": "start", "side": "left", "after": {}}], automatic=both)

    assert [bool(format_automatic(case, side)) for side in Side] == [True, False]
