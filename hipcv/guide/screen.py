"""Screen of a guided test at every stage.

The person sits two metres away: the one thing to do now is large and on top, the rest is plain.
The picture is mirrored, words never are.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from hipcv.core.interfaces import Picture
from hipcv.core.view_model import GuideView, Stage
from hipcv.guide import band, body, dial, figure, framing, icons, safety
from hipcv.guide.layout import Layout, fitted, write_centred
from hipcv.guide.questions import draw as question
from hipcv.guide.result import analysing, result
from hipcv.report import drawing, palette
from hipcv.report.drawing import Box

__all__ = ["analysing", "draw", "question", "result"]

_NOT_FULL: Final = 0.999  # a full ring would show a tick, but the count-down follows


def draw(frame_bgr: Picture, view: GuideView) -> Picture:
    """Draw one instant of the guided test on a mirrored copy of the camera's picture."""
    picture = drawing.mirrored(frame_bgr)
    if view.stage in (Stage.SAFETY, Stage.ADVICE):
        safety.draw(picture, view)
        return picture
    _STAGES[view.stage](picture, view)
    band.draw(picture, view)
    if view.stage is not Stage.FINISHED:
        band.draw_footer(picture, view)
    return picture


def _framing(picture: Picture, view: GuideView) -> None:
    framing.draw_silhouette(picture)
    body.draw_skeleton(picture, view)
    framing.draw_checklist(picture, view)


def _still(picture: Picture, view: GuideView) -> None:
    body.draw_skeleton(picture, view)
    layout = Layout.of(picture)
    centre, radius = np.array(layout.centre), _radius(layout)
    rim = (0.86 * radius, 1.02 * radius)
    drawing.arc(picture, centre, rim, turn_deg=(0, 360), colour=palette.INK)
    icons.filling(picture, centre, radius, min(view.still_share, _NOT_FULL), hollow=0.88)
    figure.draw(picture, view)


def _countdown(picture: Picture, view: GuideView) -> None:
    body.draw_skeleton(picture, view)
    figure.draw(picture, view)
    if view.count is not None:
        _disc(picture, palette.YELLOW)
        layout = Layout.of(picture)
        number = fitted(str(view.count), 1.5 * _radius(layout), 2 * _radius(layout))
        write_centred(picture, number, layout.centre)


def _turning(picture: Picture, view: GuideView) -> None:
    body.draw_leg(picture, view)
    panel = figure if view.before_external else dial
    panel.draw(picture, view)


def _changeover(picture: Picture, view: GuideView) -> None:
    body.draw_pointer(picture, view)
    figure.draw(picture, view)


def _finished(picture: Picture, view: GuideView) -> None:
    sign = icons.end(view)
    _disc(picture, palette.GREEN if sign is icons.good else palette.PALE)
    layout = Layout.of(picture)
    sign(picture, np.array(layout.centre), 0.72 * _radius(layout))


_STAGES: Final[dict[Stage, Callable[[Picture, GuideView], None]]] = {
    Stage.FRAMING: _framing,
    Stage.STILL: _still,
    Stage.COUNTDOWN: _countdown,
    Stage.TURNING: _turning,
    Stage.CHANGEOVER: _changeover,
    Stage.FINISHED: _finished,
}


def _radius(layout: Layout) -> float:
    top = layout.band.y + layout.band.height
    return (0.36 if layout.wide else 0.32) * min(layout.height - top, layout.width)


def _disc(picture: Picture, colour: str) -> None:
    """Draw a dark disc with a bright rim, in the middle of the area under the band."""
    layout = Layout.of(picture)
    (x, y), radius = layout.centre, _radius(layout)
    size = round(2 * radius)
    drawing.plate(picture, Box(round(x - radius), round(y - radius), size, size), radius=radius)
    ring = (0.96 * radius, 1.01 * radius)
    drawing.arc(picture, np.array([x, y]), ring, turn_deg=(0, 360), colour=colour)
