import numpy as np
import pytest

from hipcv.core.landmarks import LANDMARK_COUNT, Landmark, Side
from hipcv.core.person_selection import choose_patient, distinct
from hipcv.core.pose import Pose
from hipcv.core.protocol import MeasurementProtocol
from tests.tracks import SHANK_PX, put_shank, seated_xy

P = MeasurementProtocol()
TIME_S = np.arange(60) / 30


def _pose(xy, row=0):
    return Pose(float(TIME_S[row]), xy, np.ones(LANDMARK_COUNT))


def _seated(*, at_px=0.0, size=1.0):
    middle = np.array([640.0, 300.0])
    return (seated_xy() - middle) * size + middle + [at_px, 0]


def _standing(*, at_px=0.0, size=1.0):
    xy = _seated()
    xy[[Landmark.LEFT_KNEE, Landmark.RIGHT_KNEE], 1] += 0.8 * SHANK_PX
    for side in Side:
        put_shank(xy[None], side, np.zeros(1))
    middle = np.array([640.0, 300.0])
    return (xy - middle) * size + middle + [at_px, 0]


def _chosen(*people):
    """Return how often each person was chosen; a person is a pose and the rows it is visible in."""
    sightings = [
        tuple(_pose(xy, row) for xy, rows in people if row in rows) for row in range(len(TIME_S))
    ]
    chosen = choose_patient(sightings, TIME_S, P)
    return [sum(np.array_equal(pose.xy_px, xy) for pose in chosen) for xy, _ in people]


ALWAYS = range(60)


def test_a_helper_standing_beside_the_patient_is_not_chosen():
    assert _chosen((_standing(at_px=250, size=1.2), ALWAYS), (_seated(), ALWAYS)) == [0, 60]


def test_someone_who_passes_by_is_not_chosen():
    assert _chosen((_seated(at_px=-300, size=1.1), range(20)), (_seated(), ALWAYS)) == [0, 60]


def test_someone_further_away_is_not_chosen():
    assert _chosen((_seated(at_px=350, size=0.5), ALWAYS), (_seated(), ALWAYS)) == [0, 60]


def test_the_choice_does_not_depend_on_the_order_in_which_people_are_found():
    helper, patient = (_standing(at_px=250), ALWAYS), (_seated(), ALWAYS)

    assert _chosen(helper, patient) == _chosen(patient, helper)[::-1]


def test_a_standing_person_alone_is_followed_and_left_to_the_checks():
    assert _chosen((_standing(), ALWAYS)) == [60]


def test_the_patient_is_found_again_after_being_lost():
    assert _chosen((_seated(), [*range(20), *range(30, 60)])) == [50]


def test_frames_without_the_patient_are_unseen_not_another_persons():
    patient, helper = _seated(), _standing(at_px=300)
    sightings = [(_pose(patient, r),) if r < 50 else (_pose(helper, r),) for r in range(60)]

    chosen = choose_patient(sightings, TIME_S, P)

    assert all(np.isnan(pose.xy_px).all() for pose in chosen[50:])


def test_a_clip_without_people_has_an_unseen_pose_for_every_time():
    chosen = choose_patient([()] * 60, TIME_S, P)

    assert [pose.time_s for pose in chosen] == TIME_S.tolist()


def test_a_patient_who_sways_stays_the_same_person():
    swaying = [_seated(at_px=60 * np.sin(row / 5)) for row in range(60)]

    chosen = choose_patient([(_pose(xy, row),) for row, xy in enumerate(swaying)], TIME_S, P)

    assert all(np.array_equal(p.xy_px, xy) for p, xy in zip(chosen, swaying, strict=True))


def test_one_person_found_twice_is_one_person():
    again = _seated(at_px=10)

    assert len(distinct((_pose(_seated()), _pose(again)))) == 1


def test_the_larger_of_two_finds_of_one_person_is_kept():
    (distinct_poses,) = distinct((_pose(_seated(size=0.95)), _pose(_seated())))

    assert distinct_poses.xy_px == pytest.approx(_seated())


def test_two_people_side_by_side_are_two():
    assert len(distinct((_pose(_seated()), _pose(_seated(at_px=250))))) == 2
