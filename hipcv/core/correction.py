"""Corrections as they are stored and sent, to what they set: one dict for each, in their order.

A later correction of the same thing stands above an earlier one; one that was withdrawn is not
among them.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from hipcv.core.errors import BadRequest
from hipcv.core.landmarks import Side
from hipcv.core.marks import Marks, Placed, Point, Span

Correction = Mapping[str, Any]
"""`kind`, `side`, `rep` (its number, or None), `after` (see `KINDS`), `why`."""


def marks_of(corrections: Sequence[Correction], side: Side) -> Marks:
    """What all corrections of one side set.

    Args:
        corrections: in the order in which they were made.
        side: whose.

    Raises:
        BadRequest: one of them cannot be understood.
    """
    wanted: _Wanted = {"start_s": None, "start": None, **{name: {} for name in _BY_REP}}
    for correction in corrections:
        set_it = KINDS.get(str(correction.get("kind")))
        if set_it is None:
            raise BadRequest(f"A correction of the kind {correction.get('kind')!r} is unknown.")
        if correction.get("side") == side.value:
            set_it(wanted, correction)
    return Marks(**wanted)


_Wanted = dict[str, Any]
_BY_REP: Final = ("plateau_s", "span_s", "rejected", "plateau")


def _start(wanted: _Wanted, correction: Correction) -> None:
    wanted["start_s"] = _span(correction, "span_s")


def _plateau(wanted: _Wanted, correction: Correction) -> None:
    wanted["plateau_s"][_rep(correction)] = _span(correction, "plateau_s")


def _rep_span(wanted: _Wanted, correction: Correction) -> None:
    after = _after(correction)
    span = _ordered(_number(after, "start_s"), _number(after, "end_s"))
    wanted["span_s"][_rep(correction)] = span


def _accepted(wanted: _Wanted, correction: Correction) -> None:
    accepted = _after(correction).get("accepted")
    if not isinstance(accepted, bool):
        raise BadRequest("Say whether the repetition is accepted: true or false.")
    why = str(correction.get("why") or "").strip()
    if accepted:
        wanted["rejected"].pop(_rep(correction), None)
    elif not why:
        raise BadRequest("Say why the repetition is not to be counted.")
    else:
        wanted["rejected"][_rep(correction)] = why


def _landmark(wanted: _Wanted, correction: Correction) -> None:
    after = _after(correction)
    row = after.get("row")
    if isinstance(row, bool) or not isinstance(row, int) or row < 0:
        raise BadRequest("Say in which frame the points were placed.")
    points = {name: _point(after, name) for name in ("hip_px", "knee_px", "ankle_px")}
    if not any(points.values()):
        raise BadRequest("Place at least one of hip, knee and ankle.")
    placed = Placed(row, **points)
    if after.get("at") == "start":
        wanted["start"] = placed
    elif after.get("at") == "plateau":
        wanted["plateau"][_rep(correction)] = placed
    else:
        raise BadRequest("Points are placed at the start or at a plateau.")


KINDS: Final[Mapping[str, Callable[[_Wanted, Correction], None]]] = {
    "start": _start,  # {"span_s": [a, b]}
    "plateau": _plateau,  # {"plateau_s": [a, b]}, of one repetition
    "rep_span": _rep_span,  # {"start_s": a, "end_s": b}, of one repetition
    "rep": _accepted,  # {"accepted": false}, of one repetition
    "landmark": _landmark,  # {"at": "start" | "plateau", "row": frame, "knee_px": [x, y], ...}
}
"""What a correction of each kind sets."""


def _after(correction: Correction) -> Mapping[str, Any]:
    after = correction.get("after")
    if not isinstance(after, Mapping):
        raise BadRequest("The correction does not say what it sets.")
    return after


def _rep(correction: Correction) -> int:
    number = correction.get("rep")
    if isinstance(number, bool) or not isinstance(number, int) or number < 0:
        raise BadRequest("Say which repetition is meant.")
    return number


def _span(correction: Correction, name: str) -> Span:
    pair = _after(correction).get(name)
    if not isinstance(pair, Sequence) or isinstance(pair, str) or len(pair) != 2:  # noqa: PLR2004
        raise BadRequest(f"{name}: give the first and the last moment, in seconds.")
    ends = {"first": pair[0], "last": pair[1]}
    return _ordered(_number(ends, "first"), _number(ends, "last"))


def _ordered(first_s: float, last_s: float) -> Span:
    if not 0 <= first_s <= last_s:
        raise BadRequest("The first moment must not be later than the last.")
    return first_s, last_s


def _point(after: Mapping[str, Any], name: str) -> Point | None:
    pair = after.get(name)
    if pair is None:
        return None
    if not isinstance(pair, Sequence) or isinstance(pair, str) or len(pair) != 2:  # noqa: PLR2004
        raise BadRequest(f"{name}: give x and y in pixels of the clip.")
    axes = {"x": pair[0], "y": pair[1]}
    return _number(axes, "x"), _number(axes, "y")


def _number(told: Mapping[str, Any], name: str) -> float:
    value = told.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise BadRequest(f"{name}: give a number.")
    return float(value)
