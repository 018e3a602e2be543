"""C3D files, written and read back by ezc3d."""

import sys

import numpy as np
import pytest

from hipcv.core.errors import EnvironmentFault
from hipcv.core.landmarks import LANDMARK_COUNT, Landmark
from hipcv.report.formats import c3d
from tests.tracks import SIZE_PX, seated_track, seated_xy, track_of

UNEVEN_S = np.array([0.0, 0.033, 0.066, 0.15, 0.183])


@pytest.fixture
def again(tmp_path):
    """A track, written and read again."""
    library = pytest.importorskip("ezc3d")

    def written(track):
        path = tmp_path / "clip.c3d"
        c3d.write(path, track)
        return library.c3d(str(path))

    return written


def uneven():
    """A clip of uneven rate whose toe is not seen in the middle."""
    xy = np.tile(seated_xy(), (len(UNEVEN_S), 1, 1))
    xy[2, Landmark.RIGHT_TOE] = np.nan
    return track_of(xy, UNEVEN_S)


def test_landmarks_come_back_where_they_were(again):
    track = seated_track([0, 20, 40])
    points = again(track)["data"]["points"]

    assert pytest.approx(track.xy_px[..., 0], abs=1e-3) == points[0].T


def test_y_runs_up(again):
    track = seated_track([0, 20, 40])
    points = again(track)["data"]["points"]

    assert pytest.approx(SIZE_PX[1] - track.xy_px[..., 1], abs=1e-3) == points[1].T


def test_points_are_planar(again):
    assert (again(seated_track([0, 20]))["data"]["points"][2] == 0).all()


def test_the_file_says_that_it_is_planar(again):
    descriptions = again(seated_track([0, 20]))["parameters"]["POINT"]["DESCRIPTIONS"]["value"]

    assert (len(descriptions), "planar" in descriptions[0]) == (LANDMARK_COUNT, True)


def test_points_have_their_names_and_unit(again):
    point = again(seated_track([0, 20]))["parameters"]["POINT"]

    assert (point["LABELS"]["value"], point["UNITS"]["value"]) == (
        [landmark.name for landmark in Landmark],
        ["px"],
    )


def test_a_missing_landmark_stays_missing(again):
    points = again(uneven())["data"]["points"]

    assert np.isnan(points[0, Landmark.RIGHT_TOE]).tolist() == [False, False, True, False, False]


def test_a_missing_landmark_has_the_residual_of_the_format(again):
    residuals = again(uneven())["data"]["meta_points"]["residuals"]

    assert residuals[0, Landmark.RIGHT_TOE].tolist() == [0, 0, -1, 0, 0]


def test_each_frame_keeps_its_own_time(again):
    assert again(uneven())["data"]["analogs"][0, 0] == pytest.approx(UNEVEN_S, abs=1e-6)


def test_without_the_library_the_error_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ezc3d", None)

    with pytest.raises(EnvironmentFault, match=r"hipcv\[c3d\]"):
        c3d.write(tmp_path / "clip.c3d", seated_track([0, 20]))
