"""`hipcv export`: a stored result in another format."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from hipcv.cli import config
from hipcv.core.text import refuse_unsafe
from hipcv.language import N_
from hipcv.results.formats import FORMATS, help_text

if TYPE_CHECKING:
    FormatName = str
else:
    FormatName = Literal[tuple(FORMATS)]

ResultPath = Annotated[
    Path, typer.Argument(metavar="RESULT", help=N_("A result folder, or the result.json in it."))
]
STANDARD_OUTPUT: Final = Path("-")

Force = Annotated[bool, typer.Option("--force", help=N_("Overwrite what is there."))]


def command(
    result: ResultPath,
    to: Annotated[
        FormatName,
        typer.Option("--to", help=help_text()),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help=N_("Where to; default: into the result folder; - for standard output."),
        ),
    ] = None,
    patient: Annotated[
        str, typer.Option("--patient", help=N_("Pseudonym, for fhir, json and the reports."))
    ] = "",
    on: Annotated[
        datetime | None,
        typer.Option("--on", formats=["%Y-%m-%d"], help=N_("Day of the visit, likewise.")),
    ] = None,
    force: Force = False,
) -> None:
    """Write a stored result in another format, and name the file.

    The video is not needed. Landmarks (trc, c3d) are planar and in pixels: one camera gives
    neither depth nor scale. A result that nobody signed is marked as preliminary. Codes for fhir
    can be changed in hipcv.toml, table [export.fhir.codes].
    """
    from hipcv.report.review import Case
    from hipcv.results import export
    from hipcv.results.document import folder_of

    settings, target = config.load(Path.cwd()), out or folder_of(result)
    refuse_unsafe("--patient", patient)
    if target != STANDARD_OUTPUT:
        export.check_target(target, force=force)
    case = Case(patient=patient, on=on.date() if on else None) if patient or on else None
    file = export.export(export.load(result, case=case, codes=settings.codes), to)
    if target == STANDARD_OUTPUT:
        typer.echo(file.content, nl=False)
    else:
        typer.echo(export.save(file, target, force=force))
