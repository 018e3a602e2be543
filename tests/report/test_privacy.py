import numpy as np
import pytest

from hipcv.core.landmarks import Landmark
from hipcv.report.privacy import Heads, blur_face

NO_LANDMARKS = np.full((33, 2), np.nan)


def face_at(x, y):
    """A head about 40 pixels wide; the rest was not seen."""
    xy = np.full((33, 2), np.nan)
    xy[Landmark.NOSE : Landmark.MOUTH_RIGHT + 1] = (x, y)
    xy[Landmark.LEFT_EAR], xy[Landmark.RIGHT_EAR] = (x + 20, y), (x - 20, y)
    xy[Landmark.LEFT_SHOULDER], xy[Landmark.RIGHT_SHOULDER] = (x + 60, y + 70), (x - 60, y + 70)
    return xy


def chequered():
    rows, columns = np.indices((240, 320))
    return np.repeat((255 * ((rows // 2 + columns // 2) % 2))[..., None], 3, axis=2).astype(
        np.uint8
    )


def test_the_face_loses_its_detail():
    hidden = blur_face(chequered(), face_at(160, 80))[65:95, 145:175]

    assert hidden.std() < 20


def test_the_rest_of_the_picture_stays():
    hidden = blur_face(chequered(), face_at(160, 80))

    assert np.array_equal(hidden[170:], chequered()[170:])


def test_the_frame_itself_is_left_alone():
    frame = chequered()
    blur_face(frame, face_at(160, 80))

    assert np.array_equal(frame, chequered())


def test_a_head_half_out_of_the_picture_is_hidden():
    hidden = blur_face(chequered(), face_at(5, 5))[:15, :15]

    assert hidden.std() < 40


def test_without_any_landmark_nothing_is_visible():
    assert blur_face(chequered(), NO_LANDMARKS).std() < 20


def test_without_a_head_all_above_the_highest_landmark_is_hidden():
    hips = NO_LANDMARKS.copy()
    hips[[Landmark.LEFT_HIP, Landmark.RIGHT_HIP]] = (200, 150), (120, 152)
    hidden = blur_face(chequered(), hips)

    assert hidden[:150].std() < 20
    assert np.array_equal(hidden[150:], chequered()[150:])


def test_a_head_out_of_sight_changes_nothing():
    assert np.array_equal(blur_face(chequered(), face_at(-900, -900)), chequered())


def heads(*poses):
    return Heads(np.arange(len(poses)) / 30, np.stack(poses))


def test_frame_with_a_whole_head_takes_that_one_alone():
    track = heads(face_at(160, 80), face_at(200, 80))

    assert np.array_equal(track.at(1 / 30), [face_at(200, 80)], equal_nan=True)


@pytest.mark.parametrize("x", range(60, 261, 20))
def test_head_that_moves_while_it_is_lost_is_hidden_on_its_whole_way(x):
    track = heads(face_at(60, 80), *[NO_LANDMARKS] * 9, face_at(260, 80))
    hidden = blur_face(chequered(), track.at(5 / 30))

    assert hidden[70:90, x - 8 : x + 8].std() < 25


@pytest.mark.parametrize("time_s", [-1.0, 0.0, 9.0])
def test_head_is_hidden_where_it_was_last_or_will_be_first(time_s):
    track = heads(NO_LANDMARKS, face_at(160, 80), NO_LANDMARKS)

    assert blur_face(chequered(), track.at(time_s))[65:95, 145:175].std() < 20


def test_part_of_a_head_is_hidden_beside_the_nearest_whole_one():
    part = face_at(260, 80)
    part[Landmark.NOSE] = np.nan
    hidden = blur_face(chequered(), heads(face_at(60, 80), part).at(1 / 30))

    assert (hidden[70:90, 52:68].std() < 25, hidden[70:90, 252:268].std() < 25) == (True, True)
