"""Corrections by hand: one record for each kind, its validation, and its effect.

A correction is stored and sent as a JSON object with `kind`, `side`, `rep` (a number, or None),
`after` (the fields of its kind) and `why`. A later correction of the same thing replaces an earlier
one. Withdrawn ones, and those of the kinds in `ANALYSIS_KINDS`, are not passed to this module.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from hipcv.core.errors import BadRequest
from hipcv.core.landmarks import Side
from hipcv.core.overrides import Overrides, PlacedPoints, Point
from hipcv.core.span import Span
from hipcv.language import _

CorrectionKind = Literal["start", "plateau", "rep_span", "rep", "landmark", "side", "withdraw"]

ANALYSIS_KINDS: Final = ("side", "withdraw")
"""Kinds that set nothing: the clip is analysed again, or another correction is undone."""

LARGEST: Final = 1e6
"""Largest number in a correction: no pixel and no second of a clip comes near it."""

CorrectionJson = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StartCorrection:
    """Another still start: `{"span_s": [a, b]}`."""

    span_s: Span


@dataclass(frozen=True, slots=True)
class PlateauCorrection:
    """Another plateau of one repetition: `{"plateau_s": [a, b]}`."""

    rep: int
    plateau_s: Span


@dataclass(frozen=True, slots=True)
class RepSpanCorrection:
    """Another beginning and end of one repetition: `{"start_s": a, "end_s": b}`."""

    rep: int
    span_s: Span


@dataclass(frozen=True, slots=True)
class RepCorrection:
    """A repetition counted or not: `{"accepted": false}`, with a reason where it is not."""

    rep: int
    accepted: bool
    why: str


@dataclass(frozen=True, slots=True)
class LandmarkCorrection:
    """Points placed by hand: `{"at": "start" or "plateau", "row": frame, "knee_px": [x, y], …}`."""

    rep: int | None  # None: at the start
    points: PlacedPoints


Correction = (
    StartCorrection | PlateauCorrection | RepSpanCorrection | RepCorrection | LandmarkCorrection
)


def parse(data: CorrectionJson) -> Correction:
    """Validate one correction as it was sent or stored.

    Raises:
        BadRequest: it is of an unknown kind, or a field is missing or of a wrong type.
    """
    parse_kind = KINDS.get(str(data.get("kind")))
    if parse_kind is None:
        raise BadRequest(
            _("A correction of the kind {kind!r} is unknown.").format(kind=data.get("kind"))
        )
    return parse_kind(data)


def overrides_of(corrections: Sequence[CorrectionJson], side: Side) -> Overrides:
    """Return what all corrections of one side set.

    Corrections come in the order in which they were made. Those of the other side are validated,
    and have no effect.

    Raises:
        BadRequest: one of them is not valid.
    """
    overrides = Overrides()
    for data in corrections:
        correction = parse(data)
        if data.get("side") == side.value:
            overrides = _apply(correction, overrides)
    return overrides


def _apply(correction: Correction, to: Overrides) -> Overrides:
    match correction:
        case StartCorrection(span_s):
            return replace(to, start_s=span_s)
        case PlateauCorrection(rep, span_s):
            return replace(to, plateau_s={**to.plateau_s, rep: span_s})
        case RepSpanCorrection(rep, span_s):
            return replace(to, span_s={**to.span_s, rep: span_s})
        case RepCorrection(rep, accepted, why):
            others = {n: reason for n, reason in to.rejected.items() if n != rep}
            return replace(to, rejected=others if accepted else {**others, rep: why})
        case LandmarkCorrection(at_rep, points):
            if at_rep is None:
                return replace(to, start=points)
            return replace(to, plateau={**to.plateau, at_rep: points})


def _parse_rep_span(data: CorrectionJson) -> RepSpanCorrection:
    after = _after(data)
    span_s = _ordered(*(_number(after.get(name), name) for name in ("start_s", "end_s")))
    return RepSpanCorrection(_rep(data), span_s)


def _parse_rep(data: CorrectionJson) -> RepCorrection:
    accepted, why = _after(data).get("accepted"), str(data.get("why") or "").strip()
    if not isinstance(accepted, bool):
        raise BadRequest(_("Say whether the repetition is accepted: true or false."))
    if not accepted and not why:
        raise BadRequest(_("Say why the repetition is not to be counted."))
    return RepCorrection(_rep(data), accepted, why)


def _parse_landmark(data: CorrectionJson) -> LandmarkCorrection:
    after = _after(data)
    row, at = after.get("row"), after.get("at")
    if isinstance(row, bool) or not isinstance(row, int) or row < 0:
        raise BadRequest(_("Say in which frame the points were placed."))
    points = {name: _point(after, name) for name in ("hip_px", "knee_px", "ankle_px")}
    if not any(points.values()):
        raise BadRequest(_("Place at least one of hip, knee and ankle."))
    if at not in {"start", "plateau"}:
        raise BadRequest(_("Points are placed at the start or at a plateau."))
    return LandmarkCorrection(_rep(data) if at == "plateau" else None, PlacedPoints(row, **points))


KINDS: Final[Mapping[str, Callable[[CorrectionJson], Correction]]] = {
    "start": lambda data: StartCorrection(_span(data, "span_s")),
    "plateau": lambda data: PlateauCorrection(_rep(data), _span(data, "plateau_s")),
    "rep_span": _parse_rep_span,
    "rep": _parse_rep,
    "landmark": _parse_landmark,
}


def _after(data: CorrectionJson) -> Mapping[str, Any]:
    after = data.get("after")
    if not isinstance(after, Mapping):
        raise BadRequest(_("The correction does not say what it sets."))
    return after


def _rep(data: CorrectionJson) -> int:
    number = data.get("rep")
    if isinstance(number, bool) or not isinstance(number, int) or number < 0:
        raise BadRequest(_("Say which repetition is meant."))
    return number


def _span(data: CorrectionJson, name: str) -> Span:
    first, last = _pair(
        _after(data).get(name),
        _("{name}: give the first and the last moment, in seconds.").format(name=name),
    )
    return _ordered(_number(first, "first"), _number(last, "last"))


def _ordered(first_s: float, last_s: float) -> Span:
    if not 0 <= first_s <= last_s:
        raise BadRequest(_("The first moment must not be later than the last."))
    return Span.through(first_s, last_s)


def _point(after: Mapping[str, Any], name: str) -> Point | None:
    if after.get(name) is None:
        return None
    x, y = _pair(after[name], _("{name}: give x and y in pixels of the clip.").format(name=name))
    return _number(x, "x"), _number(y, "y")


def _pair(value: object, remedy: str) -> Sequence[Any]:
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) != 2:  # noqa: PLR2004
        raise BadRequest(remedy)
    return value


def _number(value: object, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LARGEST:
        raise BadRequest(_("{name}: give a number.").format(name=name))
    return float(value)
