"""`hipcv report`: the report of a stored result, drawn again."""

from pathlib import Path
from typing import Annotated

import typer

from hipcv.cli.export import Force, Result


def command(
    result: Result,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Where to; default: report.html beside it."),
    ] = None,
    force: Force = False,
) -> None:
    """Draw the report of a stored result again, and name the file.

    The video is not needed: the result is read again from its evidence, by this version of hipcv,
    and the pictures are those of the earlier report, where there is one.
    """
    from hipcv.results import export

    made = export.export(export.load(result), "html")
    folder = result if result.is_dir() else result.parent
    typer.echo(export.save(made, out or folder / "report.html", force=force))
