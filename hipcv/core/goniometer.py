"""Goniometer laid on a frame by hand: three points, and the angle between its arms."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np

from hipcv.core.errors import BadRequest
from hipcv.core.geometry import signed_angle_deg
from hipcv.core.landmarks import LEGS, Side
from hipcv.core.overrides import Point
from hipcv.language import _


@dataclass(frozen=True, slots=True)
class GoniometerReading:
    """A reading by hand in one frame, in pixels of the analysed picture.

    Convention:
        Internal rotation is positive, as in the result. With the proximal arm at six o'clock,
        the distal arm of a left leg at four o'clock, as displayed, reads +60.

    Raises:
        BadRequest: a coordinate is no number, or an arm has no length.
    """

    side: Side
    row: int  # of the track
    time_s: float
    proximal_px: Point
    vertex_px: Point
    distal_px: Point
    machine_deg: float | None  # angle in the picture of this frame; None: not read

    def __post_init__(self) -> None:
        """Refuse points between which there is no angle."""
        if not math.isfinite(self.angle_deg):
            raise BadRequest(_("The three points of the goniometer must not lie on each other."))

    @property
    def angle_deg(self) -> float:
        """The turn from the proximal to the distal arm, in [-180, 180]."""
        vertex = np.array(self.vertex_px)
        arms = [np.array(end) - vertex for end in (self.proximal_px, self.distal_px)]
        return LEGS[self.side].internal_sign * float(signed_angle_deg(*arms))

    def to_dict(self) -> dict[str, Any]:
        """Return the fields and the angle as JSON data."""
        return {**asdict(self), "side": self.side.value, "angle_deg": round(self.angle_deg, 2)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return a stored reading.

        Raises:
            BadRequest: it is none.
        """
        try:
            points = {
                name: (float(data[name][0]), float(data[name][1]))
                for name in ("proximal_px", "vertex_px", "distal_px")
            }
            machine_deg = None if data["machine_deg"] is None else float(data["machine_deg"])
            row, time_s = int(data["row"]), float(data["time_s"])
            return cls(Side(data["side"]), row, time_s, **points, machine_deg=machine_deg)
        except (LookupError, TypeError, ValueError) as error:
            raise BadRequest(_("This is no reading of a goniometer.")) from error
