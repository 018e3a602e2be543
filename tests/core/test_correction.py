"""Corrections as they are sent, and what they set."""

import pytest

from hipcv.core.correction import marks_of
from hipcv.core.errors import BadRequest
from hipcv.core.landmarks import Side
from hipcv.core.marks import Marks, Placed


def correction(kind, after, *, side="left", rep=0, why="because"):
    return {"kind": kind, "side": side, "rep": rep, "after": after, "why": why}


def set_by(*corrections):
    return marks_of(corrections, Side.LEFT)


@pytest.mark.parametrize(
    ("made", "marks"),
    [
        (correction("start", {"span_s": [0, 0.5]}, rep=None), Marks(start_s=(0, 0.5))),
        (correction("plateau", {"plateau_s": [1, 2]}), Marks(plateau_s={0: (1, 2)})),
        (correction("rep_span", {"start_s": 1, "end_s": 3}, rep=2), Marks(span_s={2: (1, 3)})),
        (correction("rep", {"accepted": False}), Marks(rejected={0: "because"})),
        (
            correction("landmark", {"at": "start", "row": 3, "knee_px": [5, 6]}, rep=None),
            Marks(start=Placed(3, knee_px=(5, 6))),
        ),
        (
            correction("landmark", {"at": "plateau", "row": 9, "ankle_px": [1, 2]}),
            Marks(plateau={0: Placed(9, ankle_px=(1, 2))}),
        ),
    ],
)
def test_each_kind_sets_its_own(made, marks):
    assert set_by(made) == marks


def test_a_later_correction_stands_above_an_earlier_one():
    made = [correction("plateau", {"plateau_s": span}) for span in ([1, 2], [3, 4])]

    assert set_by(*made).plateau_s == {0: (3, 4)}


def test_accepting_takes_a_rejection_back():
    made = [correction("rep", {"accepted": accepted}) for accepted in (False, True)]

    assert set_by(*made) == Marks()


def test_the_other_leg_is_not_touched():
    assert set_by(correction("rep", {"accepted": False}, side="right")) == Marks()


@pytest.mark.parametrize(
    "made",
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
def test_what_cannot_be_understood_is_refused(made):
    with pytest.raises(BadRequest):
        set_by(made)
