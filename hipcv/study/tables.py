"""Full tables of persons and columns, for reliability: raters, trials, sessions, or methods."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final, Literal

import numpy as np

from hipcv.study.agreement import MIN_PERSONS
from hipcv.study.readings import Reading
from hipcv.study.reliability import Reliability, reliability

Kind = Literal["methods", "raters", "trials", "sessions"]

KINDS: Final[tuple[Kind, ...]] = ("methods", "raters", "trials", "sessions")

_COLUMN: Final[Mapping[Kind, Callable[[Reading], str]]] = {
    "methods": lambda reading: reading.method,
    "raters": lambda reading: reading.rater,
    "trials": lambda reading: reading.trial,
    "sessions": lambda reading: reading.session,
}
"""Values of the columns of a table, by the name of the kind."""

_MIN_COLUMNS: Final = 2

Cells = Mapping[str, Mapping[str, float]]
"""Angles in degrees by person and column."""


@dataclass(frozen=True, slots=True)
class Group:
    """Readings that go into one table; "" where it does not matter."""

    kind: Kind
    side: str
    method: str = ""
    rater: str = ""
    session: str = ""


@dataclass(frozen=True, slots=True)
class ReliabilityTable:
    """Reliability of one group of readings, of the persons who have a reading in each column."""

    group: Group
    columns: tuple[str, ...]
    columns_left_out: tuple[str, ...]  # most persons have no reading in them
    persons: tuple[str, ...]
    persons_left_out: tuple[str, ...]  # one of their readings is missing
    reliability: Reliability


def tables(
    readings: Sequence[Reading], methods: tuple[str, str] | None
) -> Iterator[ReliabilityTable]:
    """Yield every table that the readings fill.

    A cell is the mean of its readings; one of trials is a single reading. Each side has tables of
    its own, since both sides of a person are not independent.

    Args:
        readings: of all methods.
        methods: reference and tested method, where two are compared.
    """
    sides = _values(reading.side for reading in readings)
    for kind in KINDS:
        groups = [
            pair
            for side in sides
            for pair in _groups(kind, [r for r in readings if r.side == side], methods)
        ]
        order = _values(name for pair in groups for name in (pair[0].method, pair[0].rater))
        groups.sort(key=lambda pair: (order.index(pair[0].method), order.index(pair[0].rater)))
        for group, chosen in groups:
            table = _table(group, chosen)
            if table is not None:
                yield table


def _groups(
    kind: Kind, readings: Sequence[Reading], methods: tuple[str, str] | None
) -> Iterator[tuple[Group, list[Reading]]]:
    """Yield the groups of one kind among the readings of one side, with their readings."""
    side = readings[0].side
    if kind == "methods":
        if methods is not None:
            compared = [reading for reading in readings if reading.method in methods]
            session, chosen = _first_session(compared, methods)
            yield Group(kind, side, session=session), chosen
        return
    for method in _values(reading.method for reading in readings):
        own = [reading for reading in readings if reading.method == method]
        if kind == "sessions":
            yield Group(kind, side, method), own
            continue
        session, chosen = _first_session(own, (method,))
        if kind == "raters":
            yield Group(kind, side, method, session=session), chosen
            continue
        for rater in _values(reading.rater for reading in chosen):
            of_rater = [reading for reading in chosen if reading.rater == rater]
            yield Group(kind, side, method, rater, session), of_rater


def _first_session(
    readings: Sequence[Reading], methods: Sequence[str]
) -> tuple[str, list[Reading]]:
    """Return the first session in which each method was used, and its readings."""
    for session in _values(reading.session for reading in readings):
        chosen = [reading for reading in readings if reading.session == session]
        if {reading.method for reading in chosen} >= set(methods):
            return session, chosen
    return "", []


def _table(group: Group, readings: Sequence[Reading]) -> ReliabilityTable | None:
    """Return the reliability of a group; None where fewer than two columns or three persons are."""
    cells, columns = _cells(readings, _COLUMN[group.kind])
    filled = [
        column
        for column in columns
        if column and 2 * sum(column in row for row in cells.values()) >= len(cells)
    ]
    persons = [person for person, row in cells.items() if all(column in row for column in filled)]
    if len(filled) < _MIN_COLUMNS or len(persons) < MIN_PERSONS:
        return None
    angles_deg = [[cells[person][column] for column in filled] for person in persons]
    return ReliabilityTable(
        group=group,
        columns=tuple(filled),
        columns_left_out=tuple(column for column in columns if column and column not in filled),
        persons=tuple(persons),
        persons_left_out=tuple(person for person in cells if person not in persons),
        reliability=reliability(np.array(angles_deg)),
    )


def _cells(
    readings: Sequence[Reading], column_of: Callable[[Reading], str]
) -> tuple[Cells, list[str]]:
    """Return the mean of the readings of each person and column, and the columns."""
    angles: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for reading in readings:
        angles[reading.subject][column_of(reading)].append(reading.angle_deg)
    cells = {
        person: {column: fmean(values) for column, values in row.items()}
        for person, row in angles.items()
    }
    return cells, _values(map(column_of, readings))


def _values(texts: Iterable[str]) -> list[str]:
    """Return the different texts: numbers in their order, then others in that of the table."""
    found = list(dict.fromkeys(texts))
    return sorted(found, key=lambda text: int(text) if text.isdecimal() else math.inf)
