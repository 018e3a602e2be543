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

    @property
    def luminance(self) -> float:
        """Mean brightness, 0 black .. 1 white, by every eighth pixel."""
        return float(self.bgr[::8, ::8].mean()) / 255


class FrameSource(Protocol):
    """A clip or a camera: iterating it gives frames in strictly increasing time."""

    def __iter__(self) -> Iterator[Frame]: ...


class PoseEstimator(Protocol):
    """Finds people in a picture."""

    def estimate(self, frame: Frame) -> tuple[Pose, ...]:
        """Every person seen, in no particular order; empty when nobody is."""
        ...


@dataclass(frozen=True, slots=True)
class Granted:
    """What a camera says it gives; NaN where it does not say."""

    width_px: int
    height_px: int
    rate_hz: float


class LiveSource(FrameSource, Protocol):
    """A camera, or a clip that is played as one. Frames come at their own pace, once."""

    @property
    def name(self) -> str:
        """As its user knows it."""
        ...

    @property
    def granted(self) -> Granted:
        """Picture size and rate."""
        ...

    def now_s(self) -> float:
        """Its capture clock now, on the scale of `Frame.time_s`."""
        ...

    def roll(self) -> None:
        """The recording begins: a played clip, which waited on its first picture, runs from here.

        A camera has been running all the time. May be called from another thread.
        """
        ...

    def close(self) -> None:
        """Give the camera back; a reading that waits for its next picture ends."""
        ...
