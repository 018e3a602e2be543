"""Corrections as they are sent, and what they set."""

import pytest

from hipcv.core.correction import overrides_of, parse
from hipcv.core.errors import BadRequest
from hipcv.core.landmarks import Side
from hipcv.core.overrides import Overrides, PlacedPoints
from hipcv.core.span import Span


def correction(kind, after, *, side="left", rep=0, why="because"):
    return {"kind": kind, "side": side, "rep": rep, "after": after, "why": why}


def set_by(*corrections):
    return overrides_of(corrections, Side.LEFT)


@pytest.mark.parametrize(
    ("correction", "overrides"),
    [
        (
            correction("start", {"span_s": [0, 0.5]}, rep=None),
            Overrides(start_s=Span.through(0, 0.5)),
        ),
        (
            correction("plateau", {"plateau_s": [1, 2]}),
            Overrides(plateau_s={0: Span.through(1, 2)}),
        ),
        (
            correction("rep_span", {"start_s": 1, "end_s": 3}, rep=2),
            Overrides(span_s={2: Span.through(1, 3)}),
        ),
        (correction("rep", {"accepted": False}), Overrides(rejected={0: "because"})),
        (
            correction("landmark", {"at": "start", "row": 3, "knee_px": [5, 6]}, rep=None),
            Overrides(start=PlacedPoints(3, knee_px=(5, 6))),
        ),
        (
            correction("landmark", {"at": "plateau", "row": 9, "ankle_px": [1, 2]}),
            Overrides(plateau={0: PlacedPoints(9, ankle_px=(1, 2))}),
        ),
    ],
)
def test_each_kind_sets_its_own(correction, overrides):
    assert set_by(correction) == overrides


def test_a_later_correction_stands_above_an_earlier_one():
    corrections = [correction("plateau", {"plateau_s": span}) for span in ([1, 2], [3, 4])]

    assert set_by(*corrections).plateau_s == {0: Span.through(3, 4)}


def test_accepting_takes_a_rejection_back():
    corrections = [correction("rep", {"accepted": accepted}) for accepted in (False, True)]

    assert set_by(*corrections) == Overrides()


def test_the_other_leg_is_not_touched():
    assert set_by(correction("rep", {"accepted": False}, side="right")) == Overrides()


@pytest.mark.parametrize(
    "correction",
    [
        correction("spin", {}),
        correction("start", None, rep=None),
        correction("start", {"span_s": [2, 1]}, rep=None),
        correction("start", {"span_s": [0, float("nan")]}, rep=None),
        correction("start", {"span_s": "ab"}, rep=None),
        correction("plateau", {"plateau_s": [1, 2]}, rep=None),
        correction("plateau", {"plateau_s": [1, 2]}, rep=True),
        correction("rep", {"accepted": "no"}),
        correction("rep", {"accepted": False}, why=" "),
        correction("landmark", {"at": "plateau", "row": 1}),
        correction("landmark", {"at": "plateau", "row": -1, "knee_px": [1, 2]}),
        correction("landmark", {"at": "plateau", "row": 1, "knee_px": [1]}),
        correction("landmark", {"at": "nowhere", "row": 1, "knee_px": [1, 2]}),
    ],
)
def test_what_cannot_be_understood_is_refused(correction):
    with pytest.raises(BadRequest):
        parse(correction)
