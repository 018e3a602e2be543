"""C3D file of the landmarks, by the library ezc3d; planar and in pixels, as in `opensim.trc`."""

from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Final

import numpy as np

from hipcv.core.errors import EnvironmentFault
from hipcv.core.landmarks import LANDMARK_COUNT, Landmark
from hipcv.core.pose import PoseTrack
from hipcv.language import _
from hipcv.report.formats.opensim import frame_rate_hz, upright_px

_PLANAR: Final = "planar: one camera, Z = 0; X right, Y up, pixels"

_MISSING: Final = -1.0
"""Residual of a missing point, by the format."""


def write(path: Path, track: PoseTrack) -> None:
    """Write every landmark of every frame, in the time order of the clip.

    A C3D file has one rate for all frames, the median of the clip's. Where the rate varies, each
    frame's own time is in the analog channel `TIME_S`. A second channel numbers the frames from 0:
    ezc3d writes the scale of a single channel as a scalar, at which other readers fail. A missing
    landmark has no coordinates and a residual of -1.

    Raises:
        EnvironmentFault: ezc3d is not installed.
    """
    ezc3d = _library()
    file = ezc3d.c3d()
    points = _points(track)
    missing = np.where(np.isnan(points[:1]), _MISSING, 0.0)
    point = file["parameters"]["POINT"]
    point["UNITS"]["value"] = ["px"]
    point["RATE"]["value"] = [float(frame_rate_hz(track))]
    point["LABELS"]["value"] = [landmark.name for landmark in Landmark]
    point["DESCRIPTIONS"]["value"] = [_PLANAR] * LANDMARK_COUNT
    file["data"]["points"] = points
    file["data"]["meta_points"]["residuals"] = missing
    analog = file["parameters"]["ANALOG"]
    analog["RATE"]["value"] = point["RATE"]["value"]
    analog["LABELS"]["value"] = ["TIME_S", "FRAME"]
    analog["UNITS"]["value"] = ["s", "frames"]
    channels = [track.time_s, np.arange(len(track.time_s))]
    file["data"]["analogs"] = np.stack(channels)[np.newaxis].astype(float)
    file.write(str(path))


def _points(track: PoseTrack) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return x, y, 0 and 1 (4, 33, T); NaN where a landmark is missing."""
    xy_px = upright_px(track)
    frames = len(xy_px)
    depth = np.where(np.isfinite(xy_px).all(axis=-1, keepdims=True), 0.0, np.nan)
    points = np.concatenate([xy_px, depth, np.ones((frames, LANDMARK_COUNT, 1))], axis=-1)
    return np.asarray(points.transpose(2, 1, 0))


def _library() -> ModuleType:
    try:
        return import_module("ezc3d")
    except ImportError as fault:
        raise EnvironmentFault(
            _(
                "C3D files need the library ezc3d, which is not installed. Install hipcv with it: "
                'pip install "hipcv[c3d]".'
            )
        ) from fault
