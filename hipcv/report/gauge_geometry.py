"""Geometry of an angle against target and typical band, for every drawing of it.

Renderers (SVG, OpenCV, text) multiply it by their size and choose colours.
"""

import math
from dataclasses import dataclass
from typing import Final

from hipcv.core.assessment import Interval
from hipcv.core.landmarks import LEGS, Side
from hipcv.core.protocol import MeasurementProtocol

SCALE_DEG: Final = 60.0
"""End of every scale and dial; they begin at 0°."""

_MARGIN_DEG: Final = 12.0
"""Angle by which the swing of the shank is drawn beyond either end of the dial."""


@dataclass(frozen=True, slots=True)
class ScaleMarks:
    """Positions on a straight scale from 0° to SCALE_DEG, as shares of its length."""

    target: float
    typical: tuple[float, float] | None  # None: there is no band
    rotation: float | None
    interval: tuple[float, float] | None


def scale_share(angle_deg: float) -> float:
    """Return an angle's position on the scale, 0..1; angles off the scale are at its ends."""
    return min(max(angle_deg / SCALE_DEG, 0.0), 1.0) if math.isfinite(angle_deg) else 0.0


def scale_marks(
    protocol: MeasurementProtocol,
    rotation_deg: float | None = None,
    interval_deg: Interval | None = None,
    *,
    start_tilt_deg: float | None = None,
    is_minor: bool = False,
) -> ScaleMarks:
    """Return the positions of target, typical band, rotation and its interval.

    The scale begins at the start position; see `typical_from_start`.
    """
    typical = typical_from_start(protocol, start_tilt_deg, is_minor=is_minor)
    return ScaleMarks(
        target=scale_share(protocol.target_deg),
        typical=typical and (scale_share(typical[0]), scale_share(typical[1])),
        rotation=None if rotation_deg is None else scale_share(rotation_deg),
        interval=interval_deg and (scale_share(interval_deg[0]), scale_share(interval_deg[1])),
    )


def typical_from_start(
    protocol: MeasurementProtocol, start_tilt_deg: float | None, *, is_minor: bool = False
) -> tuple[float, float] | None:
    """Return the typical band, which is read from the vertical, as angles from the start.

    Returns None for a minor: the band is that of adults.
    """
    if is_minor:
        return None
    tilt_deg = start_tilt_deg or 0.0
    return protocol.typical_low_deg - tilt_deg, protocol.typical_high_deg - tilt_deg


def swing_point(side: Side, angle_deg: float, radius: float) -> tuple[float, float]:
    """Return a point of the shank's swing about the knee, seen from the front.

    Convention:
        (x, y) from the knee, x right, y down; 0° is straight down, and 30° of the left side is
        (radius / 2, 0.87 radius): the patient's left foot swings to the right of the picture.
    """
    turn = math.radians(min(max(angle_deg, -_MARGIN_DEG), SCALE_DEG + _MARGIN_DEG))
    return LEGS[side].outward_x * radius * math.sin(turn), radius * math.cos(turn)
