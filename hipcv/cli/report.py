"""`hipcv report`: the report of a stored result, rendered again."""

from pathlib import Path
from typing import Annotated

import typer

from hipcv.cli.config import parse_assignments
from hipcv.cli.export import Force, ResultPath
from hipcv.core.errors import BadRequest
from hipcv.language import N_, _


def command(
    result: ResultPath,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help=N_("Where to; default: report.html beside it.")),
    ] = None,
    assignments: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=NUMBER", help=N_("Change a setting; needs --out.")),
    ] = None,
    force: Force = False,
) -> None:
    """Draw report and hand-out of a stored result again, and name the report.

    The video is not needed: the result is read again from its evidence, by this version of hipcv,
    and the pictures are those of the earlier report, where there is one. With --set it is
    assessed with other settings, as "hipcv protocol" lists them; the stored result stays.
    """
    from hipcv.results import export
    from hipcv.results.document import REPORT, folder_of

    if assignments and out is None:
        raise BadRequest(
            _("--set: name a file with --out, since the folder of the result keeps its settings.")
        )
    target = out or folder_of(result) / REPORT
    export.check_target(target, force=force)
    source = export.load(result)
    if assignments:
        source = export.with_settings(source, parse_assignments(assignments))
    if out is None:
        typer.echo(export.save_pages(folder_of(result), source))
    else:
        typer.echo(export.save(export.export(source, "html"), out, force=force))
