"""Course of a person's results over weeks: the change between visits, and when to test again."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final, NamedTuple, Protocol

from hipcv.core.landmarks import Side
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.side_result import result_of
from hipcv.core.uncertainty import detectable_change_deg
from hipcv.language import N_, _, join
from hipcv.report import numbers, wording
from hipcv.report.comparison import VisitSide, compare_visits

NEXT_TEST_WEEKS: Final = (4, 6)
"""Earliest and latest week after a test in which the next one is advised: less time changes less
than can be detected."""

NEXT_TEST_IN: Final = N_("four to six weeks")
"""`NEXT_TEST_WEEKS` in words."""

LISTED: Final = 5
"""Latest results of a side that a sentence lists."""


class Measured(Protocol):
    """One side on one day, as `store.history.VisitMeasurement` is."""

    @property
    def on(self) -> date:
        """Day of the visit."""

    @property
    def document(self) -> Mapping[str, Any]:
        """The side of the result document."""

    @property
    def signed_by(self) -> str | None:
        """Initials of the one who signed the result; None: not signed yet."""


Course = Mapping[str, Sequence[Measured]]
"""Measurements by the name of the side, earliest first."""


class NewMeasurement(NamedTuple):
    """One side of a result that is not filed yet."""

    on: date
    document: Mapping[str, Any]
    signed_by: str | None = None


def with_new(course: Course, document: Mapping[str, Any], on: date) -> Course:
    """Return a course with the sides of one more result document added.

    As in the records there is one measurement a day: a new result replaces that of its day.
    """
    return {
        side.value: _with_side(course.get(side.value, ()), document["sides"].get(side.value), on)
        for side in Side
    }


def next_test_between(last_on: date) -> tuple[date, date]:
    """Return the first and the last day of the weeks in which the next test is advised."""
    first, last = (last_on + timedelta(weeks=weeks) for weeks in NEXT_TEST_WEEKS)
    return first, last


def advise_next_test(last_on: date, protocol: MeasurementProtocol) -> str:
    """Return when to test again after a test of a day, and why not sooner, in two sentences."""
    first, last = map(numbers.day, next_test_between(last_on))
    text = _(
        "Test again in {weeks}, between {first} and {last}. A change of less than {change} may be "
        "chance."
    )
    change = numbers.angle(detectable_change_deg(protocol))
    return text.format(weeks=_(NEXT_TEST_IN), first=first, last=last, change=change)


def changes(visits: Sequence[Measured], protocol: MeasurementProtocol) -> dict[str, Any]:
    """Return the change of the last result since the one before and since the first.

    Returns:
        `since_last` and `since_first`, each with `from`, `to` and what `compare_visits` returns;
        None where there are too few results.
    """
    results = list(_results(visits))
    found: dict[str, Any] = {"since_last": None, "since_first": None}
    for name, earlier in (("since_last", results[-2:-1]), ("since_first", results[:-2][:1])):
        for on, before in earlier:
            last_on, last = results[-1]
            days = {"from": on.isoformat(), "to": last_on.isoformat()}
            found[name] = days | compare_visits(before, last, protocol)
    return found


def describe_course(course: Course, protocol: MeasurementProtocol) -> tuple[str, ...]:
    """Return the results of each side with their change, then when to test again, as sentences.

    A side without a result has no sentence; where no side has one, there is none at all.
    """
    results = {side: list(_results(course.get(side.value, ()))) for side in Side}
    days = [on for of_side in results.values() for on, _visit in of_side]
    if not days:
        return ()
    sentences = [
        _side(side, results[side], changes(course[side.value], protocol))
        for side in Side
        if results[side]
    ]
    return *sentences, advise_next_test(max(days), protocol)


def _with_side(
    visits: Sequence[Measured], new: Mapping[str, Any] | None, on: date
) -> list[Measured]:
    of_day = [visit for visit in visits if visit.on == on]
    if not new or (of_day and result_of(new) is None):
        return [*visits]
    others = [visit for visit in visits if visit.on != on]
    return sorted([*others, NewMeasurement(on, new)], key=lambda visit: visit.on)


def _results(visits: Sequence[Measured]) -> Iterator[tuple[date, VisitSide]]:
    """Yield day and result of each visit that has one."""
    for visit in visits:
        if side := VisitSide.of(visit.document, signed=visit.signed_by is not None):
            yield visit.on, side


def _side(side: Side, results: Sequence[tuple[date, VisitSide]], changed: Mapping[str, Any]) -> str:
    """Return the latest results of one side with the change between the last two."""
    hip = wording.HIPS[side]
    listed = [
        _("{angle} on {day}").format(
            angle=numbers.angle(visit.result.result_deg), day=numbers.day(on)
        )
        for on, visit in results[-LISTED:]
    ]
    if changed["since_last"] is None:
        return _("{hip}: {result}, the first result.").format(hip=hip, result=listed[0])
    course = _("{hip}: {results}.").format(hip=hip, results=join(listed))
    return f"{course} {changed['since_last']['text']}"
