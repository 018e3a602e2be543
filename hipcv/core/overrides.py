"""What was set by hand, put in place of what was found. Nothing set: everything as it was."""

from dataclasses import replace
from typing import Final

import numpy as np

from hipcv.core.arrays import Floats, Ints
from hipcv.core.closeup import START, Closeup
from hipcv.core.errors import BadRequest
from hipcv.core.marks import Marks, Span
from hipcv.core.phases import Curve, Phases, RepFrames, phases_about
from hipcv.core.plateaus import FRAMES_MIN
from hipcv.core.protocol import MeasurementProtocol

UNUSED: Final = -2
"""Value of `Closeup.window` for a key frame outside of what was marked."""

ROUNDING_S: Final = 0.0006
"""Moments are told to a thousandth of a second; the frame meant may be half of one away."""

START_FRAMES_MIN: Final = 3
"""A median wants three."""


def marked_phases(phases: Phases, marks: Marks, protocol: MeasurementProtocol) -> Phases:
    """Phases with start, plateaus and spans where they were marked.

    A new start moves the zero; repetitions stay the stretches of the clip they were, so that their
    numbers do. Where no start had been found, they are sought about the one that was marked.

    Raises:
        BadRequest: a marked stretch shows too little, or there is no such repetition.
    """
    if marks.start_s is not None:
        rows = _seen_rows(phases.curve, marks.start_s)
        if len(rows) < START_FRAMES_MIN:
            raise BadRequest(_too_little("The start position", marks.start_s))
        if not len(phases.start):
            phases = phases_about(phases.curve, rows, protocol, still=True)
        zero = float(np.median(phases.curve.calm_deg[rows]))
        phases = replace(phases, start=rows, still=True, zero_deg=zero)
    for number in sorted(marks.numbers):
        if not 0 <= number < len(phases.internal):
            raise BadRequest(f"There is no repetition {number + 1} of this leg.")
    reps = [_marked_rep(rep, n, phases.curve, marks) for n, rep in enumerate(phases.internal)]
    return replace(phases, internal=tuple(reps))


def marked_closeup(closeup: Closeup, marks: Marks) -> Closeup:
    """A closeup without the key frames that lie outside of the marked start and plateaus."""
    window = closeup.window.copy()
    for number, span_s in _windows(marks).items():
        window[(window == number) & ~_within(closeup.time_s, span_s)] = UNUSED
    return replace(closeup, window=window)


def key_frames_missing(closeup: Closeup, marks: Marks) -> bool:
    """Whether something was marked where the closer look registered too few frames."""
    registered = np.isfinite(closeup.rotation_deg).any(axis=1)
    here = marked_closeup(closeup, marks).window
    return any(
        np.count_nonzero(registered & (here == number)) < FRAMES_MIN for number in _windows(marks)
    )


def _windows(marks: Marks) -> dict[int, Span]:
    """Every marked window of key frames, by its number."""
    start = {} if marks.start_s is None else {START: marks.start_s}
    return start | dict(marks.plateau_s)


def _marked_rep(rep: RepFrames, number: int, curve: Curve, marks: Marks) -> RepFrames:
    plateau = rep.plateau
    if number in marks.plateau_s:
        plateau = _seen_rows(curve, marks.plateau_s[number])
        if not len(plateau):
            raise BadRequest(
                _too_little(f"The plateau of repetition {number + 1}", marks.plateau_s[number])
            )
    first, last = rep.first, rep.last
    if number in marks.span_s:
        begin_s, end_s = marks.span_s[number]
        first, last = (int(np.abs(curve.time_s - at_s).argmin()) for at_s in (begin_s, end_s))
    return RepFrames(min(first, int(plateau[0])), max(last, int(plateau[-1])), plateau)


def _seen_rows(curve: Curve, span_s: Span) -> Ints:
    """Rows of a stretch in which the leg was seen and the patient sat as usual."""
    return np.flatnonzero(_within(curve.time_s, span_s) & np.isfinite(curve.calm_deg))


def _within(time_s: Floats, span_s: Span) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    first_s, last_s = span_s
    return np.asarray((time_s >= first_s - ROUNDING_S) & (time_s <= last_s + ROUNDING_S))


def _too_little(what: str, span_s: Span) -> str:
    return (
        f"{what} from {span_s[0]:.2f} to {span_s[1]:.2f} s: the leg is not seen in enough frames "
        "there. Mark a longer moment, or another one."
    )
