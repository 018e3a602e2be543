"""Review of a result: patient, day, signature and corrections, and their texts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Literal

from hipcv.core.answers import Answers
from hipcv.core.landmarks import Side
from hipcv.core.person import Person
from hipcv.core.side_result import result_of
from hipcv.language import N_, Translated, _, join, ngettext
from hipcv.report import numbers, wording
from hipcv.report.goniometer import words_of_note

Status = Literal["preliminary", "final", "amended"]


@dataclass(frozen=True, slots=True)
class Signature:
    """Signature of the person who checked the result."""

    status: Status
    by: str = ""  # initials
    at: datetime | None = None  # aware
    ended_by: str = ""  # initials of an earlier signature that no longer holds
    ended_at: datetime | None = None  # time of that signature; aware
    change: str = ""  # the change that ended it, by its name in the audit trail


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
    person: Person = field(default_factory=Person)  # noted since the analysis
    answers: Answers = field(default_factory=Answers)  # noted since the analysis
    notes: Sequence[Mapping[str, Any]] = ()
    """Of the therapist on clip and visit, as stored: `text`, `payload`, `added_by`, `added_at`."""
    superseded: Sequence[Mapping[str, Any]] = ()
    """Result documents of earlier analyses of the same clip."""
    anchor: str = ""
    """Number and hash of the last row of the audit trail, for a signed result."""


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
    if not signature.by or signature.status == "preliminary":
        return " ".join(filter(None, (_describe_unsigned(signature), format_ended(signature))))
    who = _signer(signature.by, signature.at)
    if signature.status == "amended":
        return _("Amended: changed after it was first signed, and signed again by {who}.").format(
            who=who
        )
    return _("Final: looked at and signed by {who}.").format(who=who)


def _describe_unsigned(signature: Signature) -> str:
    if signature.status == "amended":
        return _("Amended: changed after it had been signed, and not signed again yet.")
    if signature.ended_by:
        return _("Preliminary: not signed off.")
    return _("Preliminary: nobody has looked at this result and signed it yet.")


def format_ended(signature: Signature) -> str:
    """Return whose signature no longer holds, and why; "" where there is none."""
    if not signature.ended_by:
        return ""
    who = _signer(signature.ended_by, signature.ended_at)
    return _ENDED.get(signature.change, _ENDED["correct"]).format(who=who)


def _signer(by: str, at: datetime | None) -> str:
    if at is None:
        return by
    return _("{by} on {moment}").format(by=by, moment=numbers.moment(at))


def format_anchor(case: Case) -> str:
    """Return the anchor of a signed result with what it is for; "" where it is not signed."""
    if not (case.anchor and case.signature.by):
        return ""
    return _(
        "Anchor in the record of changes: {anchor}. The command “hipcv audit” and the settings "
        "page check it."
    ).format(anchor=case.anchor)


def format_automatic(case: Case, side: Side) -> str:
    """Return the automatic reading of a corrected side; "" where it was not corrected."""
    if case.automatic is None or not corrected(case, side):
        return ""
    automatic = result_of(case.automatic["sides"].get(side.value))
    angle = numbers.angle(automatic.result_deg) if automatic else _("no number")
    return _("Read by the machine, before corrections by hand: {angle}.").format(angle=angle)


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


def summarise_notes(case: Case) -> tuple[tuple[str, str], ...]:
    """Return the text of every note, and who wrote it and when."""
    return tuple(
        (words, f"{note['added_by']}, {numbers.moment(note['added_at'])}")
        for note in case.notes
        if (words := words_of_note(note))
    )


def title_of_notes(count: int) -> str:
    """Return the title over notes."""
    return ngettext("Note of the therapist", "Notes of the therapist", count)


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
    words = (
        wording.SIDES[Side(side)] if side else "",
        "" if rep is None else _("repetition {number}").format(number=rep + 1),
    )
    where = ", ".join(filter(None, words))
    name = _KINDS.get(kind, kind)
    text = f"{where}: {name}" if where else name
    return text[0].upper() + text[1:]


def _counted(fields: Mapping[str, Any]) -> str:
    return _COUNTED.get(fields.get("accepted", ""), "")


def _span(pair: Sequence[float | None] | None) -> str:
    first, last = pair or (None, None)
    return "" if first is None or last is None else numbers.span((first, last))


def _landmarks(fields: Mapping[str, Any]) -> str:
    points = {name: fields.get(f"{name}_px") for name in _POINTS}
    moved = [
        _POINTS[name].format(at=numbers.pixel(xy_px)) for name, xy_px in points.items() if xy_px
    ]
    if not moved or "row" not in fields:
        return join(moved)
    return _("{points} in frame {frame} ({at})").format(
        points=join(moved), frame=fields["row"], at=fields.get("at", "")
    )


_MEASURED_AGAIN: Final = N_("The signature of {who} no longer holds: it was measured again since.")

_ENDED: Final = Translated(
    {
        "correct": N_("The signature of {who} no longer holds: the result was corrected since."),
        "move_clip": N_(
            "The signature of {who} no longer holds: the recording was moved to another patient "
            "or day since."
        ),
        "ask_again": _MEASURED_AGAIN,
        "add_analysis": _MEASURED_AGAIN,
        "make_current": N_(
            "The signature of {who} no longer holds: another result of the recording was made "
            "the current one since."
        ),
        "unsign": N_("The signature of {who} was taken back."),
    }
)
"""End of a signature, by the change in the audit trail that caused it."""

_KINDS: Final = Translated(
    {
        "start": N_("still start, which is 0°"),
        "plateau": N_("hold"),
        "rep_span": N_("beginning and end"),
        "rep": N_("counted or not"),
        "landmark": N_("points placed by hand"),
        "side": N_("tested side"),
        "withdraw": N_("an earlier correction withdrawn"),
    }
)

_COUNTED: Final = Translated({True: N_("counted"), False: N_("not counted")})

_POINTS: Final = Translated(
    {"hip": N_("hip at {at}"), "knee": N_("knee at {at}"), "ankle": N_("ankle at {at}")}
)

_VALUES: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "start": lambda fields: _span(fields.get("span_s")),
    "plateau": lambda fields: _span(fields.get("plateau_s")),
    "rep_span": lambda fields: _span((fields.get("start_s"), fields.get("end_s"))),
    "rep": _counted,
    "landmark": _landmarks,
    "side": lambda fields: wording.SIDES[Side(fields["side"])] if fields.get("side") else "",
}
