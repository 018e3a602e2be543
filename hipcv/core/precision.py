"""Decimals of the numbers in a stored result."""

from typing import Final

ANGLE_DECIMALS: Final = 2
TIME_DECIMALS: Final = 3


def stored_difference_deg(high_deg: float, low_deg: float) -> float:
    """Return the difference of two angles as it follows from those of the stored result."""
    return round(high_deg, ANGLE_DECIMALS) - round(low_deg, ANGLE_DECIMALS)
