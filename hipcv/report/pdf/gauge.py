"""The swing of the lower leg on paper: the picture of `gauge`, drawn by matplotlib."""

import math
from typing import Final

from matplotlib.axes import Axes
from matplotlib.patches import Circle, Wedge

from hipcv.core.assessment import Assessment
from hipcv.core.landmarks import Side
from hipcv.core.protocol import MeasurementProtocol
from hipcv.report import palette

_END_DEG: Final = 60.0
_DIAL: Final = "#eef1f4"
USUAL: Final = "#9fd8c4"
INTERVAL: Final = "#9cc9e6"
_LEG: Final = "#00639c"


def draw_gauge(axes: Axes, assessment: Assessment, protocol: MeasurementProtocol) -> None:
    """Rotation, interval, usual band and target of one side that has a number.

    Straight down is 0°; the patient's left leg swings to the right of the picture.
    """
    if assessment.rotation_deg is None or assessment.interval_deg is None:
        return
    way = 1 if assessment.side is Side.LEFT else -1
    axes.set_aspect("equal")
    axes.axis("off")
    axes.set_xlim(*sorted((-0.16 * way, 1.2 * way)))
    axes.set_ylim(-1.22, 0.14)
    usual = (protocol.typical_low_deg, protocol.typical_high_deg)
    _sector(axes, way, (0, _END_DEG), width=1.0, colour=_DIAL)
    _sector(axes, way, usual, width=1.0, colour=USUAL)
    low, high = assessment.interval_deg
    _sector(axes, way, (_held(low), _held(high)), width=0.25, colour=INTERVAL, radius=1.05)
    _ray(axes, way, 0, reach=1.0, colour=palette.MUTED, width=0.9)
    _ray(axes, way, protocol.target_deg, reach=1.08, colour=palette.INK, width=1.6, dashed=True)
    _ray(axes, way, _held(assessment.rotation_deg), reach=0.82, colour=_LEG, width=5)
    axes.add_patch(Circle((0, 0), 0.055, facecolor="white", edgecolor=_LEG, linewidth=2, zorder=6))
    _word(axes, way, 0, "0°")
    _word(axes, way, protocol.target_deg, f"{protocol.target_deg:g}°", bold=True)


def _held(value_deg: float) -> float:
    """Kept on the dial."""
    return min(max(value_deg, -8.0), _END_DEG + 8)


def _sector(
    axes: Axes,
    way: int,
    span_deg: tuple[float, float],
    *,
    width: float,
    colour: str,
    radius: float = 1.0,
) -> None:
    turned = sorted(-90 + way * value for value in span_deg)
    axes.add_patch(
        Wedge((0, 0), radius, turned[0], turned[1], width=width, facecolor=colour, edgecolor="none")
    )


def _ray(  # noqa: PLR0913 - a line and how it looks
    axes: Axes,
    way: int,
    value_deg: float,
    *,
    reach: float,
    colour: str,
    width: float,
    dashed: bool = False,
) -> None:
    x, y = _at(way, value_deg, reach)
    axes.plot(
        [0, x], [0, y], color=colour, linewidth=width, solid_capstyle="round", zorder=5,
        linestyle=(0, (4, 2)) if dashed else "-",
    )  # fmt: skip


def _word(axes: Axes, way: int, value_deg: float, text: str, *, bold: bool = False) -> None:
    x, y = _at(way, value_deg, 1.15)
    weight = "bold" if bold else "normal"
    axes.text(x, y, text, ha="center", va="center", fontsize=8, fontweight=weight)


def _at(way: int, value_deg: float, radius: float) -> tuple[float, float]:
    turn = math.radians(value_deg)
    return way * radius * math.sin(turn), -radius * math.cos(turn)
