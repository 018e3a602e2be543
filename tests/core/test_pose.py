from dataclasses import replace

import numpy as np
import pytest

from hipcv.core.errors import InvalidTrack
from hipcv.core.landmarks import LANDMARK_COUNT
from hipcv.core.pose import Pose, PoseTrack
from tests.tracks import seated_track, seated_xy


def _poses():
    visible = Pose(0.0, seated_xy(), np.ones(LANDMARK_COUNT))
    return [visible, Pose.unseen(0.1)]


def test_an_unseen_pose_has_no_position():
    assert np.isnan(Pose.unseen(1.5).xy_px).all()


def test_an_unseen_pose_is_visible_nowhere():
    assert Pose.unseen(1.5).visibility.max() == 0


def test_a_track_keeps_the_time_of_every_pose():
    track = PoseTrack.from_poses(_poses(), size_px=(1280, 720))

    assert track.time_s.tolist() == [0.0, 0.1]


def test_a_frame_without_a_person_stays_unseen_in_the_track():
    track = PoseTrack.from_poses(_poses(), size_px=(1280, 720))

    assert track.visible.tolist() == [True, False]


def test_people_that_were_not_counted_are_unknown():
    assert PoseTrack.from_poses(_poses(), size_px=(1280, 720)).people.tolist() == [-1, -1]


def test_counted_people_and_light_are_kept():
    track = PoseTrack.from_poses(
        _poses(), size_px=(1280, 720), people=np.array([1, 2]), luminance=np.array([0.1, 0.2])
    )

    assert (track.people.tolist(), track.luminance.tolist()) == ([1, 2], [0.1, 0.2])


def test_a_track_of_no_pose_is_empty_not_broken():
    assert PoseTrack.from_poses([], size_px=(1280, 720)).xy_px.shape == (0, LANDMARK_COUNT, 2)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("xy_px", np.zeros((2, 33, 3))),
        ("visibility", np.zeros((3, 33))),
        ("people", np.zeros(1, dtype=int)),
        ("luminance", np.zeros(5)),
    ],
)
def test_an_array_of_another_shape_is_refused_by_name(name, value):
    with pytest.raises(InvalidTrack, match=name):
        replace(seated_track([0, 1]), **{name: value})


@pytest.mark.parametrize("time_s", [[0.0, 0.0], [0.1, 0.0]])
def test_time_that_does_not_run_forward_is_refused(time_s):
    with pytest.raises(InvalidTrack, match="later"):
        replace(seated_track([0, 1]), time_s=np.array(time_s))


def sampled_every_second_frame(visible=(True, True, True)):
    """Three poses of a person who moves evenly; T is 5."""
    poses = [
        Pose(2 * n / 60, np.full((LANDMARK_COUNT, 2), 10.0 * n), np.full(LANDMARK_COUNT, 0.5 * n))
        if there
        else Pose.unseen(2 * n / 60)
        for n, there in enumerate(visible)
    ]
    track = PoseTrack.from_poses(poses, size_px=(64, 48), people=np.array([1, -1, 2]))
    return track.interpolated(np.arange(5) / 60, np.array([0, 2, 4]))


def test_frames_between_two_looks_are_read_between_them():
    assert sampled_every_second_frame().xy_px[:, 0, 0] == pytest.approx([0, 5, 10, 15, 20])


def test_frames_next_to_a_sample_without_a_person_are_without_one():
    visible = sampled_every_second_frame(visible=(True, True, False)).visible

    assert visible.tolist() == [True, True, True, False, False]


def test_people_are_counted_only_in_sampled_frames():
    assert sampled_every_second_frame().people.tolist() == [1, -1, -1, -1, 2]


def test_a_frame_next_to_a_sample_of_an_empty_picture_shows_nobody():
    poses = [Pose.unseen(n / 30) for n in range(3)]
    track = PoseTrack.from_poses(poses, size_px=(64, 48), people=np.array([0, 0, 2]))

    people = track.interpolated(np.arange(5) / 60, np.array([0, 2, 4])).people

    assert people.tolist() == [0, 0, 0, 0, 2]


def test_a_track_of_every_frame_is_left_as_it_is():
    track = PoseTrack.from_poses([Pose.unseen(0.0), Pose.unseen(0.1)], size_px=(64, 48))

    assert track.interpolated(track.time_s, np.array([0, 1])) is track
