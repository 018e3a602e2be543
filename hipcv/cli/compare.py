"""`hipcv compare`: the difference between two results, against measurement error."""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from hipcv.cli import config, data
from hipcv.cli.terminal import show_json
from hipcv.core.errors import NOT_MEASURED, BadRequest, InvalidTrack
from hipcv.core.protocol import MeasurementProtocol

if TYPE_CHECKING:
    from hipcv.results.document import JsonObject

SCHEMA: Final = "hipcv.compare/1"
_HELP: Final = "A result folder, its result.json, or the id of an analysis in the records."


def command(
    before: Annotated[str, typer.Argument(metavar="A", help=f"The earlier one. {_HELP}")],
    after: Annotated[str, typer.Argument(metavar="B", help="The later one, likewise.")],
    data_dir: data.DataDir = None,
    database: data.Database = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Compare two results: real change, or within measurement error.

    Exit code 4 where no side was measured in both.
    """
    protocol = config.load(Path.cwd()).options().protocol
    first, second = (_load(name, data_dir, database) for name in (before, after))
    comparison: JsonObject = {
        "schema": SCHEMA,
        "before": before,
        "after": after,
        "sides": {side: _side(first, second, side, protocol) for side in ("left", "right")},
        "cautions": list(_cautions(first, second, protocol)),
    }
    if as_json:
        show_json(comparison)
    else:
        typer.echo(text(comparison))
    if not any(comparison["sides"].values()):
        raise typer.Exit(NOT_MEASURED)


def text(comparison: "JsonObject") -> str:
    """Return a comparison as text."""
    from hipcv.report import numbers

    lines = []
    for side, change in comparison["sides"].items():
        if change is not None:
            before, after = (
                f"{numbers.angle(change[when]['rotation_deg'])} "
                f"({numbers.interval(change[when]['interval_deg'])})"
                for when in ("before", "after")
            )
            lines += [f"{side.capitalize()}: {before}, then {after}", f"  {change['text']}"]
    lines = lines or ["No side was measured in both results, so there is nothing to compare."]
    return "\n".join([*lines, *comparison["cautions"]])


def _side(
    first: "JsonObject", second: "JsonObject", side: str, protocol: MeasurementProtocol
) -> "JsonObject | None":
    """Return the change of one side; None unless it was measured in both results."""
    from hipcv.report.comparison import compare_visits

    before, after = (document["sides"].get(side) or {} for document in (first, second))
    if before.get("rotation_deg") is None or after.get("rotation_deg") is None:
        return None
    names = "rotation_deg", "interval_deg"
    return {
        "before": {name: before.get(name) for name in names},
        "after": {name: after.get(name) for name in names},
        **compare_visits(before["rotation_deg"], after["rotation_deg"], protocol),
    }


def _cautions(
    first: "JsonObject", second: "JsonObject", protocol: MeasurementProtocol
) -> Iterator[str]:
    """Yield what speaks against comparing two results."""
    methods = {document.get("provenance", {}).get("method") for document in (first, second)}
    if len(methods) > 1:
        yield (
            "The two were measured by different versions of the method. Analyse the older clip "
            "again before you rely on this."
        )
    sides = [side for document in (first, second) for side in document["sides"].values() if side]
    if any(abs(side.get("yaw_deg") or 0) > protocol.oblique_yaw_deg for side in sides):
        yield "A camera stood oblique to the patient: compare with care."


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
            f"{name}: neither a result folder, nor a result.json, nor the id of an analysis."
        ) from None
    with data.open_records(data_dir, database) as records:
        return records.analysis(analysis_id).document


def _read(path: Path) -> "JsonObject":
    from hipcv.results.document import RESULT, read_document

    file = path / RESULT if path.is_dir() else path
    if not file.exists():
        raise BadRequest(f"{path}: no result in this folder.")
    try:
        return read_document(file)
    except InvalidTrack as error:
        raise BadRequest(f"{file}: not a result that hipcv wrote.") from error
