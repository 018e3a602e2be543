"""Held angle of repetitions that are easily misread; the truth is what was held."""

import numpy as np
import pytest

from hipcv.core.holds import Swing, held_stretch
from hipcv.core.phases import Curve, phases_about
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.smoothing import running_median

P = MeasurementProtocol()
RATE_HZ = 30


def ease(begin_deg, end_deg, seconds, rate_hz=RATE_HZ):
    """Return a movement that begins and ends smoothly."""
    x = np.linspace(0, 1, max(round(seconds * rate_hz), 2))
    return begin_deg + (end_deg - begin_deg) * x**3 * (10 - 15 * x + 6 * x * x)


def flat(angle_deg, seconds, rate_hz=RATE_HZ):
    return np.full(round(seconds * rate_hz), float(angle_deg))


def shaking(angle_deg, by_deg, hz, seconds):
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return angle_deg + by_deg * np.sin(2 * np.pi * hz * time_s)


def repetitions(*parts, rate_hz=RATE_HZ, shown=None):
    """Return (angle, held) of each repetition of a curve between two rests.

    `shown` selects the pictures that a recorder did not drop.
    """
    rest = flat(0, 1, rate_hz)
    tilt = np.concatenate([rest, *parts, rest])
    rows = np.arange(len(tilt)) if shown is None else np.flatnonzero(shown(tilt))
    time_s, tilt = rows / rate_hz, tilt[rows]
    none, all_rows = np.zeros(len(tilt), dtype=bool), np.ones(len(tilt), dtype=bool)
    calm = running_median(tilt, time_s, P.median_window_s)
    curve = Curve(time_s, tilt, calm, none, none, all_rows, P.picture_longest_s)
    start = np.flatnonzero(time_s < 1)
    reps = phases_about(curve, start, P, still=True).internal
    return [(float(np.median(calm[curve.over_time(rep.plateau)])), rep.held) for rep in reps]


def held(angle_deg, within_deg=1.0):
    return [(pytest.approx(angle_deg, abs=within_deg), True)]


@pytest.mark.parametrize("rate_hz", [15, 30, 60])
@pytest.mark.parametrize("share", [0.08, 0.12, 0.2, 0.3])
@pytest.mark.parametrize("past_s", [0.03, 0.1, 0.3])
@pytest.mark.parametrize("hold_s", [0.3, 1.0, 4.0])
def test_a_leg_that_swings_past_reads_where_it_is_held(rate_hz, share, past_s, hold_s):
    peak = 40 * (1 + share)
    parts = [
        ease(0, peak, 0.4, rate_hz), flat(peak, past_s, rate_hz), ease(peak, 40, 0.15, rate_hz),
        flat(40, hold_s, rate_hz), ease(40, 0, 0.5, rate_hz),
    ]  # fmt: skip

    assert repetitions(*parts, rate_hz=rate_hz) == held(40)


@pytest.mark.parametrize("hold_s", [0.3, 1.5])
def test_a_push_at_the_end_of_a_hold_is_not_held(hold_s):
    push = [ease(36, 44, 0.17), flat(44, 0.3), ease(44, 0, 0.5)]

    assert repetitions(ease(0, 36, 0.4), flat(36, hold_s), *push) == held(36)


@pytest.mark.parametrize("top_s", [0.5, 2])
def test_of_a_staircase_the_highest_step_that_was_held_counts(top_s):
    steps = [ease(0, 30, 0.4), flat(30, 2), ease(30, 40, 0.3), flat(40, top_s), ease(40, 0, 0.4)]

    assert repetitions(*steps) == held(40)


def test_a_pause_on_the_way_is_not_the_end_range():
    parts = [ease(0, 20, 0.4), flat(20, 0.8), ease(20, 45, 0.3), flat(45, 0.3), ease(45, 0, 0.4)]

    assert repetitions(*parts) == held(45)


@pytest.mark.parametrize(("begin_deg", "end_deg"), [(40, 46), (46, 36)])
def test_a_hold_that_creeps_or_sags_reads_near_its_highest(begin_deg, end_deg):
    hold = np.linspace(begin_deg, end_deg, 3 * RATE_HZ)

    assert repetitions(ease(0, begin_deg, 0.4), hold, ease(end_deg, 0, 0.5)) == held(44.5)


@pytest.mark.parametrize(("by_deg", "hz"), [(4, 3), (1, 5), (2, 5), (2, 2), (3, 4)])
def test_a_leg_that_bounces_or_trembles_is_held_at_its_middle(by_deg, hz):
    assert repetitions(ease(0, 38, 0.4), shaking(38, by_deg, hz, 1.5), ease(38, 0, 0.5)) == held(38)


@pytest.mark.parametrize("phase", [0, 1, 2, 3])
def test_a_brief_hold_on_which_cloth_swings_is_held(phase):
    """A hold of 0.9 s, read with an error of 1.3 degrees to and fro at 4 Hz."""
    time_s = np.arange(27) / RATE_HZ
    hold = 31 + 1.3 * np.sin(2 * np.pi * 4 * time_s + phase)

    assert repetitions(ease(0, 31, 0.6), hold, ease(31, 0, 0.6)) == held(31)


def test_a_leg_that_swings_about_an_angle_is_not_held():
    ((_, is_held),) = repetitions(ease(0, 38, 0.4), shaking(38, 12, 3, 1.5), ease(38, 0, 0.5))

    assert not is_held


@pytest.mark.parametrize("rate_hz", [15, 24, 30, 60])
@pytest.mark.parametrize("ramp_s", [0.2, 0.5])
def test_fast_repetitions_with_brief_holds_are_held(rate_hz, ramp_s):
    peaks = (42, 44, 45, 43, 44)
    parts = [
        part
        for peak in peaks
        for part in (
            ease(0, peak, ramp_s, rate_hz), flat(peak, 0.3, rate_hz),
            ease(peak, 0, ramp_s, rate_hz), flat(0, 0.3, rate_hz),
        )
    ]  # fmt: skip

    assert repetitions(*parts, rate_hz=rate_hz) == [held(peak, 0.5)[0] for peak in peaks]


@pytest.mark.parametrize("seconds", [0.25, 0.4, 1])
def test_a_kick_is_not_held(seconds):
    ((_, is_held),) = repetitions(ease(0, 45, seconds), ease(45, 0, seconds))

    assert not is_held


def test_a_slow_swing_that_turns_back_at_once_is_not_held():
    ((_, is_held),) = repetitions(np.linspace(0, 45, 120), np.linspace(45, 0, 120))

    assert not is_held


def test_a_kick_after_a_hold_reads_the_hold():
    kick = [ease(25, 45, 0.25), ease(45, 0, 0.4)]

    assert repetitions(ease(0, 25, 0.4), flat(25, 1), *kick) == held(25)


def test_a_hold_whose_unchanged_pictures_were_dropped_counts_by_its_time():
    parts = [ease(0, 35, 0.5), flat(35, 0.8), ease(35, 0, 0.5)]

    def changed(tilt):
        return np.abs(np.diff(tilt, prepend=-1)) > 0.05

    assert repetitions(*parts, shown=changed) == held(35, 0.5)


def test_a_leg_lost_in_the_middle_of_its_hold_was_held_throughout():
    turn = flat(40, 1.0)
    turn[10:20] = np.nan

    stretch = held_stretch(Swing(turn, np.arange(30) / RATE_HZ, 1 / RATE_HZ), P)

    assert (stretch.first, stretch.last, stretch.level_deg) == (0, 29, 40)


def test_methods_before_holds_read_near_the_end_range():
    old = MeasurementProtocol(hold_band_deg=0)
    tilt = np.concatenate([flat(0, 1), ease(0, 45, 0.25), ease(45, 0, 0.25), flat(0, 1)])
    time_s = np.arange(len(tilt)) / RATE_HZ
    none = np.zeros(len(tilt), dtype=bool)
    curve = Curve(time_s, tilt, tilt, none, none, ~none)

    (rep,) = phases_about(curve, np.arange(25), old, still=True).internal

    assert rep.held
