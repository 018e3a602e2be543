from dataclasses import replace

import numpy as np
import pytest

from hipcv.core.assessment import assess, assess_sides
from hipcv.core.closeup import Region
from hipcv.core.issues import Finding
from hipcv.core.landmarks import Side
from hipcv.core.measure import measure
from hipcv.core.person import Person
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.span import Span
from tests.builders import assessment, rep
from tests.closeups import (
    assessment_of,
    closeup_of,
    motion_of,
    performance,
    seen_by_moving_camera,
    with_region,
)
from tests.codes import WARNINGS
from tests.tracks import SHANK_PX, clip_of, seated_track, swings, with_tracked_shank

P = MeasurementProtocol()


def _warned(result):
    return [issue.code for issue in result.issues if issue.severity == "warn"]


def _corrected(*peaks):
    """Return the view-corrected angles of the plateaus of a performance."""
    return [plateau.rotation_deg for plateau in motion_of(*peaks).plateaus]


# --- the side's number


@pytest.mark.parametrize("side", Side)
def test_the_sides_number_is_the_mean_of_its_repetitions(side):
    result = assessment_of(30, 34, 32, side=side)

    assert result.rotation_deg == pytest.approx(np.mean(_corrected(30, 34, 32)))


def test_the_first_of_four_repetitions_is_practice():
    result = assessment_of(20, 30, 34, 32)

    actual = ([rep.practice for rep in result.reps], result.rotation_deg)
    assert actual == ([True, False, False, False], pytest.approx(np.mean(_corrected(30, 34, 32))))


def test_the_first_of_three_repetitions_counts():
    assert not any(rep.practice for rep in assessment_of(30, 34, 32).reps)


def test_a_practice_repetition_that_gave_no_number_does_not_use_up_the_next():
    motion = motion_of(20, 30, 34, 32)
    lost = replace(motion.plateaus[0], rotation_deg=float("nan"))

    result = assess(replace(motion, plateaus=(lost, *motion.plateaus[1:])))

    assert [rep.practice for rep in result.reps] == [False] * 3


def test_an_invalid_repetition_is_shown_but_not_counted():
    result = assessment_of(30, 40, 32, lean_deg=(0.0, 20.0, 0.0))

    actual = ([rep.valid for rep in result.reps], result.rotation_deg)
    assert actual == ([True, False, True], pytest.approx(np.mean(_corrected(30, 32))))


def test_where_every_repetition_breaks_the_rules_none_counts():
    result = assessment_of(30, 34, lean_deg=20.0)

    numbers = (result.rotation_deg, result.interval_deg, result.pelvis_relative_deg)
    assert (result.status, *numbers, result.result_deg) == ("not_counted", None, None, None, None)


def test_repetitions_that_do_not_count_keep_their_own_numbers():
    reps = assessment_of(30, 34, lean_deg=20.0).reps

    assert [rep.rotation_deg for rep in reps] == pytest.approx(_corrected(30, 34))


def test_where_every_repetition_is_invalid_there_is_no_category():
    assert assessment_of(60, 62, lean_deg=20.0).category is None


def test_where_every_repetition_is_invalid_an_issue_is_raised():
    assert "compensated_throughout" in _warned(assessment_of(30, 34, lean_deg=20.0))


def test_the_best_repetition_is_shown_and_is_never_the_number():
    result = assessment_of(30, 36, 32)

    assert result.best_deg == pytest.approx(_corrected(36)[0], abs=0.01)
    assert result.rotation_deg < result.best_deg


def test_there_is_no_best_among_invalid_repetitions():
    assert assessment_of(30, 34, lean_deg=20.0).best_deg is None


def test_a_flagged_repetition_keeps_its_number():
    assert assessment_of(30, lean_deg=8.0).rotation_deg == pytest.approx(_corrected(30)[0])


# --- repetitions without a hold


def _held_or_not(*held, **changes):
    """Return the assessment of repetitions of 50 degrees, some of them only passed through."""
    motion = motion_of(*(50 for _ in held), **changes)
    spans = zip(motion.reps, held, strict=True)
    return assess(replace(motion, reps=tuple(replace(rep, held=yes) for rep, yes in spans)))


def test_a_repetition_without_a_hold_does_not_count_where_another_was_held():
    result = _held_or_not(True, False, True)

    assert [rep.valid for rep in result.reps] == [True, False, True]


def test_a_side_says_how_many_repetitions_were_not_held():
    (issue,) = (i for i in _held_or_not(True, False, True).issues if i.code == "not_held")

    assert (issue.value, issue.limit) == (1, 3)


def test_a_kick_never_reaches_the_target():
    result = _held_or_not(False, False)

    assert (result.status, result.category, result.best_deg) == ("not_counted", None, None)


def test_what_was_only_passed_through_is_less_certain():
    held, passed = _held_or_not(True), _held_or_not(False)

    widths = [high - low for low, high in (held.reps[0].interval_deg, passed.reps[0].interval_deg)]
    assert widths[1] > widths[0] + 10


def test_a_kick_is_noted_as_not_held():
    assert "no_hold" in _held_or_not(False).findings


@pytest.mark.parametrize("hold_s", [0.5, 1.0])
def test_the_hold_is_as_long_as_the_plateau(hold_s):
    track = seated_track(swings(30, hold_s=hold_s))
    motion = measure(track, None, Side.LEFT, P)

    assert assess(motion).reps[0].hold_s == pytest.approx(hold_s, abs=0.25)


def test_the_peak_speed_is_that_of_the_swing():
    """A cosine ramp of 30 degrees in 0.6 s is fastest at 30 / 0.6 * pi / 2."""
    (actual,) = assessment_of(30).reps

    assert actual.peak_speed_deg_s == pytest.approx(30 / 0.6 * np.pi / 2, rel=0.1)


def test_a_repetition_between_unseen_frames_has_no_speed():
    motion = motion_of(30)
    span = motion.reps[0]
    inside = (motion.time_s >= span.start_s) & (motion.time_s <= span.end_s)
    motion.rotation_deg[inside] = np.nan

    assert np.isnan(assess(motion).reps[0].peak_speed_deg_s)


# --- what cannot be measured


@pytest.mark.parametrize(
    ("code", "track"),
    [
        ("no_movement", seated_track(swings(4))),
        ("external_rotation", seated_track(swings(-25))),
        ("no_movement", seated_track(swings(30), side=Side.RIGHT)),
        ("both_legs_moved", seated_track(swings(30), other_deg=swings(28))),
        ("too_short", seated_track(30 * np.sin(np.arange(90) / 4))),
    ],
)
def test_a_side_that_cannot_be_measured_has_no_number_and_an_issue(code, track):
    result = assess(measure(track, None, Side.LEFT, P))

    actual = (result.status, result.rotation_deg, [i.code for i in result.issues])
    assert actual == ("not_measured", None, [code])


def test_a_rotation_no_larger_than_its_own_error_is_no_movement():
    motion = motion_of(30)
    small = replace(motion.plateaus[0], rotation_deg=3.0)

    result = assess(replace(motion, plateaus=(small,)))

    assert (result.rotation_deg, [i.code for i in result.issues]) == (None, ["no_movement"])


def test_a_small_turn_as_the_posture_changes_is_no_rotation():
    motion = motion_of(30)
    small = replace(motion.plateaus[0], rotation_deg=3.0)

    result = assess(replace(motion, plateaus=(small,), posture_changed=True))

    assert (result.rotation_deg, [i.code for i in result.issues]) == (None, ["posture_changed"])


def test_a_shaken_camera_refuses_the_number_it_would_have_given():
    track, closeup = performance(30)
    shift = np.linspace(0, 0.5 * SHANK_PX, len(closeup.motion.time_s))
    shaken = seen_by_moving_camera(
        closeup.motion, turn_deg=0.0, shift_px=np.stack([shift, shift], axis=-1)
    )

    result = assess(measure(track, replace(closeup, motion=shaken), Side.LEFT, P))

    assert (result.rotation_deg, [i.code for i in result.issues]) == (None, ["unstable_camera"])


def test_a_side_that_turned_outwards_only_has_its_external_rotation():
    result = assess(measure(seated_track(swings(-25)), None, Side.LEFT, P))

    assert result.external_rotation_deg == pytest.approx(25, abs=0.5)


def _turned_outwards(*turns_deg, protocol=P):
    turn = swings(*turns_deg)
    track = with_tracked_shank(seated_track(turn), Side.LEFT, turn)
    return assess(measure(track, None, Side.LEFT, protocol))


def test_the_external_rotation_is_the_mean_of_its_held_repetitions():
    kick = swings(-60, hold_s=0.0, rise_s=0.25)
    turn = np.concatenate([swings(30, -24, -20), kick])
    track = with_tracked_shank(seated_track(turn), Side.LEFT, turn)

    result = assess(measure(track, None, Side.LEFT, P))

    assert result.external_rotation_deg == pytest.approx(22, abs=0.5)


def test_an_external_rotation_has_an_interval_about_it():
    result = _turned_outwards(30, -24)

    low, high = result.external_interval_deg
    half = (high - low) / 2
    assert (low + half, half > P.interval_external_deg) == (
        pytest.approx(result.external_rotation_deg), True,
    )  # fmt: skip


def test_a_swing_the_other_way_that_was_not_held_is_listed_and_does_not_count():
    turn = np.concatenate([swings(30), swings(-40, hold_s=0.0, rise_s=0.25)])
    track = with_tracked_shank(seated_track(turn), Side.LEFT, turn)

    result = assess(measure(track, None, Side.LEFT, P))

    assert ([rep.valid for rep in result.external_reps], result.external_rotation_deg) == (
        [False], None,
    )  # fmt: skip


def test_external_repetitions_are_listed_apart_with_positive_angles():
    result = _turned_outwards(30, -24)

    assert [len(result.reps), len(result.external_reps)] == [1, 1]
    assert result.external_reps[0].rotation_deg == pytest.approx(24, abs=0.5)


def test_the_first_of_four_external_repetitions_is_practice():
    result = _turned_outwards(30, -14, -24, -24, -24)

    assert [rep.practice for rep in result.external_reps] == [True, False, False, False]
    assert result.external_rotation_deg == pytest.approx(24, abs=0.5)


def test_the_arc_is_the_result_and_the_external_rotation_with_the_errors_of_both():
    result = _turned_outwards(30, -24)

    halves = [(high - low) / 2 for low, high in (result.interval_deg, result.external_interval_deg)]
    low, high = result.arc_interval_deg
    assert result.arc_deg == pytest.approx(result.result_deg + result.external_rotation_deg)
    assert (high - low) / 2 == pytest.approx(np.hypot(*halves))


def test_without_a_result_there_is_no_arc():
    result = assess(measure(seated_track(swings(-25)), None, Side.LEFT, P))

    assert (result.arc_deg, result.arc_interval_deg) == (None, None)


def test_a_refusal_for_the_other_way_tells_the_angle_that_was_held():
    result = _turned_outwards(-24)

    (issue,) = result.issues
    assert (issue.code, issue.value) == ("external_rotation", result.external_rotation_deg)


@pytest.mark.parametrize(
    ("turns_deg", "asked", "warned"),
    [((30,), True, True), ((30,), False, False), ((30, -24), True, False), ((-24,), True, False)],
)
def test_external_rotation_that_was_asked_for_and_not_done_is_warned_about(
    turns_deg, asked, warned
):
    turn = swings(*turns_deg)
    track = with_tracked_shank(seated_track(turn), Side.LEFT, turn)
    motions = {Side.LEFT: measure(track, None, Side.LEFT, P)}

    sides = assess_sides(motions, Person(), external_asked=asked)

    codes = [issue.code for issue in sides[Side.LEFT].issues]
    assert ("no_external" in codes) == warned


def _sides_of_a_clip(*turns_deg, damaged, protocol=P):
    turn = swings(*turns_deg)
    track = with_tracked_shank(seated_track(turn), Side.LEFT, turn)
    motions = {Side.LEFT: measure(track, None, Side.LEFT, protocol)}
    clip = clip_of(track, packets_damaged=damaged)
    return assess_sides(motions, Person(), external_asked=False, clip=clip)[Side.LEFT]


@pytest.mark.parametrize(
    ("turns_deg", "protocol", "intact"),
    [((30,), replace(P, hold_min_s=4.5), "not_counted"),
     ((-24,), P, "not_measured")],
)  # fmt: skip
def test_a_side_without_a_number_is_refused_for_the_damage_of_its_clip(turns_deg, protocol, intact):
    """The pictures in which the leg was held, or turned inwards, may be those that are damaged."""
    whole = _sides_of_a_clip(*turns_deg, damaged=0, protocol=protocol)
    damaged = _sides_of_a_clip(*turns_deg, damaged=1, protocol=protocol)

    refusals = [issue.code for issue in damaged.issues if issue.severity == "refuse"]
    assert (whole.status, damaged.status, refusals) == (intact, "not_measured", ["damaged"])


def test_a_number_of_a_damaged_clip_stands():
    assert _sides_of_a_clip(30, damaged=1).status == "measured"


def test_external_rotation_not_done_has_no_interval():
    assert _turned_outwards(30).external_interval_deg is None


def test_methods_before_holds_gave_the_largest_external_rotation():
    result = _turned_outwards(30, -24, -20, protocol=replace(P, hold_band_deg=0))

    assert result.external_rotation_deg == pytest.approx(24, abs=0.5)


def test_a_refused_side_has_no_quality():
    assert assess(measure(seated_track(swings(4)), None, Side.LEFT, P)).quality == 0


# --- how sure


def _half(actual):
    low, high = actual.interval_deg
    return (high - low) / 2


def test_the_interval_lies_about_the_number():
    result = assessment_of(30, 34, 32)

    assert np.mean(result.interval_deg) == pytest.approx(result.rotation_deg)


def test_a_clean_repetition_has_base_view_and_unseen_knee_extension_in_its_interval():
    """The knee lies 15 px beside the hip."""
    (actual,) = assessment_of(30).reps
    thigh_deg = P.view_foreshortening * np.degrees(np.arcsin(15 / SHANK_PX))

    view = P.interval_view_gain * thigh_deg
    across = np.sin(np.radians([thigh_deg, P.extension_view_deg]))
    extension = P.extension_unseen_deg * np.hypot(*across)
    terms = [P.interval_base_deg, view, extension]
    assert _half(actual) == pytest.approx(np.linalg.norm(terms), abs=0.01)


@pytest.mark.parametrize("moves", [{"obliquity_deg": 9.0}, {"rise_ratio": 0.1}])
def test_a_compensation_widens_the_interval(moves):
    assert _half(assessment_of(30, **moves)) > _half(assessment_of(30)) + 0.1


def test_patches_that_disagree_widen_the_interval():
    track = seated_track(swings(30))
    closeup = closeup_of(track, Side.LEFT, rotation_deg=(30,), patch_gap_deg=2.0)

    widened = _half(assess(measure(track, closeup, Side.LEFT, P)))
    assert widened > _half(assessment_of(30)) + 1


def test_a_pelvis_behind_a_shut_gate_adds_nothing_to_the_interval():
    track, closeup = performance(30, obliquity_deg=9.0)
    shut = replace(closeup, motion=with_region(closeup.motion, Region.LAP, points=3))

    assert _half(assess(measure(track, shut, Side.LEFT, P))) == pytest.approx(
        _half(assessment_of(30))
    )


def test_repetitions_that_differ_widen_the_sides_interval():
    assert _half(assessment_of(26, 30, 34)) > _half(assessment_of(30, 30, 30)) + 1


def test_landmarks_alone_raise_an_issue_and_widen_the_interval():
    result = assess(measure(seated_track(swings(30)), None, Side.LEFT, P))

    assert ("landmarks_only" in _warned(result), _half(result) > 5) == (True, True)


def test_quality_falls_with_the_width_of_the_interval():
    first, second = assessment_of(30), assessment_of(30, obliquity_deg=9.0)

    assert 1 >= first.quality > second.quality > 0


# --- less the pelvis


@pytest.mark.parametrize("side", Side)
def test_the_pelvis_is_taken_from_the_rotation_on_either_side(side):
    result = assessment_of(30, side=side, obliquity_deg=6.0)

    assert result.rotation_deg - result.pelvis_relative_deg == pytest.approx(6, abs=0.1)


def test_a_dropped_pelvis_is_given_back():
    result = assessment_of(30, obliquity_deg=-4.0)

    assert result.rotation_deg - result.pelvis_relative_deg == pytest.approx(-4, abs=0.1)


def test_a_change_of_obliquity_within_noise_is_not_subtracted():
    result = assessment_of(30, obliquity_deg=1.4)

    assert result.pelvis_relative_deg == result.rotation_deg


def test_a_lap_dragged_by_the_thigh_is_not_subtracted_and_raises_an_issue():
    result = assessment_of(30, obliquity_deg=9.9, rise_ratio=0.2)

    actual = (result.pelvis_relative_deg, "pelvis_not_measured" in _warned(result))
    assert actual == (None, True)


def test_a_lap_borne_out_by_the_trunk_is_subtracted_while_the_knee_rises():
    result = assessment_of(30, obliquity_deg=9.0, rise_ratio=0.08, shift_ratio=0.06)

    assert result.rotation_deg - result.pelvis_relative_deg == pytest.approx(9, abs=0.1)


def test_an_unmeasured_pelvis_is_not_a_level_one():
    assert assess(measure(seated_track(swings(30)), None, Side.LEFT, P)).pelvis_relative_deg is None


def test_every_channel_of_a_repetition_is_kept_with_it():
    (actual,) = assessment_of(30, lean_deg=4.0).reps

    assert actual.channels["trunk_lean_deg"] == pytest.approx(4, abs=0.1)


# --- less the compensation


def test_a_clean_repetition_is_clean_to_its_end():
    result = assessment_of(30)

    assert result.clean_deg == result.rotation_deg


def test_clean_rotation_ends_where_the_first_compensation_began():
    motion = motion_of(30)
    begin_s = 1.1
    motion.channels["trunk_lean_deg"].value[:] = np.where(motion.time_s >= begin_s, 8.0, 0.0)
    before = motion.rotation_deg[motion.time_s <= begin_s + 1e-9]

    assert assess(motion).clean_deg == pytest.approx(before.max(), abs=0.01)


def test_a_compensation_from_the_first_moment_leaves_next_to_nothing_clean():
    """A repetition is under way from a tenth of its height at the latest."""
    motion = motion_of(30)
    motion.channels["trunk_lean_deg"].value[:] = 8.0

    assert 0 <= assess(motion).clean_deg <= 3


def test_a_compensation_before_any_visible_frame_leaves_nothing_clean():
    motion = motion_of(30)
    motion.channels["trunk_lean_deg"].value[:] = 8.0
    motion.rotation_deg[motion.time_s < 1.2] = np.nan

    assert assess(motion).clean_deg == 0


def test_a_short_hold_does_not_end_the_clean_rotation():
    motion = motion_of(30)
    (span,) = motion.reps
    brief = replace(span, plateau_s=Span.through(span.plateau_s[0], span.plateau_s[0] + 0.1))

    result = assess(replace(motion, reps=(brief,)))

    assert (result.findings, result.clean_deg) == (("no_hold",), result.rotation_deg)


def test_the_sides_clean_rotation_is_the_largest_of_its_valid_repetitions():
    result = assessment_of(30, 36, 32, lean_deg=(0.0, 20.0, 0.0))

    assert result.clean_deg == pytest.approx(_corrected(32)[0], abs=0.01)


# --- against the target


@pytest.mark.parametrize(
    ("rotation", "category"),
    [
        (54, "reaches_target"),
        (48, "close_to_target"),
        (42, "close_to_target"),
        (35, "below_target"),
        (18, "below_target"),
        (9, "clearly_low"),
    ],
)
def test_the_category_respects_what_another_day_may_differ_by(rotation, category):
    assert assessment_of(rotation, rotation, rotation).category == category


def test_what_most_adults_turn_is_read_from_the_vertical():
    """22 degrees from a shank that hangs 8 degrees inwards are 14 from the vertical."""
    assert assessment_of(22, 22, 22).category == "below_target"
    assert assessment_of(22, 22, 22, tilt_deg=-8.0).category == "clearly_low"


@pytest.mark.parametrize("count", [1, 2])
def test_fewer_repetitions_than_are_wanted_are_provisional(count):
    result = assessment_of(*[60] * count)

    assert (result.provisional, result.category) == (True, None)
    assert result.result_deg == pytest.approx(result.rotation_deg)


@pytest.mark.parametrize(
    ("obliquity", "basis", "taken_off"),
    [(2.8, "rotation", 0.0), (3.4, "pelvis_relative", 3.4), (-6.0, "rotation", 0.0)],
)
def test_a_hip_lift_of_three_degrees_or_more_is_taken_off_the_result(obliquity, basis, taken_off):
    result = assessment_of(48, 48, 48, obliquity_deg=obliquity)

    assert result.result_basis == basis
    assert result.rotation_deg - result.result_deg == pytest.approx(taken_off, abs=0.1)


def test_one_repetition_is_less_certain_than_three():
    widths = [
        high - low
        for low, high in (assessment_of(*reps).result_interval_deg for reps in ([30], [30] * 3))
    ]

    assert widths[0] > widths[1] + 4


def test_the_category_follows_the_protocols_own_target():
    own = MeasurementProtocol(target_deg=25)

    assert assessment_of(34, 34, 34, protocol=own).category == "reaches_target"


# --- warnings about the repetitions as a set


def test_two_repetitions_are_few():
    assert "few_reps" in _warned(assessment_of(30, 31))


def test_three_valid_repetitions_are_enough():
    assert "few_reps" not in _warned(assessment_of(30, 31, 30))


def test_a_practice_repetition_is_not_among_the_three_wanted():
    assert "few_reps" not in _warned(assessment_of(30, 31, 30, 31))


def test_repetitions_that_disagree_raise_a_warning():
    assert "inconsistent_reps" in _warned(assessment_of(26, 30, 34))


def test_repetitions_that_agree_are_not():
    assert "inconsistent_reps" not in _warned(assessment_of(29, 30, 33))


def test_a_clean_set_of_three_has_no_warning():
    assert assessment_of(30, 32, 31).issues == ()


def test_every_warning_is_part_of_the_contract():
    result = assessment_of(26, 36, lean_deg=20.0, obliquity_deg=9.9, rise_ratio=0.2)

    assert set(_warned(result)) <= set(WARNINGS)


def test_findings_are_listed_once_the_most_serious_first():
    lean = Finding("trunk_lean", 6.0, 5.0, "deg", at_s=1.0, severity="flag")
    hike = Finding("pelvic_hike", 12.0, 2.5, "deg", at_s=4.0, severity="invalid")
    hold = Finding("no_hold", 0.1, 0.2, "s", at_s=0.5, severity="note")
    reps = (rep(findings=(lean, hold)), rep(findings=(replace(lean, at_s=3.0), hike)))

    assert assessment(reps=reps).findings == ("pelvic_hike", "trunk_lean", "no_hold")


def test_edges_that_disagree_are_reported_as_loose_clothing():
    track = seated_track(swings(30))
    closeup = closeup_of(track, Side.LEFT, rotation_deg=(30,), patch_gap_deg=1.2)

    assert "loose_clothing" in _warned(assess(measure(track, closeup, Side.LEFT, P)))
