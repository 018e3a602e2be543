"""Knee extension from the reach of the foot below the knee.

From the front, an extending shank grows towards the camera as fast as it is foreshortened, so
neither its length nor its width shows it. But the foot, which pointed at the camera, tips up and
reaches less far below the knee: by about 0.7 % of the shank's length for each degree. A foot pulled
up at the ankle does the same, so the sign is an indication only, and never corrects the angle.
"""

import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.geometry import rotate
from hipcv.core.protocol import MeasurementProtocol


def foot_reach_ratio(sole_px: Floats, knee_px: Floats, turn_deg: float, shank_px: float) -> float:
    """Return how far the foot reaches below the knee along the shank, in shank lengths.

    Args:
        sole_px: (N, 2) lower border of the foot.
        knee_px: (2,) the registered knee.
        turn_deg: of the registered shank against six o'clock, clockwise as displayed.
        shank_px: length of the shank at the start.

    Returns:
        NaN where there is no sole or no knee.
    """
    if not len(sole_px):
        return float("nan")
    along = rotate(np.array([0.0, 1.0]), turn_deg)
    return float(np.max((sole_px - knee_px) @ along) / shank_px)


def extension_deg(change_ratio: float, protocol: MeasurementProtocol) -> float:
    """Return the knee extension since the start that the foot's reach suggests.

    Args:
        change_ratio: change of the foot's reach at the plateau.
        protocol: change of the reach on a steady knee, and for each degree of extension.

    Returns:
        Negative for flexion; NaN where the foot was not visible.
    """
    return (protocol.foot_steady_ratio - change_ratio) / protocol.foot_per_degree_ratio
