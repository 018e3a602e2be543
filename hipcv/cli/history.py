"""`hipcv history`: measurements of a patient by visit, and the change between visits."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from hipcv.cli import config, data
from hipcv.cli.terminal import show_json
from hipcv.core.protocol import MeasurementProtocol

if TYPE_CHECKING:
    from hipcv.store.history import VisitMeasurement
    from hipcv.store.models import SideName

    Sides = Mapping[SideName, Sequence[VisitMeasurement]]

SCHEMA: Final = "hipcv.history/1"


def command(
    patient: data.PatientArgument,
    data_dir: data.DataDir = None,
    database: data.Database = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Show a patient's visits, and whether the last one is a real change.

    Corrected numbers count where there are any. Of several clips of a visit, the latest signed
    one counts, or else the latest.
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
    from hipcv.report import numbers

    angle = numbers.angle(visit.rotation_deg)
    interval = f"({numbers.interval(visit.interval_deg)})"
    review = f"{visit.status}, signed by {visit.signed_by}" if visit.signed_by else "not signed"
    return f"  {numbers.day(visit.on):17}  {angle:>6}  {interval:18}  {review}"


def _as_json(visit: "VisitMeasurement") -> dict[str, Any]:
    return {**asdict(visit), "on": visit.on.isoformat(), "interval_deg": visit.interval_deg}


def _changes(visits: "Sequence[VisitMeasurement]", protocol: MeasurementProtocol) -> dict[str, Any]:
    """Return the change of the last visit since the one before and since the first, or None."""
    from hipcv.report.comparison import compare_visits

    changes: dict[str, Any] = {"since_last": None, "since_first": None}
    for name, earlier in (("since_last", visits[-2:-1]), ("since_first", visits[:-2][:1])):
        for before in earlier:
            change = compare_visits(before.rotation_deg, visits[-1].rotation_deg, protocol)
            days = {"from": before.on.isoformat(), "to": visits[-1].on.isoformat()}
            changes[name] = days | change
    return changes
