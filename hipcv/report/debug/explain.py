"""Debug pictures of every step of the method, and the page that lists them."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from hipcv.core.arrays import Floats
from hipcv.core.assessment import Assessment
from hipcv.core.closeup import START, Closeup
from hipcv.core.landmarks import LEGS, Side
from hipcv.core.measure import Motion
from hipcv.core.phases import Phases
from hipcv.core.pose import PoseTrack
from hipcv.core.protocol import MeasurementProtocol
from hipcv.language import N_, Translated, _
from hipcv.report import palette, wording
from hipcv.report.charts.chart import STYLE
from hipcv.report.debug.collector import TraceCollector
from hipcv.report.debug.curves import draw_channels, draw_masks, draw_phases
from hipcv.report.debug.flow import ARROW_SCALE, draw_flow, hide_face
from hipcv.report.debug.shank import KeyFrame, draw_strips, draw_widths
from hipcv.report.debug.tracking import draw_tracking
from hipcv.report.pages import environment
from hipcv.report.privacy import Heads

INDEX: Final = "index.html"

_TITLES: Final = Translated(
    {
        "tracking": N_("the tracked shank"),
        "curve": N_("the curve"),
        "shank": N_("outlines by masks"),
        "widths": N_("widths and knee"),
        "masks": N_("the second reading"),
        "flow": N_("regions followed"),
        "channels": N_("compensation channels"),
    }
)
_EARLIER: Final = ("keyframes",)
"""Pictures that earlier versions wrote."""

_SENTENCES: Final = Translated(
    {
        "tracking": N_(
            "The outline of the start as it was followed through every frame, in both patches of "
            "the shank; the landmarks beside it only find the leg. Below, how well the edges fit "
            "and how far the patches differ: beyond the first limit other guesses are tried, "
            "beyond the second the leg is lost."
        ),
        "curve": N_(
            "Still start, repetitions and plateau frames on the curve, and the angle by masks in "
            "the frames that they read; below, the speed that a plateau must stay under. A "
            "plateau's number is the median of its tracked frames less that of the start's."
        ),
        "shank": N_(
            "The first, middle and last frame that masks read: the edges of the mask and the same "
            "edges snapped to the change of colour, and beside them the start's outline where the "
            "registration of these edges lays it, and where it was tracked."
        ),
        "widths": N_(
            "The leg's width from knee to ankle: the knee is right where the blue line lies on "
            "the black one within the shaded stretch."
        ),
        "masks": N_(
            "Every frame that masks read, against the tracked outline of the same frame: the "
            "second reading of a hold is the tracked angle plus the median of its differences. "
            "Below, how well the mask's edges fit, and how far the foot reaches below the knee."
        ),
        "flow": N_(
            "Every point's way since the start, drawn {times} times as long; a cross is a "
            "point that was lost, and a region whose gate is shut is reported as not measured."
        ),
        "channels": N_(
            "Every channel as change from the start: its median over the shaded plateau is held "
            "against the limit, which is higher where another compensation leaks into the channel."
        ),
    },
    {"times": ARROW_SCALE},
)


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
    track: PoseTrack,
    protocol: MeasurementProtocol,
    *,
    heads: Heads | None = None,
) -> list[DebugPicture]:
    """Return the pictures of both tracked legs and of every side, in the order of the method.

    `heads` are hidden in pictures; None leaves faces visible.
    """
    with mpl.rc_context(STYLE):
        tracking = [_picture("tracking", side, draw_tracking(track, side)) for side in track.shanks]
        drawing = _Drawing(collector, track, protocol, heads)
        return tracking + [picture for side in sides for picture in _side(side, drawing)]


def index(pictures: Sequence[DebugPicture], *, clip: str, refusals: Sequence[str]) -> str:
    """Return the HTML page of all pictures; `refusals` say why nothing was measured."""
    page = environment().get_template("explain.html.jinja")
    return page.render(pictures=pictures, clip=clip, refusals=refusals)


def list_files(folder: Path) -> list[Path]:
    """Return the files of an earlier result; other files in the folder are not hipcv's."""
    pictures = [path for kind in (*_TITLES, *_EARLIER) for path in folder.glob(f"{kind}_*.png")]
    return pictures + list(folder.glob(INDEX))


@dataclass(frozen=True, slots=True, eq=False)
class _Drawing:
    """Inputs that the pictures of every side share."""

    collector: TraceCollector
    track: PoseTrack
    protocol: MeasurementProtocol
    heads: Heads | None


def _side(result: ExplainedSide, drawing: _Drawing) -> Iterator[DebugPicture]:
    side, motion, closeup = result.side, result.motion, result.closeup
    yield _picture("curve", side, draw_phases(result.phases, motion, closeup, drawing.protocol))
    if closeup is not None:
        track = drawing.track
        masks = draw_masks(closeup, track.shanks.get(side), track.time_s)
        yield _picture("masks", side, masks)
        yield from _windows(closeup, drawing)
    if motion is not None and motion.channels:
        yield _picture("channels", side, draw_channels(motion, result.assessment))


def _windows(closeup: Closeup, drawing: _Drawing) -> Iterator[DebugPicture]:
    """Draw the frames that masks read, of the start and of every repetition."""
    side, steps = closeup.side, drawing.collector.steps(closeup.model, closeup.side)
    for window, strips in steps.windows().items():
        keys = [
            KeyFrame(
                time_s, cutout, steps.registered.get(time_s), _tracked(drawing.track, side, time_s)
            )
            for time_s, cutout in strips
        ]
        yield _picture("shank", side, draw_strips(keys, side), window)
        middle = keys[len(keys) // 2]
        widths = draw_widths(middle)
        if window != START and widths is not None:
            yield _picture("widths", side, widths, window)
        flow = steps.flow.get(middle.time_s)
        if flow is not None and closeup.motion is not None:
            picture = hide_face(flow, drawing.heads)
            figure = draw_flow(flow, closeup.motion, drawing.protocol, picture)
            yield _picture("flow", side, figure, window)


def _tracked(track: PoseTrack, side: Side, time_s: float) -> tuple[Floats, float] | None:
    """Return knee and turn of the tracked shank at a time; None where it was not tracked."""
    shank = track.shanks.get(side)
    if shank is None:
        return None
    row = int(np.abs(track.time_s - time_s).argmin())
    turn_deg = LEGS[side].internal_sign * float(shank.mean_deg[row])
    return (shank.knee_px[row], turn_deg) if np.isfinite(turn_deg) else None


def _picture(kind: str, side: Side, figure: Figure, window: int | None = None) -> DebugPicture:
    parts = [kind, side.value]
    words = [f"{wording.SIDES[side].capitalize()}: {_TITLES[kind]}"]
    if window is not None:
        parts.append("start" if window == START else f"rep{window + 1}")
        name = _("start") if window == START else _("repetition {number}")
        words.append(name.format(number=window + 1))
    return DebugPicture(f"{'_'.join(parts)}.png", ", ".join(words), _SENTENCES[kind], _png(figure))


def _png(figure: Figure) -> bytes:
    FigureCanvasAgg(figure)
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=110, metadata={"Software": None}, facecolor=palette.WHITE)
    return out.getvalue()
