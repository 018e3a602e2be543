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
    from hipcv.results.document import REPORT, folder_of

    target = out or folder_of(result) / REPORT
    export.check_target(target, force=force)
    source = export.load(result)
    if out is None:
        typer.echo(export.save_pages(folder_of(result), source))
    else:
        typer.echo(export.save(export.export(source, "html"), out, force=force))
