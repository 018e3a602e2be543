"""Analysis of a table of readings: two methods side by side, and the reliability of each."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hipcv.core.errors import UnreadableTable
from hipcv.language import _, ngettext
from hipcv.study.agreement import MIN_PERSONS
from hipcv.study.comparison import Comparison, Trials, choose_methods, compare
from hipcv.study.readings import Reading, Row
from hipcv.study.tables import ReliabilityTable, tables


@dataclass(frozen=True, slots=True)
class Question:
    """Options of an analysis; "" and None leave the choice to `choose_methods` and `compare`."""

    test: str = ""
    reference: str = ""
    trials: Trials | None = None


@dataclass(frozen=True, slots=True)
class Study:
    """Everything that a table of readings tells."""

    readings: int  # with an angle
    persons: tuple[str, ...]
    sides: tuple[str, ...]  # "" where the table names none
    sessions: tuple[str, ...]
    methods: tuple[str, ...]
    empty: tuple[Row, ...]  # rows without an angle
    comparison: Comparison | None
    tables: tuple[ReliabilityTable, ...]


def analyze(readings: Sequence[Reading], question: Question) -> Study:
    """Return what the readings tell.

    Raises:
        UnreadableTable: too few persons, or nothing that can be compared.
        BadRequest: the question names a method that is not in the table.
    """
    read = [reading for reading in readings if math.isfinite(reading.angle_deg)]
    persons = _different(reading.subject for reading in read)
    if len(persons) < MIN_PERSONS:
        raise UnreadableTable(
            ngettext(
                "The table has readings of {count} person. Agreement and reliability need three "
                "persons at least.",
                "The table has readings of {count} persons. Agreement and reliability need three "
                "persons at least.",
                len(persons),
            ).format(count=len(persons))
        )
    methods = choose_methods(read, question.test, question.reference)
    study = Study(
        readings=len(read),
        persons=persons,
        sides=_different(reading.side for reading in read),
        sessions=_different(reading.session for reading in read),
        methods=_different(reading.method for reading in read),
        empty=tuple(reading.row for reading in readings if not math.isfinite(reading.angle_deg)),
        comparison=compare(read, methods, question.trials) if methods else None,
        tables=tuple(tables(read, methods)),
    )
    if study.comparison is None and not study.tables:
        raise UnreadableTable(
            _(
                "Nothing in this table can be compared: no three persons have readings by two "
                "methods, two raters, or in two trials or sessions."
            )
        )
    return study


def _different(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
