"""95 % intervals of an angle: of a repetition, of a side, and between days.

The terms were chosen because they predict the error on rendered clips (docs/validation.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from hipcv.core.geometry import sin_deg
from hipcv.core.plateaus import Plateau
from hipcv.core.protocol import MeasurementProtocol

Z95: Final = 1.96

PRIOR_FREEDOM: Final = 3
"""Degrees of freedom of the prior spread between repetitions."""


@dataclass(frozen=True, slots=True)
class ErrorSources:
    """Error sources of one repetition's angle; NaN is unknown, and adds nothing."""

    thigh_deg: float  # tested thigh against the line of sight, at the end that is further off
    obliquity_deg: float  # change at the plateau
    knee_rise_ratio: float  # at the plateau, shank lengths
    extension_deg: float  # apparent knee extension
    camera_low: bool  # the camera looks up at the thigh
    camera_height_ratio: float = float("nan")  # see `quality.camera_height_ratio`
    held: bool = True  # False: the end range was passed through


def half_width_deg(plateau: Plateau, errors: ErrorSources, protocol: MeasurementProtocol) -> float:
    """Return half of the 95 % interval of one repetition's rotation.

    A missing second patch adds half of the base. Edges that fit the start's badly, and masks that
    give another angle, widen it; so does an extension of the knee, which the camera cannot see. A
    camera above or below the knee reads a knee that is bent by more or less than 90 degrees off by
    about 0.28 degrees for each of pitch.
    """
    base = _base_deg(plateau, protocol)
    gap = plateau.patch_gap_deg
    alone = plateau.registered and not np.isfinite(gap)
    rise_percent = 100 * errors.knee_rise_ratio
    rose = errors.knee_rise_ratio > protocol.thigh_measured_ratio
    height = abs(errors.camera_height_ratio - protocol.camera_height_usual_ratio)
    too_high_or_low = np.fmax(0.0, height - protocol.camera_height_free_ratio)
    misfit = max(0.0, float(np.nan_to_num(plateau.residual_px)) - protocol.interval_residual_free)
    terms = [
        base,
        protocol.interval_residual_gain * misfit,
        protocol.interval_witness_gain * (plateau.witness_deg - plateau.rotation_deg),
        0.5 * base if alone else protocol.interval_patch_gain * gap,
        protocol.interval_view_gain * errors.thigh_deg,
        protocol.interval_obliquity_gain * errors.obliquity_deg,
        protocol.interval_knee_gain * rise_percent if rose else 0.0,
        _extension_error_deg(errors, protocol),
        protocol.interval_low_camera_deg if errors.camera_low else 0.0,
        protocol.interval_height_gain * too_high_or_low,
        0.0 if errors.held else protocol.interval_passed_share * plateau.rotation_deg,
    ]
    return float(np.sqrt(np.nansum(np.square(terms))))


def _base_deg(plateau: Plateau, protocol: MeasurementProtocol) -> float:
    if plateau.by_hand:
        return protocol.interval_by_hand_deg
    return protocol.interval_base_deg if plateau.registered else protocol.interval_landmarks_deg


def _extension_error_deg(errors: ErrorSources, protocol: MeasurementProtocol) -> float:
    """Return what a knee extension, which cannot be measured, may add to the angle.

    An extension by d moves the ankle towards the camera, and in the picture by d times the sine of
    the angle between thigh and line of sight. That angle is itself known to some degrees only, so
    an aligned thigh is no exception. Where the foot tips up as on an extending knee, d may be as
    large as it shows; elsewhere a small extension stays possible.
    """
    p = protocol
    shown = errors.extension_deg > p.extension_deg
    extension = p.interval_extension_gain * errors.extension_deg if shown else 0.0
    thigh = float(np.nan_to_num(errors.thigh_deg))
    across = float(np.hypot(sin_deg(thigh), sin_deg(p.extension_view_deg)))
    return max(extension, p.extension_unseen_deg) * across


def side_half_width_deg(half_widths_deg: Sequence[float], rotations_deg: Sequence[float]) -> float:
    """Return half of the 95 % interval of a side's mean: method error and spread of repetitions.

    SE = sqrt(SEM^2 + s^2 / n). The method's error is taken as common to all repetitions, so
    repeating the test does not shrink it.
    """
    method = float(np.mean(half_widths_deg)) / Z95
    count = len(rotations_deg)
    spread = float(np.std(rotations_deg, ddof=1)) if count > 1 else 0.0
    return Z95 * float(np.sqrt(method**2 + spread**2 / count))


def result_half_width_deg(rotations_deg: Sequence[float], protocol: MeasurementProtocol) -> float:
    """Return half of the 95 % interval of what a side would give on another day.

    The standard error between days, and the standard error of the mean of n repetitions by
    Student's t. The repetitions' variance is pooled with a prior that counts as `PRIOR_FREEDOM`
    degrees of freedom, so one repetition is less certain than three.
    """
    count = len(rotations_deg)
    observed = float(np.var(rotations_deg, ddof=1)) if count > 1 else 0.0
    freedom = PRIOR_FREEDOM + count - 1
    prior = PRIOR_FREEDOM * protocol.rep_spread_prior_deg**2
    variance = (prior + (count - 1) * observed) / freedom
    spread_deg = student_t95(freedom) * float(np.sqrt(variance / count))
    return float(np.hypot(Z95 * protocol.between_day_sem_deg, spread_deg))


def student_t95(freedom: int) -> float:
    """Return the quantile of Student's t that 95 % of its values lie within, within 0.03.

    By its expansion about the normal one, for 3 degrees of freedom or more (Abramowitz and Stegun
    1964, 26.7.5).
    """
    z = Z95
    terms = (
        z,
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    )
    return float(sum(term / freedom**power for power, term in enumerate(terms)))


def detectable_change_deg(protocol: MeasurementProtocol) -> float:
    """Return MDC95 = 1.96 sqrt(2) SEM, which a real change between days exceeds."""
    return Z95 * float(np.sqrt(2)) * protocol.between_day_sem_deg
