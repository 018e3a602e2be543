"""`hipcv reproduce`: a stored result made again by its own command, and compared."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
import typer.core

from hipcv import libraries
from hipcv.cli import analyze, config
from hipcv.cli.errors import print_error
from hipcv.cli.export import ResultPath
from hipcv.cli.isolation import Isolation
from hipcv.cli.terminal import progress_bar
from hipcv.core.errors import BadRequest, Failure
from hipcv.core.options import AnalysisOptions
from hipcv.core.person import Person
from hipcv.language import N_, _, ngettext

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hipcv.core.interfaces import ProgressCallback
    from hipcv.results.document import JsonObject
    from hipcv.results.reproduction import Difference, Reproduction

_WRONG_USAGE: Final[type[Exception]] = typer.BadParameter.__mro__[1]
"""Error of every command line that cannot be parsed; Typer has no public name for it."""

DIFFERS: Final = 4
"""Exit code where the numbers are others."""

LISTED: Final = 12
"""Differences that are listed at most, the largest first."""


def command(
    result: ResultPath,
    clip: Annotated[
        Path | None,
        typer.Option(
            "--clip",
            metavar="FILE",
            help=N_("The clip; default: the file of its name here or beside the result."),
        ),
    ] = None,
) -> None:
    """Measure the clip of a stored result again, by the result's own command, and compare.

    Nothing is written, and hipcv.toml is not used.

    Exit code: 0 the same numbers; 2 wrong usage, another clip, or settings that this version
    does not have; 3 unreadable; 4 other numbers.
    """
    from hipcv.results import document, reproduction

    folder = document.folder_of(result)
    stored = document.read_document(folder / document.RESULT)
    path = _clip_of(stored, folder, clip)
    options = options_of(stored["provenance"]["command"])
    with Isolation() as isolation:
        isolation.start()
        with progress_bar(quiet=False) as progress:
            memory_gb = options.limits.memory_max_gb
            now = isolation.call(_measure, path, options, progress=progress, memory_gb=memory_gb)
    if isinstance(now, Failure):
        print_error(now)
        raise typer.Exit(now.exit_code)
    compared = reproduction.compare(stored, now)
    settings = reproduction.differing_settings(stored, now)
    lines = [*_versions(stored, now), *describe_settings(settings), *describe(compared)]
    typer.echo("\n".join(lines))
    raise typer.Exit(0 if compared.is_same else DIFFERS)


def _measure(
    path: Path, options: AnalysisOptions, progress: "ProgressCallback | None"
) -> "JsonObject":
    """Measure a clip and return the document of its result."""
    libraries.require()
    from hipcv import pipeline
    from hipcv.results import document

    analysis = pipeline.analyze(path, options, progress)
    return document.build_document(analysis.trial, timing=False)


def options_of(line: str) -> AnalysisOptions:
    """Return the options of a stored command line; it is parsed, never run.

    Raises:
        BadRequest: it is no `hipcv analyze`, or has an option or setting of another version.
    """
    from hipcv.cli.main import app

    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    parser = group.commands["analyze"]
    try:
        with parser.make_context("analyze", _words_of(line)) as context:
            return _options(context.params)
    except (ValueError, _WRONG_USAGE, BadRequest) as error:
        raise BadRequest(
            _(
                "The command stored in this result cannot be run by this version of hipcv "
                "({command}: {error}). Analyse the clip again."
            ).format(command=line, error=str(error).rstrip("."))
        ) from error


def _words_of(line: str) -> list[str]:
    """Return the words after `hipcv analyze`; a ValueError for another command."""
    words = shlex.split(line)
    if words[:2] != ["hipcv", "analyze"]:
        raise ValueError(_("no command of hipcv analyze"))
    return words[2:]


def _options(params: dict[str, Any]) -> AnalysisOptions:
    of_nothing = config.Config(config.Run(), {})
    options = of_nothing.options(
        params["assignments"],
        model=params["model"],
        overlay=False,
        external=params["external"],
        person=Person(params["age"], params["sex"]),
    )
    return analyze.for_clip(
        options, side=params["side"], mirrored=params["mirrored"], start_s=params["start_s"]
    )


def _clip_of(stored: "JsonObject", folder: Path, clip: Path | None) -> Path:
    """Return the file of a stored result's clip, which has the same content.

    Raises:
        BadRequest: there is none.
    """
    from hipcv.files import sha256_of

    name, sha256 = stored["clip"]["name"], stored["clip"]["sha256"]
    places = [clip] if clip else [Path(name), folder / name, folder.parent / name]
    found = [path for path in places if path.is_file()]
    if not found:
        raise BadRequest(_("{name}: not found here. Name the clip with --clip.").format(name=name))
    for path in found:
        if sha256_of(path) == sha256:
            return path
    raise BadRequest(
        _(
            "{path}: not the clip of this result: its content is another one. Name the clip with "
            "--clip."
        ).format(path=found[0])
    )


def _versions(stored: "JsonObject", now: "JsonObject") -> list[str]:
    return [
        text.format(
            version=document["provenance"]["hipcv"], method=document["provenance"]["method"]
        )
        for text, document in (
            (_("Stored: by hipcv {version}, method {method}."), stored),
            (_("Now: by hipcv {version}, method {method}."), now),
        )
    ]


def describe_settings(differing: "Sequence[Difference]") -> list[str]:
    """Return in sentences which settings the two versions do not share."""
    lines = [
        _("Setting {name}: {stored:g} then, {now:g} now.").format(
            name=one.where, stored=one.stored, now=one.now
        )
        for one in differing
        if one.now is not None and one.stored is not None
    ]
    if gone := ", ".join(one.where for one in differing if one.now is None):
        lines.append(_("Settings that are no longer there: {names}.").format(names=gone))
    if came := ", ".join(one.where for one in differing if one.stored is None):
        lines.append(_("Settings that were added since: {names}.").format(names=came))
    return lines


def describe(compared: "Reproduction") -> list[str]:
    """Return in sentences what a comparison found."""
    from hipcv.results.reproduction import TOLERANCE

    others = sorted(compared.beyond_tolerance, key=lambda one: one.size, reverse=True)
    if not others:
        text = _("The same numbers: {count} values, largest difference {largest:g}.")
        return [text.format(count=compared.compared, largest=compared.largest)]
    count = len(others)
    head = ngettext(
        "{count} value of {all} differs by more than {limit:g}:",
        "{count} values of {all} differ by more than {limit:g}:",
        count,
    ).format(count=count, all=compared.compared, limit=TOLERANCE)
    lines = [f"  {one.where}: {one.stored} -> {one.now}" for one in others[:LISTED]]
    more = [_("  and {count} more.").format(count=count - LISTED)] if count > LISTED else []
    return [head, *lines, *more]
