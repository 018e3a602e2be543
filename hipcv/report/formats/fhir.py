"""The result as FHIR R4 Observations, one a side.

Codes are only those that could be looked up (SNOMED CT, UCUM); all can be changed. What has no
sure code is told in words alone. The target is no reference range, which readers would take for
what is normal: it is a note.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from hipcv.core.landmarks import Side
from hipcv.report import numbers, wording
from hipcv.report.review import NO_CASE, Case, format_automatic, summarise_corrections

JsonObject = dict[str, Any]

SNOMED: Final = "http://snomed.info/sct"
UCUM: Final = "http://unitsofmeasure.org"
EXAM: Final = "http://terminology.hl7.org/CodeSystem/observation-category"
ABSENT: Final = "http://terminology.hl7.org/CodeSystem/data-absent-reason"

TITLE: Final = "Hip internal rotation, active, seated, relative to the person's own start position"


@dataclass(frozen=True, slots=True)
class Coding:
    """One code of one system."""

    system: str
    code: str
    display: str = ""


@dataclass(frozen=True, slots=True)
class Codes:
    """Which codes say what; several say the same in several systems.

    `observation_left` and `observation_right` stand beside `observation`: LOINC has codes by side.
    None is given, because none for the hip could be verified.
    """

    observation: tuple[Coding, ...] = (Coding(SNOMED, "364564000", "Range of joint movement"),)
    observation_left: tuple[Coding, ...] = ()
    observation_right: tuple[Coding, ...] = ()
    body_site: tuple[Coding, ...] = (Coding(SNOMED, "24136001", "Hip joint structure"),)
    movement: tuple[Coding, ...] = (Coding(SNOMED, "12852001", "Internal rotation"),)
    left: tuple[Coding, ...] = (Coding(SNOMED, "7771000", "Left"),)
    right: tuple[Coding, ...] = (Coding(SNOMED, "24028007", "Right"),)


DEFAULT_CODES: Final = Codes()

CATEGORIES: Final = {
    "reaches_target": "Reaches the {target} target",
    "at_target_within_error": "At the {target} target within measurement error",
    "below_target": "Below the {target} target",
}


def observations(
    document: Mapping[str, Any],
    *,
    case: Case = NO_CASE,
    effective: date | datetime | None = None,
    codes: Codes = DEFAULT_CODES,
) -> JsonObject:
    """A Bundle with one Observation for each side that was assessed.

    Args:
        document: a result document.
        case: patient, signature and corrections; its day is used where `effective` is not given.
        effective: when the movement was made; an instant must know its time zone.
        codes: which codes to use.

    Returns:
        A collection without entries where no side was assessed. A side without a number has a
        `dataAbsentReason`. The same clip, side and day always have the same identifier.
    """
    sides = [side for side in Side if document["sides"].get(side.value) is not None]
    when = effective or case.on
    return bundle(_observation(document, side, case, when=when, codes=codes) for side in sides)


def bundle(resources: Iterable[JsonObject]) -> JsonObject:
    """Observations as one collection; of two of the same clip, side and day the later one."""
    known = {resource["identifier"][0]["value"]: resource for resource in resources}
    entries = [{"fullUrl": name, "resource": resource} for name, resource in known.items()]
    told: JsonObject = {"resourceType": "Bundle", "type": "collection"}
    return told | ({"entry": entries} if entries else {})


def merged(bundles: Iterable[JsonObject]) -> JsonObject:
    """Several collections as one."""
    return bundle(entry["resource"] for told in bundles for entry in told.get("entry", ()))


def _observation(
    document: Mapping[str, Any],
    side: Side,
    case: Case,
    *,
    when: date | datetime | None,
    codes: Codes,
) -> JsonObject:
    told = document["sides"][side.value]
    day = when.isoformat()[:10] if when else ""
    name = f"hipcv:{document['clip']['sha256']}:{side.value}:{day}"
    of_side = codes.observation_left if side is Side.LEFT else codes.observation_right
    return {
        "resourceType": "Observation",
        "identifier": [
            {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{uuid5(NAMESPACE_URL, name)}"}
        ],
        "status": case.signature.status,
        "category": [{"coding": [{"system": EXAM, "code": "exam", "display": "Exam"}]}],
        "code": _concept(TITLE, (*codes.observation, *of_side)),
        **_who_and_when(case, when),
        **_value(told),
        **_interpretation(document, told),
        "note": [{"text": text} for text in _notes(document, side, case)],
        "bodySite": _concept(f"{side.value.capitalize()} hip joint", codes.body_site),
        "method": {"text": _method(told)},
        "device": {"display": _device(document)},
        "component": _components(told, side, codes),
    }


def _who_and_when(case: Case, when: date | datetime | None) -> JsonObject:
    told: JsonObject = {}
    if case.patient:
        told["subject"] = {"type": "Patient", "identifier": {"value": case.patient}}
    if when is not None:
        told["effectiveDateTime"] = when.isoformat()
    if case.signature.at is not None:
        told["issued"] = case.signature.at.isoformat()
    if case.signature.by:
        told["performer"] = [{"display": case.signature.by}]
    return told


def _value(told: Mapping[str, Any]) -> JsonObject:
    if told["rotation_deg"] is None:
        return {"dataAbsentReason": _absent("Not measured; the notes say why.")}
    return {"valueQuantity": _degrees(told["rotation_deg"])}


def _interpretation(document: Mapping[str, Any], told: Mapping[str, Any]) -> JsonObject:
    """In words: the codes of HL7 speak of normal and abnormal, which nothing here does."""
    text = CATEGORIES.get(told["category"])
    if text is None:
        return {}
    target = numbers.whole(document["provenance"]["protocol"]["target_deg"])
    return {"interpretation": [{"text": text.format(target=target)}]}


def _components(told: Mapping[str, Any], side: Side, codes: Codes) -> list[JsonObject]:
    laterality = codes.left if side is Side.LEFT else codes.right
    parts: list[JsonObject] = [
        {
            "code": {"text": "Movement"},
            "valueCodeableConcept": _concept("Internal rotation of the hip", codes.movement),
        },
        {
            "code": {"text": "Side, the patient's own"},
            "valueCodeableConcept": _concept(side.value.capitalize(), laterality),
        },
    ]
    if told["rotation_deg"] is None:
        return parts
    low, high = told["interval_deg"]
    counted = sum(rep["valid"] for rep in told["reps"])
    return [
        *parts,
        _angle("95 % interval, lower limit", low),
        _angle("95 % interval, upper limit", high),
        _angle("Rotation relative to the pelvis", told["pelvis_relative_deg"]),
        _angle("Largest rotation before the first compensation", told["clean_deg"]),
        _angle("Tilt of the shank at the start, outwards positive", told["start_tilt_deg"]),
        *_external(told["external_rotation_deg"]),
        {"code": {"text": "Repetitions counted"}, "valueInteger": counted},
    ]


def _external(external_deg: float | None) -> list[JsonObject]:
    """Told only where it was done: to leave it out is no failure to measure."""
    return [] if external_deg is None else [_angle("External rotation, done as well", external_deg)]


def _angle(text: str, value_deg: float | None) -> JsonObject:
    if value_deg is None:
        return {"code": {"text": text}, "dataAbsentReason": _absent("Not measured.")}
    return {"code": {"text": text}, "valueQuantity": _degrees(value_deg)}


def _degrees(value_deg: float) -> JsonObject:
    return {"value": value_deg, "unit": "deg", "system": UCUM, "code": "deg"}


def _absent(text: str) -> JsonObject:
    known = {"system": ABSENT, "code": "unknown", "display": "Unknown"}
    return {"coding": [known], "text": text}


def _concept(text: str, codings: Sequence[Coding]) -> JsonObject:
    known = [
        {"system": c.system, "code": c.code} | ({"display": c.display} if c.display else {})
        for c in codings
    ]
    return ({"coding": known} if known else {}) | {"text": text}


def _notes(document: Mapping[str, Any], side: Side, case: Case) -> list[str]:
    """Target, compensations, what is to be said of the clip, corrections, disclaimer."""
    protocol, told = document["provenance"]["protocol"], document["sides"][side.value]
    typical = wording.TYPICAL_NOTE.format(
        target=protocol["target_deg"],
        low=protocol["typical_low_deg"],
        high=protocol["typical_high_deg"],
    )
    findings = [
        f"Repetition {place}, {finding['code']} ({wording.SEVERITY[finding['severity']]}): "
        f"{finding['text']}"
        for place, rep in enumerate(told["reps"], start=1)
        for finding in rep["findings"]
    ]
    issues = [
        f"{issue['code']}: {issue['text']} {issue['remedy']}"
        for issue in document["issues"]
        if issue["side"] in (None, side.value)
    ]
    return [
        *([typical] if told["rotation_deg"] is not None else []),
        *findings,
        *issues,
        *_corrections(case, side),
        wording.DISCLAIMER,
    ]


def _corrections(case: Case, side: Side) -> list[str]:
    kept = [
        correction
        for correction in case.corrections
        if not correction.get("withdrawn") and correction.get("side") in (None, side.value)
    ]
    told = summarise_corrections(Case(corrections=kept))
    texts = [f"Corrected by hand. {one.what}: {one.change}. {one.why}".strip() for one in told]
    automatic = format_automatic(Case(corrections=kept, automatic=case.automatic), side)
    return [*texts, *([automatic] if automatic else [])]


def _method(told: Mapping[str, Any]) -> str:
    counted = sum(rep["valid"] for rep in told["reps"])
    mean = {0: "", 1: "; one repetition"}.get(counted, f"; mean of {counted} repetitions")
    return (
        "Estimated from video of one camera in front: turn of the shank from its own still start "
        f"at the held end of the movement, not an ISB hip joint angle{mean}."
    )


def _device(document: Mapping[str, Any]) -> str:
    made = document["provenance"]
    models = ", ".join(f"{name} sha256 {digest}" for name, digest in made["models"].items())
    return f"hipcv {made['hipcv']}, method {made['method']}; pose model {models}"
