from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from hipcv.core.closeup import START
from hipcv.core.landmarks import LEGS, Side
from hipcv.core.phases import find_phases, key_frames
from hipcv.core.protocol import MeasurementProtocol
from tests.tracks import put_shank, seated_track, swings

P = MeasurementProtocol()


def _plateaus(track, side=Side.LEFT):
    phases = find_phases(track, side, P)
    return [float(np.median(phases.rotation_deg[rep.plateau])) for rep in phases.internal]


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("tilt", [-19, -4, 0, 6])
def test_rotation_counts_from_the_resting_shank_whatever_its_tilt(side, tilt):
    track = seated_track(swings(35), side=side, tilt_deg=tilt)

    assert _plateaus(track, side) == pytest.approx([35], abs=0.1)


def test_every_repetition_is_found_in_order():
    assert _plateaus(seated_track(swings(25, 18, 30))) == pytest.approx([25, 18, 30], abs=0.1)


def test_a_leg_that_hardly_moves_has_no_repetition():
    assert _plateaus(seated_track(swings(4))) == []


def test_outward_and_inward_turns_are_distinguished():
    phases = find_phases(seated_track(swings(30, -25)), Side.LEFT, P)

    assert (len(phases.internal), len(phases.external)) == (1, 1)


def _turns(*angles_deg):
    """Held angles with smooth swings between them."""
    ramp = (1 - np.cos(np.linspace(0, np.pi, 18))) / 2
    parts = [np.full(30, float(angles_deg[0]))]
    for begin, end in pairwise(angles_deg):
        parts += [begin + (end - begin) * ramp, np.full(30, float(end))]
    return np.concatenate(parts)


@pytest.mark.parametrize("external_deg", [-12, -20, -35])
def test_a_hold_the_other_way_is_not_taken_for_the_rest_before_a_repetition(external_deg):
    phases = find_phases(seated_track(_turns(0, external_deg, 36, 0)), Side.LEFT, P)

    assert phases.zero_deg == pytest.approx(0, abs=0.5)


def test_a_leg_that_came_to_rest_further_in_starts_there():
    phases = find_phases(seated_track(_turns(0, -10, 36, -10)), Side.LEFT, P)

    assert phases.zero_deg == pytest.approx(-10, abs=0.5)


def test_an_uneven_frame_rate_does_not_move_the_plateau():
    even = seated_track(swings(35))
    keep = np.random.default_rng(1).random(len(even.time_s)) > 0.3
    keep[[0, -1]] = True
    uneven = seated_track(swings(35)[keep])
    uneven.time_s[:] = even.time_s[keep]

    assert _plateaus(uneven) == pytest.approx([35], abs=0.1)


def test_the_start_is_the_still_time_just_before_the_first_repetition():
    turn = np.concatenate([np.full(30, 12.0), np.linspace(12, 0, 15), swings(35)])

    assert _plateaus(seated_track(turn)) == pytest.approx([35], abs=0.2)


def test_a_plateau_is_never_taken_from_a_bridged_gap():
    track = seated_track(swings(35))
    peak = find_phases(track, Side.LEFT, P).internal[0].plateau
    hidden = peak[3:6]
    track.xy_px[hidden, LEGS[Side.LEFT].ankle] = np.nan

    rows = find_phases(track, Side.LEFT, P).internal[0].plateau

    assert not set(rows) & set(hidden)


def test_standing_up_is_not_a_repetition():
    """Shanks that hung inwards become vertical while the hips rise: 15 degrees of nothing."""
    rise = np.concatenate([np.zeros(30), np.linspace(0, 1, 20), np.ones(40)])
    track = seated_track(15 * rise, tilt_deg=-15)
    track.xy_px[:, :25, 1] -= 120 * rise[:, None]
    for side in Side:
        put_shank(track.xy_px, side, -15 + 15 * rise)

    assert _plateaus(track) == []


def test_a_clip_that_is_never_still_has_no_start():
    track = seated_track(30 * np.sin(np.arange(90) / 4))

    assert not len(find_phases(track, Side.LEFT, P).start)


def _restless(turn):
    """The same swing, with the leg fidgeting by 4 degrees before it."""
    turn[:24] = 4.4 * np.sin(np.arange(24) * 0.5)
    return seated_track(turn[:-20])


def test_a_restless_start_is_used_but_not_called_still():
    assert not find_phases(_restless(swings(35)), Side.LEFT, P).still


def test_a_held_end_range_after_a_restless_start_is_not_taken_for_the_start():
    assert _plateaus(_restless(swings(35, hold_s=1.0))) == pytest.approx([35], abs=4)


def test_a_leg_that_comes_down_as_the_clip_begins_has_not_done_a_repetition():
    turn = np.concatenate([np.linspace(30, 0, 15), swings(35)])

    assert _plateaus(seated_track(turn)) == pytest.approx([35], abs=0.2)


def _cut(at_deg, *, after_top=False, tilt_deg=0.0, side=Side.LEFT):
    """Two repetitions of 40 degrees from a tilt, cut where the first passes an angle."""
    turn = swings(40, 40, hold_s=1.0)
    begin = int(np.argmax(turn >= at_deg))
    if after_top:
        begin += int(np.argmax(turn[begin:] < at_deg)) + 2
    return seated_track(turn[begin:], side=side, tilt_deg=tilt_deg)


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("tilt_deg", [-15, 0, 4])
@pytest.mark.parametrize("at_deg", [10, 25, 36])
def test_a_clip_that_begins_in_mid_swing_is_measured_from_its_next_rest(side, tilt_deg, at_deg):
    track = _cut(at_deg, tilt_deg=tilt_deg, side=side)

    assert _plateaus(track, side)[-1] == pytest.approx(40, abs=0.3)


def test_a_clip_that_begins_with_a_held_end_range_is_measured_from_its_next_rest():
    assert _plateaus(_cut(40)) == pytest.approx([40], abs=0.1)


def test_a_clip_that_begins_on_the_way_back_is_measured_from_the_rest():
    assert _plateaus(_cut(35, after_top=True)) == pytest.approx([40], abs=0.1)


@pytest.mark.parametrize("tilt_deg", [-15, -5, 0, 4])
def test_a_clip_that_begins_in_an_outward_swing_is_no_internal_rotation(tilt_deg):
    turn = swings(-25, -25, hold_s=1.0)[30:]
    phases = find_phases(seated_track(turn, tilt_deg=tilt_deg), Side.LEFT, P)

    assert not phases.internal


def test_a_repetition_that_begins_with_the_clip_begins_at_its_first_frame():
    turn = np.concatenate([np.linspace(6, 35, 12), np.linspace(35, 0, 12), swings(35)])

    assert find_phases(seated_track(turn), Side.LEFT, P).internal[0].first == 0


def test_a_repetition_that_the_clip_ends_in_counts():
    turn = swings(25, 35)

    assert _plateaus(seated_track(turn[:-44])) == pytest.approx([25, 35], abs=0.1)


def test_key_frames_come_from_start_and_plateaus_alone():
    phases = find_phases(seated_track(swings(25, 30)), Side.LEFT, P)

    keys = key_frames(phases, Side.LEFT, P)

    counts = [int((keys.window == window).sum()) for window in (START, 0, 1)]
    assert counts == [P.start_key_frames, P.plateau_key_frames, P.plateau_key_frames]


def test_key_frames_are_in_time_order():
    phases = find_phases(seated_track(swings(25, 30)), Side.LEFT, P)

    assert np.all(np.diff(key_frames(phases, Side.LEFT, P).index) > 0)


def test_a_brief_plateau_gives_every_frame_it_has():
    track = seated_track(swings(30, rate_hz=15), rate_hz=15)
    phases = find_phases(track, Side.LEFT, P)
    plateau = phases.internal[0].plateau[:5]
    brief = replace(phases, internal=(replace(phases.internal[0], plateau=plateau),))

    keys = key_frames(brief, Side.LEFT, P)

    assert keys.index[keys.window == 0].tolist() == plateau.tolist()
