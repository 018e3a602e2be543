"""`hipcv compare`: the difference between two results, against measurement error."""

import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from hipcv.cli import config, data
from hipcv.cli.terminal import show_json
from hipcv.core.errors import NOT_MEASURED, BadRequest
from hipcv.core.landmarks import Side
from hipcv.language import N_, _

if TYPE_CHECKING:
    from hipcv.results.document import JsonObject

SCHEMA: Final = "hipcv.compare/2"


def command(
    before: Annotated[
        str,
        typer.Argument(
            metavar="A",
            help=N_(
                "The earlier one. A result folder, its result.json, or the id of an analysis in "
                "the records."
            ),
        ),
    ],
    after: Annotated[str, typer.Argument(metavar="B", help=N_("The later one, likewise."))],
    data_dir: data.DataDir = None,
    database: data.Database = "",
    as_json: Annotated[bool, typer.Option("--json", help=N_("One JSON document."))] = False,
) -> None:
    """Compare two results: real change, or within measurement error.

    Exit code 4 where no side has a result in both.
    """
    from hipcv.report.document_comparison import compare_documents

    protocol = config.load(Path.cwd()).options().protocol
    first, second = (_load(name, data_dir, database) for name in (before, after))
    comparison: JsonObject = {
        "schema": SCHEMA,
        "before": before,
        "after": after,
        **compare_documents(first, second, protocol),
    }
    if as_json:
        show_json(comparison)
    else:
        typer.echo(text(comparison))
    if not any(comparison["sides"].values()):
        raise typer.Exit(NOT_MEASURED)


def text(comparison: "JsonObject") -> str:
    """Return a comparison as text."""
    from hipcv.report.document_comparison import describe_not_counted

    lines = []
    for side, change in comparison["sides"].items():
        if change is not None:
            before, after = (_angle(change[when]) for when in ("before", "after"))
            line = _("{side}: {before}, then {after}")
            lines += [
                line.format(side=_name(side), before=before, after=after),
                f"  {change['text']}",
            ]
        lines += describe_not_counted(comparison, side)
    if not any(comparison["sides"].values()):
        lines.append(_("No side has a result in both, so there is nothing to compare."))
    return "\n".join([*lines, *comparison["cautions"]])


def _name(side: str) -> str:
    from hipcv.report import wording

    return wording.SIDES[Side(side)].capitalize()


def _angle(result: "JsonObject") -> str:
    from hipcv.report import numbers

    angle, interval = result["result_deg"], result["result_interval_deg"]
    marks = [_("provisional")] if result["provisional"] else []
    if result["result_basis"] == "pelvis_relative":
        marks.append(_("with hip lift taken off"))
    return f"{numbers.angle(angle)} ({', '.join([*marks, numbers.interval(interval)])})"


def _load(name: str, data_dir: Path | None, database: str) -> "JsonObject":
    """Return a result document, given its folder, its file, or the id of its analysis.

    Raises:
        BadRequest: the name is none of these.
        NotFound: the records hold no such analysis.
    """
    path = Path(name)
    if path.exists():
        return _read(path)
    try:
        analysis_id = str(uuid.UUID(name))
    except ValueError:
        raise BadRequest(
            _(
                "{name}: neither a result folder, nor a result.json, nor the id of an analysis."
            ).format(name=name)
        ) from None
    with data.open_records(data_dir, database) as records:
        return records.analysis(analysis_id).document


def _read(path: Path) -> "JsonObject":
    from hipcv.results.document import RESULT, is_result, read_document

    file = path / RESULT if path.is_dir() else path
    if not file.exists():
        raise BadRequest(_("{path}: no result in this folder.").format(path=path))
    if not is_result(file):
        raise BadRequest(_("{file}: not a result that hipcv wrote.").format(file=file))
    return read_document(file)
