"""`hipcv restore`: a desk from a backup, in a new data folder."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from hipcv.cli import data
from hipcv.cli.terminal import share_bar
from hipcv.core.errors import EnvironmentFault
from hipcv.language import N_, _

if TYPE_CHECKING:
    from hipcv.store.restoring import Restored

STAGE: Final = N_("restoring the desk")


def command(
    backup: Annotated[
        Path, typer.Argument(metavar="FILE", help=N_("A file that `hipcv backup` wrote."))
    ],
    data_dir: data.DataDir = None,
    database: data.Database = "",
) -> None:
    """Restore a desk from a backup into a new data folder, and check its records.

    Folder and database have to be new or empty: nothing is overwritten. Records of SQLite may be
    restored into Postgres, and the other way round.
    """
    data.require_library()
    from hipcv.store.restoring import restore

    with share_bar(STAGE) as progress:
        restored = restore(backup, data.data_folder(data_dir), database, progress)
    typer.echo("\n".join(_lines(restored)))
    if restored.problems:
        raise typer.Exit(EnvironmentFault.exit_code)


def _lines(restored: "Restored") -> list[str]:
    text = _("{folder}: patients {patients}, clips {clips}, as of {moment}.")
    fields = {"folder": restored.folder, "moment": restored.made_at}
    lines = [text.format(patients=restored.patients, clips=restored.clips, **fields)]
    if restored.problems:
        wrong = _("The records differ from their audit trail, as they did in the backup:")
        return [*lines, wrong, *(f"  - {problem}" for problem in restored.problems)]
    agrees = _("The records agree with their audit trail; its anchor is {anchor}.")
    more = _("The command “hipcv audit” compares the files as well.")
    return [*lines, agrees.format(anchor=restored.anchor), more]
