"""Motion of standing up and sitting down, which the renderer does not have.

The renderer poses a patient who sits or stands. Here the patient moves between the two over fixed
feet: shanks upright in the end, thighs turning about the knees, the trunk leaning forward on the
way. The resting shanks point inwards and straighten with the rise, as those of real people do, so
that a careless method reads rotation of both legs.
"""

import math
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

SEAT_DROP_M: Final = 0.16
"""Height of the renderer's feet above the floor, which is 0 for a person about to rise."""

BOW_DEG: Final = 32.0
"""Forward lean of the trunk half-way up."""

LIFTED_M: Final = 0.02
"""Height of the hips above which the seat no longer flattens the thighs."""

Rise = Literal["up", "down"]


def rising_poser(poser: type) -> type:
    """Return the renderer's `Poser`, extended by the posture setting `rise`."""

    class RisingPoser(poser):
        """Poser of a patient who sits, stands, or moves between the two."""

        def __init__(self, body: object, posture: dict[str, Any]) -> None:
            super().__init__(body, dict(posture))
            self.rise: Rise | None = posture.get("rise")
            if self.rise:
                self.seat_y -= SEAT_DROP_M
                self.base = self.base - np.array([0.0, SEAT_DROP_M, 0.0])
            self.seated_base = self.base
            self.settings = dict(self.P)

        def pose(self, state: dict[str, Any], leg: str) -> object:
            """Return the renderer's pose with pelvis and thighs moved by the rise."""
            if not self.rise:
                return super().pose(state, leg)
            risen = state["phase"] if self.rise == "up" else 1.0 - state["phase"]
            self.base = self.seated_base + _hips_moved_m(risen, self.femur)
            self.P.update(_settings(self.settings, risen))
            bowed = state["sag_lean"] + BOW_DEG * math.sin(math.pi * risen)
            moved = state | {"sag_lean": bowed, "ir": state["ir"] * (1.0 - risen)}
            return super().pose(moved, leg)

        def deform(self, bones: npt.NDArray[np.float64]) -> object:
            """Return the renderer's skin; the seat flattens it only while the patient sits."""
            root = bones[0]
            hips_y = float((root @ np.append(self.hipmid0, 1.0))[1])
            self.seat = not self.rise or hips_y - self.seated_base[1] < LIFTED_M
            skin = super().deform(bones)
            self.seat = True
            return skin

    return RisingPoser


def _hips_moved_m(risen: float, femur_m: float) -> npt.NDArray[np.float64]:
    """Return the (3,) displacement of the hips, up and forward over fixed knees."""
    turn = math.radians(90.0 * risen)
    return femur_m * np.array([0.0, math.sin(turn), 1.0 - math.cos(turn)])


def _settings(seated: dict[str, Any], risen: float) -> dict[str, float]:
    left = 1.0 - risen
    return {
        "pelvis_tilt": 14.0 * left,
        "thigh_up": -90.0 * risen,
        "knee_flex0": 90.0 * left,
        "other_ir0": seated.get("other_ir0", 0.0) * left,
    }
