"""`hipcv compare`: two results beside each other, and whether they differ by more than error."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from hipcv.cli import config, data
from hipcv.cli.terminal import show_json
from hipcv.core.errors import NOT_MEASURED, BadRequest, InvalidTrack
from hipcv.core.protocol import MeasurementProtocol

SCHEMA: Final = "hipcv.compare/1"
_HELP: Final = "A result folder, its result.json, or the id of an analysis in the records."


@dataclass(frozen=True, slots=True)
class Compared:
    """Two result documents, the earlier one first."""

    names: tuple[str, str]
    documents: tuple[dict[str, Any], dict[str, Any]]


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
    protocol = config.protocol_of(config.load(Path.cwd()), [])
    first, second = (_load(said, data_dir, database) for said in (before, after))
    told = document(Compared((before, after), (first, second)), protocol)
    if as_json:
        show_json(told)
    else:
        typer.echo(text(told))
    if not any(told["sides"].values()):
        raise typer.Exit(NOT_MEASURED)


def document(compared: Compared, protocol: MeasurementProtocol) -> dict[str, Any]:
    """Each side that was measured in both, and what stands against comparing them."""
    first, second = compared.documents
    return {
        "schema": SCHEMA,
        "before": compared.names[0],
        "after": compared.names[1],
        "sides": {side: _side(first, second, side, protocol) for side in ("left", "right")},
        "cautions": list(_cautions(first, second, protocol)),
    }


def text(told: dict[str, Any]) -> str:
    """The same as plain text."""
    from hipcv.report import numbers

    lines = []
    for side, read in told["sides"].items():
        if read is not None:
            was, now = (
                f"{numbers.angle(read[when]['rotation_deg'])} "
                f"({numbers.interval(read[when]['interval_deg'])})"
                for when in ("before", "after")
            )
            lines += [f"{side.capitalize()}: {was}, then {now}", f"  {read['text']}"]
    lines = lines or ["No side was measured in both results, so there is nothing to compare."]
    return "\n".join([*lines, *told["cautions"]])


def _side(
    first: dict[str, Any], second: dict[str, Any], side: str, protocol: MeasurementProtocol
) -> dict[str, Any] | None:
    from hipcv.report.comparison import compare_visits

    was, now = (each["sides"].get(side) or {} for each in (first, second))
    if was.get("rotation_deg") is None or now.get("rotation_deg") is None:
        return None
    kept = ("rotation_deg", "interval_deg")
    return {
        "before": {name: was.get(name) for name in kept},
        "after": {name: now.get(name) for name in kept},
        **compare_visits(was["rotation_deg"], now["rotation_deg"], protocol),
    }


def _cautions(
    first: dict[str, Any], second: dict[str, Any], protocol: MeasurementProtocol
) -> Iterator[str]:
    methods = [each.get("provenance", {}).get("method") for each in (first, second)]
    if methods[0] != methods[1]:
        yield (
            "The two were measured by different versions of the method. Analyse the older clip "
            "again before you rely on this."
        )
    read = [side for each in (first, second) for side in each["sides"].values() if side]
    if any(abs(side.get("yaw_deg") or 0) > protocol.oblique_yaw_deg for side in read):
        yield "A camera stood oblique to the patient: compare with care."


def _load(said: str, data_dir: Path | None, database: str) -> dict[str, Any]:
    """A result document.

    Raises:
        BadRequest: it is none, or is not there.
        NotFound: the records hold no such analysis.
    """
    path = Path(said)
    if path.exists():
        return _read(path / "result.json" if path.is_dir() else path)
    try:
        analysis_id = str(uuid.UUID(said))
    except ValueError:
        raise BadRequest(
            f"{said}: neither a result folder, nor a result.json, nor the id of an analysis."
        ) from None
    with data.opened(data_dir, database) as records:
        return records.analysis(analysis_id).document


def _read(path: Path) -> dict[str, Any]:
    from hipcv.results.document import read_document

    if not path.exists():
        raise BadRequest(f"{path.parent}: no result in this folder.")
    try:
        return read_document(path)
    except InvalidTrack as error:
        raise BadRequest(f"{path}: not a result that hipcv wrote.") from error
