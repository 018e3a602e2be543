"""Differences between kinds of processor, whose pose models run by other instructions."""

from typing import Final

PROCESSOR_DEG: Final = 0.5
"""Most by which an angle of one clip differs: 0.3 between two kinds, in the samples."""
