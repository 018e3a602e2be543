"""Plane geometry on pixels; the only module that uses radians."""

import numpy as np

from hipcv.core.arrays import Floats


def signed_angle_deg(start: Floats, end: Floats) -> Floats:
    """Return the turn that takes one vector onto another, in degrees.

    Convention:
        Picture axes (x right, y down): a positive turn is clockwise as displayed.
        From (0, 1) to (-1, 0), six o'clock to nine o'clock, is +90.

        >>> float(signed_angle_deg(np.array([0.0, 1.0]), np.array([-1.0, 0.0])))
        90.0

    Args:
        start: (..., 2)
        end: (..., 2), broadcast against `start`.

    Returns:
        (...) in [-180, 180]; NaN where either vector is NaN or has no length.
    """
    cross = start[..., 0] * end[..., 1] - start[..., 1] * end[..., 0]
    dot = start[..., 0] * end[..., 0] + start[..., 1] * end[..., 1]
    angle = np.degrees(np.arctan2(cross, dot))
    return np.where((cross == 0) & (dot == 0), np.nan, angle)


def rotate(vector: Floats, angle_deg: Floats | float) -> Floats:
    """Return a vector after a turn, positive clockwise as displayed.

    >>> rotate(np.array([0.0, 1.0]), 90.0).round(6).tolist()
    [-1.0, 0.0]

    The vector is (..., 2); the angle (...) is broadcast against it.
    """
    angle = np.radians(angle_deg)
    cos, sin = np.cos(angle), np.sin(angle)
    x, y = vector[..., 0], vector[..., 1]
    across = cos * x - sin * y
    turned = np.empty((*across.shape, 2))  # quicker than `np.stack`, and called most of all
    turned[..., 0], turned[..., 1] = across, sin * x + cos * y
    return turned


def arcsin_deg(sine: Floats | float) -> Floats:
    """Return the arcsine in degrees; values beyond ±1 count as ±1."""
    return np.asarray(np.degrees(np.arcsin(np.clip(sine, -1, 1))))


def sin_deg(angle_deg: Floats | float) -> float:
    """Return the sine of an angle in degrees."""
    return float(np.sin(np.radians(angle_deg)))


def view_corrected_deg(picture_deg: Floats | float, view_deg: Floats | float) -> Floats:
    """Return the shank's rotation from its angle in a picture taken obliquely to the thigh.

    theta = atan2(sin a, cos a cos psi), for a right-angled knee: a view off the thigh's axis
    by psi shows tan theta times cos psi (docs/conventions.md).

    Args:
        picture_deg: (...) angle from vertical as displayed.
        view_deg: (...) angle between the thigh and the line of sight.

    Returns:
        (...) NaN where either is NaN.
    """
    angle = np.radians(picture_deg)
    view = np.radians(view_deg)
    return np.asarray(np.degrees(np.arctan2(np.sin(angle), np.cos(angle) * np.cos(view))))
