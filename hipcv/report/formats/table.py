"""CSV tables: the curves frame by frame, and tables that people open in a spreadsheet."""

import csv
import io
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import numpy as np

from hipcv.core.compensation import shown_channels
from hipcv.core.landmarks import Side
from hipcv.core.measure import Motion

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""First characters of a text that a spreadsheet would run."""


def spreadsheet(
    header: Sequence[str], rows: Iterable[Sequence[object]], *, decimals: int = 2
) -> str:
    """Return rows as CSV with the mark by which spreadsheets know UTF-8.

    None is an empty cell, numbers have these decimals, flags are 1 or 0, tuples are joined by
    spaces, and a text that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    return "\ufeff" + _csv([header]) + spreadsheet_lines(rows, decimals=decimals)


def spreadsheet_lines(rows: Iterable[Sequence[object]], *, decimals: int = 2) -> str:
    """Return rows of a `spreadsheet` without its header."""
    return _csv([cell(value, decimals) for value in row] for row in rows)


def cell(value: object, decimals: int = 2) -> str:
    """Return the text of one spreadsheet cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float | int):
        return f"{value:.{decimals}f}"
    text = " ".join(value) if isinstance(value, tuple) else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def angles(motions: Iterable[Motion]) -> str:
    """Return all sides' curves as CSV, one row a frame and side, units in the header.

    An empty cell was not measured. `rotation_raw_deg` is the angle in the picture, `rotation_deg`
    that along the thigh; both count from the start. `from_vertical_deg` is the tilt at the start
    and `rotation_deg` together. Internal is positive. `rep` counts from 1, empty between
    repetitions; `bridged` and `seen` are 1 or 0; `source` is outline, bridged, landmarks, or empty
    where nothing was read.
    """
    sides = sorted(motions, key=lambda motion: list(Side).index(motion.side))
    channels = channel_order(sides)
    header = (
        "frame", "time_s", "side", "rotation_raw_deg", "rotation_deg", *channels, "phase", "rep",
        "bridged", "seen", "source", "from_vertical_deg",
    )  # fmt: skip
    return _csv([header, *(row for motion in sides for row in _rows(motion, channels))])


def channel_order(motions: Iterable[Motion]) -> tuple[str, ...]:
    """Return every channel of these motions: those of the report first, others by name."""
    names = {name for motion in motions for name in motion.channels}
    shown = [name for name in shown_channels() if name in names]
    return (*shown, *sorted(names.difference(shown)))


def _csv(rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _rows(motion: Motion, channels: tuple[str, ...]) -> Iterator[list[str]]:
    start_tilt_deg = math.nan if motion.start is None else motion.start.tilt_deg
    for frame, time_s in enumerate(motion.time_s):
        phase, rep = motion.phase_at(float(time_s))
        yield [
            str(frame),
            f"{time_s:.4f}",
            motion.side.value,
            _number(motion.raw_deg[frame], "_deg"),
            _number(motion.rotation_deg[frame], "_deg"),
            *(
                _number(motion.channels[name].value[frame], name) if name in motion.channels else ""
                for name in channels
            ),
            phase,
            "" if rep is None else str(rep + 1),
            str(int(motion.bridged[frame])),
            str(int(np.isfinite(motion.raw_deg[frame]))),
            motion.source_at(frame),
            _number(start_tilt_deg + motion.rotation_deg[frame], "_deg"),
        ]


def _number(value: float, name: str) -> str:
    """Return degrees with two decimals, ratios with four; no number is empty, and no zero is -0."""
    if math.isnan(value):
        return ""
    text = f"{value:.2f}" if name.endswith("_deg") else f"{value:.4f}"
    return text.removeprefix("-") if float(text) == 0 else text
