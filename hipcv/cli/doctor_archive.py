"""`hipcv doctor --archive`: check of every stored result, and of the patient records."""

from collections import Counter
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from hipcv.cli import config, data
from hipcv.cli.terminal import share_bar, show_json
from hipcv.core.errors import BadRequest, InvalidTrack
from hipcv.language import N_, Translated, _
from hipcv.store.files import ANALYSES, DATABASE, FileStore

if TYPE_CHECKING:
    from hipcv.results.archive import ResultCheck

SCHEMA: Final = "hipcv.archive/1"
STAGE: Final = N_("checking stored results")

CONDITIONS: Final = Translated(
    {
        "whole": N_("whole"),
        "unchecked": N_("without checksums"),
        "damaged": N_("damaged"),
        "mixed": N_("mixed"),
        "incomplete": N_("incomplete"),
        "foreign": N_("foreign"),
    }
)
"""Words for the conditions of a result."""


def run(folder: Path | None, data_dir: Path | None, database: str, *, as_json: bool) -> None:
    """Check stored results, print what is wrong, and end with 3 if anything is.

    Args:
        folder: the results, or a data folder; None: the results of this folder, and the records.
        data_dir: as `--data-dir`.
        database: as `--database`.
        as_json: print one JSON document.

    Raises:
        BadRequest: there is no such folder.
    """
    checks = _check(folder, data_dir, database)
    wrong = [check for check in checks if check.is_wrong]
    if as_json:
        show_json(_document(checks))
    else:
        typer.echo("\n".join(_lines(checks)))
    if wrong:
        raise typer.Exit(InvalidTrack.exit_code)


def _check(folder: Path | None, data_dir: Path | None, database: str) -> "list[ResultCheck]":
    from hipcv.results import archive

    if folder is not None and not folder.is_dir():
        raise BadRequest(_("{folder}: not a folder.").format(folder=folder))
    records_folder = folder or data.data_folder(data_dir)
    searched = (
        [folder] if folder else [Path(config.load(Path.cwd()).run.out), records_folder / ANALYSES]
    )
    with share_bar(STAGE) as bar:

        def progress(done: int, total: int) -> None:
            bar(done / total)

        checks = [check for one in searched for check in archive.check_all(one, progress)]
        if (url := _records_url(folder, records_folder, database)) is not None:
            checks += _check_records(records_folder, url)
    return checks


def _records_url(folder: Path | None, records_folder: Path, database: str) -> str | None:
    """Return the URL of the records; a folder that was named has them only as a file within."""
    if folder is None:
        return data.database_url(records_folder, database)
    file = records_folder / DATABASE
    return f"sqlite:///{file}" if file.is_file() else None


def _check_records(folder: Path, url: str) -> "list[ResultCheck]":
    from hipcv.results import archive

    with closing(data.open_read_only(url)) as records:
        return archive.check_records(records, FileStore(folder))


def _document(checks: "list[ResultCheck]") -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "intact": not any(check.is_wrong for check in checks),
        "checked": len(checks),
        "conditions": dict(Counter(check.condition for check in checks)),
        "results": [asdict(check) for check in checks],
    }


def _lines(checks: "list[ResultCheck]") -> list[str]:
    lines = [
        _("{path}: {condition}: {text}.").format(
            path=check.path, condition=CONDITIONS[check.condition], text=check.text
        )
        for check in checks
        if check.is_wrong
    ]
    counts: Counter[str] = Counter(check.condition for check in checks)
    numbers = ", ".join(f"{CONDITIONS[name]} {counts[name]}" for name in CONDITIONS if counts[name])
    summary = _("Checked: {count} ({numbers})") if numbers else _("No stored result here.")
    return [*lines, summary.format(count=len(checks), numbers=numbers)]
