"""FHIR R4 Observations of a result, one a side.

Only codes that could be verified are used (SNOMED CT, UCUM); all can be configured. Quantities
without such a code have a text only. The target is a note, not a reference range, which would be
read as the normal range.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
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

_OTHER_ANGLES: Final = ("picture_deg", "from_vertical_deg")
"""Angles beside the rotation, which is the value."""

TITLE: Final = "Hip internal rotation, active, seated, relative to the person's own start position"


@dataclass(frozen=True, slots=True)
class Coding:
    """One code of one system."""

    system: str
    code: str
    display: str = ""


@dataclass(frozen=True, slots=True)
class Codes:
    """Codings of each concept, each possibly in several systems.

    `observation_left` and `observation_right` are added to `observation`: LOINC has codes by side.
    Both are empty, because none for the hip could be verified.
    """

    observation: tuple[Coding, ...] = (Coding(SNOMED, "364564000", "Range of joint movement"),)
    observation_left: tuple[Coding, ...] = ()
    observation_right: tuple[Coding, ...] = ()
    body_site: tuple[Coding, ...] = (Coding(SNOMED, "24136001", "Hip joint structure"),)
    movement: tuple[Coding, ...] = (Coding(SNOMED, "12852001", "Internal rotation"),)
    left: tuple[Coding, ...] = (Coding(SNOMED, "7771000", "Left"),)
    right: tuple[Coding, ...] = (Coding(SNOMED, "24028007", "Right"),)


DEFAULT_CODES: Final = Codes()


def observations(
    document: Mapping[str, Any],
    *,
    case: Case = NO_CASE,
    effective: date | datetime | None = None,
    codes: Codes = DEFAULT_CODES,
) -> JsonObject:
    """Return a Bundle with one Observation for each side that was assessed.

    `effective`, when the movement was made, is the day of the case where it is not given; an
    instant must know its time zone.

    Returns:
        A collection without entries where no side was assessed. A side without a number has a
        `dataAbsentReason`. The same clip, side and day always have the same identifier.
    """
    sides = [side for side in Side if document["sides"].get(side.value) is not None]
    when = effective or case.on
    return bundle(_observation(document, side, case, when=when, codes=codes) for side in sides)


def bundle(resources: Iterable[JsonObject]) -> JsonObject:
    """Return Observations as one collection; of two with the same identifier, the later one."""
    by_name = {resource["identifier"][0]["value"]: resource for resource in resources}
    entries = [{"fullUrl": name, "resource": resource} for name, resource in by_name.items()]
    empty: JsonObject = {"resourceType": "Bundle", "type": "collection"}
    return empty | ({"entry": entries} if entries else {})


def merged(bundles: Iterable[JsonObject]) -> JsonObject:
    """Return several collections as one."""
    return bundle(entry["resource"] for one in bundles for entry in one.get("entry", ()))


def _observation(
    document: Mapping[str, Any],
    side: Side,
    case: Case,
    *,
    when: date | datetime | None,
    codes: Codes,
) -> JsonObject:
    result = document["sides"][side.value]
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
        **_value(result),
        **_interpretation(document, result),
        "note": [{"text": text} for text in _notes(document, side, case)],
        "bodySite": _concept(f"{side.value.capitalize()} hip joint", codes.body_site),
        "method": {"text": _method(result)},
        "device": {"display": _device(document)},
        "component": _components(result, side, codes),
    }


def _who_and_when(case: Case, when: date | datetime | None) -> JsonObject:
    fields: JsonObject = {}
    if case.patient:
        fields["subject"] = {"type": "Patient", "identifier": {"value": case.patient}}
    if when is not None:
        fields["effectiveDateTime"] = when.isoformat()
    if case.signature.at is not None:
        fields["issued"] = case.signature.at.isoformat()
    if case.signature.by:
        fields["performer"] = [{"display": case.signature.by}]
    return fields


def _value(result: Mapping[str, Any]) -> JsonObject:
    if result["rotation_deg"] is None:
        return {"dataAbsentReason": _absent("Not measured; the notes say why.")}
    return {"valueQuantity": _degrees(result["rotation_deg"])}


def _interpretation(document: Mapping[str, Any], result: Mapping[str, Any]) -> JsonObject:
    """Return the category as text: HL7's codes mean normal and abnormal, which it is not."""
    text = wording.CATEGORIES.get(result["category"])
    if text is None:
        return {}
    target = numbers.whole(document["provenance"]["protocol"]["target_deg"])
    return {"interpretation": [{"text": text.format(target=target)}]}


def _components(result: Mapping[str, Any], side: Side, codes: Codes) -> list[JsonObject]:
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
    if result["rotation_deg"] is None:
        return parts
    (low, high), external = result["interval_deg"], result["external_rotation_deg"]
    others = {f"Angle {wording.ANGLES[name]}": result.get(name) for name in _OTHER_ANGLES}
    counted = sum(rep["valid"] for rep in result["reps"])
    return [
        *parts,
        _angle("95 % interval, lower limit", low),
        _angle("95 % interval, upper limit", high),
        _angle("Rotation relative to the pelvis", result["pelvis_relative_deg"]),
        _angle("Largest rotation before the first compensation", result["clean_deg"]),
        # Absent in results of earlier methods.
        *(_angle(text, deg) for text, deg in others.items() if deg is not None),
        _angle("Tilt of the shank at the start, outwards positive", result["start_tilt_deg"]),
        # Absent where it was not done, which is no failure to measure.
        *([] if external is None else [_angle("External rotation, done as well", external)]),
        {"code": {"text": "Repetitions counted"}, "valueInteger": counted},
    ]


def _angle(text: str, value_deg: float | None) -> JsonObject:
    if value_deg is None:
        return {"code": {"text": text}, "dataAbsentReason": _absent("Not measured.")}
    return {"code": {"text": text}, "valueQuantity": _degrees(value_deg)}


def _degrees(value_deg: float) -> JsonObject:
    return {"value": value_deg, "unit": "deg", "system": UCUM, "code": "deg"}


def _absent(text: str) -> JsonObject:
    unknown = {"system": ABSENT, "code": "unknown", "display": "Unknown"}
    return {"coding": [unknown], "text": text}


def _concept(text: str, codings: Sequence[Coding]) -> JsonObject:
    coding = [
        {"system": c.system, "code": c.code} | ({"display": c.display} if c.display else {})
        for c in codings
    ]
    return ({"coding": coding} if coding else {}) | {"text": text}


def _notes(document: Mapping[str, Any], side: Side, case: Case) -> list[str]:
    """Return notes: target, compensations, issues of the clip, corrections, disclaimer."""
    protocol, result = document["provenance"]["protocol"], document["sides"][side.value]
    typical = wording.TYPICAL_NOTE.format(
        target=protocol["target_deg"],
        low=protocol["typical_low_deg"],
        high=protocol["typical_high_deg"],
    )
    findings = [
        f"Repetition {number}, {finding['code']} ({wording.SEVERITY[finding['severity']]}): "
        f"{finding['text']}"
        for number, rep in enumerate(result["reps"], start=1)
        for finding in rep["findings"]
    ]
    issues = [
        f"{issue['code']}: {issue['text']} {issue['remedy']}"
        for issue in document["issues"]
        if issue["side"] in (None, side.value)
    ]
    return [
        *([typical] if result["rotation_deg"] is not None else []),
        *findings,
        *issues,
        *_corrections(case, side),
        wording.DISCLAIMER,
    ]


def _corrections(case: Case, side: Side) -> list[str]:
    corrections = [
        correction
        for correction in case.corrections
        if not correction.get("withdrawn") and correction.get("side") in (None, side.value)
    ]
    own = replace(case, corrections=corrections)
    texts = [
        f"Corrected by hand. {one.what}: {one.change}. {one.why}".strip()
        for one in summarise_corrections(own)
    ]
    automatic = format_automatic(own, side)
    return [*texts, *([automatic] if automatic else [])]


def _method(result: Mapping[str, Any]) -> str:
    counted = sum(rep["valid"] for rep in result["reps"])
    mean = {0: "", 1: "; one repetition"}.get(counted, f"; mean of {counted} repetitions")
    return (
        "Estimated from video of one camera in front: turn of the shank from its own still start, "
        f"{wording.ALONG_THIGH}, at the held end of the movement, not an ISB hip joint angle{mean}."
    )


def _device(document: Mapping[str, Any]) -> str:
    provenance = document["provenance"]
    models = ", ".join(f"{name} sha256 {sha256}" for name, sha256 in provenance["models"].items())
    return f"hipcv {provenance['hipcv']}, method {provenance['method']}; pose model {models}"
