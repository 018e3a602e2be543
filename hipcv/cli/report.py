"""`hipcv report`: the report of a stored result, rendered again."""

from pathlib import Path
from typing import Annotated

import typer

from hipcv.cli.export import Force, ResultPath
from hipcv.language import N_


def command(
    result: ResultPath,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help=N_("Where to; default: report.html beside it.")),
    ] = None,
    force: Force = False,
) -> None:
    """Draw the report of a stored result again, and name the file.

    The video is not needed: the result is read again from its evidence, by this version of hipcv,
    and the pictures are those of the earlier report, where there is one.
    """
    from hipcv.results import export
    from hipcv.results.document import REPORT, folder_of

    file = export.export(export.load(result), "html")
    typer.echo(export.save(file, out or folder_of(result) / REPORT, force=force))
