"""FHIR R4 Observations of a result, one a side.

The value is the result of the side, as in the report. A side without one, because it could not be
measured or no repetition kept the rules of the test, has the reason in the value's place. Only
codes that could be verified are used (SNOMED CT, UCUM); all can be configured. Quantities without
such a code have a text only. The target is a note, not a reference range, which would be read as
the normal range.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from hipcv.core.answers import Answers
from hipcv.core.assessment import Assessment, Category
from hipcv.core.landmarks import Side
from hipcv.core.person import Person
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.side_result import (
    NOT_HELD,
    SideResult,
    lift_deg,
    not_counted_because,
    result_of,
)
from hipcv.language import N_, SOURCE, Translated, _, current, ngettext
from hipcv.report import numbers, stored, wording
from hipcv.report.answers import describe_answers
from hipcv.report.counting import NO_HOLD, ask_to_repeat
from hipcv.report.formats import fhir_bundle
from hipcv.report.formats.fhir_bundle import (
    URI,
    bundle,
    context_entries,
    observation_entry,
    signature_entries,
)
from hipcv.report.formats.fhir_codes import DEFAULT_CODES, Codes
from hipcv.report.formats.fhir_components import (
    NOT_MEASURED,
    absent,
    components,
    concept,
    counting,
    degrees,
)
from hipcv.report.review import (
    NO_CASE,
    Case,
    format_anchor,
    format_automatic,
    format_ended,
    summarise_corrections,
)
from hipcv.report.typical import describe_typical
from hipcv.report.verdict import give_verdict

JsonObject = dict[str, Any]

EXAM: Final = "http://terminology.hl7.org/CodeSystem/observation-category"

TITLE: Final = N_(
    "Hip internal rotation, active, seated, relative to the person's own start position"
)


PROVISIONAL: Final = N_(
    "Provisional: fewer repetitions count than are wanted, so there is no category"
)
_LOST: Final = N_("Withdrawn: the present result of this recording does not have this side.")
_NONE_COUNTS: Final = N_("Not counted: no repetition kept the rules of the test")
_RULES: Final = N_(
    "A repetition counts if the foot is swung out and held without lifting the hip or the leg and "
    "without shifting the weight off the hands."
)

_JOINTS: Final = Translated({Side.LEFT: N_("Left hip joint"), Side.RIGHT: N_("Right hip joint")})

_VERDICT_SETTINGS: Final = (
    "target_deg", "typical_low_deg", "typical_high_deg", "much_lower_deg",
)  # fmt: skip

_EARLIER_CATEGORIES: Final[Mapping[str, Category]] = {"at_target_within_error": "close_to_target"}
"""Categories of `hipcv.assessment/1` by another name."""


def observations(
    document: Mapping[str, Any],
    *,
    case: Case = NO_CASE,
    effective: date | datetime | None = None,
    codes: Codes = DEFAULT_CODES,
) -> JsonObject:
    """Return a Bundle with one Observation for each side that was assessed, and what it refers to.

    `effective`, when the movement was made, is the day of the case where it is not given, or else
    when the clip says that it was recorded; an instant must know its time zone.

    Returns:
        A transaction without entries where no side was assessed. A side without a result has a
        `dataAbsentReason`. The same clip, side, day and patient always have the same identifier.
    """
    document = stored.translated(document)
    sides = [side for side in Side if document["sides"].get(side.value) is not None]
    when = effective or case.on or _declared(document)
    resources = [_observation(document, side, case, when=when, codes=codes) for side in sides]
    lost = [
        _withdrawn(document, side, case, when=when, why=_(_LOST), codes=codes)
        for side in _lost(document, case)
    ]
    if not (resources or lost):
        return bundle([])
    return bundle(
        [
            *map(observation_entry, (*resources, *lost)),
            *context_entries(case, codes, document),
            *signature_entries(case, resources),
        ]
    )


def _lost(document: Mapping[str, Any], case: Case) -> list[Side]:
    """Return the sides that an earlier result of the clip had, and this one has not."""
    earlier = [*case.superseded, *([case.automatic] if case.automatic else [])]
    return [
        side
        for side in Side
        if document["sides"].get(side.value) is None
        and any(one["sides"].get(side.value) is not None for one in earlier)
    ]


def withdrawn(
    document: Mapping[str, Any], *, case: Case, why: str, codes: Codes = DEFAULT_CODES
) -> JsonObject:
    """Return the Observations that an earlier export of a result had, as entered in error.

    Args:
        document: the result that was exported.
        case: patient and day under which it was exported.
        why: a sentence.
        codes: see `fhir_codes`.
    """
    when = case.on or _declared(document)
    sides = [side for side in Side if document["sides"].get(side.value) is not None]
    resources = [
        _withdrawn(document, side, case, when=when, why=why, codes=codes) for side in sides
    ]
    context = context_entries(case, codes, document) if resources else []
    return bundle([*map(observation_entry, resources), *context])


def _observation(
    document: Mapping[str, Any],
    side: Side,
    case: Case,
    *,
    when: date | datetime | None,
    codes: Codes,
) -> JsonObject:
    result = document["sides"][side.value]
    return {
        **_head(document, side, case, when=when, codes=codes),
        "status": case.signature.status,
        **_value(document, side),
        **_interpretation(document, result),
        "note": [{"text": text} for text in _notes(document, side, case)],
        "method": {"text": _method(document, result)},
        "component": components(result, side, codes),
    }


def _withdrawn(
    document: Mapping[str, Any],
    side: Side,
    case: Case,
    *,
    when: date | datetime | None,
    why: str,
    codes: Codes,
) -> JsonObject:
    return {
        **_head(document, side, case, when=when, codes=codes),
        "status": "entered-in-error",
        "note": [{"text": why}],
    }


def _head(
    document: Mapping[str, Any],
    side: Side,
    case: Case,
    *,
    when: date | datetime | None,
    codes: Codes,
) -> JsonObject:
    """Return what identifies an Observation: of whom, when, what and where."""
    left = side is Side.LEFT
    by_side = codes.observation_left if left else codes.observation_right
    site = codes.body_site_left if left else codes.body_site_right
    return {
        "resourceType": "Observation",
        **({} if current() == SOURCE else {"language": current()}),
        "identifier": [{"system": URI, "value": _address(document, side, case, when)}],
        "category": [{"coding": [{"system": EXAM, "code": "exam", "display": "Exam"}]}],
        "code": concept(_(TITLE), (*codes.observation, *by_side)),
        **fhir_bundle.subject(case, codes),
        **_who_and_when(case, when),
        "bodySite": concept(_JOINTS[side], (*site, *codes.body_site)),
        "device": fhir_bundle.device(document),
    }


def _address(
    document: Mapping[str, Any], side: Side, case: Case, when: date | datetime | None
) -> str:
    """Return the identifier: one for each clip, side, day and patient."""
    day = when.isoformat()[:10] if when else ""
    name = f"hipcv:{document['clip']['sha256']}:{side.value}:{day}"
    return fhir_bundle.urn(f"{name}:{case.patient}" if case.patient else name)


def _who_and_when(case: Case, when: date | datetime | None) -> JsonObject:
    fields: JsonObject = {}
    if when is not None:
        fields["effectiveDateTime"] = when.isoformat()
    if case.signature.at is not None:
        fields["issued"] = case.signature.at.isoformat()
    if case.signature.by:
        fields["performer"] = [{"display": case.signature.by}]
    return fields


def _declared(document: Mapping[str, Any]) -> datetime | None:
    """Return when the clip was recorded by its own record; the date of a file may be another."""
    clip = document["clip"]
    if clip.get("recorded_at_source") != "container":
        return None
    at = datetime.fromisoformat(clip["recorded_at"])
    return at if at.tzinfo else None


def _value(document: Mapping[str, Any], side: Side) -> JsonObject:
    measured = document["sides"][side.value]
    result = result_of(measured)
    if result is not None:
        return {"valueQuantity": degrees(result.result_deg)}
    if measured.get("status") == "not_counted":
        return {"dataAbsentReason": absent(_not_counted(measured))}
    return {"dataAbsentReason": absent(_refusal(document, side))}


def _refusal(document: Mapping[str, Any], side: Side) -> str:
    """Return why a side could not be measured."""
    reasons = [
        issue["text"]
        for issue in document["issues"]
        if issue["severity"] == "refuse" and issue["side"] in (None, side.value)
    ]
    return " ".join([_(NOT_MEASURED), *reasons])


def _not_counted(side: Mapping[str, Any]) -> str:
    """Return why no repetition counts: the rules that each broke."""
    reasons = (
        _("repetition {number} ({reasons})").format(number=number, reasons=", ".join(_reasons(rep)))
        for number, rep in enumerate(side["reps"], start=1)
    )
    return f"{_(_NONE_COUNTS)}: {', '.join(reasons)}."


def _reasons(rep: Mapping[str, Any]) -> list[str]:
    """Return what keeps a repetition from counting."""
    broken = [finding["code"] for finding in rep["findings"] if finding["severity"] == "invalid"]
    rejected = rep.get("rejected")
    return [
        *(wording.FINDINGS[code].name.lower() for code in broken),
        *([_("not held")] if not rep.get("held", True) else []),
        *([_("practice")] if rep.get("practice") else []),
        *([_("set aside by hand: {why}").format(why=rejected)] if rejected is not None else []),
    ]


def _interpretation(document: Mapping[str, Any], side: Mapping[str, Any]) -> JsonObject:
    """Return the category as text: HL7's codes mean normal and abnormal, which it is not."""
    result = result_of(side)
    if result is not None and result.provisional:
        return {"interpretation": [{"text": _(PROVISIONAL)}]}
    text = _verdict(document, side)
    return {"interpretation": [{"text": text}]} if text else {}


def _verdict(document: Mapping[str, Any], side: Mapping[str, Any]) -> str:
    """Return the verdict of the report; "" where the side has no category."""
    result = result_of(side)
    if result is None:
        return ""
    stored = document["provenance"]["protocol"]
    limits = {name: stored[name] for name in _VERDICT_SETTINGS if name in stored}
    assessment = Assessment(
        Side.LEFT,  # the verdict does not depend on it
        result_deg=result.result_deg,
        result_interval_deg=result.interval_deg,
        start_tilt_deg=side["start_tilt_deg"],
        category=_EARLIER_CATEGORIES.get(side["category"], side["category"]),
        is_minor=Person.from_dict(document.get("person")).is_minor,
    )
    return give_verdict(assessment, MeasurementProtocol(**limits))


def _notes(document: Mapping[str, Any], side: Side, case: Case) -> list[str]:
    """Return notes: meaning of the value, compensations, issues, corrections, disclaimer."""
    result = document["sides"][side.value]
    findings = [
        _("Repetition {number}, {code} ({severity}): {text}").format(
            number=number,
            code=finding["code"],
            severity=wording.SEVERITY[finding["severity"]],
            text=finding["text"],
        )
        for number, rep in enumerate(result["reps"], start=1)
        for finding in rep["findings"]
    ]
    issues = [
        f"{issue['code']}: {issue['text']} {issue['remedy']}"
        for issue in document["issues"]
        if issue["side"] in (None, side.value)
    ]
    return [
        *_meaning(document, result),
        *_of_person(document),
        *findings,
        *issues,
        *_corrections(case, side),
        *filter(None, [format_ended(case.signature), format_anchor(case)]),
        _(wording.DISCLAIMER),
    ]


def _of_person(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield the age at the test and the answers after it, as given."""
    person = Person.from_dict(document.get("person"))
    if person.age_years is not None:
        yield _("Age at the test: {age} years.").format(age=person.age_years)
    yield from describe_answers(_answers(document))


def _answers(document: Mapping[str, Any]) -> Answers:
    return Answers.from_stored(document.get("answers") or {})


def _meaning(document: Mapping[str, Any], side: Mapping[str, Any]) -> list[str]:
    """Return what the value is and is not; of a side that does not count, why and what to do."""
    protocol, result = document["provenance"]["protocol"], result_of(side)
    if result is not None:
        typical = describe_typical(protocol, Person.from_dict(document.get("person")))
        notes = [_provisional(side, protocol) if result.provisional else "", _basis(side, result)]
        return [*filter(None, notes), typical]
    if side.get("status") != "not_counted":
        return []
    repeat = [] if _answers(document).hurt else [_repeat(side)]
    return [_not_counted(side), *_reached(side), _(_RULES), *repeat]


def _reached(side: Mapping[str, Any]) -> list[str]:
    """Return how far each repetition that broke a rule went before that."""
    return [
        _("Repetition {number}: before the first compensation began it had turned {angle}.").format(
            number=number, angle=numbers.angle(rep["clean_deg"])
        )
        for number, rep in enumerate(side["reps"], start=1)
        if any(finding["severity"] == "invalid" for finding in rep["findings"])
    ]


def _repeat(side: Mapping[str, Any]) -> str:
    """Return what to do, with the remedy for the rule that was broken most often."""
    codes = [NO_HOLD if code == NOT_HELD else code for code in not_counted_because(side)]
    return ask_to_repeat([code for code in codes if code in wording.FINDINGS])


def _provisional(side: Mapping[str, Any], protocol: Mapping[str, Any]) -> str:
    counts = _("{count} of {total}").format(
        count=counting(side), total=f"{protocol['reps_wanted']:g}"
    )
    return f"{_(PROVISIONAL)} ({counts})."


def _basis(side: Mapping[str, Any], result: SideResult) -> str:
    """Return what was taken off the rotation; "" where nothing was."""
    if result.basis != "pelvis_relative":
        return ""
    lift = numbers.angle(lift_deg(side))
    return _("The value is the rotation with {lift} of hip lift taken off.").format(lift=lift)


def _corrections(case: Case, side: Side) -> list[str]:
    corrections = [
        correction
        for correction in case.corrections
        if not correction.get("withdrawn") and correction.get("side") in (None, side.value)
    ]
    own = replace(case, corrections=corrections)
    texts = [
        _("Corrected by hand. {what}: {change}. {why}")
        .format(what=one.what, change=one.change, why=one.why)
        .strip()
        for one in summarise_corrections(own)
    ]
    automatic = format_automatic(own, side)
    return [*texts, *([automatic] if automatic else [])]


def _method(document: Mapping[str, Any], side: Mapping[str, Any]) -> str:
    result, counted = result_of(side), counting(side)
    text = _(
        "Estimated from video of one camera in front: turn of the shank from its own still start, "
        "along the thigh, at the held end of the movement, not an ISB hip joint angle"
    )
    if result is not None and result.basis == "pelvis_relative":
        limit = document["provenance"]["protocol"].get("obliquity_counts_deg", 0.0)
        text = _(
            "Estimated from video of one camera in front: turn of the shank from its own still "
            "start, along the thigh, at the held end of the movement, less a hip lift of {limit} "
            "or more, not an ISB hip joint angle"
        ).format(limit=numbers.whole(limit))
    mean = ngettext("one repetition", "mean of {count} repetitions", counted).format(count=counted)
    return f"{text}; {mean}." if counted else f"{text}."
