"""The moving figure of the test."""

import math
from dataclasses import replace

import numpy as np
import pytest

from hipcv.core.landmarks import LEGS, Side
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.view_model import Stage
from hipcv.guide import figure, screen
from tests.guide.test_screen import ground, view_of

TIMES_S = np.arange(0, 12, 0.05)


def test_the_foot_swings_out_and_back_and_is_held_as_long_as_the_test_asks():
    turns_deg = np.array([figure.swing_deg(time_s) for time_s in TIMES_S])
    held = turns_deg == turns_deg.max()
    changes = np.diff(held.astype(int))
    began, ended = np.flatnonzero(changes == 1)[0], np.flatnonzero(changes == -1)[0]

    assert (turns_deg.min(), turns_deg.max() > 30) == (0, True)
    assert TIMES_S[ended] - TIMES_S[began] == pytest.approx(
        MeasurementProtocol().guide_hold_s, abs=0.1
    )


@pytest.mark.parametrize("side", Side)
def test_the_thigh_stays_while_the_foot_moves_away_from_the_other_leg(side):
    rest, out = (figure.leg_outline(side, turn_deg) for turn_deg in (0.0, 40.0))
    thigh, foot = rest[:, 1] < 0.58, rest[:, 1] > 0.98
    outward = -LEGS[side].outward_x  # as in a mirror

    assert np.array_equal(rest[thigh], out[thigh])
    assert (outward * (out[foot, 0] - rest[foot, 0]) > 0.2).all()


@pytest.mark.parametrize("side", Side)
def test_before_the_external_repetitions_the_foot_swings_the_other_way(side, monkeypatch):
    turns_deg = []
    outline = figure.leg_outline
    monkeypatch.setattr(
        figure, "leg_outline", lambda leg, turn: turns_deg.append((leg, turn)) or outline(leg, turn)
    )
    inwards = {"external": True, "peak_deg": math.nan, "cue": "turn_in"}
    for changes in ({"stage": Stage.STILL}, inwards):
        screen.draw(ground(), replace(view_of(side=side, **changes), time_s=1.5))

    assert [turn > 0 for leg, turn in turns_deg if leg is side] == [True, False]


@pytest.mark.parametrize("stage", [Stage.STILL, Stage.COUNTDOWN, Stage.CHANGEOVER])
@pytest.mark.parametrize("side", [*Side, None])
def test_it_moves_before_the_first_repetition(stage, side):
    pictures = [
        screen.draw(ground(), replace(view_of(stage), side=side, time_s=time_s))
        for time_s in (0.0, 1.5)
    ]

    assert not np.array_equal(*pictures)


def test_it_moves_no_more_once_the_repetitions_have_begun():
    pictures = [screen.draw(ground(), replace(view_of(), time_s=time_s)) for time_s in (0.0, 1.5)]

    assert np.array_equal(*pictures)


def test_both_legs_take_turns_where_either_may_be_tested():
    assert {figure.swinging_side(time_s) for time_s in TIMES_S} == set(Side)
