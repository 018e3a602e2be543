"""Every refusal from a track that earns it, and from none that does not."""

from dataclasses import replace

import numpy as np
import pytest

from hipcv.core import quality
from hipcv.core.clip_info import SizeChange
from hipcv.core.issues import Issue
from hipcv.core.landmarks import LEGS, Landmark, Side
from hipcv.core.phases import find_leg_phases
from hipcv.core.protocol import MeasurementProtocol
from hipcv.report.summary import summarise_issue
from tests.closeups import unseen_rows
from tests.codes import REFUSALS, WARNINGS
from tests.tracks import (
    SHANK_PX,
    SIZE_PX,
    clip_of,
    put_shank,
    seated_track,
    seated_xy,
    swings,
    track_of,
)

P = MeasurementProtocol()
KNEES = [Landmark.LEFT_KNEE, Landmark.RIGHT_KNEE]
SHOULDERS = [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]


def _good(**changes):
    return seated_track(swings(30), **changes)


def _of_clip(track, **account):
    return quality.clip_issues(clip_of(track, **account), track, P)


def _of_side(track, side=Side.LEFT):
    legs = find_leg_phases(track, P)
    return quality.side_issues(track, legs, side, P)


def _codes(issues, severity):
    return [issue.code for issue in issues if issue.severity == severity]


def _hang_shanks(track, tilt_deg=0.0):
    for side in Side:
        put_shank(track.xy_px, side, np.full(len(track.time_s), tilt_deg))
    return track


def _lowered():
    """The camera points too high: the feet hang out of the picture."""
    track = _good()
    track.xy_px[..., 1] += 130
    return track


def _sideways():
    track = _good()
    x, y = track.xy_px[..., 0].copy(), track.xy_px[..., 1].copy()
    return replace(track, xy_px=np.stack([SIZE_PX[1] - y, x], axis=-1), size_px=SIZE_PX[::-1])


def _from_the_side():
    track = _good()
    track.xy_px[:, KNEES, 0] += 0.5 * SHANK_PX
    return _hang_shanks(track)


def _narrow():
    """Turned away so far that the shoulders nearly hide one another."""
    track = _good()
    track.xy_px[:, SHOULDERS, 0] = [660, 620]
    return track


def _from_behind():
    track = _good()
    track.xy_px[..., 0] = SIZE_PX[0] - track.xy_px[..., 0]
    return track


def _standing():
    track = _good()
    track.xy_px[..., 1] -= 150
    track.xy_px[:, KNEES, 1] += 0.8 * SHANK_PX
    return _hang_shanks(track)


def _nobody():
    return track_of(np.full((60, 33, 2), np.nan), np.arange(60) / 30)


def _bottle():
    """Something is taken for a person now and then."""
    return unseen_rows(_good(), np.arange(36, 102))


def _visible_four_fifths():
    return unseen_rows(_good(), slice(None, None, 5))


def _blurred():
    track = _good()
    for side in Side:
        track.visibility[:, LEGS[side].ankle] = 0.3
    return track


REFUSED_CLIPS = [
    ("legs_out_of_frame", _lowered),
    ("sideways_picture", _sideways),
    ("side_view", _from_the_side),
    ("side_view", _narrow),
    ("side_view", _from_behind),
    ("not_seated", _standing),
    ("no_person", _nobody),
    ("no_person", _bottle),
    ("low_visibility", _visible_four_fifths),
    ("low_visibility", _blurred),
    ("too_short", lambda: seated_track(swings(30)[:33])),
    ("too_short", lambda: seated_track(swings(30, rate_hz=5), rate_hz=5)),
]


@pytest.mark.parametrize(("code", "make"), REFUSED_CLIPS)
def test_an_unusable_clip_is_refused_for_its_one_reason(code, make):
    assert _codes(_of_clip(make()), "refuse") == [code]


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("tilt", [-19, 0, 6])
def test_a_good_clip_has_no_issue(side, tilt):
    track = _good(side=side, tilt_deg=tilt)

    assert _of_clip(track) + _of_side(track, side) == ()


@pytest.mark.parametrize("damage", [{"frames_corrupt": 30}, {"packets_damaged": 30}])
def test_a_clip_damaged_for_a_fifth_is_refused(damage):
    assert _codes(_of_clip(_good(), **damage), "refuse") == ["damaged"]


def test_a_few_damaged_frames_are_accepted():
    issues = _of_clip(_good(), frames_corrupt=10)

    assert (_codes(issues, "refuse"), _codes(issues, "warn")) == ([], ["frames_damaged"])


def test_a_clip_without_a_frame_is_refused_without_looking():
    empty = track_of(np.zeros((0, 33, 2)), np.zeros(0))
    clip = clip_of(_good(), frames=0, duration_s=0.0)

    assert _codes(quality.clip_issues(clip, empty, P), "refuse") == ["too_short"]


def test_only_the_coarsest_refusal_is_reported():
    """A picture on its side also looks like a side view of someone standing."""
    assert len(_codes(_of_clip(_sideways()), "refuse")) == 1


def test_a_refusal_carries_what_was_found_and_what_was_asked():
    issue = _of_clip(_standing())[0]

    assert (issue.value, issue.limit) == (pytest.approx(1.0), P.standing_thigh_ratio)


@pytest.mark.parametrize("share", [0.42, 0.6, 0.7])
def test_an_ordinary_chair_is_not_taken_for_standing(share):
    track = _good()
    track.xy_px[..., 1] -= 100
    track.xy_px[:, KNEES, 1] += share * SHANK_PX - 32
    _hang_shanks(track)

    assert _codes(_of_clip(track), "refuse") == []


def test_a_sloping_thigh_is_warned_about():
    track = _good()
    track.xy_px[..., 1] -= 60
    track.xy_px[:, KNEES, 1] += 0.4 * SHANK_PX
    _hang_shanks(track)

    assert _codes(_of_clip(track), "warn") == ["seat_low"]


def test_a_slightly_oblique_view_is_warned_about_and_measured():
    track = _good()
    track.xy_px[:, KNEES, 0] += 0.25 * SHANK_PX
    _hang_shanks(track)

    issues = _of_clip(track)
    assert [(issue.code, issue.severity) for issue in issues] == [("view_oblique", "warn")]


@pytest.mark.parametrize(
    ("code", "account"),
    [
        ("low_frame_rate", {"frame_rate_hz": 15.0}),
        ("variable_frame_rate", {"variable_rate": True}),
        ("gaps", {"largest_gap_s": 0.4}),
        ("mirrored_container", {"mirrored_container": True}),
    ],
)
def test_an_unusual_file_is_warned_about(code, account):
    assert _codes(_of_clip(_good(), **account), "warn") == [code]


def test_a_dark_picture_is_warned_about():
    track = _good()

    assert _codes(_of_clip(replace(track, luminance=track.luminance * 0.2)), "warn") == [
        "low_light"
    ]


def test_unknown_light_is_not_called_dark():
    track = _good()

    assert _of_clip(replace(track, luminance=np.full_like(track.luminance, np.nan))) == ()


def _with_others(rows):
    track = _good()
    people = np.full(len(track.time_s), -1)
    people[::10] = 1
    people[rows] = 2
    return replace(track, people=people)


def test_other_people_are_reported_by_the_frames_that_were_counted():
    assert _codes(_of_clip(_with_others(slice(0, 40, 10))), "warn") == ["several_people"]


def test_someone_passing_by_once_is_not_reported():
    assert _of_clip(_with_others([0])) == ()


def test_uncounted_people_are_not_reported():
    track = _good()

    assert _of_clip(replace(track, people=np.full(len(track.time_s), -1))) == ()


# --- the measures behind them


@pytest.mark.parametrize(
    ("landmark", "xy_px", "margin"),
    [
        (Landmark.LEFT_TOE, (640, 720 - 72), 0.1),
        (Landmark.LEFT_HEEL, (128, 400), 0.1),
        (Landmark.LEFT_ANKLE, (1280 - 64, 400), 0.05),
        (Landmark.LEFT_TOE, (640, 756), -0.05),
    ],
)
def test_margin_at_the_feet_is_the_smallest_distance_to_an_edge(landmark, xy_px, margin):
    xy = np.full((33, 2), 400.0)
    xy[landmark] = xy_px

    assert quality.foot_margin_share(xy, Side.LEFT, SIZE_PX) == pytest.approx(margin)


def test_the_thigh_drop_is_that_of_the_lower_knee():
    xy = seated_xy()
    xy[Landmark.RIGHT_KNEE, 1] += 40
    put_shank(xy[None], Side.RIGHT, np.zeros(1))

    assert quality.thigh_drop_ratio(xy) == pytest.approx(72 / SHANK_PX)


@pytest.mark.parametrize("joint", ["knee", "ankle"])
def test_a_leg_is_as_visible_as_its_less_visible_joint(joint):
    track = _good()
    track.visibility[:, getattr(LEGS[Side.LEFT], joint)] = 0.4

    assert quality.leg_visibility(track, Side.LEFT) == pytest.approx(0.4)


def test_a_leg_is_not_visible_where_nobody_was_found():
    assert quality.leg_visibility(_nobody(), Side.LEFT) == 0


def test_every_refusal_and_warning_raised_here_is_part_of_the_contract():
    tracks = [make() for _, make in REFUSED_CLIPS]
    codes = {issue.code for track in tracks for issue in _of_clip(track)}

    assert codes <= set(REFUSALS + WARNINGS)


def test_a_camera_that_looks_up_at_the_thigh_is_warned_about():
    track = _good()
    track.xy_px[:, [LEGS[side].hip for side in Side], 1] = track.xy_px[0, KNEES[0], 1] + 20

    assert "camera_low" in {issue.code for issue in _of_clip(track)}


def test_frames_that_show_only_another_person_are_reported():
    track = unseen_rows(_good(), slice(0, 8))

    assert "person_changed" in {issue.code for issue in _of_clip(track)}


def _after_a_title(rows, people=0):
    """The same person after a lead-in of so many frames that show nobody."""
    track = seated_track(np.concatenate([np.zeros(rows), swings(30)]))
    track = unseen_rows(track, slice(0, rows))
    track.people[:rows] = people
    return track


@pytest.mark.parametrize("rows", [12, 60, 150])
def test_a_title_before_the_test_is_left_out_and_named_with_its_time(rows):
    issues = {issue.code: issue for issue in _of_clip(_after_a_title(rows))}

    assert not [issue for issue in issues.values() if issue.severity == "refuse"]
    assert issues["nobody_at_times"].value == pytest.approx(rows / 30)


def test_a_title_in_the_middle_is_refused_with_its_times():
    """A clip of two tests with a second between them that shows nobody."""
    track = seated_track(np.concatenate([swings(30), np.zeros(30), swings(30)]))
    first = len(swings(30))

    issue = _of_clip(unseen_rows(track, slice(first, first + 30)))[0]

    assert (issue.code, issue.unit) == ("low_visibility", "unseen")
    assert [issue.value, issue.limit] == pytest.approx([first / 30, (first + 29) / 30])


def test_somebody_else_before_the_test_is_no_title():
    codes = {issue.code for issue in _of_clip(_after_a_title(60, people=1))}

    assert "low_visibility" in codes
    assert "nobody_at_times" not in codes


def test_a_clip_that_shows_the_person_throughout_names_no_times():
    assert "nobody_at_times" not in {issue.code for issue in _of_clip(_good())}


def test_a_trunk_that_lies_over_hanging_shanks_is_not_seen_rather_than_sideways():
    """Landmarks of a hidden head and of hidden shoulders may be anywhere."""
    track = _good()
    hips = track.xy_px[:, [LEGS[side].hip for side in Side]].mean(axis=1)
    track.xy_px[:, SHOULDERS] = hips[:, None] + [[140.0, 20.0], [140.0, -20.0]]

    codes = [issue.code for issue in _of_clip(track) if issue.severity == "refuse"]
    assert codes == ["low_visibility"]


def test_legs_behind_a_board_are_not_seen_rather_than_standing():
    """Landmarks of hidden knees may lie anywhere under the hips."""
    track = _standing()
    for side in Side:
        track.visibility[:, [LEGS[side].knee, LEGS[side].ankle]] = 0.02

    assert _codes(_of_clip(track), "refuse") == ["low_visibility"]


def test_moments_that_show_nobody_are_no_change_of_person():
    track = unseen_rows(_good(), slice(0, 8))
    track.people[:8] = 0

    assert "person_changed" not in {issue.code for issue in _of_clip(track)}


def test_a_change_of_the_picture_s_size_is_said_with_its_time():
    change = SizeChange(0.4, (320, 180), (1280, 720))
    issues = {issue.code: issue for issue in _of_clip(_good(), size_change=change)}

    text = summarise_issue(issues["size_changed"]).text
    assert text.endswith("From 320×180 to 1280×720 pixels at 0.4\xa0s.")


@pytest.mark.parametrize("code", ["no_movement", "low_visibility", "external_rotation"])
def test_a_refusal_of_a_damaged_clip_names_the_damage(code):
    clip = clip_of(_good(), packets_damaged=2)

    [issue] = quality.blame_damage([Issue(code, "refuse")], clip)

    assert (issue.code, issue.severity) == ("damaged", "refuse")


@pytest.mark.parametrize(
    ("issue", "damaged"),
    [(Issue("no_movement", "refuse"), 0), (Issue("not_seated", "refuse"), 2),
     (Issue("low_light", "warn"), 2)],
)  # fmt: skip
def test_damage_is_blamed_for_nothing_else(issue, damaged):
    clip = clip_of(_good(), packets_damaged=damaged)

    assert quality.blame_damage([issue], clip) == (issue,)
