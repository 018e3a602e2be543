"""Pictures of every step of the method, so that it can be checked by eye, and a page of them."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import matplotlib as mpl
from jinja2 import Environment
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from hipcv.core.arrays import Floats
from hipcv.core.assessment import Assessment
from hipcv.core.closeup import START, Closeup
from hipcv.core.landmarks import Side
from hipcv.core.measure import Motion
from hipcv.core.phases import Phases
from hipcv.core.protocol import MeasurementProtocol
from hipcv.report import palette
from hipcv.report.charts.chart import STYLE
from hipcv.report.debug.channels import draw_channels
from hipcv.report.debug.collector import SideTrace, TraceCollector
from hipcv.report.debug.curve import draw_key_frames, draw_phases
from hipcv.report.debug.flow import LONGER, as_shown, draw_flow
from hipcv.report.debug.shank import KeyPicture, draw_strips, draw_widths
from hipcv.report.pages import environment

INDEX: Final = "index.html"

_TITLES: Final = {
    "curve": "the curve",
    "keyframes": "every key frame",
    "shank": "the shank",
    "widths": "widths and slide",
    "flow": "regions followed",
    "channels": "compensation channels",
}
_SENTENCES: Final = {
    "curve": "Still start, repetitions, plateau frames and key frames as the first look found "
    "them; below, the speed that a plateau must stay under.",
    "keyframes": "What each key frame gave in both patches of the shank; a plateau's number is the "
    "median of its key frames less that of the start's.",
    "shank": "The first, middle and last key frame: the edges of the mask and the same edges "
    "snapped to the change of colour, and beside them the start's outline where the registration "
    "lays it.",
    "widths": "The leg's width from knee to ankle: the slide is right where the blue line lies on "
    "the black one within the shaded stretch.",
    "flow": f"Every point's way since the start, drawn {LONGER} times as long; a cross is a point "
    "that was lost, and a region whose gate is shut is told as not measured.",
    "channels": "Every channel as change from the start: its median over the shaded plateau is "
    "held against the limit, which is higher where another compensation leaks into the channel.",
}


@dataclass(frozen=True, slots=True, eq=False)
class ExplainedSide:
    """Everything known of one side, for its pictures."""

    side: Side
    phases: Phases
    motion: Motion | None  # None where the side was not tested
    assessment: Assessment | None
    closeup: Closeup | None  # None where there was no closer look


@dataclass(frozen=True, slots=True)
class DebugPicture:
    """One picture with the sentence that explains it."""

    name: str  # of its file
    title: str
    sentence: str
    png: bytes


def pictures(
    told: Sequence[ExplainedSide],
    collector: TraceCollector,
    protocol: MeasurementProtocol,
    *,
    heads_px: Floats | None = None,
) -> list[DebugPicture]:
    """Every picture of every side, in the order of the method.

    Args:
        told: the sides.
        collector: what it remembered of the closer look.
        protocol: the limits.
        heads_px: (T, 33, 2) landmarks by which faces are hidden; None leaves them seen.
    """
    with mpl.rc_context(STYLE):
        return [made for side in told for made in _side(side, collector, protocol, heads_px)]


def index(shown: Sequence[DebugPicture], *, clip: str, refusals: Sequence[str]) -> str:
    """The page of all pictures; it stands beside them and asks no network.

    Args:
        shown: the pictures.
        clip: the clip's name.
        refusals: why nothing was measured, where that is so.
    """
    page = _environment().get_template("explain.html.jinja")
    return page.render(shown=shown, clip=clip, refusals=refusals)


def list_files(folder: Path) -> list[Path]:
    """Files that an earlier result left here; whatever else is in the folder is not ours."""
    ours = [path for kind in _TITLES for path in folder.glob(f"{kind}_*.png")]
    return ours + list(folder.glob(INDEX))


def _side(
    told: ExplainedSide,
    collector: TraceCollector,
    protocol: MeasurementProtocol,
    heads_px: Floats | None,
) -> Iterator[DebugPicture]:
    side, motion, closeup = told.side, told.motion, told.closeup
    yield _explained("curve", side, draw_phases(told.phases, motion, closeup, protocol))
    if closeup is not None:
        yield _explained("keyframes", side, draw_key_frames(closeup))
        yield from _windows(closeup, collector.steps(closeup.model, side), protocol, heads_px)
    if motion is not None and motion.channels:
        yield _explained("channels", side, draw_channels(motion, told.assessment))


def _windows(
    closeup: Closeup, steps: SideTrace, protocol: MeasurementProtocol, heads_px: Floats | None
) -> Iterator[DebugPicture]:
    """The start and every plateau, as the closer look saw them."""
    side = closeup.side
    for window, kept in sorted(steps.cutouts.items()):
        keys = [KeyPicture(time_s, cutout, steps.registered.get(time_s)) for time_s, cutout in kept]
        yield _explained("shank", side, draw_strips(keys, side), window)
        widths = draw_widths(keys[len(keys) // 2])
        if window != START and widths is not None:
            yield _explained("widths", side, widths, window)
        shot = steps.shots.get(window)
        if shot is not None and closeup.motion is not None:
            picture = as_shown(shot, heads_px)
            figure = draw_flow(shot, closeup.motion, protocol, picture)
            yield _explained("flow", side, figure, window)


def _explained(kind: str, side: Side, figure: Figure, window: int | None = None) -> DebugPicture:
    parts, words = [kind, side.value], [f"{side.value.capitalize()}: {_TITLES[kind]}"]
    if window is not None:
        parts.append("start" if window == START else f"rep{window + 1}")
        words.append("start" if window == START else f"repetition {window + 1}")
    return DebugPicture(f"{'_'.join(parts)}.png", ", ".join(words), _SENTENCES[kind], _png(figure))


def _png(figure: Figure) -> bytes:
    FigureCanvasAgg(figure)
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=110, metadata={"Software": None}, facecolor=palette.WHITE)
    return out.getvalue()


@cache
def _environment() -> Environment:
    return environment()
