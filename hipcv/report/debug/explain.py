"""Debug pictures of every step of the method, and the page that lists them."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import matplotlib as mpl
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
from hipcv.report.debug.collector import SideTrace, TraceCollector
from hipcv.report.debug.curves import draw_channels, draw_key_frames, draw_phases
from hipcv.report.debug.flow import ARROW_SCALE, draw_flow, hide_face
from hipcv.report.debug.shank import KeyFrame, draw_strips, draw_widths
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
    "flow": f"Every point's way since the start, drawn {ARROW_SCALE} times as long; a cross is a "
    "point that was lost, and a region whose gate is shut is told as not measured.",
    "channels": "Every channel as change from the start: its median over the shaded plateau is "
    "held against the limit, which is higher where another compensation leaks into the channel.",
}


@dataclass(frozen=True, slots=True, eq=False)
class ExplainedSide:
    """Results of one side that its pictures show."""

    side: Side
    phases: Phases
    motion: Motion | None  # None where the side was not tested
    assessment: Assessment | None
    closeup: Closeup | None  # None where no outline was registered


@dataclass(frozen=True, slots=True)
class DebugPicture:
    """One picture with a sentence that explains it."""

    name: str  # file name
    title: str
    sentence: str
    png: bytes


def pictures(
    sides: Sequence[ExplainedSide],
    collector: TraceCollector,
    protocol: MeasurementProtocol,
    *,
    heads_px: Floats | None = None,
) -> list[DebugPicture]:
    """Return every picture of every side, in the order of the method.

    `heads_px` (T, 33, 2) are landmarks by which faces are hidden; None leaves them visible.
    """
    with mpl.rc_context(STYLE):
        return [picture for side in sides for picture in _side(side, collector, protocol, heads_px)]


def index(pictures: Sequence[DebugPicture], *, clip: str, refusals: Sequence[str]) -> str:
    """Return the HTML page of all pictures; `refusals` say why nothing was measured."""
    page = environment().get_template("explain.html.jinja")
    return page.render(pictures=pictures, clip=clip, refusals=refusals)


def list_files(folder: Path) -> list[Path]:
    """Return the files of an earlier result; other files in the folder are not hipcv's."""
    pictures = [path for kind in _TITLES for path in folder.glob(f"{kind}_*.png")]
    return pictures + list(folder.glob(INDEX))


def _side(
    result: ExplainedSide,
    collector: TraceCollector,
    protocol: MeasurementProtocol,
    heads_px: Floats | None,
) -> Iterator[DebugPicture]:
    side, motion, closeup = result.side, result.motion, result.closeup
    yield _picture("curve", side, draw_phases(result.phases, motion, closeup, protocol))
    if closeup is not None:
        yield _picture("keyframes", side, draw_key_frames(closeup))
        yield from _windows(closeup, collector.steps(closeup.model, side), protocol, heads_px)
    if motion is not None and motion.channels:
        yield _picture("channels", side, draw_channels(motion, result.assessment))


def _windows(
    closeup: Closeup, steps: SideTrace, protocol: MeasurementProtocol, heads_px: Floats | None
) -> Iterator[DebugPicture]:
    """Draw the key frames of the start and of every plateau."""
    side = closeup.side
    for window, strips in sorted(steps.cutouts.items()):
        keys = [KeyFrame(time_s, cutout, steps.registered.get(time_s)) for time_s, cutout in strips]
        yield _picture("shank", side, draw_strips(keys, side), window)
        widths = draw_widths(keys[len(keys) // 2])
        if window != START and widths is not None:
            yield _picture("widths", side, widths, window)
        flow = steps.flow.get(window)
        if flow is not None and closeup.motion is not None:
            picture = hide_face(flow, heads_px)
            figure = draw_flow(flow, closeup.motion, protocol, picture)
            yield _picture("flow", side, figure, window)


def _picture(kind: str, side: Side, figure: Figure, window: int | None = None) -> DebugPicture:
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
