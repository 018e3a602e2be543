"""Standing up and sitting down, which the renderer's motion cannot say by itself.

The renderer poses a patient who sits or stands. Here one moves from the one to the other over the
feet, which stay where they are: shanks upright in the end, thighs turning about the knees, the
trunk leaning forward on the way. The resting shanks point inwards and straighten with the rise,
as those of real people do, so that a careless method reads rotation of both legs.
"""

import math
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

SEAT_DROP_M: Final = 0.16
"""The renderer's feet hang this far above the floor; those of someone about to rise do not."""

BOW_DEG: Final = 32.0
"""How far the trunk leans forward half-way up."""

LIFTED_M: Final = 0.02
"""Above this the thighs have left the seat and it no longer presses them flat."""

Rise = Literal["up", "down"]


def rising_poser(poser: type) -> type:
    """The renderer's `Poser`, extended by the posture setting `rise`."""

    class RisingPoser(poser):
        """Poses a patient who sits, stands, or goes from the one to the other."""

        def __init__(self, body: object, posture: dict[str, Any]) -> None:
            super().__init__(body, dict(posture))
            self.rise: Rise | None = posture.get("rise")
            if self.rise:
                self.seat_y -= SEAT_DROP_M
                self.base = self.base - np.array([0.0, SEAT_DROP_M, 0.0])
            self.seated_base = self.base
            self.settings = dict(self.P)

        def pose(self, state: dict[str, Any], leg: str) -> object:
            """The renderer's pose, with pelvis and thighs where the rise has brought them."""
            if not self.rise:
                return super().pose(state, leg)
            risen = state["phase"] if self.rise == "up" else 1.0 - state["phase"]
            self.base = self.seated_base + _hips_moved_m(risen, self.femur)
            self.P.update(_settings(self.settings, risen))
            bowed = state["sag_lean"] + BOW_DEG * math.sin(math.pi * risen)
            moved = state | {"sag_lean": bowed, "ir": state["ir"] * (1.0 - risen)}
            return super().pose(moved, leg)

        def deform(self, bones: npt.NDArray[np.float64]) -> object:
            """The renderer's skin; the seat presses only while the patient sits on it."""
            root = bones[0]
            hips_y = float((root @ np.append(self.hipmid0, 1.0))[1])
            self.seat = not self.rise or hips_y - self.seated_base[1] < LIFTED_M
            skin = super().deform(bones)
            self.seat = True
            return skin

    return RisingPoser


def _hips_moved_m(risen: float, femur_m: float) -> npt.NDArray[np.float64]:
    """(3,) how far the hips went up and forward over knees that stay in place."""
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
