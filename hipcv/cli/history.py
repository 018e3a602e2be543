"""`hipcv history`: what was measured of a patient from visit to visit, and whether it changed."""

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
    protocol = config.protocol_of(config.load(Path.cwd()), [])
    with data.opened(data_dir, database) as records:
        from hipcv.store.history import measurements

        found = data.find_patient(records, patient)
        sides = measurements(records, found.id)
    if as_json:
        show_json(document(found.pseudonym, sides, protocol))
    else:
        typer.echo(table(found.pseudonym, sides, protocol))


def document(
    pseudonym: str,
    sides: "Mapping[SideName, Sequence[VisitMeasurement]]",
    protocol: MeasurementProtocol,
) -> dict[str, Any]:
    """The visits of each side, and the change, as plain data."""
    return {
        "schema": SCHEMA,
        "patient": pseudonym,
        "sides": {side: [_plain(each) for each in read] for side, read in sides.items()},
        "change": {side: _changes(read, protocol) for side, read in sides.items()},
    }


def table(
    pseudonym: str,
    sides: "Mapping[SideName, Sequence[VisitMeasurement]]",
    protocol: MeasurementProtocol,
) -> str:
    """The same as plain text."""
    lines = [pseudonym]
    for side, read in sides.items():
        lines.append(side.capitalize())
        lines += [_line(each) for each in read] or ["  not measured yet"]
        lines += [
            f"  {since}: {change['text']}"
            for since, change in zip(
                ("Since the visit before", "Since the first visit"),
                _changes(read, protocol).values(),
                strict=True,
            )
            if change is not None
        ]
    return "\n".join(lines)


def _line(each: "VisitMeasurement") -> str:
    from hipcv.report import numbers

    size = numbers.angle(each.rotation_deg)
    limits = f"({numbers.interval(each.interval_deg)})"
    signed = f"{each.status}, signed by {each.signed_by}" if each.signed_by else "not signed"
    return f"  {numbers.day(each.on):17}  {size:>6}  {limits:18}  {signed}"


def _plain(each: "VisitMeasurement") -> dict[str, Any]:
    return {**asdict(each), "on": each.on.isoformat(), "interval_deg": each.interval_deg}


def _changes(read: "Sequence[VisitMeasurement]", protocol: MeasurementProtocol) -> dict[str, Any]:
    """The last visit against the one before and against the first; None where that is none."""
    earlier = {"since_last": read[-2:-1], "since_first": read[:-2][:1]}
    return {
        name: _change(before[0], read[-1], protocol) if before else None
        for name, before in earlier.items()
    }


def _change(
    before: "VisitMeasurement", after: "VisitMeasurement", protocol: MeasurementProtocol
) -> dict[str, Any]:
    from hipcv.report.comparison import compare_visits

    return {
        "from": before.on.isoformat(),
        "to": after.on.isoformat(),
        **compare_visits(before.rotation_deg, after.rotation_deg, protocol),
    }
