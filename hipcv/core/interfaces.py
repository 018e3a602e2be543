"""Interfaces of the pipeline: sources of pictures, pose estimators, progress callbacks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from hipcv.core.arrays import Floats
from hipcv.core.pose import Pose

Picture = NDArray[np.uint8]
Mask = NDArray[np.float32]

ProgressCallback = Callable[[str, float], None]
"""Called with the step under way, in words, and the share of it that is done (0..1)."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture, upright, un-mirrored, with square pixels."""

    index: int  # number in decoding order, 0 first; never a clock
    time_s: float  # seconds since the clip's first frame, from the container or capture clock
    bgr: Picture  # (H, W, 3) uint8
    corrupt: bool = False  # damaged, or predicted from a damaged one

    @property
    def luminance(self) -> float:
        """Mean brightness, 0 black .. 1 white, by every eighth pixel."""
        return float(self.bgr[::8, ::8].mean()) / 255


class FrameSource(Protocol):
    """A clip or a camera: iterating it gives frames in strictly increasing time."""

    def __iter__(self) -> Iterator[Frame]: ...


class PoseEstimator(Protocol):
    """Detector of people in a picture."""

    def load(self) -> None:
        """Load the model, in any thread, which else the first picture waits for."""
        ...

    def estimate(self, frame: Frame) -> tuple[Pose, ...]:
        """Return every person detected, in no particular order; empty if there is none."""
        ...


class MaskEstimator(PoseEstimator, Protocol):
    """Detector of people in single pictures, of one person with the silhouette."""

    def estimate_with_mask(self, frame: Frame, near_px: Floats) -> tuple[Pose, Mask | None]:
        """Return the person nearest to given landmarks.

        Args:
            frame: the picture.
            near_px: (33, 2) approximate landmarks of the person; NaN rows are ignored.

        Returns:
            The pose, and a (H, W) mask 0..1 of the whole picture; an unseen pose and None if
            there is no person.
        """
        ...


@dataclass(frozen=True, slots=True)
class CaptureFormat:
    """Picture size and rate, requested of a camera or reported by it; rate NaN if unknown."""

    width_px: int = 1280
    height_px: int = 720
    rate_hz: float = 30.0


class LiveSource(FrameSource, Protocol):
    """A camera, or a clip that is played as one. Frames come at their own pace, once."""

    @property
    def name(self) -> str:
        """Name for messages."""
        ...

    @property
    def actual_format(self) -> CaptureFormat:
        """Picture size and rate as the camera reports them."""
        ...

    def now_s(self) -> float:
        """Return the capture clock, on the scale of `Frame.time_s`."""
        ...

    def start_playback(self) -> None:
        """Let a played clip, which repeats its first picture until then, run from here.

        No effect on a camera. May be called from another thread.
        """
        ...

    def close(self) -> None:
        """Release the camera; an iteration that waits for its next picture ends."""
        ...
