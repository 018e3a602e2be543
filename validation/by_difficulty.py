"""Error, interval, refusals and false findings by difficulty, and why an interval missed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from validation.cases import SideCase, absent_findings, false_alarms
from validation.figures import ErrorFigures, error_figures

OF_GROUP: Final[Mapping[str, str]] = {
    "small": "small compensations",
    "knee": "knee extension",
}
"""Difficulty of the clips of a group that do not name one themselves."""

CAUSES: Final[Mapping[str, str]] = {
    "tibia and foot turn": (
        "The shank turns about its own length as it swings, and its calf, which is not round, "
        "shows another outline: read about 1.4° too small in every such clip. A camera in front "
        "cannot see the turn, so the interval does not widen for it."
    ),
    "knee extension": (
        "The knee straightens, and a shank that comes forward, seen from the side of the thigh, is "
        "read as rotation. The interval widens by what the foot shows of it, which was too little."
    ),
}
"""Why the interval of a clip misses the truth, by the clip's name or by its difficulty."""

UNKNOWN: Final = "not known"


@dataclass(frozen=True, slots=True)
class Difficulty:
    """Figures of the sides that stand for one difficulty."""

    name: str
    sides: int
    measured: int
    error: ErrorFigures
    inside: int  # sides whose interval holds the truth
    width_deg: float  # median of the interval; NaN without one
    checks: int  # findings that the measured sides must not have
    false_findings: int

    @property
    def refused(self) -> int:
        """Sides that must give an angle and gave none."""
        return self.sides - self.measured


def difficulty_of(case: SideCase) -> str:
    """Return the difficulty for which a side's clip stands; empty if for none."""
    return case.truth.difficulty or OF_GROUP.get(case.truth.group, "")


def by_difficulty(cases: Sequence[SideCase]) -> list[Difficulty]:
    """Return the figures of every difficulty, by name; those of none are left out."""
    names = sorted({difficulty_of(case) for case in cases} - {""})
    return [
        figures_of(name, [case for case in cases if difficulty_of(case) == name]) for name in names
    ]


def figures_of(name: str, cases: Sequence[SideCase]) -> Difficulty:
    """Return the figures of some sides under a name."""
    measured = [case for case in cases if case.answer is not None]
    widths = [high - low for low, high in (case.interval_deg for case in measured)]
    return Difficulty(
        name=name,
        sides=len(cases),
        measured=len(measured),
        error=error_figures([case.error_deg for case in cases]),
        inside=sum(case.covered for case in measured),
        width_deg=float(np.median(widths)) if widths else float("nan"),
        checks=sum(len(absent_findings(case)) for case in measured),
        false_findings=len(false_alarms(measured)),
    )


def misses(cases: Sequence[SideCase]) -> list[tuple[SideCase, str]]:
    """Return the sides whose interval misses the truth, the farthest first, each with its cause."""
    missed = [case for case in cases if case.answer is not None and not case.covered]
    return [(case, cause_of(case)) for case in sorted(missed, key=lambda case: -beyond_deg(case))]


def beyond_deg(case: SideCase) -> float:
    """Return how far the truth lies outside the interval, 0 or more; infinite without one."""
    low, high = case.interval_deg
    if np.isnan(low):
        return float("inf")
    return max(low - case.shank_deg, case.shank_deg - high, 0.0)


def cause_of(case: SideCase) -> str:
    """Return why the side's interval misses the truth, as far as it is known."""
    return CAUSES.get(case.truth.name, CAUSES.get(difficulty_of(case), UNKNOWN))
