"""Camera angle against the thighs, from the pose at the still start: `start_px` (33, 2).

A thigh that points at the camera by psi to the side shows its hip, which is further away, at
L sin(psi) D / (D + L) from its knee, for a thigh of length L and a camera at distance D from the
knee. `view_foreshortening` is (D + L) / D divided by L in shank lengths.
"""

from typing import Final

from hipcv.core.arrays import Floats
from hipcv.core.geometry import arcsin_deg, sin_deg
from hipcv.core.kinematics import mean_shank_px, mid_hips_px, mid_knees_px
from hipcv.core.landmarks import LEGS, Side
from hipcv.core.protocol import MeasurementProtocol

THIGH_SHANKS: Final = 0.97
"""Length of the thigh, hip joint to knee, in shank lengths (0.98 to 1.0 in adults: Drillis and
Contini 1966; 0.92 to 0.99 of the bodies of the clips with known truth)."""


def camera_yaw_deg(start_px: Floats, protocol: MeasurementProtocol) -> float:
    """Return the camera's yaw against the thighs; positive if it stands to the patient's left."""
    offset = (mid_knees_px(start_px) - mid_hips_px(start_px))[0]
    return float(-protocol.view_foreshortening * arcsin_deg(offset / mean_shank_px(start_px)))


def thigh_to_sight_deg(start_px: Floats, side: Side, protocol: MeasurementProtocol) -> float:
    """Return the thigh's horizontal angle to the line of sight; positive to picture right."""
    leg = LEGS[side]
    offset = (start_px[leg.knee] - start_px[leg.hip])[0]
    return float(protocol.view_foreshortening * arcsin_deg(offset / mean_shank_px(start_px)))


def drifted_thigh_deg(thigh_deg: float, drift_ratio: Floats, side: Side) -> Floats:
    """Return the thigh's angle to the line of sight, (...), after its knee moved sideways.

    `drift_ratio` (...) is the movement of the knee in shank lengths, outwards positive, and
    `thigh_deg` the angle before.
    """
    to_right = LEGS[side].outward_x * drift_ratio
    return arcsin_deg(sin_deg(thigh_deg) + to_right / THIGH_SHANKS)
