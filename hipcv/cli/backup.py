"""`hipcv backup`: the whole desk as one file."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from hipcv.cli import data
from hipcv.cli.export import Force
from hipcv.cli.terminal import share_bar
from hipcv.core.errors import ResultExists
from hipcv.language import N_, _

if TYPE_CHECKING:
    from hipcv.store.backup import Backup

STAGE: Final = N_("writing the backup")


def command(
    target: Annotated[
        Path, typer.Argument(metavar="FILE", help=N_("The new file, or a folder for it."))
    ],
    data_dir: data.DataDir = None,
    database: data.Database = "",
    force: Force = False,
) -> None:
    """Write all records, recordings and results of the desk to one file.

    The desk may be open meanwhile. The file holds what the data folder holds, PINs included, and is
    not encrypted: store it where the data folder could be stored.
    """
    path = target / f"hipcv-desk-{date.today()}.zip" if target.is_dir() else target  # noqa: DTZ011 - in the user's time zone
    if path.exists() and not force:
        text = _("{target}: is there already. Name another file, or overwrite it with --force.")
        raise ResultExists(text.format(target=path))
    with data.open_records(data_dir, database) as records, share_bar(STAGE) as progress:
        from hipcv.store.files import FileStore

        files = FileStore(data.data_folder(data_dir))
        backup = records.write_backup(files, path, progress)
    typer.echo("\n".join(_lines(backup)))


def _lines(backup: "Backup") -> list[str]:
    text = _("clips {clips}, results {results}, {size} MB, SHA-256 {sha256}")
    size = f"{backup.size_bytes / 10**6:.1f}"
    fields = {"clips": backup.clips, "results": backup.results, "sha256": backup.sha256}
    missing = [_("missing in the data folder: {name}").format(name=name) for name in backup.missing]
    return [str(backup.path), text.format(size=size, **fields), *missing]
