"""Differences between kinds of processor, whose pose models run by other instructions."""

from typing import Final

PROCESSOR_DEG: Final = 0.5
"""Most by which an angle of one clip differs: between two kinds, rotations of the samples do by 0.3
and the thigh's angle to the line of sight by 0.4."""

PROCESSOR_SHARE: Final = 0.1
"""The same of a small number, as share of it."""
