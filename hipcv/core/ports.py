"""What the outside must look like to the pipeline: pictures come in, poses come out."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from hipcv.core.pose import Pose

Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture, upright, un-mirrored, with square pixels."""

    index: int  # place in decoding order, 0 first; never a clock
    time_s: float  # seconds since the clip's first frame, from the container or capture clock
    bgr: Picture  # (H, W, 3) uint8
    corrupt: bool = False  # the decoder concealed damage in it


class FrameSource(Protocol):
    """A clip or a camera: iterating it gives frames in strictly increasing time."""

    def __iter__(self) -> Iterator[Frame]: ...


class PoseEstimator(Protocol):
    """Finds people in a picture."""

    def estimate(self, frame: Frame) -> tuple[Pose, ...]:
        """Every person seen, in no particular order; empty when nobody is."""
        ...
