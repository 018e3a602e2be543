"""The curves as a table: one row a frame and side, units in the header."""

import csv
import io
import math
from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np

from hipcv.core.compensation import shown_channels
from hipcv.core.landmarks import Side
from hipcv.core.measure import Motion

_FIXED: Final = ("frame", "time_s", "side", "rotation_raw_deg", "rotation_deg")
_FLAGS: Final = ("phase", "rep", "bridged", "seen")


def angles(motions: Iterable[Motion]) -> str:
    """All sides' curves as CSV.

    An empty cell was not measured. `rotation_raw_deg` is as read from the picture,
    `rotation_deg` the curve used; both count from the start, internal positive. `rep` counts from
    1, empty between repetitions; `bridged` and `seen` are 1 or 0.
    """
    sides = sorted(motions, key=lambda motion: list(Side).index(motion.side))
    channels = channel_order(sides)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*_FIXED, *channels, *_FLAGS])
    for motion in sides:
        writer.writerows(_rows(motion, channels))
    return out.getvalue()


def channel_order(motions: Iterable[Motion]) -> tuple[str, ...]:
    """Every channel of these motions, known ones in the order of the words, others after them."""
    named = {name for motion in motions for name in motion.channels}
    known = [name for name in shown_channels() if name in named]
    return (*known, *sorted(named.difference(known)))


def _rows(motion: Motion, channels: tuple[str, ...]) -> Iterator[list[str]]:
    for frame, time_s in enumerate(motion.time_s):
        phase, rep = motion.phase_at(float(time_s))
        yield [
            str(frame),
            f"{time_s:.4f}",
            motion.side.value,
            _cell(motion.raw_deg[frame], "_deg"),
            _cell(motion.rotation_deg[frame], "_deg"),
            *(_channel_cell(motion, name, frame) for name in channels),
            phase,
            "" if rep is None else str(rep + 1),
            str(int(motion.bridged[frame])),
            str(int(np.isfinite(motion.raw_deg[frame]))),
        ]


def _channel_cell(motion: Motion, name: str, frame: int) -> str:
    channel = motion.channels.get(name)
    return "" if channel is None else _cell(channel.value[frame], name)


def _cell(value: float, name: str) -> str:
    if math.isnan(value):
        return ""
    text = f"{value:.2f}" if name.endswith("_deg") else f"{value:.4f}"
    return text.removeprefix("-") if float(text) == 0 else text
