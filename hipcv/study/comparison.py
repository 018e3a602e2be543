"""Pairs of readings of two methods, and their agreement."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, Literal

import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.errors import BadRequest
from hipcv.core.text import normal_form
from hipcv.language import _
from hipcv.study.agreement import MIN_PERSONS, Agreement, agreement
from hipcv.study.intervals import Component
from hipcv.study.own_tables import HIPCV
from hipcv.study.readings import Reading, Row

Trials = Literal["paired", "mean", "repeated"]
"""Ways in which trials of two methods belong together.

`paired`: a trial of one is the same movement as that trial of the other. `mean`: the means of all
trials are compared. `repeated`: both repeated by themselves, and single readings are compared.
"""

TRIALS: Final[tuple[Trials, ...]] = ("paired", "mean", "repeated")

Key = tuple[str, ...]
Cell = Mapping[str, list[Reading]]
"""Readings by method."""


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Two methods that read the same, side by side. N is the number of pairs."""

    test: str
    reference: str
    trials: Trials
    with_raters: bool  # a pair has one rater; otherwise it is the mean of the raters
    persons: tuple[str, ...]  # (N,)
    sides: tuple[str, ...]  # (N,)
    test_deg: Floats  # (N,)
    reference_deg: Floats  # (N,)
    agreement: Agreement
    unpaired: tuple[Row, ...]  # rows that the other method has no counterpart of


def choose_methods(
    readings: Sequence[Reading], test: str = "", reference: str = ""
) -> tuple[str, str] | None:
    """Return reference and tested method; None where there is one method alone.

    Without names hipcv is tested, or else the second method of the table.

    Raises:
        BadRequest: a name is not in the table, or more than two methods leave the choice open.
    """
    methods = list(dict.fromkeys(reading.method for reading in readings))
    tested = _named(test, methods)
    against = _named(reference, methods)
    if not tested:
        others = [method for method in methods if method != against]
        tested = _named(HIPCV, others, required=False) or (others[-1:] or [""])[0]
    others = [method for method in methods if method != tested]
    if not against and len(others) > 1:
        raise BadRequest(
            _(
                "The table has the methods {methods}. Name the two to compare: --test NAME "
                "--reference NAME."
            ).format(methods=", ".join(methods))
        )
    against = against or (others or [""])[0]
    if not against or against == tested:
        return None
    return against, tested


def compare(
    readings: Sequence[Reading], methods: tuple[str, str], trials: Trials | None = None
) -> Comparison | None:
    """Return the agreement of two methods; None where fewer than three persons have both.

    Args:
        readings: with an angle.
        methods: reference and tested method.
        trials: None: paired, if both methods name the trials of their readings, else means.
    """
    reference, test = methods
    compared = [reading for reading in readings if reading.method in methods]
    chosen = trials or ("paired" if all(reading.trial for reading in compared) else "mean")
    with_raters = _share_raters(compared, methods)
    cells = _cells(compared, _key(chosen, with_raters=with_raters))
    full = {key: cell for key, cell in cells.items() if len(cell) == len(methods)}
    numbers = {name: index for index, name in enumerate(dict.fromkeys(key[0] for key in full))}
    if len(numbers) < MIN_PERSONS:
        return None
    test_deg, reference_deg = (
        np.array([_mean(cell[method]) for cell in full.values()]) for method in (test, reference)
    )
    found = agreement(
        np.array([numbers[key[0]] for key in full]),
        test_deg - reference_deg,
        (test_deg + reference_deg) / 2,
        _repeated(full.values(), methods) if chosen == "repeated" else (),
    )
    lonely = chain.from_iterable(
        chain.from_iterable(cell.values()) for key, cell in cells.items() if key not in full
    )
    return Comparison(
        test=test,
        reference=reference,
        trials=chosen,
        with_raters=with_raters,
        persons=tuple(key[0] for key in full),
        sides=tuple(key[1] for key in full),
        test_deg=test_deg,
        reference_deg=reference_deg,
        agreement=found,
        unpaired=tuple(reading.row for reading in lonely),
    )


def _named(name: str, methods: Sequence[str], *, required: bool = True) -> str:
    """Return the method of a name, however it is spelled; "" without a name."""
    for method in methods:
        if name and normal_form(method) == normal_form(name):
            return method
    if name and required:
        raise BadRequest(
            _("{name}: no method of the table. Its methods are: {methods}.").format(
                name=name, methods=", ".join(methods)
            )
        )
    return ""


def _share_raters(readings: Sequence[Reading], methods: tuple[str, str]) -> bool:
    first, second = (
        {reading.rater for reading in readings if reading.method == method} for method in methods
    )
    return bool((first & second) - {""})


def _key(trials: Trials, *, with_raters: bool) -> Callable[[Reading], Key]:
    def key(reading: Reading) -> Key:
        return (
            reading.subject,
            reading.side,
            reading.session,
            reading.rater if with_raters else "",
            reading.trial if trials == "paired" else "",
        )

    return key


def _cells(readings: Sequence[Reading], key: Callable[[Reading], Key]) -> dict[Key, Cell]:
    cells: dict[Key, dict[str, list[Reading]]] = defaultdict(lambda: defaultdict(list))
    for reading in readings:
        cells[key(reading)][reading.method].append(reading)
    return {key: dict(cell) for key, cell in cells.items()}


def _mean(readings: Sequence[Reading]) -> float:
    return math.fsum(reading.angle_deg for reading in readings) / len(readings)


def _repeated(cells: Iterable[Cell], methods: Sequence[str]) -> tuple[Component, ...]:
    """Return what single readings vary by beyond the means of their cells, for each method."""
    counted = list(cells)
    parts = []
    for method in methods:
        angles = [[reading.angle_deg for reading in cell[method]] for cell in counted]
        freedom = sum(len(values) - 1 for values in angles)
        squares = sum(float(np.var(values)) * len(values) for values in angles)
        weight = 1 - float(np.mean([1 / len(values) for values in angles]))
        parts.append(Component(weight, squares / freedom if freedom else 0.0, freedom))
    return tuple(parts)
