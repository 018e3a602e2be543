"""Who stands behind a result: patient, day, signature, corrections; and the words for them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from hipcv.core.landmarks import Side
from hipcv.report import numbers

Status = Literal["preliminary", "final", "amended"]


@dataclass(frozen=True, slots=True)
class Signature:
    """Whether a person looked at the result and stands behind it."""

    status: Status
    by: str = ""  # initials
    at: datetime | None = None  # aware


UNSIGNED: Final = Signature("preliminary")


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """What is known of a result beyond the clip."""

    patient: str = ""  # a pseudonym
    on: date | None = None  # day of the visit
    signature: Signature = UNSIGNED
    corrections: Sequence[Mapping[str, Any]] = ()
    """As stored, in their order: `number`, `kind`, `side`, `rep`, `before`, `after`, `why`, `by`,
    `at`, `withdrawn`. Only `kind` and `after` must be there."""
    automatic: Mapping[str, Any] | None = None
    """The result document as the machine made it; None: it is the one that is shown."""


NO_CASE: Final = Case()


@dataclass(frozen=True, slots=True)
class CorrectionSummary:
    """One correction in words."""

    number: int
    what: str  # "Left, repetition 2: hold"
    change: str  # "1.60 to 2.10 s → 1.70 to 2.20 s"
    why: str
    who: str  # "AB, 3 March 2026, 14:05 UTC"
    withdrawn: bool


def format_signature(signature: Signature) -> str:
    """One sentence on who signed, and when."""
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
    """The machine's own reading of a side that was corrected; "" where nothing of it was."""
    if case.automatic is None or not corrected(case, side):
        return ""
    told = case.automatic["sides"].get(side.value)
    if not told or told["rotation_deg"] is None:
        return "Read by the machine, before corrections by hand: no number."
    reading = numbers.angle(told["rotation_deg"])
    span = numbers.interval(tuple(told["interval_deg"]))
    return f"Read by the machine, before corrections by hand: {reading} ({span})."


def corrected(case: Case, side: Side | None = None) -> bool:
    """Whether any correction holds; with a side, any of that side or of the whole clip."""
    return any(
        side is None or correction.get("side") in {None, side.value}
        for correction in case.corrections
        if not correction.get("withdrawn")
    )


def summarise_corrections(case: Case) -> tuple[CorrectionSummary, ...]:
    """Every correction in words, withdrawn ones too."""
    return tuple(
        _correction(place, correction) for place, correction in enumerate(case.corrections, start=1)
    )


def _correction(place: int, correction: Mapping[str, Any]) -> CorrectionSummary:
    at = correction.get("at")
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    told = [str(correction.get("by") or ""), numbers.moment(moment) if moment else ""]
    kind = str(correction["kind"])
    before, after = (_value(kind, correction.get(name) or {}) for name in ("before", "after"))
    return CorrectionSummary(
        number=int(correction.get("number") or place),
        what=_what(kind, correction),
        change=f"{before} → {after}" if before and before != after else after,
        why=str(correction.get("why") or ""),
        who=", ".join(word for word in told if word),
        withdrawn=bool(correction.get("withdrawn")),
    )


def _what(kind: str, correction: Mapping[str, Any]) -> str:
    side, rep = correction.get("side"), correction.get("rep")
    places = [str(side)] if side else []
    places += [f"repetition {rep + 1}"] if rep is not None else []
    where = ", ".join(places)
    told = _KINDS.get(kind, kind)
    return f"{where[0].upper()}{where[1:]}: {told}" if where else f"{told[0].upper()}{told[1:]}"


def _value(kind: str, told: Mapping[str, Any]) -> str:
    """What a correction found or set; "" where it does not say."""
    tell = _VALUES.get(kind)
    return tell(told) if tell else ""


def _counted(told: Mapping[str, Any]) -> str:
    return {True: "counted", False: "not counted"}.get(told.get("accepted", ""), "")


def _span(pair: Sequence[float | None] | None) -> str:
    first, last = pair or (None, None)
    return "" if first is None or last is None else numbers.span((first, last))


def _landmarks(told: Mapping[str, Any]) -> str:
    moved = [name for name in ("hip", "knee", "ankle") if told.get(f"{name}_px")]
    if not moved:
        return ""
    places = [
        f"{name} at {told[f'{name}_px'][0]:.0f}, {told[f'{name}_px'][1]:.0f}\u00a0px"
        for name in moved
    ]
    frame = f" in frame {told['row']} ({told.get('at', '')})" if "row" in told else ""
    return " and ".join(places) + frame


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
    "start": lambda told: _span(told.get("span_s")),
    "plateau": lambda told: _span(told.get("plateau_s")),
    "rep_span": lambda told: _span((told.get("start_s"), told.get("end_s"))),
    "rep": _counted,
    "landmark": _landmarks,
    "side": lambda told: str(told.get("side") or ""),
}
