"""Figure of the optical flow of every region, with the table of its reliability gates."""

from typing import Final

import cv2
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hipcv.core.arrays import Floats
from hipcv.core.camera_motion import subtract_background_motion
from hipcv.core.channels import reliable_regions
from hipcv.core.closeup import Region, RegionMotion
from hipcv.core.interfaces import Picture
from hipcv.core.protocol import MeasurementProtocol
from hipcv.language import N_, Translated, _, translate
from hipcv.report import numbers, palette
from hipcv.report.debug.collector import FlowFrame
from hipcv.report.privacy import Heads, blur_face

ARROW_SCALE: Final = 3
"""Arrows are drawn this many times as long as the displacement: small motions stay visible."""

COLOURS: Final = {
    Region.LAP: palette.ORANGE,
    Region.WAIST: palette.SKY,
    Region.UPPER_TRUNK: palette.GREEN,
    Region.KNEE: palette.VERMILLION,
    Region.OTHER_KNEE: palette.BLUE,
    Region.BACKGROUND: palette.YELLOW,
}
MARKERS: Final = dict(zip(Region, "os^DvP", strict=True))
_GLYPHS: Final = dict(zip(Region, "●■▲◆▼✚", strict=True))
_COLUMNS: Final = (
    "", N_("region"), N_("points"), N_("inliers"), N_("turn ↻"), N_("less camera"),
    N_("shift (px)"), N_("gate"),
)  # fmt: skip
_NAMES: Final = Translated(
    {
        Region.LAP: N_("lap"),
        Region.WAIST: N_("waist"),
        Region.UPPER_TRUNK: N_("upper trunk"),
        Region.KNEE: N_("knee"),
        Region.OTHER_KNEE: N_("other knee"),
        Region.BACKGROUND: N_("background"),
    }
)
_WIDTHS: Final = (0.05, 0.18, 0.15, 0.11, 0.11, 0.16, 0.16, 0.09)


def hide_face(flow: FlowFrame, heads: Heads | None) -> Picture:
    """Return the picture, with the face hidden where heads are given."""
    if heads is None:
        return flow.picture
    return blur_face(flow.picture, heads.at(heads.time_s[flow.index]) * flow.scale)


def draw_flow(
    flow: FlowFrame, motion: RegionMotion, protocol: MeasurementProtocol, picture: Picture
) -> Figure:
    """Draw the picture with its arrows, and a table of every region's motion and gate."""
    figure = Figure(figsize=(14, 8), layout="constrained")
    mosaic = figure.subplot_mosaic([["near", "far"], ["near", "table"]], width_ratios=(1, 1.05))
    near, far, below = mosaic["near"], mosaic["far"], mosaic["table"]
    faint = cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2RGB) // 2 + 96
    for axes in (near, far):
        axes.imshow(faint)
        axes.set_axis_off()
        axes.autoscale(enable=False)
    for region in reversed(Region):  # the lap, which decides most, on top
        _arrows(far if region is Region.BACKGROUND else near, flow, region)
    _zoom(near, flow, picture.shape)
    title = _("{time} s; arrows {times} times as long as the motion")
    near.set_title(title.format(time=f"{flow.time_s:.2f}", times=ARROW_SCALE))
    far.set_title(_NAMES[Region.BACKGROUND])
    below.set_axis_off()
    _table(below, motion, protocol, flow.time_s)
    return figure


def _zoom(axes: Axes, flow: FlowFrame, shape: tuple[int, ...]) -> None:
    """Zoom to the points of the body, with room for their arrows and the legs below."""
    body = flow.arrows_px[flow.regions != Region.BACKGROUND].reshape(-1, 2)
    if not len(body):
        return
    low, high = body.min(axis=0), body.max(axis=0)
    middle, half = (low + high) / 2, 0.85 * max(*(high - low), 1.0)
    axes.set_xlim(max(middle[0] - half, 0), min(middle[0] + half, shape[1]))
    axes.set_ylim(min(middle[1] + 1.2 * half, shape[0]), max(middle[1] - 0.8 * half, 0))


def _arrows(axes: Axes, flow: FlowFrame, region: Region) -> None:
    colour, marker = COLOURS[region], MARKERS[region]
    home, here = np.moveaxis(flow.arrows_px[flow.regions == region], 1, 0)
    lost = flow.lost_px[flow.lost_regions == region]
    axes.plot(
        *lost.T, linestyle="none", marker="x", markersize=5, color=colour, markeredgewidth=1.2
    )
    axes.plot(
        *home.T, linestyle="none", marker=marker, markersize=3.6, color=colour,
        markeredgecolor="black", markeredgewidth=0.5,
    )  # fmt: skip
    axes.quiver(
        *home.T, *(here - home).T, angles="xy", scale_units="xy", scale=1 / ARROW_SCALE,
        width=0.0022, color=colour, edgecolor="black", linewidth=0.3, headwidth=4, minlength=0,
    )  # fmt: skip


def _table(axes: Axes, motion: RegionMotion, protocol: MeasurementProtocol, time_s: float) -> None:
    """Draw one row a region, at the frame nearest to a time."""
    frame = int(np.argmin(np.abs(motion.time_s - time_s)))
    turn, _shift = subtract_background_motion(motion)
    gate = reliable_regions(motion, protocol)[frame]
    rows = [
        [
            _GLYPHS[region],
            *_row(motion, frame, region, turn[frame]),
            _("open") if gate[region] else _("SHUT"),
        ]
        for region in Region
    ]
    table = axes.table(
        rows, colLabels=translate(_COLUMNS), colWidths=_WIDTHS, loc="center", cellLoc="center"
    )
    table.auto_set_font_size(False)  # noqa: FBT003 - as matplotlib has it
    table.set_fontsize(9.5)
    table.scale(1, 1.6)
    for row, region in enumerate(Region, start=1):
        table[row, 0].set_facecolor(COLOURS[region])
        table[row, len(_COLUMNS) - 1].set_facecolor("white" if gate[region] else palette.PALE)


def _row(motion: RegionMotion, frame: int, region: Region, turn_deg: Floats) -> list[str]:
    points, share = int(motion.points[frame, region]), motion.kept[frame, region]
    total = round(points / share) if share > 0 else int(motion.points[0, region])
    across, down = motion.shift_px[frame, region]
    return [
        _NAMES[region],
        _("{count} of {total}").format(count=points, total=total),
        numbers.share(motion.inliers[frame, region]),
        numbers.angle(motion.turn_deg[frame, region]),
        "" if region is Region.BACKGROUND else numbers.angle(turn_deg[region]),
        f"{numbers.angle(across)}, {numbers.angle(down)}".replace("°", ""),
    ]
