"""What the screen shows at every instant of a guided test, by its stage.

The person sits two metres away: the one thing to do now is large and on top, the rest is calm.
The picture comes as in a mirror, words never do.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from hipcv.core.interfaces import Picture
from hipcv.core.view_model import GuideView, Stage
from hipcv.guide import band, body, checklist, dial, footer, icons, safety, silhouette
from hipcv.guide.layout import Layout, fitted, write_centred
from hipcv.guide.result import analysing, result
from hipcv.report import drawing, palette
from hipcv.report.drawing import Box

__all__ = ["analysing", "draw", "result"]


def draw(frame_bgr: Picture, scene: GuideView) -> Picture:
    """Draw one instant of the guided test.

    Args:
        frame_bgr: (H, W, 3) uint8, as the camera gave it; shown as in a mirror.
        scene: what to show, in pixels of the un-mirrored picture.

    Returns:
        (H, W, 3) a new picture of the same size.
    """
    picture = drawing.mirrored(frame_bgr)
    _STAGES[scene.stage](picture, scene)
    return picture


def _framing(picture: Picture, scene: GuideView) -> None:
    silhouette.draw(picture)
    body.draw_seen(picture, scene)
    checklist.draw(picture, scene)
    band.draw(picture, scene)
    footer.draw(picture, scene)


def _still(picture: Picture, scene: GuideView) -> None:
    body.draw_seen(picture, scene)
    layout = Layout.of(picture)
    centre, radius = np.array(layout.centre), _radius(layout)
    rim = (0.86 * radius, 1.02 * radius)
    drawing.arc(picture, centre, rim, turn_deg=(0, 360), colour=palette.INK)
    icons.filling(picture, centre, radius, min(scene.still_share, _NOT_FULL), hollow=0.88)
    band.draw(picture, scene)
    footer.draw(picture, scene)


def _countdown(picture: Picture, scene: GuideView) -> None:
    body.draw_seen(picture, scene)
    if scene.count is not None:
        _disc(picture, palette.YELLOW)
        layout = Layout.of(picture)
        figure = fitted(str(scene.count), 1.5 * _radius(layout), 2 * _radius(layout))
        write_centred(picture, figure, layout.centre)
    band.draw(picture, scene)
    footer.draw(picture, scene)


def _turning(picture: Picture, scene: GuideView) -> None:
    body.draw_leg(picture, scene)
    dial.draw(picture, scene)
    band.draw(picture, scene)
    footer.draw(picture, scene)


def _changeover(picture: Picture, scene: GuideView) -> None:
    body.draw_pointer(picture, scene)
    band.draw(picture, scene)
    footer.draw(picture, scene)


def _finished(picture: Picture, scene: GuideView) -> None:
    _disc(picture, palette.GREEN)
    layout = Layout.of(picture)
    icons.good(picture, np.array(layout.centre), 0.72 * _radius(layout))
    band.draw(picture, scene)


_STAGES: Final[dict[Stage, Callable[[Picture, GuideView], None]]] = {
    Stage.SAFETY: safety.draw,
    Stage.FRAMING: _framing,
    Stage.STILL: _still,
    Stage.COUNTDOWN: _countdown,
    Stage.TURNING: _turning,
    Stage.CHANGEOVER: _changeover,
    Stage.FINISHED: _finished,
}

_NOT_FULL: Final = 0.999  # the count-down follows; a tick would say that all is over


def _radius(layout: Layout) -> float:
    """Of the large disc in the middle."""
    top = layout.band.y + layout.band.height
    return 0.36 * min(layout.height - top, layout.width)


def _disc(picture: Picture, colour: str) -> None:
    """A dark disc with a bright rim, in the middle of what the band leaves free."""
    layout = Layout.of(picture)
    (x, y), radius = layout.centre, _radius(layout)
    size = round(2 * radius)
    drawing.plate(picture, Box(round(x - radius), round(y - radius), size, size), radius=radius)
    ring = (0.96 * radius, 1.01 * radius)
    drawing.arc(picture, np.array([x, y]), ring, turn_deg=(0, 360), colour=colour)
