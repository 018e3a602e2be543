"""Page docs/torture.md and its figure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
from matplotlib.figure import Figure

from hipcv.pipeline import METHOD
from hipcv.report import palette
from hipcv.version import __version__
from validation.plots import STYLE, svg
from validation.torture_cases import CODINGS, DAMAGE_DEG, DAMAGE_WARNING, MATRIX_DEG

Row = dict[str, Any]

VERDICTS: Final = ("right", "refused", "unreadable", "warned", "WRONG")
HEADS: Final = ("within the limit, or refused like the untouched clip", "refused for what was done",
                "exit 3", "farther off, with a warning", "wrong")  # fmt: skip
FIGURE: Final = "torture_damage.svg"
TITLES: Final = {
    "public": "Clips of other projects",
    "matrix": "The samples, coded again",
    "parts": "Parts of the samples",
    "damage": "Damaged samples",
    "large": "Large clips",
}
TEXTS: Final = {
    "public": """\
Nobody does the test in them, so none may give an angle: each is refused, or ends with exit code 3
and one sentence.""",
    "matrix": f"""\
Codec, container, rate (15 to 240 Hz), turn and mirror change together. Each must read within
{MATRIX_DEG:g}° of the untouched clip, or be refused as it is.""",
    "parts": f"""\
What is left must read within {MATRIX_DEG:g}° of the untouched clip, or be refused for what is
missing.""",
    "damage": f"""\
{len(CODINGS)} codings, with one key frame or many. An angle more than {DAMAGE_DEG:g}° off without
the warning `{DAMAGE_WARNING}` is wrong; so is a refusal that does not name the damage, unless
the clip ends early by it.""",
    "large": f"Each must read within {MATRIX_DEG:g}° of the untouched clip.",
}


def write_page(rows: Sequence[Row], folder: Path, specified: Mapping[str, int]) -> None:
    """Write the page and its figure into the folder of the documentation.

    `specified` is the number of clips of every family, of which some may not have been run.
    """
    (folder / "torture.md").write_text("\n".join(_lines(rows, specified)) + "\n", encoding="utf-8")
    with mpl.rc_context(STYLE):
        (folder / "images" / FIGURE).write_text(
            svg(_figure(rows), {"clips": len(rows)}), encoding="utf-8"
        )


def _lines(rows: Sequence[Row], specified: Mapping[str, int]) -> Iterator[str]:
    yield "# Torture"
    yield ""
    yield f"What hipcv {__version__} (method {METHOD}) makes of {len(rows)} odd, altered and"
    yield "damaged clips. Written by `make torture`; do not edit. Every clip is analysed as by"
    yield "`hipcv analyze`; a traceback, a hang and a native crash count as wrong."
    for family, title in TITLES.items():
        own = [row for row in rows if row["family"] == family]
        yield from ("", f"## {title}", "", TEXTS[family], "")
        if len(own) < specified[family]:
            yield from (f"**{len(own)} of {specified[family]} were run for this page.**", "")
        if own:
            yield from _table(own)
        if family == "damage" and own:
            yield from ("", f"![Error of the damaged clips](images/{FIGURE})")
    yield from _wrong([row for row in rows if row["verdict"] == "WRONG"])
    yield from ("", "## Reproduce", "", "`make torture`, or one family with")
    yield "`.venv/bin/python -m validation.torture --only damage`. Seeds are fixed, so the same"
    yield "clips are made again; the public clips are left out where `../shared/clips` is absent."


def _table(rows: Sequence[Row]) -> Iterator[str]:
    yield f"| what | clips | {' | '.join(HEADS)} |"
    yield "| --- " * (len(HEADS) + 2) + "|"
    for kind in dict.fromkeys(row["kind"] for row in rows):
        yield _table_row(kind, [row for row in rows if row["kind"] == kind])
    yield _table_row("**all**", rows)


def _table_row(name: str, rows: Sequence[Row]) -> str:
    counts = Counter(row["verdict"] for row in rows)
    cells = [str(counts[verdict]) for verdict in VERDICTS]
    return f"| {name} | {len(rows)} | {' | '.join(cells)} |"


def _wrong(rows: Sequence[Row]) -> Iterator[str]:
    yield from ("", "## Wrong", "")
    if not rows:
        yield "None."
        return
    yield "| clip | right | came |"
    yield "| --- | --- | --- |"
    for row in rows:
        codes = " ".join(row["refusals"])
        came = f"{codes or row['status']} {_angles(row['angles_deg'])}".strip()
        yield f"| {row['name']} | {_angles(row['right_deg'])} | {came} |"


def _angles(by_side: dict[str, float | None]) -> str:
    return ", ".join(f"{side} {deg:.1f}°" for side, deg in by_side.items() if deg is not None)


def _figure(rows: Iterable[Row]) -> Figure:
    """Draw the error of every damaged clip that was measured."""
    figure = Figure(figsize=(7, 2.6), layout="constrained")
    axes = figure.subplots()
    damaged = [row for row in rows if row["family"] == "damage"]
    points: dict[bool, list[tuple[int, float]]] = {False: [], True: []}
    for number, row in enumerate(damaged):
        for side, deg in row["angles_deg"].items():
            right = row["right_deg"].get(side)
            if deg is not None and right is not None:
                points[DAMAGE_WARNING in row["warnings"]].append((number, deg - right))
    axes.axhspan(-DAMAGE_DEG, DAMAGE_DEG, color=palette.MUTED, alpha=0.15, lw=0)
    for is_warned, colour, text in (
        (False, palette.BLUE, "without a warning of damage"),
        (True, palette.ORANGE, "warned"),
    ):
        x, y = zip(*points[is_warned], strict=True) if points[is_warned] else ((), ())
        axes.plot(x, y, "o", ms=3, color=colour, label=f"{text} ({len(x)})")
    axes.set(xlabel="damaged clip", ylabel="error (°)")
    axes.legend(frameon=False, fontsize=8)
    return figure
