"""Selection of the patient among the people in view, by one rule over the whole clip.

People are linked from frame to frame by the position of their hips. The patient sits, is visible
for longest and is largest, in that order of weight; other people stand, are seen briefly, or are
further away.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.kinematics import mean_shank_px, mid_hips_px, mid_knees_px, trunk_length_px
from hipcv.core.pose import Pose
from hipcv.core.protocol import MeasurementProtocol

LINK_TRUNKS: Final = 0.75
"""Hips may move this many trunk lengths between frames and still belong to the same person."""

SAME_TRUNKS: Final = 0.3
"""Hips closer than this in one picture belong to one person detected twice."""

STANDING_WEIGHT: Final = 0.3
"""Weight of a standing person against a seated one."""


@dataclass(slots=True)
class _Chain:
    """Poses of one person through the clip."""

    poses: dict[int, Pose] = field(default_factory=dict)  # row → pose

    @property
    def last(self) -> Pose:
        return next(reversed(self.poses.values()))  # rows come in order


def choose_patient(
    detections: Sequence[tuple[Pose, ...]], time_s: Floats, protocol: MeasurementProtocol
) -> tuple[Pose, ...]:
    """Return the patient's pose in every frame; `Pose.unseen` where the patient was not detected.

    Detections are the poses of all people, frame by frame, at times (T,).
    """
    chains = _linked(detections)
    if not chains:
        return tuple(Pose.unseen(float(t)) for t in time_s)
    patient = max(chains, key=lambda chain: _weight(chain, protocol))
    return tuple(patient.poses.get(row, Pose.unseen(float(t))) for row, t in enumerate(time_s))


def distinct(poses: tuple[Pose, ...]) -> tuple[Pose, ...]:
    """Return each person of one picture once: poses with the same hips are one person."""
    people: list[Pose] = []
    for pose in sorted(poses, key=lambda pose: -float(trunk_length_px(pose.xy_px))):
        if all(_distance(other, pose) > SAME_TRUNKS for other in people):
            people.append(pose)
    return tuple(people)


def _linked(detections: Sequence[tuple[Pose, ...]]) -> list[_Chain]:
    chains: list[_Chain] = []
    for row, poses in enumerate(detections):
        free = list(chains)
        for pose in poses:
            near = min(free, key=lambda chain: _distance(chain.last, pose), default=None)
            if near is None or _distance(near.last, pose) > LINK_TRUNKS:
                near = _Chain()
                chains.append(near)
            else:
                free.remove(near)
            near.poses[row] = pose
    return chains


def _distance(before: Pose, now: Pose) -> float:
    """Return the distance between the hips, in trunk lengths of the earlier pose."""
    apart = np.linalg.norm(mid_hips_px(now.xy_px) - mid_hips_px(before.xy_px))
    return float(apart) / max(float(trunk_length_px(before.xy_px)), 1.0)


def _weight(chain: _Chain, protocol: MeasurementProtocol) -> float:
    """Return the score of a person for being the patient."""
    xy_px = np.array([pose.xy_px for pose in chain.poses.values()])
    middle = np.median(xy_px, axis=0)
    drop = (mid_knees_px(middle) - mid_hips_px(middle))[1] / mean_shank_px(middle)
    posture = STANDING_WEIGHT if drop > protocol.standing_thigh_ratio else 1.0
    return float(posture * len(chain.poses) * trunk_length_px(middle))
