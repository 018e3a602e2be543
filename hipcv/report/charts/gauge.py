"""SVG of the swing of the lower leg, seen from the front as the camera sees it."""

from typing import Final

from hipcv.core.assessment import Assessment
from hipcv.core.landmarks import LEGS, Side
from hipcv.core.protocol import MeasurementProtocol
from hipcv.language import _
from hipcv.report import numbers
from hipcv.report.gauge_geometry import SCALE_DEG, swing_point, typical_from_start

_RADIUS: Final = 150.0
_SIZE: Final = 190
_KNEE_Y: Final = 14.0
_KNEE_INSET: Final = 28.0


def draw(assessment: Assessment, protocol: MeasurementProtocol) -> str:
    """Return one side's result, what another day may give, the typical band and target as SVG.

    Returns "" where there is no number. Colours are left to the page's style sheet. The parts hold
    text and numbers of hipcv only, never a user's words.
    """
    if assessment.result_deg is None or assessment.result_interval_deg is None:
        return ""
    dial = _Dial(assessment.side)
    value, target_deg = assessment.result_deg, protocol.target_deg
    typical = typical_from_start(protocol, assessment.start_tilt_deg, is_minor=assessment.is_minor)
    label = _("{angle}, target {target}").format(
        angle=numbers.angle(value), target=f"{target_deg:g}°"
    )
    if typical:
        band = _("{label}, two in three adults {low:.0f} to {high:.0f}° from the start")
        label = band.format(label=label, low=typical[0], high=typical[1])
    parts = [
        dial.sector("dial", (0, SCALE_DEG), (0, _RADIUS)),
        *([dial.sector("usual", typical, (0, _RADIUS))] if typical else []),
        dial.sector("interval", assessment.result_interval_deg, (_RADIUS * 0.8, _RADIUS * 1.05)),
        dial.ray("zero", 0, _RADIUS),
        dial.ray("goal", target_deg, _RADIUS + 8),
        dial.ray("leg", value, _RADIUS * 0.8),
        f'<circle class="knee" cx="{dial.knee_x:.1f}" cy="{_KNEE_Y:.1f}" r="7"/>',
        dial.text("word", "0°", 0, _RADIUS + 14),
        dial.text("strong", f"{target_deg:g}°", target_deg, _RADIUS + 24),
    ]
    body = "\n  ".join(parts)
    return (
        f'<svg class="gauge" viewBox="0 0 {_SIZE} {_SIZE}" role="img" aria-label="{label}">\n'
        f"  {body}\n</svg>"
    )


class _Dial:
    """SVG elements of one side's dial; `style` is their class."""

    def __init__(self, side: Side) -> None:
        self._side = side
        self.knee_x = _KNEE_INSET if LEGS[side].outward_x > 0 else _SIZE - _KNEE_INSET

    def sector(self, style: str, span_deg: tuple[float, float], radii: tuple[float, float]) -> str:
        """Return a piece of the ring between two angles and two radii; "" beyond the dial's end.

        There, both angles are at the same point, and not every reader draws an arc of no length.
        """
        (low, high), (inner, outer) = span_deg, radii
        if self._at(low, outer) == self._at(high, outer):
            return ""
        sweep = 0 if LEGS[self._side].outward_x > 0 else 1
        return (
            f'<path class="{style}" d="M{self._at(low, inner)} L{self._at(low, outer)} '
            f"A{outer:.1f},{outer:.1f} 0 0 {sweep} {self._at(high, outer)} "
            f'L{self._at(high, inner)} Z"/>'
        )

    def ray(self, style: str, angle_deg: float, radius: float) -> str:
        """Return a line from the knee outwards."""
        return f'<path class="{style}" d="M{self._at(0, 0)} L{self._at(angle_deg, radius)}"/>'

    def text(self, style: str, text: str, angle_deg: float, radius: float) -> str:
        """Return words centred on a point."""
        x, y = self._at(angle_deg, radius).split(",")
        return f'<text class="{style}" x="{x}" y="{float(y) + 4:.1f}">{text}</text>'

    def _at(self, angle_deg: float, radius: float) -> str:
        x, y = swing_point(self._side, angle_deg, radius)
        return f"{self.knee_x + x:.1f},{_KNEE_Y + y:.1f}"
