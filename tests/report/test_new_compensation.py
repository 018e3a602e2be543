"""A compensation added to the table appears in findings, chart, CSV and --explain."""

import numpy as np
import pytest

from hipcv.core import compensation
from hipcv.core.assessment import assess
from hipcv.core.channels import Channel
from hipcv.core.compensation import Compensation, Limits
from hipcv.report import wording
from hipcv.report.charts.strip import strip_rows
from hipcv.report.debug import curves
from hipcv.report.formats.table import channel_order
from tests.closeups import motion_of


@pytest.fixture
def motion(monkeypatch):
    row = Compensation("head_turn", "head_turn_deg", "deg", lambda _rep: Limits(-np.inf, 9.0))
    words = wording.FindingWords("Head turn", "The head turned", "", "Look up.", "Look up")
    monkeypatch.setattr(compensation, "COMPENSATIONS", (*compensation.COMPENSATIONS, row))
    monkeypatch.setattr(curves, "COMPENSATIONS", compensation.COMPENSATIONS)
    monkeypatch.setitem(wording.FINDINGS, "head_turn", words)
    motion = motion_of(30)
    motion.channels["head_turn_deg"] = Channel(np.full(len(motion.time_s), 12.0), "landmarks")
    return motion


def test_it_is_found(motion):
    assert assess(motion).findings == ("head_turn",)


def test_it_has_a_row_in_the_chart(motion):
    (row,) = [row for row in strip_rows(motion, assess(motion)) if row.title == "Head turn"]

    assert row.beyond.any()


def test_its_channel_is_in_the_table(motion):
    assert "head_turn_deg" in channel_order([motion])


def test_its_limit_is_drawn(motion):
    rep = compensation.RepView(motion, motion.reps[0])

    assert curves.limits("head_turn_deg", rep) == [(9.0, 4.5)]
