"""`hipcv compare`: the difference between two results, against measurement error."""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from hipcv.cli import config, data
from hipcv.cli.terminal import show_json
from hipcv.core.errors import NOT_MEASURED, BadRequest
from hipcv.core.landmarks import Side
from hipcv.core.protocol import MeasurementProtocol
from hipcv.language import N_, Translated, _

if TYPE_CHECKING:
    from hipcv.core.side_result import SideResult
    from hipcv.results.document import JsonObject

SCHEMA: Final = "hipcv.compare/2"
SIDES: Final = ("left", "right")
_WHEN: Final = Translated(
    {
        "before": N_("{side}: the earlier one is {why}."),
        "after": N_("{side}: the later one is {why}."),
    }
)


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
    protocol = config.load(Path.cwd()).options().protocol
    first, second = (_load(name, data_dir, database) for name in (before, after))
    comparison: JsonObject = {
        "schema": SCHEMA,
        "before": before,
        "after": after,
        "sides": {side: _side(first, second, side, protocol) for side in SIDES},
        "not_counted": _not_counted(first, second),
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
    lines = []
    for side, change in comparison["sides"].items():
        if change is not None:
            before, after = (_angle(change[when]) for when in ("before", "after"))
            line = _("{side}: {before}, then {after}")
            lines += [
                line.format(side=_name(side), before=before, after=after),
                f"  {change['text']}",
            ]
        for when, why in comparison["not_counted"].get(side, {}).items():
            lines.append(_WHEN[when].format(side=_name(side), why=why))
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


def _side(
    first: "JsonObject", second: "JsonObject", side: str, protocol: MeasurementProtocol
) -> "JsonObject | None":
    """Return the change of one side; None unless it has a result in both documents."""
    from hipcv.report.comparison import VisitSide, compare_visits

    before, after = (VisitSide.of(document["sides"].get(side)) for document in (first, second))
    if before is None or after is None:
        return None
    return {
        "before": _as_json(before.result),
        "after": _as_json(after.result),
        **compare_visits(before, after, protocol),
    }


def _as_json(result: "SideResult") -> "JsonObject":
    return {
        "result_deg": result.result_deg,
        "result_interval_deg": result.interval_deg,
        "result_basis": result.basis,
        "provisional": result.provisional,
    }


def _not_counted(first: "JsonObject", second: "JsonObject") -> "JsonObject":
    """Return, by side and by `before` or `after`, why no repetition counts."""
    from hipcv.report import not_counted

    texts = {
        side: {
            when: text
            for when, document in (("before", first), ("after", second))
            if (text := not_counted.describe(document["sides"].get(side)))
        }
        for side in SIDES
    }
    return {side: found for side, found in texts.items() if found}


def _cautions(
    first: "JsonObject", second: "JsonObject", protocol: MeasurementProtocol
) -> Iterator[str]:
    """Yield what speaks against comparing two results."""
    methods = {document.get("provenance", {}).get("method") for document in (first, second)}
    if len(methods) > 1:
        yield (
            _(
                "The two were measured by different versions of the method. Analyse the "
                "older clip again before you rely on this."
            )
        )
    sides = [side for document in (first, second) for side in document["sides"].values() if side]
    if any(abs(side.get("yaw_deg") or 0) > protocol.oblique_yaw_deg for side in sides):
        yield _("A camera stood oblique to the patient: compare with care.")


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
