"""`hipcv record`: the guided webcam test, then the analysis of what was recorded."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from hipcv.cli import analyze, config
from hipcv.cli.errors import complain, worst
from hipcv.cli.signals import asked_by_signals
from hipcv.cli.terminal import show_json
from hipcv.core.errors import BadRequest, Failure, Interrupted
from hipcv.core.landmarks import Side
from hipcv.core.options import AnalysisOptions

if TYPE_CHECKING:
    from hipcv.cli.record_screen import TextScreen, WindowScreen
    from hipcv.core.interfaces import LiveSource
    from hipcv.guide.session import Take

    Shown = WindowScreen | TextScreen

Outcome = tuple[Path, analyze.Result | Failure]
"""A recording, and what became of it."""

CameraOption = Annotated[
    str,
    typer.Option("--camera", metavar="N|NAME|FILE", help="A camera by number or name (see "
                 "`hipcv cameras`), or a clip that is played as one."),
]  # fmt: skip
SideOption = Annotated[
    Literal["left", "right", "both", "auto"],
    typer.Option("--side", help="Which of your legs to test; auto follows whichever moves."),
]
Reps = Annotated[
    int | None,
    typer.Option("--reps", min=1, max=10, help="Measured repetitions for each leg, after one for "
                 "practice. Default: 3."),
]  # fmt: skip
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="Where recording and result go. Default: "
                 "hipcv-results/record-DATE-TIME."),
]  # fmt: skip
Yes = Annotated[
    bool, typer.Option("--yes", "-y", help="The safety questions have been answered before.")
]
WindowOption = Annotated[
    bool | None,
    typer.Option("--window/--no-window", help="Show the camera, or only text on the terminal. "
                 "Default: a window where there is a display."),
]  # fmt: skip
Sound = Annotated[bool, typer.Option("--sound/--no-sound", help="Short tones, or none.")]
Size = Annotated[
    str, typer.Option("--size", metavar="WxH", help="The picture size to ask the camera for.")
]
Rate = Annotated[
    float, typer.Option("--rate", min=5, max=240, help="Pictures a second to ask the camera for.")
]


def command(
    camera: CameraOption = "0",
    side: SideOption = "auto",
    reps: Reps = None,
    out: Out = None,
    yes: Yes = False,
    window: WindowOption = None,
    sound: Sound = True,
    size: Size = "1280x720",
    rate: Rate = 30.0,
    mirrored: analyze.Mirrored = False,
    model: analyze.ModelOption = None,
    assignments: analyze.Settings = None,
    overlay: analyze.Overlay = None,
    blur_face: analyze.BlurFace = None,
    as_json: analyze.AsJson = False,
    force: analyze.Force = False,
    quiet: analyze.Quiet = False,
) -> None:
    """Lead you through the test at a webcam, record it, and measure the recording.

    Keys: Enter confirms; l, r, b, a choose the side; r does a leg again, s goes on without
    waiting, q stops. Hands are not needed once it has begun.

    Exit code: 0 measured; 2 wrong usage; 4 recorded, but nothing could be measured; 6 no camera,
    or the disk is full; 130 stopped. What was recorded is kept in every case.
    """
    from hipcv.cli.record_screen import confirm_in_words, screen
    from hipcv.core.guide import SIDE_CHOICES, SessionPlan
    from hipcv.guide import session
    from hipcv.results import write

    known = config.load(Path.cwd())
    chosen = known.run.under(model=model, overlay=overlay, blur_face=blur_face)
    protocol = config.protocol_of(known, [*reps_settings(reps), *(assignments or [])])
    options = AnalysisOptions(
        protocol=protocol,
        model=chosen.model,
        overlay=chosen.overlay,
        blur_face=chosen.blur_face,
    )
    folder = out or Path(known.run.out) / time.strftime("record-%Y%m%d-%H%M%S")
    write.check_free(write.Output(folder, force=force))
    plan = SessionPlan(protocol, SIDE_CHOICES[side], confirmed=yes)
    stop = threading.Event()
    with (
        asked_by_signals(stop.set, "stopping; what was recorded is kept."),
        screen(window=window, sound=sound, quiet=quiet) as shown,
    ):
        if not (yes or shown.asks):
            confirm_in_words()
            plan = replace(plan, confirmed=True)
        source = opened(camera, size, rate, mirrored=mirrored)
        tell_source(source, size, rate)
        takes = session.record(source, plan, folder, shown, stopped=stop.is_set)
        outcomes = measured(takes, options, watcher(shown, stop.is_set), force=force)
        show_result(shown, outcomes, stop.is_set)
    finish(outcomes, as_json=as_json, quiet=quiet)


def reps_settings(reps: int | None) -> list[str]:
    """The number of repetitions as the protocol has it: the one before them is practice."""
    return [] if reps is None else [f"reps_wanted={reps}", f"practice_from_reps={reps + 1}"]


def opened(camera: str, size: str, rate_hz: float, *, mirrored: bool) -> "LiveSource":
    """The camera, or the clip that is played as one.

    Raises:
        BadRequest: there is no such camera or file, or the size is none.
        CameraUnavailable: there is none at all, or it cannot be opened.
    """
    from hipcv.core.interfaces import CaptureFormat
    from hipcv.video.camera import Camera
    from hipcv.video.devices import find_camera
    from hipcv.video.playback import PlayedClip

    path = Path(camera)
    if path.is_file():
        return PlayedClip(path, mirrored=mirrored)
    if path.suffix or len(path.parts) > 1:
        raise BadRequest(f"{camera}: there is no such file. Check its name and folder.")
    width, height = size_of(size)
    device = find_camera(camera)
    return Camera(
        device.number, CaptureFormat(width, height, rate_hz), name=device.name, mirrored=mirrored
    )


def size_of(text: str) -> tuple[int, int]:
    """Width and height from `1280x720`.

    Raises:
        BadRequest: it is not that.
    """
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal() and int(width) and int(height)):
        raise BadRequest(f"--size {text}: expected width x height, such as 1280x720.")
    return int(width), int(height)


def tell_source(source: "LiveSource", size: str, rate_hz: float) -> None:
    """Say what the camera grants, beside what was asked for."""
    actual = source.actual_format
    told = f"{source.name}: {actual.width_px}x{actual.height_px}"
    told += f" at {actual.rate_hz:g} pictures a second" if actual.rate_hz > 0 else ""
    typer.echo(f"{told} (asked for {size} at {rate_hz:g}).", err=True)


def watcher(shown: "Shown", stopped: Callable[[], bool]) -> Callable[[str, float], None]:
    """Shows how far the analysis is, and breaks it off where that was asked for."""

    def watch(doing: str, share: float) -> None:
        if stopped():
            raise Interrupted("Stopped before the result was written.")
        shown.analysing(doing, share)

    return watch


def measured(
    takes: "Sequence[Take]",
    options: AnalysisOptions,
    watch: Callable[[str, float], None],
    *,
    force: bool,
) -> list[Outcome]:
    """What became of every recording that has something of its own to tell."""
    outcomes: list[Outcome] = []
    sides = takes[-1].planned if takes else ()  # as chosen on the first screen, if it was
    for take, side in worth(takes, sides):
        path = take.recording.path
        outcome = analyze.measure(
            path, path.parent, replace(options, side=side), force=force, quiet=True, watch=watch
        )
        if isinstance(outcome, Failure):
            kept = f" What was recorded is kept: {path}. `hipcv analyze` can measure it."
            outcome = replace(outcome, text=outcome.text + kept)
        outcomes.append((path, outcome))
    return outcomes


def worth(takes: "Sequence[Take]", sides: tuple[Side, ...]) -> "list[tuple[Take, Side | None]]":
    """The recordings to measure, each with the side to look at; None: whichever moved.

    A leg that was done again is looked at in its last recording alone.
    """
    if not takes:
        return []
    asked = sides[0] if len(sides) == 1 else None
    if len(takes) == 1:
        return [(takes[0], asked)]
    chosen: list[tuple[Take, Side | None]] = [
        (take, side) for take in takes[:-1] for side in take.sides
    ]
    again = [side for take in takes for side in take.redone]
    last = takes[-1].sides or tuple(again[-1:])
    chosen.append((takes[-1], last[0] if len(last) == 1 else asked))
    return chosen


def show_result(shown: "Shown", outcomes: Sequence[Outcome], stopped: Callable[[], bool]) -> None:
    """The last result on the screen, where there is one."""
    results = [outcome for _, outcome in outcomes if isinstance(outcome, analyze.Result)]
    if results:
        shown.result(results[-1].trial, str(results[-1].written.report), stopped)


def finish(outcomes: Sequence[Outcome], *, as_json: bool, quiet: bool) -> None:
    """Say on the terminal what came out, and end with the code that tells it."""
    if not outcomes:
        complain(Failure(Interrupted.exit_code, "Stopped before anything was recorded."))
        raise typer.Exit(Interrupted.exit_code)
    for clip, outcome in outcomes:
        analyze.tell(clip, outcome, as_json=as_json, quiet=quiet)
    if as_json:
        told = [analyze.as_document(*pair) for pair in outcomes]
        show_json(told[0] if len(told) == 1 else told)
    raise typer.Exit(worst([analyze.exit_code(outcome) for _, outcome in outcomes]))
