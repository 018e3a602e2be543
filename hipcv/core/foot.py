"""How far the foot reaches below the knee: what an extending knee cannot hide.

Seen from the front, an extending shank grows towards the camera as fast as it is foreshortened,
so neither its length nor its width tells. But the foot, which pointed at the camera, tips up with
it and reaches less far: by about 0.7 % of the shank's length for each degree. A foot pulled up at
the ankle does the same, so the sign is an indication only.
"""

from typing import Final

import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.closeup import START, Closeup
from hipcv.core.geometry import turned

FRAMES_MIN: Final = 3
"""A change is told between medians of at least so many key frames."""


def foot_reach_ratio(sole_px: Floats, knee_px: Floats, turn_deg: float, shank_px: float) -> float:
    """Distance from the knee to the lowest part of the foot, along the shank, in shank lengths.

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
    along = turned(np.array([0.0, 1.0]), turn_deg)
    return float(np.max((sole_px - knee_px) @ along) / shank_px)


def foot_change_ratio(closeup: Closeup, rep: int) -> float:
    """By how much less (negative) or more the foot reaches at a plateau than at the still start.

    Returns:
        Shank lengths; NaN where too few key frames show the foot.
    """
    medians = [_median(closeup.foot_ratio[closeup.window == window]) for window in (START, rep)]
    return medians[1] - medians[0]


def _median(value: Floats) -> float:
    seen = value[np.isfinite(value)]
    return float(np.median(seen)) if len(seen) >= FRAMES_MIN else float("nan")
