"""A picture of the angle: the swing of the lower leg, seen from the front as the camera sees it."""

import math
from typing import Final

from hipcv.core.assessment import Assessment
from hipcv.core.landmarks import Side
from hipcv.core.protocol import MeasurementProtocol
from hipcv.report import numbers

_END_DEG: Final = 60.0
_RADIUS: Final = 150.0
_WIDTH, _HEIGHT = 190, 190
_TOP: Final = 14.0


def draw(assessment: Assessment, protocol: MeasurementProtocol) -> str:
    """One side's rotation, its interval, the typical band and the target, as SVG.

    Straight down is 0°; the patient's left leg swings to the right of the picture. Returns "" where
    there is no number. Colours are left to the page's style sheet.
    """
    if assessment.rotation_deg is None or assessment.interval_deg is None:
        return ""
    dial = _Dial(assessment.side)
    value = assessment.rotation_deg
    low, high = assessment.interval_deg
    words = (
        f"{numbers.angle(value)}, target {protocol.target_deg:g}°, "
        f"usual range {protocol.typical_low_deg:g} to {protocol.typical_high_deg:g}°"
    )
    parts = [
        dial.sector("dial", (0, _END_DEG), (0, _RADIUS)),
        dial.sector("usual", (protocol.typical_low_deg, protocol.typical_high_deg), (0, _RADIUS)),
        dial.sector("interval", (low, high), (_RADIUS * 0.8, _RADIUS * 1.05)),
        dial.ray("zero", 0, 0, _RADIUS),
        dial.ray("goal", protocol.target_deg, 0, _RADIUS + 8),
        dial.ray("leg", value, 0, _RADIUS * 0.8),
        dial.knee(),
        dial.word("0°", 0, _RADIUS + 14),
        dial.word(f"{protocol.target_deg:g}°", protocol.target_deg, _RADIUS + 24, "strong"),
    ]
    body = "\n  ".join(parts)
    return (
        f'<svg class="gauge" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{words}">\n'
        f"  {body}\n</svg>"
    )


class _Dial:
    """Places on the dial of one side, as SVG elements. Text and numbers only, never user input."""

    def __init__(self, side: Side) -> None:
        self.way = 1 if side is Side.LEFT else -1
        self.x = 28.0 if side is Side.LEFT else _WIDTH - 28.0

    def at(self, deg: float, radius: float) -> str:
        """A point, as `x,y`."""
        turn = math.radians(min(max(deg, -12.0), _END_DEG + 12))
        x = self.x + self.way * radius * math.sin(turn)
        return f"{x:.1f},{_TOP + radius * math.cos(turn):.1f}"

    def sector(self, style: str, span_deg: tuple[float, float], radii: tuple[float, float]) -> str:
        """A piece of the ring between two angles and two radii."""
        (low, high), (inner, outer) = span_deg, radii
        sweep = 0 if self.way > 0 else 1
        return (
            f'<path class="{style}" d="M{self.at(low, inner)} L{self.at(low, outer)} '
            f"A{outer:.1f},{outer:.1f} 0 0 {sweep} {self.at(high, outer)} "
            f'L{self.at(high, inner)} Z"/>'
        )

    def ray(self, style: str, deg: float, inner: float, outer: float) -> str:
        """A straight line outwards."""
        return f'<path class="{style}" d="M{self.at(deg, inner)} L{self.at(deg, outer)}"/>'

    def knee(self) -> str:
        """Where the leg turns."""
        return f'<circle class="knee" cx="{self.x:.1f}" cy="{_TOP:.1f}" r="7"/>'

    def word(self, text: str, deg: float, radius: float, style: str = "word") -> str:
        """Words about a point."""
        x, y = self.at(deg, radius).split(",")
        return f'<text class="{style}" x="{x}" y="{float(y) + 4:.1f}">{text}</text>'
