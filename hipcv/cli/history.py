"""`hipcv history`: measurements of a patient by visit, and the change between visits."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from hipcv.cli import config, data
from hipcv.cli.terminal import show_json
from hipcv.core.protocol import MeasurementProtocol
from hipcv.language import N_

if TYPE_CHECKING:
    from hipcv.core.side_result import SideResult
    from hipcv.store.history import VisitMeasurement
    from hipcv.store.models import SideName

    Sides = Mapping[SideName, Sequence[VisitMeasurement]]

SCHEMA: Final = "hipcv.history/2"


def command(
    patient: data.PatientArgument,
    data_dir: data.DataDir = None,
    database: data.Database = "",
    as_json: Annotated[bool, typer.Option("--json", help=N_("One JSON document."))] = False,
) -> None:
    """Show a patient's visits, and whether the last one is a real change.

    Corrected numbers count where there are any. Of several clips of a visit, the latest signed
    one counts, or else the latest. A visit without a repetition that kept the rules has no number.
    """
    protocol = config.load(Path.cwd()).options().protocol
    with data.open_records(data_dir, database) as records:
        from hipcv.store.history import measurements

        row = data.find_patient(records, patient)
        sides = measurements(records, row.id)
    if as_json:
        show_json(document(row.pseudonym, sides, protocol))
    else:
        typer.echo(table(row.pseudonym, sides, protocol))


def document(pseudonym: str, sides: "Sides", protocol: MeasurementProtocol) -> dict[str, Any]:
    """Return the measurements of each side, and the change, as JSON values."""
    return {
        "schema": SCHEMA,
        "patient": pseudonym,
        "sides": {side: [_as_json(visit) for visit in visits] for side, visits in sides.items()},
        "change": {side: _changes(visits, protocol) for side, visits in sides.items()},
    }


def table(pseudonym: str, sides: "Sides", protocol: MeasurementProtocol) -> str:
    """Return the measurements of each side, and the change, as text."""
    lines = [pseudonym]
    for side, visits in sides.items():
        lines.append(side.capitalize())
        lines += [_line(visit) for visit in visits] or ["  not measured yet"]
        changes = _changes(visits, protocol).values()
        titles = "Since the visit before", "Since the first visit"
        lines += [
            f"  {title}: {change['text']}"
            for title, change in zip(titles, changes, strict=True)
            if change is not None
        ]
    return "\n".join(lines)


def _line(visit: "VisitMeasurement") -> str:
    from hipcv.report import not_counted, numbers

    review = f"{visit.status}, signed by {visit.signed_by}" if visit.signed_by else "not signed"
    day, result = numbers.day(visit.on), visit.result
    if result is None:
        return f"  {day:17}  {not_counted.describe(visit.document):26}  {review}"
    angle = numbers.angle(result.result_deg)
    interval = f"({numbers.interval(result.interval_deg)})"
    marks = ", ".join([*_marks(result), review])
    return f"  {day:17}  {angle:>6}  {interval:18}  {marks}"


def _marks(result: "SideResult") -> Iterator[str]:
    if result.provisional:
        yield "provisional"
    if result.basis == "pelvis_relative":
        yield "hip lift taken off"


def _as_json(visit: "VisitMeasurement") -> dict[str, Any]:
    from hipcv.core.side_result import not_counted_because

    result = visit.result
    return {
        "on": visit.on.isoformat(),
        "side": visit.side,
        "analysis_id": visit.analysis_id,
        "method": visit.method,
        "status": "not_counted" if result is None else "measured",
        "result_deg": result and result.result_deg,
        "result_interval_deg": result and result.interval_deg,
        "result_basis": result and result.basis,
        "provisional": result is not None and result.provisional,
        "not_counted": list(not_counted_because(visit.document)),
        "review": visit.status,
        "signed_by": visit.signed_by,
    }


def _changes(visits: "Sequence[VisitMeasurement]", protocol: MeasurementProtocol) -> dict[str, Any]:
    """Return the change of the last result since the one before and since the first, or None."""
    from hipcv.report.comparison import VisitSide, compare_visits

    results = [
        (visit.on, result)
        for visit in visits
        if (result := VisitSide.of(visit.document, signed=visit.signed_by is not None))
    ]
    changes: dict[str, Any] = {"since_last": None, "since_first": None}
    for name, earlier in (("since_last", results[-2:-1]), ("since_first", results[:-2][:1])):
        for on, before in earlier:
            last_on, last = results[-1]
            days = {"from": on.isoformat(), "to": last_on.isoformat()}
            changes[name] = days | compare_visits(before, last, protocol)
    return changes
