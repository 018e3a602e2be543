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
    """Draw report and hand-out of a stored result again, and name the report.

    The video is not needed: the result is read again from its evidence, by this version of hipcv,
    and the pictures are those of the earlier report, where there is one.
    """
    from hipcv.results import export
    from hipcv.results.document import HANDOUT, REPORT, folder_of

    source, folder = export.load(result), folder_of(result)
    typer.echo(export.save(export.export(source, "html"), out or folder / REPORT, force=force))
    if out is None:
        export.save(export.export(source, "handout"), folder / HANDOUT, force=True)
