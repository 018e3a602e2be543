"""Landmarks of one person: at one time, and over a clip."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np

from hipcv.core.arrays import Bools, Floats, Ints, require_shapes
from hipcv.core.errors import InvalidTrack
from hipcv.core.landmarks import LANDMARK_COUNT, Side
from hipcv.core.shank_track import ShankTrack
from hipcv.language import _


@dataclass(frozen=True, slots=True, eq=False)
class Pose:
    """One person at one time, in pixels of the upright, un-mirrored picture."""

    time_s: float
    xy_px: Floats  # (33, 2)  x right, y down; NaN = not seen
    visibility: Floats  # (33,)   0..1

    @classmethod
    def unseen(cls, time_s: float) -> Self:
        """Return a pose without any landmark."""
        return cls(time_s, np.full((LANDMARK_COUNT, 2), np.nan), np.zeros(LANDMARK_COUNT))


@dataclass(frozen=True, slots=True, eq=False)
class PoseTrack:
    """One person over one clip, in pixels of the upright, un-mirrored picture.

    T is the number of frames. A landmark that was not visible is NaN.

    Raises:
        InvalidTrack: arrays do not fit together, or time does not strictly increase.
    """

    time_s: Floats  # (T,)        strictly increasing seconds since the first frame
    xy_px: Floats  # (T, 33, 2)  x right, y down
    visibility: Floats  # (T, 33)     0..1
    people: Ints  # (T,)        how many people were seen in the picture; -1 = not counted
    luminance: Floats  # (T,)        mean brightness of the picture, 0 black .. 1 white
    size_px: tuple[int, int]  # width, height
    shanks: Mapping[Side, ShankTrack] = field(default_factory=dict)  # those that were tracked

    def __post_init__(self) -> None:
        frames = self.time_s.size
        require_shapes(
            self,
            time_s=(frames,),
            xy_px=(frames, LANDMARK_COUNT, 2),
            visibility=(frames, LANDMARK_COUNT),
            people=(frames,),
            luminance=(frames,),
        )
        if not np.all(np.diff(self.time_s) > 0):
            raise InvalidTrack(_("time_s: every frame must be later than the one before it."))

    @classmethod
    def from_poses(
        cls,
        poses: Sequence[Pose],
        *,
        size_px: tuple[int, int],
        people: Ints | None = None,
        luminance: Floats | None = None,
    ) -> Self:
        """Stack poses in time order."""
        count = len(poses)
        return cls(
            time_s=np.array([pose.time_s for pose in poses], dtype=np.float64),
            xy_px=np.array([pose.xy_px for pose in poses]).reshape(count, LANDMARK_COUNT, 2),
            visibility=np.array([pose.visibility for pose in poses]).reshape(count, LANDMARK_COUNT),
            people=np.full(count, -1) if people is None else people,
            luminance=np.full(count, np.nan) if luminance is None else luminance,
            size_px=size_px,
        )

    def interpolated(self, time_s: Floats, rows: Ints) -> Self:
        """Return the track interpolated from sampled frames to all frames.

        Next to a sample without a person, the frame is without one. `time_s` (T,) is that of every
        frame; `rows` (L,) has the index among them of each row of this track.
        """
        frames = len(time_s)
        if frames == len(rows):
            return self
        without = np.interp(np.arange(frames), rows, np.where(self.people == 0, 1.0, 0.0)) > 0
        people = np.where(without, 0, -1)
        people[rows] = self.people
        return replace(
            self,
            time_s=time_s,
            xy_px=_interpolated(time_s, rows, self.xy_px),
            visibility=_interpolated(time_s, rows, self.visibility),
            people=people,
            luminance=_interpolated(time_s, rows, self.luminance),
        )

    @property
    def visible(self) -> Bools:
        """(T,) True where the person was detected."""
        return np.asarray(np.isfinite(self.xy_px).all(axis=-1).any(axis=-1))


def _interpolated(time_s: Floats, rows: Ints, value: Floats) -> Floats:
    """Return (T, ...) values interpolated between some rows, which stay exact."""
    flat = value.reshape(len(rows), -1)
    result = np.column_stack([np.interp(time_s, time_s[rows], column) for column in flat.T])
    result[rows] = flat
    return result.reshape(len(time_s), *value.shape[1:])
