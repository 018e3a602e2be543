"""Small pictures for the page of a folder: one angle on its scale, and all angles side by side."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from hipcv.core.protocol import MeasurementProtocol
from hipcv.report import numbers
from hipcv.report.batch_summary import BatchRow

_LOW_DEG, _HIGH_DEG = 0.0, 60.0
_WIDTH: Final = 150.0
_HEIGHT: Final = 18.0
_WIDE: Final = 640.0
_BIN_DEG: Final = 1.0
_LEFT_MARGIN: Final = 60.0
_STACK: Final = 44.0
_DOT: Final = 4.0


def small(row: BatchRow, protocol: MeasurementProtocol) -> Markup:
    """One angle and its interval against typical band and target; "" where there is no angle."""
    if row.rotation_deg is None:
        return Markup("")
    scale = _Scale(0, _WIDTH, _HEIGHT)
    parts = [*scale.ground(protocol), scale.line("floor", _HEIGHT / 2)]
    if row.interval_low_deg is not None and row.interval_high_deg is not None:
        parts.append(scale.bar("interval", (row.interval_low_deg, row.interval_high_deg), 6, 6))
    parts.append(scale.dot(row.rotation_deg, _HEIGHT / 2))
    words = f"{numbers.angle(row.rotation_deg)}, target {numbers.whole(protocol.target_deg)}"
    return _svg("small", (_WIDTH, _HEIGHT), words, parts)


def spread(rows: Sequence[BatchRow], protocol: MeasurementProtocol) -> Markup:
    """Every measured angle as a dot, left above right; "" where nothing was measured."""
    measured = [row for row in rows if row.rotation_deg is not None]
    if not measured:
        return Markup("")
    scale = _Scale(_LEFT_MARGIN, _WIDE - _LEFT_MARGIN - 18, 2 * _STACK + 10)
    parts = scale.ground(protocol)
    for place, side in enumerate(("left", "right")):
        floor = _STACK * (place + 1) + 8 * place
        angles = [row.rotation_deg for row in measured if row.side == side]
        parts.append(f'<text x="0" y="{floor - 4:.1f}">{side.capitalize()}</text>')
        parts.append(scale.line("floor", floor))
        parts += _stacked([angle for angle in angles if angle is not None], scale, floor)
    parts += [scale.tick(deg, 2 * _STACK + 26) for deg in range(0, 61, 15)]
    words = f"{len(measured)} measured angles, left and right"
    return _svg("spread", (_WIDE, 2 * _STACK + 32), words, parts)


def _stacked(angles_deg: Sequence[float], scale: "_Scale", floor: float) -> list[str]:
    """Dots that stand on one another where angles are alike."""
    columns: dict[int, list[float]] = defaultdict(list)
    for angle in sorted(angles_deg):
        columns[round(angle / _BIN_DEG)].append(angle)
    tallest = max((len(column) for column in columns.values()), default=0)
    step = min(2 * _DOT, (_STACK - 2 * _DOT) / max(tallest, 1))
    return [
        scale.dot(angle, floor - _DOT - step * height)
        for column in columns.values()
        for height, angle in enumerate(column)
    ]


class _Scale:
    """Degrees along x, as SVG elements. Numbers only, never a user's words."""

    def __init__(self, left: float, width: float, height: float) -> None:
        self.left, self.width, self.height = left, width, height

    def x(self, deg: float) -> float:
        """Where an angle stands; what is off the scale stands at its end."""
        share = (min(max(deg, _LOW_DEG), _HIGH_DEG) - _LOW_DEG) / (_HIGH_DEG - _LOW_DEG)
        return self.left + share * self.width

    def ground(self, protocol: MeasurementProtocol) -> list[str]:
        """Typical band and target."""
        band = (protocol.typical_low_deg, protocol.typical_high_deg)
        goal = self.x(protocol.target_deg)
        return [
            self.bar("usual", band, 0, self.height),
            f'<path class="goal" d="M{goal:.1f},0 V{self.height:.1f}"/>',
        ]

    def bar(self, style: str, span_deg: tuple[float, float], y: float, height: float) -> str:
        """A stretch of the scale."""
        low, high = map(self.x, span_deg)
        return (
            f'<rect class="{style}" x="{low:.1f}" y="{y:.1f}" '
            f'width="{high - low:.1f}" height="{height:.1f}"/>'
        )

    def dot(self, deg: float, y: float) -> str:
        """One angle."""
        return f'<circle class="dot" cx="{self.x(deg):.1f}" cy="{y:.1f}" r="{_DOT:g}"/>'

    def line(self, style: str, y: float) -> str:
        """A line along the whole scale."""
        return f'<path class="{style}" d="M{self.left:.1f},{y:.1f} h{self.width:.1f}"/>'

    def tick(self, deg: float, y: float) -> str:
        """An angle in figures."""
        return f'<text class="tick" x="{self.x(deg):.1f}" y="{y:.1f}">{deg:g}°</text>'


def _svg(style: str, size: tuple[float, float], words: str, parts: Sequence[str]) -> Markup:
    width, height = size
    return Markup(  # noqa: S704
        f'<svg class="{style}" viewBox="0 0 {width:g} {height:g}" role="img" '
        f'aria-label="{words}">{"".join(parts)}</svg>'
    )
