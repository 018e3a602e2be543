"""Review of a result: patient, day, signature and corrections, and their texts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from hipcv.core.landmarks import Side
from hipcv.core.side_result import result_of
from hipcv.report import numbers

Status = Literal["preliminary", "final", "amended"]


@dataclass(frozen=True, slots=True)
class Signature:
    """Signature of the person who checked the result."""

    status: Status
    by: str = ""  # initials
    at: datetime | None = None  # aware


UNSIGNED: Final = Signature("preliminary")


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """Review data of a result."""

    patient: str = ""  # a pseudonym
    on: date | None = None  # day of the visit
    signature: Signature = UNSIGNED
    corrections: Sequence[Mapping[str, Any]] = ()
    """As stored, oldest first: `number`, `kind`, `side`, `rep`, `before`, `after`, `why`, `by`,
    `at`, `withdrawn`. Only `kind` and `after` are required."""
    automatic: Mapping[str, Any] | None = None
    """The result document before corrections; None: that of the report itself."""


NO_CASE: Final = Case()


@dataclass(frozen=True, slots=True)
class CorrectionSummary:
    """Text of one correction."""

    number: int
    what: str  # "Left, repetition 2: hold"
    change: str  # "1.60 to 2.10 s → 1.70 to 2.20 s"
    why: str
    who: str  # "AB, 3 March 2026, 14:05 UTC"
    withdrawn: bool


def format_signature(signature: Signature) -> str:
    """Return one sentence on who signed, and when."""
    if signature.status == "amended" and not signature.by:
        return "Amended: corrected after it had been signed, and nobody has signed it again yet."
    if signature.status == "preliminary" or not signature.by:
        return "Preliminary: nobody has looked at this result and signed it yet."
    when = f" on {numbers.moment(signature.at)}" if signature.at else ""
    if signature.status == "amended":
        return (
            "Amended: corrected after it was first signed, and signed again by "
            f"{signature.by}{when}."
        )
    return f"Final: looked at and signed by {signature.by}{when}."


def format_automatic(case: Case, side: Side) -> str:
    """Return the automatic reading of a corrected side; "" where it was not corrected."""
    if case.automatic is None or not corrected(case, side):
        return ""
    automatic = result_of(case.automatic["sides"].get(side.value))
    angle = numbers.angle(automatic.result_deg) if automatic else "no number"
    return f"Read by the machine, before corrections by hand: {angle}."


def corrected(case: Case, side: Side | None = None) -> bool:
    """Return whether a correction applies: to the side or the whole clip, or to any side."""
    return any(
        side is None or correction.get("side") in {None, side.value}
        for correction in case.corrections
        if not correction.get("withdrawn")
    )


def summarise_corrections(case: Case) -> tuple[CorrectionSummary, ...]:
    """Return the text of every correction, withdrawn ones included."""
    return tuple(_correction(number, row) for number, row in enumerate(case.corrections, start=1))


def _correction(number: int, correction: Mapping[str, Any]) -> CorrectionSummary:
    at = correction.get("at")
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    who = (str(correction.get("by") or ""), numbers.moment(moment) if moment else "")
    kind = str(correction["kind"])
    before, after = (
        _VALUES[kind](correction.get(name) or {}) if kind in _VALUES else ""
        for name in ("before", "after")
    )
    return CorrectionSummary(
        number=int(correction.get("number") or number),
        what=_what(kind, correction),
        change=f"{before} → {after}" if before and before != after else after,
        why=str(correction.get("why") or ""),
        who=", ".join(filter(None, who)),
        withdrawn=bool(correction.get("withdrawn")),
    )


def _what(kind: str, correction: Mapping[str, Any]) -> str:
    side, rep = correction.get("side"), correction.get("rep")
    where = ", ".join(filter(None, (side, "" if rep is None else f"repetition {rep + 1}")))
    name = _KINDS.get(kind, kind)
    text = f"{where}: {name}" if where else name
    return text[0].upper() + text[1:]


def _counted(fields: Mapping[str, Any]) -> str:
    return {True: "counted", False: "not counted"}.get(fields.get("accepted", ""), "")


def _span(pair: Sequence[float | None] | None) -> str:
    first, last = pair or (None, None)
    return "" if first is None or last is None else numbers.span((first, last))


def _landmarks(fields: Mapping[str, Any]) -> str:
    points = {name: fields.get(f"{name}_px") for name in ("hip", "knee", "ankle")}
    moved = [f"{name} at {numbers.pixel(xy_px)}" for name, xy_px in points.items() if xy_px]
    in_frame = moved and "row" in fields
    frame = f" in frame {fields['row']} ({fields.get('at', '')})" if in_frame else ""
    return " and ".join(moved) + frame


_KINDS: Final = {
    "start": "still start, which is 0°",
    "plateau": "hold",
    "rep_span": "beginning and end",
    "rep": "counted or not",
    "landmark": "points placed by hand",
    "side": "tested side",
    "withdraw": "an earlier correction withdrawn",
}

_VALUES: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "start": lambda fields: _span(fields.get("span_s")),
    "plateau": lambda fields: _span(fields.get("plateau_s")),
    "rep_span": lambda fields: _span((fields.get("start_s"), fields.get("end_s"))),
    "rep": _counted,
    "landmark": _landmarks,
    "side": lambda fields: str(fields.get("side") or ""),
}
