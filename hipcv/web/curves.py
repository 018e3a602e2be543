"""What the clip page draws: angles, compensations and landmarks of every frame, as numbers."""

from typing import Any, Final

import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.compensation import channel_unit, shown_channels
from hipcv.core.landmarks import LEGS, Landmark, Side
from hipcv.core.measure import Motion
from hipcv.report.wording import FINDINGS
from hipcv.web import proxy
from hipcv.web.analysis_cache import Reading

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
        "channels": {
            name: _channel(name, motion) for name in shown_channels() if name in motion.channels
        },
    }


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
