"""`hipcv doctor`: check of what hipcv needs on this machine, with remedies."""

import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing, redirect_stderr, redirect_stdout
from dataclasses import asdict, dataclass
from functools import partial
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Annotated, Final

import typer

from hipcv import language, libraries
from hipcv.cli import data, doctor_archive
from hipcv.cli.errors import attempt
from hipcv.cli.terminal import show_json
from hipcv.core.errors import BadRequest, EnvironmentFault, Failure, HipcvError
from hipcv.language import N_, Translated, _
from hipcv.version import __version__

SCHEMA: Final = "hipcv.doctor/1"
SYSTEM_LIBRARIES: Final = "apt-get install -y libgl1 libglib2.0-0"
SUPPORTED: Final = {("Linux", "x86_64"), ("Darwin", "arm64"), ("Windows", "AMD64")}
NEEDED: Final = ("lite", "full")
MAX_FAULTS_SHOWN: Final = 3
VOICE_LIMIT_S: Final = 10.0
"""Longest time in which a voice of the system must answer."""

MODELS: Final = Translated(
    {
        "good": N_("good {path}"),
        "missing": N_("missing {path}"),
        "altered": N_("altered {path}"),
    }
)
"""Condition and path of a model, by its condition."""
LIBRARIES: Final = {
    "numpy": "numpy",
    "cv2": "opencv-python",
    "mediapipe": "mediapipe",
    "av": "av",
    "matplotlib": "matplotlib",
}
OPTIONAL: Final = ("camera", "window", "sound", "voice")
WRONG: Final = N_("WRONG")
"""Mark of a library of a version that must not be used."""

NAMES: Final = Translated(
    {
        "platform": N_("platform"),
        "models": N_("models"),
        "model": N_("model"),
        "folder": N_("folder"),
        "camera": N_("camera"),
        "window": N_("window"),
        "sound": N_("sound"),
        "voice": N_("voice"),
        "audit": N_("audit"),
    }
)
"""Names of checks in the present language; the others are names of programs."""


@dataclass(frozen=True, slots=True)
class MachineCheck:
    """One requirement, and whether this machine meets it; its fields are keys of the JSON."""

    name: str
    good: bool
    needed: bool  # hipcv cannot be used without it
    found: str
    remedy: str = ""
    wrong: str = N_("MISSING")  # mark in the table if needed and not good


Check = Callable[[], MachineCheck | list[MachineCheck]]


def command(
    data_dir: data.DataDir = None,
    database: data.Database = "",
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="DIR",
            help=N_("With --archive: a folder of results, or a data folder. Default: your own."),
        ),
    ] = None,
    archive: Annotated[
        bool,
        typer.Option("--archive", help=N_("Check every stored result instead of this machine.")),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help=N_("One JSON document."))] = False,
) -> None:
    """Check that this machine has what hipcv needs.

    Where there are records of patients, check that their audit trail is whole. With --archive,
    name each stored result that is damaged, mixed of two, incomplete or foreign.

    Exit code: 0 all is well; 3 a stored result is not; 6 something is missing on this machine.
    """
    if folder is not None and not archive:
        raise BadRequest(_("A folder is checked with --archive only."))
    if archive:
        doctor_archive.run(folder, data_dir, database, as_json=as_json)
        return
    checks = examine(data.database_url(data.data_folder(data_dir), database))
    if as_json:
        show_json(document(checks))
    else:
        typer.echo(table(checks))
    if not healthy(checks):
        raise typer.Exit(EnvironmentFault.exit_code)


def examine(records_url: str | None = None) -> list[MachineCheck]:
    """Return every check; of the records only if there is a URL."""
    named: list[tuple[str, Check]] = [
        ("python", interpreter),
        ("platform", system),
        *((module, partial(library, module, name)) for module, name in _distributions().items()),
        ("libx264", encoder),
        ("models", models),
        ("folder", lambda: disk(Path.cwd())),
        ("camera", camera),
        ("window", window),
        ("sound", sound),
        ("voice", voice),
    ]
    if records_url is not None:
        named.append(("audit", lambda: audit(records_url)))
    return [check for name, examination in named for check in _examined(name, examination)]


def _examined(name: str, check: Check) -> list[MachineCheck]:
    """Return the result of a check; one that fails itself is a fault of what it needs.

    What libraries print while they are imported would spoil the JSON.
    """
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        found = attempt(check)
    if isinstance(found, Failure):
        return [MachineCheck(name, good=False, needed=name not in OPTIONAL, found=found.text)]
    return found if isinstance(found, list) else [found]


def _distributions() -> dict[str, str]:
    """Return the distribution that each module is installed as."""
    return LIBRARIES | {"cv2": libraries.opencv_build()}


def healthy(checks: list[MachineCheck]) -> bool:
    """Return True if everything needed is good."""
    return all(check.good for check in checks if check.needed)


def document(checks: list[MachineCheck]) -> dict[str, object]:
    """Return the checks as JSON values."""
    return {
        "schema": SCHEMA,
        "hipcv": __version__,
        "healthy": healthy(checks),
        "checks": [asdict(check) for check in checks],
    }


def table(checks: list[MachineCheck]) -> str:
    """Return the checks as text."""
    lines = [f"hipcv {__version__}"]
    for check in checks:
        mark = _("ok") if check.good else _(check.wrong) if check.needed else _("absent")
        lines.append(f"{mark:8} {_name(check):12} {check.found}")
        if not check.good and check.remedy:
            lines.append(f"{'':8} -> {check.remedy}")
    wrong = {_(check.wrong) for check in checks if check.needed and not check.good}
    what = language.join(sorted(wrong, reverse=True))
    lines.append(
        _("Not ready: mend what is {what} above.").format(what=what) if wrong else _("Ready.")
    )
    return "\n".join(lines)


def _name(check: MachineCheck) -> str:
    """Return the name of a check in the present language; that of a model follows the word."""
    word, _space, rest = check.name.partition(" ")
    return f"{NAMES.get(word, word)} {rest}".strip()


def interpreter() -> MachineCheck:
    """Check the version of Python."""
    good = sys.version_info >= (3, 11)
    found = platform.python_version()
    return MachineCheck(
        "python", good, needed=True, found=found, remedy=_("install Python 3.11 or later")
    )


def system() -> MachineCheck:
    """Check the operating system and processor."""
    kind = platform.system(), platform.machine()
    return MachineCheck(
        "platform",
        kind in SUPPORTED,
        needed=True,
        found=" ".join(kind),
        remedy=_("MediaPipe runs on Linux x86-64, macOS on Apple silicon, and Windows x86-64"),
    )


def library(module: str, package: str) -> MachineCheck:
    """Check that a library is one that hipcv was tested with, and can be imported."""
    fault = next((fault for fault in libraries.faults() if fault.name == package), None)
    if fault is not None:  # never imported: it may contact a server
        return MachineCheck(
            module, good=False, needed=True, found=fault.text, remedy=fault.remedy, wrong=WRONG
        )
    try:
        import_module(module)
    except ImportError as error:
        absent = isinstance(error, ModuleNotFoundError) and error.name == module
        remedy = f"pip install {package}" if absent else SYSTEM_LIBRARIES
        found = str(error).splitlines()[0]
        return MachineCheck(module, good=False, needed=True, found=found, remedy=remedy)
    version = libraries.installed_version(package)
    found = version if package in (module, LIBRARIES.get(module)) else f"{package} {version}"
    return MachineCheck(module, good=True, needed=True, found=found)


def encoder() -> MachineCheck:
    """Check that the annotated video can be encoded."""
    try:
        import av.codec

        av.codec.Codec("libx264", "w")
        good = True
    except (ImportError, ValueError):
        good = False
    remedy = _("reinstall the wheel: pip install --force-reinstall av")
    return MachineCheck(
        "libx264", good, needed=True, found=_("H.264 encoder of PyAV"), remedy=remedy
    )


def models() -> list[MachineCheck]:
    """Check that the pose models are present and unaltered."""
    from hipcv.estimation import models as pose_models

    try:
        found = pose_models.verify_all()
    except HipcvError as error:
        return [MachineCheck("models", good=False, needed=True, found=str(error))]
    return [
        MachineCheck(
            f"model {check.spec.name}",
            check.condition == "good",
            needed=check.spec.name in NEEDED or check.condition == "altered",
            found=MODELS[check.condition].format(path=check.path or "").strip(),
            remedy=pose_models.explain(check),
        )
        for check in found
    ]


def disk(folder: Path) -> MachineCheck:
    """Check that results can be written to a folder."""
    try:
        with tempfile.NamedTemporaryFile(dir=folder):
            good = True
    except OSError:
        good = False
    remedy = _("start hipcv in a folder you may write to, or name one with --out")
    return MachineCheck("folder", good, needed=True, found=str(folder), remedy=remedy)


def camera() -> MachineCheck:
    """Check for a camera, which `hipcv record` needs."""
    try:
        from hipcv.video.devices import list_cameras

        names = ", ".join(f"{device.number} {device.name}" for device in list_cameras())
    except ImportError:
        names = ""
    remedy = _("plug one in for hipcv record; recorded clips need none")
    return MachineCheck(
        "camera", bool(names), needed=False, found=names or _("none"), remedy=remedy
    )


def window() -> MachineCheck:
    """Check that a window can be opened."""
    try:
        from hipcv.video.window import can_open_window

        good = can_open_window()
    except ImportError:
        good = False
    found = _("can be opened") if good else _("no display")
    remedy = _("hipcv record then prompts as text, as with --no-window")
    return MachineCheck("window", good, needed=False, found=found, remedy=remedy)


def sound() -> MachineCheck:
    """Check that sound can be played."""
    from hipcv.guide.sound import Speaker

    good = not Speaker().mute
    found = _("a device to play on") if good else _("no device, or no PortAudio")
    remedy = _("hipcv record is silent then; on Debian or Ubuntu: apt-get install -y libportaudio2")
    return MachineCheck("sound", good, needed=False, found=found, remedy=remedy)


def voice() -> MachineCheck:
    """Check that a voice of the system speaks the present language."""
    code = language.current()
    command = [sys.executable, "-m", "hipcv.guide.voice_process", code]
    try:
        answer = subprocess.run(  # noqa: S603 - our own module
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=VOICE_LIMIT_S,
            check=False,
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        answer = b""
    good = bool(answer.strip())
    name = language.NAMES[code]
    found = _("one that speaks {language}") if good else _("none that speaks {language}")
    remedy = _("hipcv record uses tones then; on Debian or Ubuntu: apt-get install -y espeak-ng")
    found = found.format(language=name)
    return MachineCheck("voice", good, needed=False, found=found, remedy=remedy)


def audit(records_url: str) -> MachineCheck:
    """Check the audit trail of the records."""
    try:
        with closing(data.open_read_only(records_url)) as records:
            broken = records.verify_audit()
    except HipcvError as error:
        return MachineCheck("audit", good=False, needed=True, found=str(error), wrong=N_("BROKEN"))
    found = " ".join(broken[:MAX_FAULTS_SHOWN]) or _(
        "the patient records are as their audit trail says; `hipcv audit` checks the files too"
    )
    if more := broken[MAX_FAULTS_SHOWN:]:
        others = _("And {count} more.").format(count=len(more))
        found = f"{found} {others}"
    remedy = _(
        "put the records back from a backup with `hipcv restore`, and find out who has access to "
        "the data folder"
    )
    return MachineCheck(
        "audit", not broken, needed=True, found=found, remedy=remedy, wrong=N_("BROKEN")
    )
