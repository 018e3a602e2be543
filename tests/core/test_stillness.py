"""Stillness, measured on poses."""

import numpy as np
import pytest

from hipcv.core.landmarks import LANDMARK_COUNT, Side
from hipcv.core.pose import Pose
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.stillness import median_pose_px, still_for_s
from tests.tracks import put_shank, seated_xy


def poses(*tilts_deg, rate_hz=10.0, shift_px=None):
    result = []
    for n, tilt in enumerate(tilts_deg):
        xy = seated_xy()
        put_shank(xy[None], Side.RIGHT, np.array([tilt]))
        xy = xy + (np.zeros(2) if shift_px is None else shift_px[n])
        result.append(Pose(n / rate_hz, xy, np.ones(LANDMARK_COUNT)))
    return result


def test_a_still_person_is_still_since_the_first_pose():
    assert still_for_s(poses(*[4.0] * 11), MeasurementProtocol()) == pytest.approx(1.0)


def test_stillness_counts_from_the_last_movement():
    assert still_for_s(poses(*[20.0] * 5, *[0.0] * 6), MeasurementProtocol()) == pytest.approx(0.5)


def test_jitter_within_the_band_is_still():
    wobble = [2.5, -2.5] * 10

    assert still_for_s(poses(*wobble), MeasurementProtocol()) == pytest.approx(1.9)


def test_hips_that_travel_are_not_still():
    away = [np.array([4.0 * n, 0.0]) for n in range(10)]

    assert still_for_s(poses(*[0.0] * 10, shift_px=away), MeasurementProtocol()) < 0.5


def test_an_undetected_person_is_not_still():
    unseen = [Pose.unseen(0.1 * n) for n in range(10)]

    assert still_for_s(unseen, MeasurementProtocol()) == 0


def test_a_gap_ends_stillness():
    track = poses(*[0.0] * 10)
    track[4] = Pose.unseen(0.4)

    assert still_for_s(track, MeasurementProtocol()) == pytest.approx(0.4)


def test_no_pose_is_not_still():
    assert still_for_s([], MeasurementProtocol()) == 0


def test_the_median_pose_is_taken_over_complete_poses():
    assert median_pose_px(poses(0.0, 0.0, 30.0)) == pytest.approx(seated_xy())


def test_a_person_detected_in_less_than_half_has_no_median_pose():
    assert np.isnan(median_pose_px([*poses(0.0), Pose.unseen(0.1), Pose.unseen(0.2)])).all()
