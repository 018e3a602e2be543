"""C3D files, written by ezc3d and read back by it and by c3d, another library."""

import sys
from dataclasses import dataclass

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


@dataclass
class Content:
    """Content of a file as a reader finds it."""

    xyz: np.ndarray  # (T, 33, 3); NaN where the residual says missing
    rate_hz: float
    labels: list[str]
    unit: str
    time_s: np.ndarray  # (T,)


def by_ezc3d(path):
    library = pytest.importorskip("ezc3d")
    file = library.c3d(str(path))
    points, point = file["data"]["points"], file["parameters"]["POINT"]
    missing = file["data"]["meta_points"]["residuals"] < 0
    return Content(
        np.where(missing, np.nan, points[:3]).transpose(2, 1, 0),
        point["RATE"]["value"][0],
        point["LABELS"]["value"],
        point["UNITS"]["value"][0],
        file["data"]["analogs"][0, 0],
    )


def by_c3d(path):
    library = pytest.importorskip("c3d")
    with path.open("rb") as file:
        reader = library.Reader(file)
        frames = [(points, analog) for _, points, analog in reader.read_frames()]
        points = np.array([points for points, _ in frames])
        return Content(
            np.where(points[..., 3:4] < 0, np.nan, points[..., :3]),
            reader.point_rate,
            [label.strip() for label in reader.point_labels],
            reader.get("POINT:UNITS").string_value.strip(),
            np.array([analog[0, 0] for _, analog in frames]),
        )


@pytest.mark.parametrize("read", [by_ezc3d, by_c3d])
def test_every_reader_finds_the_same_in_a_file(tmp_path, read):
    pytest.importorskip("ezc3d")
    c3d.write(tmp_path / "clip.c3d", uneven())
    found = read(tmp_path / "clip.c3d")

    xy = np.where([[[1, 0]]], uneven().xy_px, SIZE_PX[1] - uneven().xy_px)
    depth = np.where(np.isnan(xy[..., :1]), np.nan, 0.0)
    np.testing.assert_allclose(found.xyz, np.concatenate([xy, depth], axis=-1), atol=1e-3)
    assert found.labels == [landmark.name for landmark in Landmark]
    assert (found.unit, found.rate_hz) == ("px", pytest.approx(1 / 0.033, abs=0.01))
    assert found.time_s == pytest.approx(UNEVEN_S, abs=1e-6)


def test_without_the_library_the_error_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ezc3d", None)

    with pytest.raises(EnvironmentFault, match=r"hipcv\[c3d\]"):
        c3d.write(tmp_path / "clip.c3d", seated_track([0, 20]))
