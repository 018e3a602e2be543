"""`hipcv record`: the guided webcam test, then the analysis of what was recorded."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal, NoReturn

import typer

from hipcv import libraries
from hipcv.cli import analyze, config, data, filing
from hipcv.cli.errors import attempt
from hipcv.cli.signals import stop_on_signals
from hipcv.core.answers import Answers
from hipcv.core.errors import BadRequest, Failure, Interrupted
from hipcv.core.landmarks import Side
from hipcv.core.options import AnalysisOptions
from hipcv.core.person import Person
from hipcv.language import N_, _

if TYPE_CHECKING:
    from hipcv.cli.record_analysis import RecordingAnalysis
    from hipcv.cli.record_screen import TextScreen, WindowScreen
    from hipcv.core.assessment import Trial
    from hipcv.core.guide import SessionPlan
    from hipcv.core.interfaces import LiveSource
    from hipcv.guide.session import Take

    Screen = WindowScreen | TextScreen

READING_S: Final = 300.0
"""Longest time that a played clip waits while the questions before the test are read."""

CameraOption = Annotated[
    str,
    typer.Option(
        "--camera",
        metavar="N|NAME|FILE",
        help=N_(
            "A camera by number or name (see `hipcv cameras`), or a clip that is played as one."
        ),
    ),
]
SideOption = Annotated[
    Literal["left", "right", "both", "auto"],
    typer.Option("--side", help=N_("Which of your legs to test; auto follows whichever moves.")),
]
Reps = Annotated[
    int | None,
    typer.Option(
        "--reps",
        min=1,
        max=10,
        help=N_("Measured repetitions for each leg, after one for practice. Default: 3."),
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="DIR",
        help=N_("Where recording and result go. Default: hipcv-results/record-DATE-TIME."),
    ),
]
Yes = Annotated[
    bool, typer.Option("--yes", "-y", help=N_("The safety questions have been answered before."))
]
WindowOption = Annotated[
    bool | None,
    typer.Option(
        "--window/--no-window",
        help=N_(
            "Show the camera in a window, or only text on the terminal. "
            "Default: the whole screen, where there is a display."
        ),
    ),
]
Sound = Annotated[bool, typer.Option("--sound/--no-sound", help=N_("Short tones, or none."))]
Voice = Annotated[
    bool,
    typer.Option(
        "--voice/--no-voice", help=N_("Prompts spoken by a voice of this system, or none.")
    ),
]
Size = Annotated[
    str, typer.Option("--size", metavar="WxH", help=N_("The picture size to ask the camera for."))
]
Rate = Annotated[
    float,
    typer.Option("--rate", min=5, max=240, help=N_("Pictures a second to ask the camera for.")),
]


def command(
    camera: CameraOption = "0",
    side: SideOption = "auto",
    reps: Reps = None,
    external: analyze.External = None,
    out: Out = None,
    yes: Yes = False,
    window: WindowOption = None,
    sound: Sound = True,
    voice: Voice = True,
    size: Size = "1280x720",
    rate: Rate = 30.0,
    mirrored: analyze.Mirrored = False,
    model: analyze.ModelOption = None,
    assignments: analyze.Settings = None,
    overlay: analyze.Overlay = None,
    blur_face: analyze.BlurFace = None,
    age: analyze.Age = None,
    sex: analyze.SexOption = None,
    pseudonym: filing.As = "",
    data_dir: data.DataDir = None,
    database: data.Database = "",
    as_json: analyze.AsJson = False,
    force: analyze.Force = False,
    quiet: analyze.Quiet = False,
) -> None:
    """Lead you through the test at a webcam, record it, and measure the recording.

    Keys: Enter confirms; x says that something applies; l, r, b, a choose the side; r does a leg
    again, s goes on without waiting, p stops for pain, m turns the sound off,
    q stops. Hands are not needed once it has begun.

    Exit code: 0 measured; 2 wrong usage; 4 recorded, but nothing could be measured; 6 no camera,
    or the disk is full; 130 stopped. What was recorded is kept in every case.
    """
    from hipcv.cli.record_analysis import RecordingAnalysis
    from hipcv.cli.record_screen import open_screen
    from hipcv.core.guide import SIDE_CHOICES, SessionPlan
    from hipcv.guide import session
    from hipcv.results.output import Output, reserved

    libraries.require()
    settings = config.load(Path.cwd())
    options = settings.options(
        [*reps_settings(reps), *(assignments or [])],
        model=model,
        overlay=overlay,
        blur_face=blur_face,
        external=external,
    )
    folder = out or Path(settings.run.out) / time.strftime("record-%Y%m%d-%H%M%S")
    sides, asked = SIDE_CHOICES[side], options.external
    plan = SessionPlan(options.protocol, sides, confirmed=yes, external=asked)
    stop = threading.Event()
    with (
        reserved(Output(folder, force=force)),
        filing.open_filing(pseudonym, Person(age, sex), data_dir, database) as target,
    ):
        options = target.add_person(options)
        with (
            stop_on_signals(stop.set, _("stopping; what was recorded is kept.")),
            RecordingAnalysis(options) as analysis,
            open_screen(window=window, sound=sound, voice=voice, quiet=quiet) as screen,
        ):
            plan = confirm_plan(plan, screen)
            source = open_source(camera, size, rate, mirrored=mirrored, asks=not plan.confirmed)
            print_source(source, size, rate)
            analysis.prepare()
            takes = session.record(
                source, plan, folder, screen, stopped=stop.is_set, on_recording=analysis.begin
            )
            outcomes = SessionMeasurement(
                options, analysis, screen, stop.is_set,
                partial(target.describe_course, options.protocol),
            ).measure(takes)  # fmt: skip
        if not outcomes:
            raise Interrupted(reason_to_stop(screen.advice))
        finish(outcomes, options, target, as_json=as_json, quiet=quiet)


def confirm_plan(plan: "SessionPlan", screen: "Screen") -> "SessionPlan":
    """Ask the safety questions on the terminal, where nothing else asks them; see `--yes`."""
    from hipcv.cli.record_screen import confirm_on_terminal

    if plan.confirmed or screen.asks_safety:
        return plan
    confirm_on_terminal()
    return replace(plan, confirmed=True)


def finish(
    outcomes: list[analyze.Outcome],
    options: AnalysisOptions,
    target: filing.Filing,
    *,
    as_json: bool,
    quiet: bool,
) -> NoReturn:
    """Print the outcomes, file the results, and end the command with its exit code."""
    for clip, outcome in outcomes:
        analyze.print_outcome(clip, outcome, as_json=as_json, quiet=quiet)
        target.file(clip, outcome, options, quiet=quiet)
    target.print(options.protocol, to_stderr=as_json or quiet)
    analyze.exit_with(outcomes, as_json=as_json, failures=target.failures)


def reason_to_stop(advice: str) -> str:
    """Return why nothing was recorded: what to do instead, where something spoke against it."""
    from hipcv.report.answers import advise

    return " ".join(advise(advice)) if advice else _("Stopped before anything was recorded.")


def reps_settings(reps: int | None) -> list[str]:
    """Return the protocol assignments for a number of repetitions after one for practice."""
    return [] if reps is None else [f"reps_wanted={reps}", f"practice_from_reps={reps + 1}"]


def open_source(
    camera: str, size: str, rate_hz: float, *, mirrored: bool, asks: bool = False
) -> "LiveSource":
    """Open the camera, or the clip that is played as one.

    A clip waits for longer where the person has questions to read before the test.

    Raises:
        BadRequest: there is no such camera or file, or the size is malformed.
        CameraUnavailable: there is no camera, or it cannot be opened.
    """
    from hipcv.core.interfaces import CaptureFormat
    from hipcv.video.camera import Camera
    from hipcv.video.devices import find_camera
    from hipcv.video.playback import PlayedClip

    path = Path(camera)
    if path.is_file():
        if asks:
            return PlayedClip(path, mirrored=mirrored, hold_longest_s=READING_S)
        return PlayedClip(path, mirrored=mirrored)
    if path.suffix or len(path.parts) > 1:
        raise BadRequest(
            _("{camera}: there is no such file. Check its name and folder.").format(camera=camera)
        )
    width, height = size_of(size)
    device = find_camera(camera)
    return Camera(
        device.number, CaptureFormat(width, height, rate_hz), name=device.name, mirrored=mirrored
    )


def size_of(text: str) -> tuple[int, int]:
    """Return width and height from `1280x720`.

    Raises:
        BadRequest: the text is malformed.
    """
    width, _by, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal() and int(width) and int(height)):
        raise BadRequest(
            _("--size {text}: expected width x height, such as 1280x720.").format(text=text)
        )
    return int(width), int(height)


def print_source(source: "LiveSource", size: str, rate_hz: float) -> None:
    """Print the capture format that the camera uses, and the requested one."""
    actual = source.actual_format
    if actual.rate_hz > 0:
        text = _(
            "{name}: {width}x{height} at {rate:g} pictures a second "
            "(asked for {size} at {asked:g})."
        )
    else:
        text = _("{name}: {width}x{height} (asked for {size} at {asked:g}).")
    fields = {"width": actual.width_px, "height": actual.height_px, "rate": actual.rate_hz}
    typer.echo(text.format(name=source.name, size=size, asked=rate_hz, **fields), err=True)


@dataclass(slots=True)
class SessionMeasurement:
    """Measures the recordings of a session, and shows their results together."""

    options: AnalysisOptions
    analysis: "RecordingAnalysis"
    screen: "Screen"
    stopped: Callable[[], bool]
    describe_course: "Callable[[Sequence[Trial]], tuple[str, ...]]"  # with results to be added
    answers: Answers = field(default_factory=Answers)  # given after the test
    trials: "list[Trial]" = field(default_factory=list)  # measured so far

    def measure(self, takes: "Sequence[Take]") -> list[analyze.Outcome]:
        """Ask the questions after the test, measure its recordings, and show their results.

        They stay on the screen until a key is pressed.
        """
        from hipcv.guide import session_file

        self.answers = self.screen.ask(self.stopped) if takes else self.answers
        outcomes: list[analyze.Outcome] = []
        sides = takes[-1].planned if takes else ()  # as chosen before the test, if it was
        for take, side in select_takes(takes, sides):
            path, options = take.recording.path, replace(self.options, side=side)
            session_file.add_answers(path, self.answers)
            outcome = attempt(partial(self.measure_take, path, options))
            if isinstance(outcome, Failure):
                hint = _("What was recorded is kept: {path}. `hipcv analyze` can measure it.")
                outcome = replace(outcome, text=f"{outcome.text} {hint.format(path=path)}")
            outcomes.append((path, outcome))
        results = [outcome for _, outcome in outcomes if isinstance(outcome, analyze.Result)]
        if results:
            reports = [result.written.report for result in results]
            self.screen.wait_for_key(reports, self.stopped)
        return outcomes

    @property
    def trial(self) -> "Trial":
        """Return all sides that were measured, as one trial."""
        from hipcv.report.personal import merge_takes

        return merge_takes(self.trials)

    def measure_take(self, path: Path, options: AnalysisOptions) -> analyze.Result | Failure:
        """Measure one recording, show the result at once, then write the report and the video.

        An earlier result in the folder is overwritten: whether it may be is decided before
        recording.

        Raises:
            HipcvError: the result cannot be written.
        """
        from hipcv.results import write
        from hipcv.results.output import Output

        trial = self.analysis.analyze(path, options, self._progress)
        if isinstance(trial, Failure):
            return trial
        trial = replace(trial, answers=self.answers)
        write.write_numbers(trial, path.parent)
        self.trials.append(trial)
        self.screen.show_result(self.trial, self.describe_course(self.trials))
        output = Output(path.parent, force=True)
        written = self.analysis.write(path, trial, output, self._progress)
        return written if isinstance(written, Failure) else analyze.Result(trial, written)

    def _progress(self, stage: str, share: float) -> None:
        """Show the progress.

        Raises:
            Interrupted: the session was stopped.
        """
        if self.stopped():
            raise Interrupted(_("Stopped before the result was written."))
        self.screen.analysing(stage, share)


def select_takes(
    takes: "Sequence[Take]", sides: tuple[Side, ...]
) -> "list[tuple[Take, Side | None]]":
    """Return the recordings to analyze, each with its side; None: whichever moved.

    A leg that was done again is analyzed in its last recording only.
    """
    if not takes:
        return []
    asked = sides[0] if len(sides) == 1 else None
    if len(takes) == 1:
        return [(takes[0], asked)]
    selected: list[tuple[Take, Side | None]] = [
        (take, side) for take in takes[:-1] for side in take.sides
    ]
    redone = [side for take in takes for side in take.redone]
    last = takes[-1].sides or tuple(redone[-1:])
    return [*selected, (takes[-1], last[0] if len(last) == 1 else asked)]
