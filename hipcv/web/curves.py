"""Values of every frame for the clip page: angles, compensation channels and landmarks."""

import math
from typing import Any, Final

import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.compensation import channel_unit, shown_channels
from hipcv.core.frame_state import shank_lines_px
from hipcv.core.landmarks import LEGS, Landmark, Side
from hipcv.core.measure import Motion
from hipcv.core.person import Person
from hipcv.core.pose import PoseTrack
from hipcv.report.gauge_geometry import typical_from_start
from hipcv.report.wording import FINDINGS
from hipcv.results import proxy
from hipcv.web.analysis_cache import CurrentAnalysis

TRUNK: Final = {
    "shoulders_px": (Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER),
    "hips_px": (Landmark.LEFT_HIP, Landmark.RIGHT_HIP),
}


def curves(current: CurrentAnalysis) -> dict[str, Any]:
    """Return the values of every frame of a clip as JSON data; NaN becomes None."""
    track, xy_px = current.stored.track, current.stored.track.xy_px
    motions, person = current.reassessed.motions, current.reassessed.trial.person
    return {
        "frames": {"time_s": [round(float(at_s), 6) for at_s in track.time_s]},
        "sides": {side.value: _side(motion, track, person) for side, motion in motions.items()},
        "landmarks": {side.value: _leg(xy_px, side) for side in Side},
        "internal_sign": {side.value: LEGS[side].internal_sign for side in Side},
        "trunk": {
            name: [_points(xy_px[:, landmark]) for landmark in landmarks]
            for name, landmarks in TRUNK.items()
        },
        "size_px": list(track.size_px),
        "proxy_px": list(proxy.size_px(track.size_px)),
        "proxy_time_s": [round(proxy.time_s(at_s), 6) for at_s in track.time_s],
    }


def _side(motion: Motion, track: PoseTrack, person: Person) -> dict[str, Any]:
    p = motion.protocol
    return {
        "rotation_deg": _numbers(motion.rotation_deg, 2),
        "raw_deg": _numbers(motion.raw_deg, 2),
        "source": [motion.source_at(row) for row in range(len(motion.time_s))],
        "shank": _shank(motion, track),
        "start_span_s": motion.start and [round(at_s, 3) for at_s in motion.start.span_s.closed],
        "target_deg": p.target_deg,
        "typical_deg": typical_from_start(p, motion.start_tilt_deg, is_minor=person.is_minor),
        "channels": channels(motion),
    }


def _shank(motion: Motion, track: PoseTrack) -> dict[str, Any]:
    """Return the lines of the shank in every frame; None where the angle was not read."""
    lines_px = np.array([shank_lines_px(motion, track, row) for row in range(len(track.time_s))])
    names = ("knee_px", "shank_px", "start_shank_px")
    return {name: _points(lines_px[:, index]) for index, name in enumerate(names)}


def channels(motion: Motion) -> dict[str, Any]:
    """Return the compensation channels of the page, each with its unit, name and finding."""
    return {name: _channel(name, motion) for name in shown_channels() if name in motion.channels}


def _channel(name: str, motion: Motion) -> dict[str, Any]:
    unit, code = channel_unit(name), shown_channels()[name]
    return {
        "values": _numbers(motion.channels[name].value, 2 if unit == "deg" else 4),
        "unit": unit,
        "text": FINDINGS[code].row_label,
        "finding": code,
        "source": motion.channels[name].source,
    }


def _leg(xy_px: Floats, side: Side) -> dict[str, Any]:
    leg = LEGS[side]
    joints = {"hip_px": leg.hip, "knee_px": leg.knee, "ankle_px": leg.ankle}
    return {name: _points(xy_px[:, joint]) for name, joint in joints.items()}


def _numbers(values: Floats, decimals: int) -> list[float | None]:
    """Return (T,) values rounded, None for NaN."""
    rounded = np.round(np.asarray(values, dtype=np.float64), decimals) + 0.0  # no negative zero
    return [value if math.isfinite(value) else None for value in rounded.tolist()]


def _points(xy_px: Floats) -> list[list[float | None] | None]:
    """Return (T, 2) points rounded, None unless both coordinates are finite."""
    coordinates = zip(_numbers(xy_px[:, 0], 1), _numbers(xy_px[:, 1], 1), strict=True)
    return [None if x is None or y is None else [x, y] for x, y in coordinates]
