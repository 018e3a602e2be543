"""`hipcv history`: measurements of a patient by visit, and the change between visits."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from hipcv.cli import config, data
from hipcv.cli.terminal import show_json
from hipcv.core.landmarks import Side
from hipcv.core.protocol import MeasurementProtocol
from hipcv.language import N_, _

if TYPE_CHECKING:
    from datetime import date

    from hipcv.core.side_result import SideResult
    from hipcv.store.history import VisitMeasurement
    from hipcv.store.models import SideName

    Sides = Mapping[SideName, Sequence[VisitMeasurement]]

SCHEMA: Final = "hipcv.history/2"

STATUSES: Final = {
    "preliminary": N_("preliminary"),
    "final": N_("final"),
    "amended": N_("amended"),
}


def command(
    patient: data.PatientArgument,
    data_dir: data.DataDir = None,
    database: data.Database = "",
    as_json: Annotated[bool, typer.Option("--json", help=N_("One JSON document."))] = False,
) -> None:
    """Show a patient's visits, whether the last one is a real change, and when to test again.

    The records are those of `hipcv review`, in which `hipcv record --as NAME` and `hipcv analyze
    --as NAME` file what they measure.

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
    """Return the measurements of each side, the change and the next test, as JSON values."""
    from hipcv.report.course import changes

    return {
        "schema": SCHEMA,
        "patient": pseudonym,
        "sides": {side: [_as_json(visit) for visit in visits] for side, visits in sides.items()},
        "change": {side: changes(visits, protocol) for side, visits in sides.items()},
        "next_test": _next_test(sides),
    }


def table(pseudonym: str, sides: "Sides", protocol: MeasurementProtocol) -> str:
    """Return the measurements of each side, the change and when to test again, as text."""
    from hipcv.report import wording
    from hipcv.report.course import advise_next_test, changes

    lines = [pseudonym]
    for side, visits in sides.items():
        lines.append(wording.SIDES[Side(side)].capitalize())
        lines += [_line(visit) for visit in visits] or ["  " + _("not measured yet")]
        lines += [
            "  " + text.format(change=change["text"])
            for text, change in zip(
                (_("Since the visit before: {change}"), _("Since the first visit: {change}")),
                changes(visits, protocol).values(),
                strict=True,
            )
            if change is not None
        ]
    if last_on := _last_on(sides):
        lines.append(advise_next_test(last_on, protocol))
    return "\n".join(lines)


def _last_on(sides: "Sides") -> "date | None":
    """Return the day of the last visit with a result; None where there is none."""
    days = [visit.on for visits in sides.values() for visit in visits if visit.result]
    return max(days, default=None)


def _next_test(sides: "Sides") -> dict[str, str] | None:
    """Return the days between which the next test is advised."""
    from hipcv.report.course import next_test_between

    last_on = _last_on(sides)
    if last_on is None:
        return None
    return dict(zip(("from", "to"), map(str, next_test_between(last_on)), strict=True))


def _line(visit: "VisitMeasurement") -> str:
    from hipcv.report import not_counted, numbers

    signed = _("{status}, signed by {name}").format(
        status=_(STATUSES[visit.status]), name=visit.signed_by
    )
    review = signed if visit.signed_by else _("not signed")
    day, result = numbers.day(visit.on), visit.result
    if result is None:
        return f"  {day:17}  {not_counted.describe(visit.document):26}  {review}"
    angle = numbers.angle(result.result_deg)
    interval = f"({numbers.interval(result.interval_deg)})"
    marks = ", ".join([*_marks(result), review])
    return f"  {day:17}  {angle:>6}  {interval:18}  {marks}"


def _marks(result: "SideResult") -> Iterator[str]:
    if result.provisional:
        yield _("provisional")
    if result.basis == "pelvis_relative":
        yield _("hip lift taken off")


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
