"""How sure an angle is: 95 % intervals of a repetition, of a side, and between days.

The terms were chosen because they predict the error on rendered clips (docs/validation.md).
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from hipcv.core.plateaus import Plateau
from hipcv.core.protocol import Protocol

Z95: Final = 1.96


def half_width_deg(
    plateau: Plateau,
    *,
    thigh_deg: float,
    obliquity_deg: float,
    knee_rise_ratio: float,
    protocol: Protocol,
) -> float:
    """Half of the 95 % interval of one repetition's rotation.

    Args:
        plateau: the repetition.
        thigh_deg: test thigh against the line of sight.
        obliquity_deg: change of pelvic obliquity at the plateau.
        knee_rise_ratio: knee rise at the plateau, shank lengths.
        protocol: base width and gains.

    What is NaN adds nothing, except a missing second patch, which costs half the base again.
    """
    base = protocol.interval_base_deg if plateau.registered else protocol.interval_landmarks_deg
    gap = plateau.patch_gap_deg
    alone = plateau.registered and not np.isfinite(gap)
    rise_percent = 100 * knee_rise_ratio
    terms = [
        base,
        0.5 * base if alone else protocol.interval_patch_gain * gap,
        protocol.interval_view_gain * thigh_deg,
        protocol.interval_obliquity_gain * obliquity_deg,
        protocol.interval_knee_gain * rise_percent
        if rise_percent > 100 * protocol.thigh_measured_ratio
        else 0.0,
    ]
    return float(np.sqrt(np.nansum(np.square(terms))))


def side_half_width_deg(half_widths_deg: Sequence[float], rotations_deg: Sequence[float]) -> float:
    """Half of the 95 % interval of a side's mean: method error and spread between repetitions.

    SE = sqrt(SEM^2 + s^2 / n). The method's error is taken as common to all repetitions, so
    repeating the test does not shrink it.
    """
    method = float(np.mean(half_widths_deg)) / Z95
    count = len(rotations_deg)
    spread = float(np.std(rotations_deg, ddof=1)) if count > 1 else 0.0
    return Z95 * float(np.sqrt(method**2 + spread**2 / count))


def detectable_change_deg(protocol: Protocol) -> float:
    """MDC95 = 1.96 sqrt(2) SEM: a change between days must be larger than this to be real."""
    return Z95 * float(np.sqrt(2)) * protocol.between_day_sem_deg
