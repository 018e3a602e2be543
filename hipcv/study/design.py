"""Design of a study: who is read by whom, how often, and in which random order."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np

from hipcv.study.readings import COLUMNS

RATERS: Final = ("A", "B")
SESSIONS: Final = ("1", "2")
SIDES: Final = ("left", "right")
REFERENCE: Final = "inclinometer"
TRIALS: Final = 3


@dataclass(frozen=True, slots=True)
class Visit:
    """One person in one session: the order of raters, and that of sides for both of them."""

    person: str
    session: str
    raters: tuple[str, str]
    sides: tuple[str, str]

    def clip(self, rater: str, side: str) -> str:
        """Return the name of the clip of one rater and side, as `hipcv batch` reads it."""
        return f"{self.person}_{self.session}{rater}_{side}.mp4"


def schedule(people: int, seed: int) -> tuple[Visit, ...]:
    """Return the visits in a random order: each of the four orders for as many persons as another.

    Args:
        people: number of persons.
        seed: the same seed gives the same order.
    """
    rng = np.random.default_rng(seed)
    orders = [*product((RATERS, RATERS[::-1]), (SIDES, SIDES[::-1]))]
    visits = []
    for session in SESSIONS:
        drawn = [orders[index % len(orders)] for index in range(people)]
        for number, order in enumerate(rng.permutation(people)):
            raters, sides = drawn[order]
            visits.append(Visit(_code(number + 1), session, raters, sides))
    return tuple(visits)


def template(visits: tuple[Visit, ...]) -> str:
    """Return the table of readings of the reference as CSV, with empty angles."""
    return _csv(COLUMNS, _readings(visits))


def order_table(visits: tuple[Visit, ...]) -> str:
    """Return the random order as CSV."""
    header = ("subject", "session", "first_rater", "second_rater", "first_side", "second_side")
    return _csv(header, ((v.person, v.session, *v.raters, *v.sides) for v in visits))


def _readings(visits: tuple[Visit, ...]) -> Iterator[tuple[str, ...]]:
    for visit in visits:
        for rater, side in product(visit.raters, visit.sides):
            for trial in range(1, TRIALS + 1):
                row = (visit.person, side, visit.session, str(trial), REFERENCE, rater, "")
                yield row


def _code(number: int) -> str:
    """Return the code of a person: P01, which no spreadsheet takes for a number."""
    return f"P{number:02}"


def _csv(header: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()
