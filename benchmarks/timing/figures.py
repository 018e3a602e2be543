"""Figures with their goals, formatted for terminal and docs/performance.md."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

BEGIN: Final = "<!-- speed: made by benchmarks/speed.py --markdown -->"
END: Final = "<!-- /speed -->"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure; without `limit` it has no goal."""

    clip: str
    what: str
    value: float
    unit: Literal["x", "MB"] = "x"
    limit: float | None = None
    bound: Literal["at most", "at least"] = "at most"
    cpu: float | None = None  # the same ratio of CPU time, if measured
    note: str = ""

    @property
    def good(self) -> bool | None:
        """True if the goal is met; None without a goal."""
        if self.limit is None:
            return None
        return self.value <= self.limit if self.bound == "at most" else self.value >= self.limit

    @property
    def verdict(self) -> str:
        """Result against the goal, as a word."""
        return {None: "", True: "ok", False: "MISSED"}[self.good]

    @property
    def goal(self) -> str:
        """Goal as text."""
        return "" if self.limit is None else f"{self.bound} {number(self.limit, self.unit)}"

    def as_plain(self) -> dict[str, Any]:
        """Return the figure as plain data for JSON."""
        return asdict(self) | {"good": self.good}


@dataclass(frozen=True, slots=True)
class Table:
    """Time of one clip by stage."""

    clip: str
    title: str
    wall_s: float
    rows: Sequence[dict[str, Any]]  # stage, calls, main_s, background_s


def number(value: float, unit: str) -> str:
    """Format a figure with its unit."""
    return f"{value:.0f} MB" if unit == "MB" else f"{value:.2f} x"


def format_figures(figures: Iterable[Figure]) -> str:
    """Format figures for the terminal."""
    head = f"{'clip':12s} {'figure':68s}{'time':>9s}{'cpu':>9s}   {'goal':17s}\n"
    return head + "\n".join(
        f"{figure.clip:12s} {figure.what:68s}{number(figure.value, figure.unit):>9s}"
        f"{'' if figure.cpu is None else number(figure.cpu, 'x'):>9s}   {figure.goal:17s}"
        f"{figure.verdict:8s}{figure.note}".rstrip()
        for figure in figures
    )


def format_stages(table: Table) -> str:
    """Format stages for the terminal: shares of the total in the main and other threads."""
    lines = [f"{table.clip}, {table.title}: {table.wall_s:.2f} s in this run"]
    lines += [
        f"  {row['stage']:34s}{row['calls'] or '':>7}{row['main_s'] / table.wall_s:>9.1%}"
        + (f"{row['background_s'] / table.wall_s:>9.1%} background" if row["background_s"] else "")
        for row in table.rows
    ]
    return "\n".join(lines)


def markdown(figures: Iterable[Figure], machine: str) -> str:
    """Format the table of docs/performance.md, between its two marks."""
    lines = [BEGIN, "", "| clip | figure | measured | goal | |", "|---|---|---|---|---|"]
    lines += [
        f"| {figure.clip} | {figure.what} | {number(figure.value, figure.unit)} | {figure.goal} "
        f"| {figure.verdict} |"
        for figure in figures
        if figure.limit is not None
    ]
    return "\n".join([*lines, "", machine, "", END])
