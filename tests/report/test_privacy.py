import numpy as np

from hipcv.core.landmarks import Landmark
from hipcv.report.privacy import blur_face, carry_heads


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


def test_a_missing_head_changes_nothing():
    assert np.array_equal(blur_face(chequered(), np.full((33, 2), np.nan)), chequered())


def test_a_head_out_of_sight_changes_nothing():
    assert np.array_equal(blur_face(chequered(), face_at(-900, -900)), chequered())


def test_a_frame_without_a_head_takes_the_nearest_one():
    track = np.stack([face_at(160, 80), np.full((33, 2), np.nan), np.full((33, 2), np.nan)])

    assert np.array_equal(carry_heads(track)[2, Landmark.NOSE], [160, 80])


def test_a_head_that_was_never_visible_stays_missing():
    assert np.isnan(carry_heads(np.full((3, 33, 2), np.nan))).all()
