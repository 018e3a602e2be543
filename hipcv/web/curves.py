"""What the clip page draws: angles, compensations and landmarks of every frame, as numbers."""

from typing import Any, Final

import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.landmarks import LEGS, Landmark, Side
from hipcv.core.measure import Motion
from hipcv.core.protocol import MeasurementProtocol
from hipcv.report.wording import CHANNELS
from hipcv.web import proxy
from hipcv.web.analysis_cache import Reading

LIMITS: Final = {
    "pelvic_obliquity_deg": ("hike_deg", None),
    "trunk_lean_deg": ("lean_deg", "lean_deg"),
    "trunk_shift_ratio": ("shift_ratio", "shift_ratio"),
    "knee_rise_ratio": ("thigh_ratio", None),
    "knee_drift_ratio": ("drift_out_ratio", "drift_in_ratio"),
    "other_shank_deg": ("other_leg_moved_deg", "other_leg_moved_deg"),
    "wrist_rise_ratio": ("hand_rise_ratio", None),
}
"""Settings beyond which a channel is told of: upwards, downwards."""

LANDMARKS: Final = ("hip", "knee", "ankle")
TRUNK: Final = {
    "shoulders_px": (Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER),
    "hips_px": (Landmark.LEFT_HIP, Landmark.RIGHT_HIP),
}


def curves(reading: Reading) -> dict[str, Any]:
    """Everything that goes with the frames of one clip; not seen is None."""
    track, now = reading.stored.track, reading.now
    times = [round(float(at_s), 6) for at_s in track.time_s]
    xy = track.xy_px
    return {
        "frames": {"time_s": times},
        "sides": {side.value: _side(motion) for side, motion in now.motions.items()},
        "landmarks": {side.value: _leg(xy, side) for side in Side},
        "trunk": {
            name: [_numbers(xy[:, row].ravel(), 1, pair=True) for row in rows]
            for name, rows in TRUNK.items()
        },
        "size_px": list(track.size_px),
        "proxy_px": list(proxy.size_px(track.size_px)),
        "proxy_time_s": [round(proxy.time_s(at_s), 6) for at_s in track.time_s],
    }


def _side(motion: Motion) -> dict[str, Any]:
    p = motion.protocol
    return {
        "rotation_deg": _numbers(motion.rotation_deg, 2),
        "raw_deg": _numbers(motion.raw_deg, 2),
        "start_span_s": motion.start and [round(at_s, 3) for at_s in motion.start.span_s.closed],
        "target_deg": p.target_deg,
        "typical_deg": [p.typical_low_deg, p.typical_high_deg],
        "channels": {name: _channel(name, motion) for name in CHANNELS if name in motion.channels},
    }


def _channel(name: str, motion: Motion) -> dict[str, Any]:
    degrees = name.endswith("_deg")
    high, low = (_limit(motion.protocol, setting) for setting in LIMITS[name])
    return {
        "values": _numbers(motion.channels[name].value, 2 if degrees else 4),
        "limit": high,
        "limit_low": None if low is None else -low,
        "unit": "deg" if degrees else "shank lengths",
        "text": CHANNELS[name].title,
        "finding": CHANNELS[name].finding,
        "source": motion.channels[name].source,
    }


def _limit(protocol: MeasurementProtocol, setting: str | None) -> float | None:
    return None if setting is None else float(getattr(protocol, setting))


def _leg(xy_px: Floats, side: Side) -> dict[str, Any]:
    leg = LEGS[side]
    rows = {"hip": leg.hip, "knee": leg.knee, "ankle": leg.ankle}
    return {
        f"{name}_px": _numbers(xy_px[:, rows[name]].ravel(), 1, pair=True) for name in LANDMARKS
    }


def _numbers(values: Floats, decimals: int, *, pair: bool = False) -> list[Any]:
    """Plain numbers, None for NaN; by pairs, a pair that is not whole is None."""
    rounded = np.round(np.asarray(values, dtype=np.float64), decimals) + 0.0
    told = [
        value if seen else None
        for value, seen in zip(rounded.tolist(), np.isfinite(rounded).tolist(), strict=True)
    ]
    if not pair:
        return told
    pairs = zip(told[::2], told[1::2], strict=True)
    return [None if x is None or y is None else [x, y] for x, y in pairs]
