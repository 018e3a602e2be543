"""Every refusal of one side from a track that earns it, and which side was tested."""

from dataclasses import replace

import numpy as np
import pytest

from hipcv.core import quality
from hipcv.core.issues import OTHER_LEG
from hipcv.core.landmarks import LEGS, Side
from hipcv.core.phases import find_leg_phases, find_phases
from hipcv.core.protocol import MeasurementProtocol
from tests.tracks import SHANK_PX, SIZE_PX, put_shank, seated_track, swings, with_tracked_shank

P = MeasurementProtocol()
RESTLESS = 30 * np.sin(np.arange(90) / 4)


def _good(**changes):
    return seated_track(swings(30), **changes)


def _legs(track):
    return find_leg_phases(track, P)


def _of_side(track, side=Side.LEFT):
    return quality.side_issues(track, _legs(track), side, P)


def _codes(issues, severity):
    return [issue.code for issue in issues if issue.severity == severity]


def _blurred(side):
    track = _good()
    track.visibility[:, LEGS[side].ankle] = 0.3
    return track


@pytest.mark.parametrize("side", Side)
def test_a_foot_that_leaves_the_picture_at_the_plateau_is_refused(side):
    track = _good(side=side)
    outwards = 1 if side is Side.LEFT else -1
    track.xy_px[..., 0] += outwards * 500

    assert _codes(_of_side(track, side), "refuse") == ["legs_out_of_frame"]


@pytest.mark.parametrize("side", Side)
def test_the_resting_foot_may_leave_the_picture(side):
    track = _good(side=side)
    track.xy_px[:, LEGS[side.other].toe, 1] = SIZE_PX[1] + 5

    assert _of_side(track, side) == ()


def test_a_hidden_leg_is_refused_on_its_own_side():
    assert _codes(_of_side(_blurred(Side.LEFT)), "refuse") == ["low_visibility"]


def test_a_hidden_resting_leg_does_no_harm():
    assert _of_side(_blurred(Side.RIGHT)) == ()


def test_a_side_that_turned_outwards_alone_is_refused_as_external_rotation():
    assert _codes(_of_side(seated_track(swings(-25))), "refuse") == ["external_rotation"]


def test_a_leg_that_rested_is_refused_as_not_moved():
    assert _codes(_of_side(seated_track(swings(4))), "refuse") == ["no_movement"]


def test_a_leg_that_was_lost_at_its_end_range_is_not_called_unmoved():
    turn = swings(30, hold_s=1.0)
    landmarks_deg = np.where(turn > 25, 0.0, turn)
    lost = np.flatnonzero(turn > 25)
    track = with_tracked_shank(seated_track(landmarks_deg), Side.LEFT, turn, lost=lost)

    assert _codes(_of_side(track), "refuse") == ["low_visibility"]


@pytest.mark.parametrize("side", Side)
def test_the_wrong_leg_is_reported_with_the_rotation_of_the_other(side):
    issue = _of_side(_good(side=side), side.other)[0]

    assert (issue.code, issue.unit) == ("no_movement", OTHER_LEG)
    assert issue.value == pytest.approx(30, abs=0.1)


@pytest.mark.parametrize("side", Side)
def test_the_wrong_leg_is_reported_even_where_it_moved_passively(side):
    track = _good(side=side, other_deg=swings(9))

    issue = _of_side(track, side.other)[0]

    assert (issue.code, issue.unit) == ("no_movement", OTHER_LEG)
    assert issue.value == pytest.approx(30, abs=0.1)


def test_the_tested_leg_counts_though_its_neighbour_was_carried_along():
    assert _of_side(_good(other_deg=swings(9))) == ()


@pytest.mark.parametrize("side", Side)
def test_both_legs_alike_at_once_is_no_test_of_either(side):
    track = _good(other_deg=swings(25))

    assert _codes(_of_side(track, side), "refuse") == ["both_legs_moved"]


def _leaning_back(turn_deg):
    """Both shanks turn alike while the hips slide forward on the seat, less than one who rises."""
    turn = swings(turn_deg)
    track = seated_track(turn, other_deg=turn)
    track.xy_px[:, :25, 1] += (0.2 * SHANK_PX * turn / turn_deg)[:, None]
    return track


@pytest.mark.parametrize(("turn_deg", "code"), [(15, "posture_changed"), (30, "both_legs_moved")])
def test_both_legs_alike_while_the_hips_move_are_a_change_of_posture_unless_large(turn_deg, code):
    assert _codes(_of_side(_leaning_back(turn_deg)), "refuse") == [code]


def test_both_legs_alike_were_a_change_of_posture_in_earlier_methods():
    track = _good(other_deg=swings(25))
    then = replace(P, steady_hips_ratio=0.0, posture_turn_deg=180.0)

    issues = quality.side_issues(track, find_leg_phases(track, then), Side.LEFT, then)

    assert _codes(issues, "refuse") == ["posture_changed"]


def _standing_up():
    """Shanks that hung inwards become vertical while the hips rise."""
    rise = np.concatenate([np.zeros(30), np.linspace(0, 1, 20), np.ones(40)])
    track = seated_track(15 * rise, tilt_deg=-15)
    track.xy_px[:, :25, 1] -= 120 * rise[:, None]
    for side in Side:
        put_shank(track.xy_px, side, -15 + 15 * rise)
    return track


def _sitting_down():
    up = _standing_up()
    return replace(up, xy_px=up.xy_px[::-1])


@pytest.mark.parametrize("make", [_standing_up, _sitting_down])
@pytest.mark.parametrize("side", Side)
def test_standing_up_or_sitting_down_is_refused_not_measured(make, side):
    assert _codes(_of_side(make(), side), "refuse") == ["posture_changed"]


def test_a_clip_that_is_never_still_has_no_start_to_measure_from():
    assert _codes(_of_side(seated_track(RESTLESS)), "refuse") == ["too_short"]


def test_a_restless_start_is_warned_about():
    turn = swings(35)
    turn[:24] = 4.4 * np.sin(np.arange(24) * 0.5)

    assert "start_not_still" in _codes(_of_side(seated_track(turn[:-20])), "warn")


@pytest.mark.parametrize("tilt", [-24, 24])
def test_a_shank_that_hangs_askew_at_the_start_is_warned_about(tilt):
    assert _codes(_of_side(_good(tilt_deg=tilt)), "warn") == ["start_tilted"]


# --- which side, and why none


@pytest.mark.parametrize("side", Side)
def test_the_leg_that_turned_is_the_tested_one(side):
    assert quality.tested_sides(_legs(_good(side=side))) == (side,)


@pytest.mark.parametrize("side", Side)
def test_a_leg_that_is_carried_along_is_not_tested(side):
    assert quality.tested_sides(_legs(_good(side=side, other_deg=swings(9)))) == (side,)


@pytest.mark.parametrize("later", [30, 12])
def test_both_legs_in_turn_are_both_tested(later):
    rest = np.zeros(len(swings(30)))
    track = seated_track(np.r_[swings(30), rest], other_deg=np.r_[rest, swings(later)])

    assert quality.tested_sides(_legs(track)) == (Side.LEFT, Side.RIGHT)


def test_both_legs_in_turn_have_no_issue_on_either_side():
    rest = np.zeros(len(swings(30)))
    track = seated_track(np.r_[swings(30), rest], other_deg=np.r_[rest, swings(26)])

    assert [_of_side(track, side) for side in Side] == [(), ()]


@pytest.mark.parametrize("track", [seated_track(swings(-25)), seated_track(swings(3))])
def test_no_leg_is_tested_where_none_turned_inwards(track):
    assert quality.tested_sides(_legs(track)) == ()


WHY_NONE = [
    ("external_rotation", Side.LEFT, lambda: seated_track(swings(-25))),
    ("external_rotation", Side.RIGHT, lambda: seated_track(swings(-25), side=Side.RIGHT)),
    ("no_movement", None, lambda: seated_track(swings(3))),
    ("posture_changed", None, _standing_up),
    ("too_short", None, lambda: seated_track(RESTLESS, other_deg=RESTLESS)),
]  # fmt: skip


@pytest.mark.parametrize(("code", "side", "make"), WHY_NONE)
def test_where_no_leg_was_tested_the_most_specific_reason_is_given(code, side, make):
    track = make()

    (issue,) = quality.untested_issues(track, _legs(track), P)

    assert (issue.code, issue.side, issue.severity) == (code, side, "refuse")


def test_an_outward_turn_of_exactly_the_least_that_counts_is_reported():
    track = seated_track(swings(-8))
    exact = replace(P, external_min_deg=find_phases(track, Side.LEFT, P).external_peak_deg)
    legs = find_leg_phases(track, exact)

    assert [issue.code for issue in quality.untested_issues(track, legs, exact)] == [
        "external_rotation"
    ]


def _frozen(frozen_s, *, wobble_deg=0.0):
    """A swing of which the first part shows the picture before it."""
    turn = swings(35, rest_s=1.5)
    first, last = 40, 40 + round(30 * frozen_s)
    turn[first:last] = turn[first]
    rng = np.random.default_rng(2)
    return with_tracked_shank(
        seated_track(turn), Side.LEFT, turn + wobble_deg * rng.normal(size=len(turn))
    )


@pytest.mark.parametrize("frozen_s", [0.4, 0.8])
def test_a_picture_that_stood_still_and_jumped_is_warned_about_with_its_time(frozen_s):
    issues = {issue.code: issue for issue in _of_side(_frozen(frozen_s))}

    assert issues["picture_frozen"].value == pytest.approx((39 + 30 * frozen_s) / 30, abs=0.05)


def test_a_picture_that_froze_in_mid_swing_is_warned_about():
    turn = swings(35, rest_s=1.5)
    turn[50:58] = turn[50]

    track = with_tracked_shank(seated_track(turn), Side.LEFT, turn)

    assert "picture_frozen" in {issue.code for issue in _of_side(track)}


@pytest.mark.parametrize(("wobble_deg", "is_frozen"), [(0.0, True), (0.1, False)])
def test_a_picture_that_froze_in_the_hold_is_warned_about(wobble_deg, is_frozen):
    turn = swings(35, hold_s=2.0)
    rng = np.random.default_rng(2)
    track = with_tracked_shank(
        seated_track(turn), Side.LEFT, turn + wobble_deg * rng.normal(size=len(turn))
    )

    assert ("picture_frozen" in {issue.code for issue in _of_side(track)}) == is_frozen


def test_a_change_of_posture_is_refused_with_its_time():
    (issue, *_) = quality.untested_issues(_standing_up(), _legs(_standing_up()), P)

    assert (issue.unit, 0 < issue.value < _standing_up().time_s[-1]) == ("at", True)


@pytest.mark.parametrize("track", [_frozen(0.0), _frozen(0.1), _frozen(0.8, wobble_deg=0.1)])
def test_a_leg_that_rests_and_swings_is_no_frozen_picture(track):
    assert "picture_frozen" not in {issue.code for issue in _of_side(track)}


def test_a_leg_that_turned_the_other_way_alone_is_refused_and_measured():
    track = seated_track(swings(-25))

    untested = quality.untested_issues(track, find_leg_phases(track, P), P)

    assert quality.externally_rotated(untested) == (Side.LEFT,)
    assert quality.is_measurable(untested)


def test_a_leg_that_is_refused_for_another_reason_is_not_measured():
    untested = quality.untested_issues(
        still := seated_track(np.zeros(90)), find_leg_phases(still, P), P
    )

    assert quality.externally_rotated(untested) == ()
    assert not quality.is_measurable(untested)
