"""The 33 landmarks of a pose, the two sides, and the sign of internal rotation."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final


class Landmark(IntEnum):
    """Row of a landmark in a pose array; left and right are the patient's own."""

    NOSE = 0
    LEFT_EYE_INNER = 1
    LEFT_EYE = 2
    LEFT_EYE_OUTER = 3
    RIGHT_EYE_INNER = 4
    RIGHT_EYE = 5
    RIGHT_EYE_OUTER = 6
    LEFT_EAR = 7
    RIGHT_EAR = 8
    MOUTH_LEFT = 9
    MOUTH_RIGHT = 10
    LEFT_SHOULDER = 11
    RIGHT_SHOULDER = 12
    LEFT_ELBOW = 13
    RIGHT_ELBOW = 14
    LEFT_WRIST = 15
    RIGHT_WRIST = 16
    LEFT_PINKY = 17
    RIGHT_PINKY = 18
    LEFT_INDEX = 19
    RIGHT_INDEX = 20
    LEFT_THUMB = 21
    RIGHT_THUMB = 22
    LEFT_HIP = 23
    RIGHT_HIP = 24
    LEFT_KNEE = 25
    RIGHT_KNEE = 26
    LEFT_ANKLE = 27
    RIGHT_ANKLE = 28
    LEFT_HEEL = 29
    RIGHT_HEEL = 30
    LEFT_TOE = 31
    RIGHT_TOE = 32


LANDMARK_COUNT = len(Landmark)


class Side(StrEnum):
    """The patient's own side, never the side of the picture."""

    LEFT = "left"
    RIGHT = "right"

    @property
    def other(self) -> "Side":
        """The opposite side."""
        return Side.RIGHT if self is Side.LEFT else Side.LEFT


@dataclass(frozen=True, slots=True)
class Leg:
    """Landmarks of one side, and the sign that makes its internal rotation positive."""

    shoulder: Landmark
    wrist: Landmark
    hip: Landmark
    knee: Landmark
    ankle: Landmark
    heel: Landmark
    toe: Landmark
    internal_sign: int
    """+1 where a clockwise turn of the shank, as displayed, is internal rotation.

    The patient faces the camera, so the right leg is on the left of the picture: its foot moves
    away from the midline when the shank turns from six o'clock towards nine.
    """

    @property
    def outward_x(self) -> int:
        """+1 where outwards from the midline is to the right of the un-mirrored picture, else -1.

        A clockwise turn moves the foot to the left, so that is outwards where it is internal. A
        mirrored picture shows the other leg's sign.
        """
        return -self.internal_sign


def _leg(side: Side, internal_sign: int) -> Leg:
    parts = ("shoulder", "wrist", "hip", "knee", "ankle", "heel", "toe")
    rows = {part: Landmark[f"{side.name}_{part.upper()}"] for part in parts}
    return Leg(**rows, internal_sign=internal_sign)


LEGS: Final = {side: _leg(side, sign) for side, sign in ((Side.LEFT, -1), (Side.RIGHT, 1))}
