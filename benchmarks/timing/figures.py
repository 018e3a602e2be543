"""Figures, the goals beside them, and how they are shown."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

BEGIN: Final = "<!-- speed: made by benchmarks/speed.py --markdown -->"
END: Final = "<!-- /speed -->"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure; where `limit` is None it is told and not judged."""

    clip: str
    what: str
    value: float
    unit: Literal["x", "MB"] = "x"
    limit: float | None = None
    bound: Literal["at most", "at least"] = "at most"
    cpu: float | None = None  # the same ratio of computation, where it was taken
    note: str = ""

    @property
    def good(self) -> bool | None:
        """Whether the goal is met; None where there is none."""
        if self.limit is None:
            return None
        return self.value <= self.limit if self.bound == "at most" else self.value >= self.limit

    @property
    def verdict(self) -> str:
        """The same in a word."""
        return {None: "", True: "ok", False: "MISSED"}[self.good]

    @property
    def goal(self) -> str:
        """What is wanted."""
        return "" if self.limit is None else f"{self.bound} {number(self.limit, self.unit)}"

    def as_plain(self) -> dict[str, Any]:
        """For a JSON file."""
        return asdict(self) | {"good": self.good}


@dataclass(frozen=True, slots=True)
class Table:
    """Where the time of one clip went."""

    clip: str
    title: str
    wall_s: float
    rows: Sequence[dict[str, Any]]  # stage, calls, main_s, beside_s


def number(value: float, unit: str) -> str:
    """A figure with its unit."""
    return f"{value:.0f} MB" if unit == "MB" else f"{value:.2f} x"


def told(figures: Iterable[Figure]) -> str:
    """Lines for the terminal."""
    head = f"{'clip':12s} {'figure':68s}{'time':>9s}{'cpu':>9s}   {'goal':17s}\n"
    return head + "\n".join(
        f"{each.clip:12s} {each.what:68s}{number(each.value, each.unit):>9s}"
        f"{'' if each.cpu is None else number(each.cpu, 'x'):>9s}   {each.goal:17s}"
        f"{each.verdict:8s}{each.note}".rstrip()
        for each in figures
    )


def told_stages(table: Table) -> str:
    """Lines for the terminal: shares of the total, in the main thread and beside it."""
    lines = [f"{table.clip}, {table.title}: {table.wall_s:.2f} s in this run"]
    lines += [
        f"  {row['stage']:34s}{row['calls'] or '':>7}{row['main_s'] / table.wall_s:>9.1%}"
        + (f"{row['beside_s'] / table.wall_s:>9.1%} beside" if row["beside_s"] else "")
        for row in table.rows
    ]
    return "\n".join(lines)


def markdown(figures: Iterable[Figure], machine: str) -> str:
    """The README's table between its two marks."""
    lines = [BEGIN, "", "| clip | figure | measured | goal | |", "|---|---|---|---|---|"]
    lines += [
        f"| {each.clip} | {each.what} | {number(each.value, each.unit)} | {each.goal} "
        f"| {each.verdict} |"
        for each in figures
        if each.limit is not None
    ]
    return "\n".join([*lines, "", machine, "", END])
