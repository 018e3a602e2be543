from dataclasses import replace

import numpy as np
import pytest

from hipcv.core.closeup import Region
from hipcv.core.compensation import (
    COMPENSATIONS,
    RepView,
    finding_codes,
    findings,
    pelvis_measured,
    plateau_values,
)
from hipcv.core.landmarks import LEGS, Landmark, Side
from hipcv.core.measure import measure
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.span import Span
from tests.closeups import motion_of, performance, with_region
from tests.tracks import SHANK_PX, seated_track, swings

P = MeasurementProtocol()
SHOULDERS = [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]


def _view(motion):
    rep = motion.reps[0]
    return RepView(motion, rep)


def _findings(**moves):
    return {finding.code: finding for finding in findings(_view(motion_of(30, **moves)))}


def _severities(**moves):
    return {code: finding.severity for code, finding in _findings(**moves).items()}


FLAGGED = [
    ("pelvic_hike", {"obliquity_deg": 2.8}),
    ("trunk_lean", {"lean_deg": 5.5}),
    ("trunk_lean", {"lean_deg": -5.5}),
    ("weight_shift", {"shift_ratio": 0.035, "lean_deg": 2.5}),
    ("weight_shift", {"shift_ratio": -0.035, "lean_deg": -2.5}),
    ("weight_shift", {"shift_ratio": 0.035, "obliquity_deg": 3.2}),
    ("weight_shift", {"shift_ratio": 0.035}),
    ("weight_shift", {"shift_ratio": -0.035}),
    ("weight_shift", {"shift_ratio": 0.06, "turn_ratio": 0.05}),
    ("trunk_rotation", {"turn_ratio": 0.045}),
    ("trunk_rotation", {"turn_ratio": -0.045}),
    ("trunk_rotation", {"turn_ratio": 0.05, "obliquity_deg": 4.0}),
    ("thigh_lift", {"rise_ratio": 0.06}),
    ("knee_drift", {"drift_ratio": 0.06}),
    ("knee_drift", {"drift_ratio": -0.08}),
]
ALLOWED = [
    ("pelvic_hike", {"obliquity_deg": 2.3}),
    ("pelvic_hike", {"obliquity_deg": -6.0}),
    ("trunk_lean", {"lean_deg": 4.5}),
    ("trunk_lean", {"lean_deg": -4.5}),
    ("weight_shift", {"shift_ratio": 0.025, "lean_deg": 2.5}),
    ("weight_shift", {"shift_ratio": 0.025}),
    ("weight_shift", {"turn_ratio": 0.1}),
    ("trunk_rotation", {"turn_ratio": 0.1, "lean_deg": 8.0}),
    ("trunk_rotation", {"turn_ratio": 0.05, "shift_ratio": 0.06}),
    ("trunk_rotation", {"turn_ratio": 0.035}),
    ("trunk_rotation", {"shift_ratio": 0.2}),
    ("trunk_rotation", {"shift_ratio": 0.07, "lean_deg": 3.0}),
    ("trunk_rotation", {"shift_ratio": 0.1, "obliquity_deg": 4.0}),
    ("thigh_lift", {"rise_ratio": 0.045}),
    ("thigh_lift", {"rise_ratio": -0.2}),
    ("knee_drift", {"drift_ratio": 0.045}),
    ("knee_drift", {"drift_ratio": -0.065}),
]
INVALID = [
    ("pelvic_hike", {"obliquity_deg": 10.5}),
    ("trunk_lean", {"lean_deg": -15.5}),
    ("weight_shift", {"shift_ratio": 0.13, "obliquity_deg": 4.0}),
    ("weight_shift", {"shift_ratio": 0.13}),
    ("weight_shift", {"shift_ratio": 0.13, "lean_deg": 8.0}),
    ("weight_shift", {"shift_ratio": 0.13, "turn_ratio": 0.3}),
    ("thigh_lift", {"rise_ratio": 0.26}),
    ("knee_drift", {"drift_ratio": 0.36}),
    ("knee_drift", {"drift_ratio": -0.36}),
]


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize(("code", "moves"), FLAGGED)
def test_a_compensation_beyond_its_limit_is_flagged_on_either_side(code, moves, side):
    assert _severities(side=side, **moves)[code] == "flag"


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize(("code", "moves"), ALLOWED)
def test_a_compensation_within_its_limit_is_no_finding(code, moves, side):
    assert code not in _severities(side=side, **moves)


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize(("code", "moves"), INVALID)
def test_a_compensation_that_replaces_the_hip_invalidates(code, moves, side):
    assert _severities(side=side, **moves)[code] == "invalid"


def _shifted_chest(*, waist, scale, shoulders):
    """A chest that shifts by 8 %, with a waist and shoulders that go along by these shares."""
    track, closeup = performance(30, shift_ratio=0.08)
    chest_px = closeup.motion.shift_px[:, Region.UPPER_TRUNK]
    motion = with_region(closeup.motion, Region.UPPER_TRUNK, scale=scale)
    motion = with_region(motion, Region.WAIST, shift_px=waist * chest_px)
    track.xy_px[:, SHOULDERS] += (shoulders - 1) * (track.xy_px - track.xy_px[0])[:, SHOULDERS]
    return measure(track, replace(closeup, motion=motion), Side.LEFT, P)


@pytest.mark.parametrize(
    ("code", "seen"),
    [
        ("trunk_rotation", {"waist": 0.36, "scale": 0.96, "shoulders": 0.69}),
        ("trunk_rotation", {"waist": 0.17, "scale": 1.0, "shoulders": 0.41}),
        ("weight_shift", {"waist": 0.95, "scale": 1.0, "shoulders": 0.94}),
        ("weight_shift", {"waist": 0.4, "scale": 1.0, "shoulders": 0.95}),
        ("weight_shift", {"waist": 0.95, "scale": 0.96, "shoulders": 0.95}),
    ],
)
def test_a_turn_is_told_from_a_slide_by_waist_shoulders_and_size(code, seen):
    """As turns of 13 to 16 degrees and slides of 3 and 4 cm were measured."""
    assert [finding.code for finding in findings(_view(_shifted_chest(**seen)))] == [code]


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("rotation", [12, 30, 55])
def test_a_clean_rotation_has_no_finding(side, rotation):
    assert findings(_view(motion_of(rotation, side=side))) == ()


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("move", ["lean_deg", "drift_ratio"])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_finding_carries_the_signed_value(side, move, sign):
    amount = sign * {"lean_deg": 8.0, "drift_ratio": 0.1}[move]

    (finding,) = findings(_view(motion_of(30, side=side, **{move: amount})))

    assert finding.value == pytest.approx(amount, rel=0.02)


def test_a_finding_carries_limit_and_unit():
    hike = _findings(obliquity_deg=6.0)["pelvic_hike"]

    assert (hike.limit, hike.unit) == (2.5, "deg")


def test_a_ratio_is_in_shank_lengths():
    assert _findings(rise_ratio=0.1)["thigh_lift"].unit == "shank lengths"


@pytest.mark.parametrize("lost", [{"points": 5}, {"scale": 1.2}, {"inliers": 0.5}])
def test_a_pelvis_behind_a_shut_gate_is_not_measured_not_clean(lost):
    track, closeup = performance(30, obliquity_deg=8.0)
    shut = replace(closeup, motion=with_region(closeup.motion, Region.LAP, **lost))

    view = _view(measure(track, shut, Side.LEFT, P))

    actual = (plateau_values(view)["pelvic_obliquity_deg"], pelvis_measured(view), findings(view))
    assert actual == (None, False, ())


def test_a_channel_measured_for_less_than_half_of_the_plateau_is_not_measured():
    motion = motion_of(30, obliquity_deg=8.0)
    first_s, last_s = motion.reps[0].plateau_s
    hidden = motion.time_s > first_s + 0.4 * (last_s - first_s)
    motion.channels["pelvic_obliquity_deg"].value[hidden] = np.nan

    assert np.isnan(_view(motion).value("pelvic_obliquity_deg"))


def test_a_channel_that_does_not_exist_is_not_measured():
    assert np.isnan(_view(motion_of(30)).value("knee_angle_deg"))


def test_every_channel_has_a_value_at_the_plateau():
    values = plateau_values(_view(motion_of(30, obliquity_deg=4.0)))

    assert values["pelvic_obliquity_deg"] == pytest.approx(4.0, abs=0.05)


# --- when it began


def _hike_from(begin_s, amount=6.0):
    """A rotation of 30 degrees whose pelvis rises at once, at a known time."""
    track, closeup = performance(30)
    motion = measure(track, closeup, Side.LEFT, P)
    motion.channels["pelvic_obliquity_deg"].value[:] = np.where(
        motion.time_s >= begin_s, amount, 0.0
    )
    return findings(_view(motion))[0]


@pytest.mark.parametrize("begin_s", [1.0, 1.2, 1.4])
def test_a_compensation_begins_when_it_leaves_the_noise(begin_s):
    assert _hike_from(begin_s).at_s == pytest.approx(begin_s, abs=0.04)


def test_a_slow_compensation_began_before_it_passed_its_limit():
    motion = motion_of(30)
    motion.channels["pelvic_obliquity_deg"].value[:] = np.clip(10 * (motion.time_s - 1.0), 0, 6)

    (hike,) = findings(_view(motion))

    assert hike.at_s == pytest.approx(1.0 + P.obliquity_noise_deg / 10, abs=0.05)


def test_a_compensation_there_from_the_first_moment_began_with_the_repetition():
    motion = motion_of(30)
    motion.channels["pelvic_obliquity_deg"].value[:] = 6.0

    (hike,) = findings(_view(motion))

    assert hike.at_s == motion.reps[0].start_s


def test_a_pelvis_that_dropped_before_it_rose_hiked_when_it_rose():
    motion = motion_of(30)
    time_s = motion.time_s
    motion.channels["pelvic_obliquity_deg"].value[:] = np.select(
        [time_s < 1.0, time_s < 1.2], [0.0, -4.0], 6.0
    )

    (hike,) = findings(_view(motion))

    assert hike.at_s == pytest.approx(1.2, abs=0.04)


def test_a_trunk_that_leaned_one_way_and_then_the_other_leaned_from_the_first():
    motion = motion_of(30)
    time_s = motion.time_s
    motion.channels["trunk_lean_deg"].value[:] = np.select(
        [time_s < 1.0, time_s < 1.2], [0.0, -7.0], 8.0
    )

    (lean,) = findings(_view(motion))

    assert lean.at_s == pytest.approx(1.0, abs=0.04)


def test_findings_come_in_the_order_they_began():
    motion = motion_of(30)
    motion.channels["trunk_lean_deg"].value[:] = np.where(motion.time_s > 1.3, 8.0, 0.0)
    motion.channels["pelvic_obliquity_deg"].value[:] = np.where(motion.time_s > 1.1, 4.0, 0.0)

    assert [f.code for f in findings(_view(motion))] == ["pelvic_hike", "trunk_lean"]


def test_a_compensation_of_another_time_is_not_this_repetitions():
    motion = motion_of(30, 30, obliquity_deg=(0.0, 8.0))

    assert findings(_view(motion)) == ()


# --- what leaks into what


@pytest.mark.parametrize(
    "leak",
    [{"rise_ratio": 0.06, "shift_ratio": 0.02}, {"drift_ratio": 0.06}, {"turn_ratio": 0.05}],
)
def test_a_hike_needs_more_where_another_movement_leaks_into_it(leak):
    is_hike = [("pelvic_hike" in _severities(obliquity_deg=hike, **leak)) for hike in (2.8, 3.8)]

    assert is_hike == [False, True]


def test_a_knee_that_the_pelvis_carried_up_is_no_thigh_lift():
    """7 % of rise at 6 degrees of hike: 3 % and 0.8 % a degree are explained."""
    assert "thigh_lift" not in _severities(obliquity_deg=6.0, rise_ratio=0.07, shift_ratio=0.04)


def test_a_knee_that_rose_beyond_what_the_pelvis_explains_is_a_thigh_lift():
    assert "thigh_lift" in _severities(obliquity_deg=6.0, rise_ratio=0.09, shift_ratio=0.04)


def test_a_lean_is_reported_as_lean_however_far_the_trunk_goes_with_it():
    """Leaning by 14 degrees shifts the upper trunk by 15 % of a shank: no turn of the trunk.

    The weight leaves a hand all the same.
    """
    assert _severities(lean_deg=14.0, shift_ratio=0.15) == {
        "trunk_lean": "flag",
        "weight_shift": "invalid",
    }


def test_a_hike_lets_the_knee_come_in_a_little_further():
    is_drift = [
        "knee_drift" in _severities(drift_ratio=-0.08, obliquity_deg=hike) for hike in (0.0, 6.0)
    ]

    assert is_drift == [True, False]


# --- reliability of the pelvis


def _pelvis_measured(**moves):
    return pelvis_measured(_view(motion_of(30, **moves)))


def test_a_lap_that_tilts_by_itself_is_measured():
    assert _pelvis_measured(obliquity_deg=8.0)


@pytest.mark.parametrize("rise", [0.06, 0.1, 0.2])
def test_a_lap_that_a_lifted_thigh_drags_along_is_not_measured(rise):
    """A thigh lift of 13 degrees once read as 9.9 degrees of obliquity that was not there."""
    assert not _pelvis_measured(obliquity_deg=9.9, rise_ratio=rise)


@pytest.mark.parametrize("lift", [-9.9, 5.0, 9.9])
def test_a_lifted_thigh_that_drags_the_lap_along_is_told_as_a_thigh_lift_alone(lift):
    assert _severities(obliquity_deg=lift, rise_ratio=0.1) == {"thigh_lift": "flag"}


def test_a_knee_that_the_outline_alone_shows_rising_needs_a_witness_of_the_pelvis_too():
    motion = motion_of(30, obliquity_deg=9.9)
    motion.channels["knee_rise_ratio"].value[:] = np.nan
    motion.channels["knee_rise_outline_ratio"].value[:] = 0.15

    assert not pelvis_measured(_view(motion))


@pytest.mark.parametrize(("hike", "shift"), [(4.0, 0.025), (9.9, 0.07), (-5.0, -0.04)])
def test_a_trunk_that_goes_to_the_other_side_bears_out_a_pelvis_that_lifts_the_knee(hike, shift):
    assert _pelvis_measured(obliquity_deg=hike, rise_ratio=0.05, shift_ratio=shift)


@pytest.mark.parametrize(("hike", "shift"), [(4.0, 0.01), (9.9, 0.02), (9.9, -0.05), (-5.0, 0.04)])
def test_a_trunk_that_hardly_moves_or_goes_the_other_way_bears_nothing_out(hike, shift):
    moves = {"obliquity_deg": hike, "rise_ratio": 0.05, "shift_ratio": shift}

    assert not _pelvis_measured(**moves)
    assert "pelvic_hike" not in _severities(**moves)


@pytest.mark.parametrize("moves", [{"rise_ratio": 0.2, "shift_ratio": 0.08}, {"rise_ratio": 0.06}])
def test_a_hike_with_a_lifting_thigh_is_found_but_its_amount_is_not_measured(moves):
    """The lap read 9.7, 7.4 and 5.2 degrees of hikes of 4, 5 and 8 under thighs that lifted."""
    hike = {"obliquity_deg": 10.5, "shift_ratio": 0.04} | moves

    assert not _pelvis_measured(**hike)
    assert _severities(**hike)["pelvic_hike"] == "flag"


def test_a_pelvis_that_stays_within_the_noise_needs_no_witness():
    assert _pelvis_measured(obliquity_deg=1.0, rise_ratio=0.2)


def test_a_level_lap_under_a_lifted_hip_is_not_measured():
    """The trunk moves away and the knee rises: the lap was lost, whatever it reads."""
    assert not _pelvis_measured(obliquity_deg=0.5, rise_ratio=0.05, shift_ratio=0.06)


def test_a_hip_lift_that_the_lap_missed_is_found_by_the_waist():
    """A lap of which a lifted thigh is a part may read level; 6 degrees once read as 0.9."""
    found = _findings(obliquity_deg=0.9, waist_deg=6.0, rise_ratio=0.06, shift_ratio=0.045)

    assert found["pelvic_hike"].value == pytest.approx(6.0, abs=0.05)
    assert "trunk_rotation" not in found


@pytest.mark.parametrize(
    "without",
    [{"waist_deg": 2.5}, {"rise_ratio": 0.02}, {"shift_ratio": 0.03}, {"lean_deg": 4.0}],
)
def test_a_waist_alone_shows_no_hip_lift(without):
    """A trunk that leans or turns tilts it as well."""
    moves = {"obliquity_deg": 0.9, "waist_deg": 6.0, "rise_ratio": 0.06, "shift_ratio": 0.045}

    assert "pelvic_hike" not in _severities(**{**moves, **without})


def test_a_level_lap_under_a_still_trunk_is_measured():
    assert _pelvis_measured(obliquity_deg=0.5, rise_ratio=0.05)


# --- without flow


def _from_landmarks(track, side=Side.LEFT):
    return _view(measure(track, None, side, P))


def test_landmarks_never_measure_the_pelvis():
    assert not pelvis_measured(_from_landmarks(seated_track(swings(30))))


@pytest.mark.parametrize(("degrees", "expected"), [(6.0, False), (7.0, True)])
def test_by_landmarks_only_a_large_hike_is_found(degrees, expected):
    track = seated_track(swings(30))
    share = swings(30)[:, None] / 30
    rise = 70 * np.tan(np.radians(degrees))
    track.xy_px[:, [LEGS[Side.LEFT].hip], 1] -= rise * share

    codes = [finding.code for finding in findings(_from_landmarks(track))]

    assert ("pelvic_hike" in codes) is expected


def _shoulders_moved(share_of_shank):
    track = seated_track(swings(30))
    track.xy_px[:, SHOULDERS, 0] -= share_of_shank * SHANK_PX * swings(30)[:, None] / 30
    return track


@pytest.mark.parametrize("lean", [3.0, 6.0])
def test_by_landmarks_a_lean_is_found_at_the_same_limit(lean):
    track = _shoulders_moved(np.tan(np.radians(lean)))  # the trunk is as long as the shank

    codes = [finding.code for finding in findings(_from_landmarks(track))]

    assert ("trunk_lean" in codes) is (lean > P.lean_deg)


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize(("degrees", "expected"), [(10.0, True), (-10.0, True), (6.0, False)])
def test_the_resting_leg_is_reported_when_it_turns_either_way(side, degrees, expected):
    track = seated_track(swings(35), side=side, other_deg=swings(degrees))

    codes = [finding.code for finding in findings(_from_landmarks(track, side))]

    assert ("other_leg_moved" in codes) is expected


@pytest.mark.parametrize("wrist", [Landmark.LEFT_WRIST, Landmark.RIGHT_WRIST])
@pytest.mark.parametrize(("share", "expected"), [(0.2, False), (0.3, True)])
def test_a_hand_that_leaves_the_seat_is_reported(wrist, share, expected):
    track = seated_track(swings(30))
    track.xy_px[:, wrist, 1] -= share * SHANK_PX * swings(30) / 30

    codes = [finding.code for finding in findings(_from_landmarks(track))]

    assert ("hand_off_seat" in codes) is expected


def test_an_end_range_that_was_passed_through_is_a_note():
    motion = motion_of(30)
    rep = motion.reps[0]
    brief = replace(rep, plateau_s=Span.through(rep.plateau_s.start_s, rep.plateau_s.start_s + 0.1))

    (finding,) = findings(RepView(motion, brief))

    assert (finding.code, finding.severity) == ("no_hold", "note")
    assert finding.value == pytest.approx(0.1)


def test_a_leg_that_swings_past_its_hold_is_noted():
    motion = motion_of(40)
    peak_s = motion.reps[0].plateau_s.start_s - 0.1
    curve = np.where(np.abs(motion.time_s - peak_s) < 0.04, 46.0, motion.rotation_deg)
    view = RepView(replace(motion, rotation_deg=curve), motion.reps[0])

    (finding,) = findings(view)

    assert (finding.code, finding.severity) == ("overshoot", "note")
    assert finding.value == pytest.approx(6, abs=0.3)


def test_codes_are_those_of_the_contract():
    assert set(finding_codes()) == {
        "pelvic_hike", "trunk_lean", "weight_shift", "thigh_lift", "knee_drift", "knee_extension",
        "trunk_rotation", "hand_off_seat", "other_leg_moved", "no_hold", "overshoot",
    }  # fmt: skip


@pytest.mark.parametrize(("code", "moves"), FLAGGED)
def test_a_finding_has_a_limit_of_its_row(code, moves):
    view = _view(motion_of(30, **moves))

    limits = [row.limits(view) for row in COMPENSATIONS if row.code == code]

    assert _findings(**moves)[code].limit in {abs(limit) for pair in limits for limit in pair}
