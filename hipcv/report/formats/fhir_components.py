"""Components of a FHIR Observation: side, intervals, other angles, and number of repetitions.

Each has the name of its field in `result.json` as its code, which no language changes.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from hipcv.core.landmarks import Side
from hipcv.core.side_result import result_of
from hipcv.language import N_, _
from hipcv.report import wording
from hipcv.report.formats.fhir_codes import Codes, Coding, oid

JsonObject = dict[str, Any]

UCUM: Final = "http://unitsofmeasure.org"
FIELDS: Final = oid("hipcv:result-field")
ABSENT: Final = "http://terminology.hl7.org/CodeSystem/data-absent-reason"

NOT_MEASURED: Final = N_("Not measured.")

_VALUE_LIMITS: Final = (
    N_("95 % interval of the value, on another day: lower limit"),
    N_("95 % interval of the value, on another day: upper limit"),
)
_ROTATION_LIMITS: Final = (
    N_("95 % interval of the rotation, as this clip was read: lower limit"),
    N_("95 % interval of the rotation, as this clip was read: upper limit"),
)

_EXTERNAL_LIMITS: Final = (
    N_("95 % interval of the external rotation, as this clip was read: lower limit"),
    N_("95 % interval of the external rotation, as this clip was read: upper limit"),
)
_ARC_LIMITS: Final = (
    N_("95 % interval of the total arc, as this clip was read: lower limit"),
    N_("95 % interval of the total arc, as this clip was read: upper limit"),
)


def components(result: Mapping[str, Any], side: Side, codes: Codes) -> list[JsonObject]:
    """Return the components of one side."""
    laterality = codes.left if side is Side.LEFT else codes.right
    return [
        {
            "code": _field("movement", _("Movement")),
            "valueCodeableConcept": concept(_("Internal rotation of the hip"), codes.movement),
        },
        {
            "code": _field("side", _("Side, the patient's own")),
            "valueCodeableConcept": concept(wording.SIDES[side].capitalize(), laterality),
        },
        *_rotations(result),
        *_other_angles(result),
    ]


def _rotations(side: Mapping[str, Any]) -> list[JsonObject]:
    """Return what is behind the value; nothing of a side without one."""
    if result_of(side) is None:
        return []
    return [
        *_limits(side, "result_interval_deg", _VALUE_LIMITS),
        *_limits(side, "interval_deg", _ROTATION_LIMITS),
        # Absent in results of earlier methods.
        *(
            _angle(field, _("Angle {name}").format(name=name), side[field])
            for field, name in wording.ANGLES.items()
            if side.get(field) is not None
        ),
        _angle(
            "pelvis_relative_deg",
            _("Rotation relative to the pelvis"),
            side["pelvis_relative_deg"],
        ),
        _angle("clean_deg", _("Largest rotation before the first compensation"), side["clean_deg"]),
    ]


def _other_angles(side: Mapping[str, Any]) -> list[JsonObject]:
    """Return what was measured whether or not a repetition counts."""
    if not side["reps"]:
        return _external(side)
    return [
        _angle(
            "start_tilt_deg",
            _("Tilt of the shank at the start, outwards positive"),
            side["start_tilt_deg"],
        ),
        *_external(side),
        {
            "code": _field("reps_counted", _("Repetitions counted")),
            "valueInteger": counting(side),
        },
    ]


def _external(side: Mapping[str, Any]) -> list[JsonObject]:
    """Return external rotation and total arc; nothing where it was not done, which is no failure.

    Results of earlier versions have no arc.
    """
    external, arc = side["external_rotation_deg"], side.get("arc_deg")
    if external is None:
        return []
    return [
        _angle("external_rotation_deg", _("External rotation"), external),
        *_limits(side, "external_interval_deg", _EXTERNAL_LIMITS),
        *(
            []
            if arc is None
            else [_angle("arc_deg", _("Total arc, internal and external rotation"), arc)]
        ),
        *_limits(side, "arc_interval_deg", _ARC_LIMITS),
    ]


def _limits(side: Mapping[str, Any], field: str, names: tuple[str, str]) -> list[JsonObject]:
    """Return both limits of an interval; nothing where there is none."""
    limits = side.get(field)
    if limits is None:
        return []
    codes = (f"{field}.low", f"{field}.high")
    return [
        _angle(code, _(name), limit) for code, name, limit in zip(codes, names, limits, strict=True)
    ]


def counting(side: Mapping[str, Any]) -> int:
    """Return the number of repetitions that count."""
    return sum(rep["valid"] for rep in side["reps"])


def _field(name: str, text: str) -> JsonObject:
    """Return the code of a component: the field of `result.json`, which no language changes."""
    return {"coding": [{"system": FIELDS, "code": name}], "text": text}


def _angle(field: str, text: str, value_deg: float | None) -> JsonObject:
    code = _field(field, text)
    if value_deg is None:
        return {"code": code, "dataAbsentReason": absent(_(NOT_MEASURED))}
    return {"code": code, "valueQuantity": degrees(value_deg)}


def degrees(value_deg: float) -> JsonObject:
    """Return a quantity in degrees by UCUM."""
    return {"value": value_deg, "unit": "deg", "system": UCUM, "code": "deg"}


def absent(text: str) -> JsonObject:
    """Return the reason of an absent value: a code, and why in words."""
    unknown = {"system": ABSENT, "code": "unknown", "display": "Unknown"}
    return {"coding": [unknown], "text": text}


def concept(text: str, codings: Sequence[Coding]) -> JsonObject:
    """Return a concept by its codes, if any, and in words."""
    coding = [
        {"system": c.system, "code": c.code} | ({"display": c.display} if c.display else {})
        for c in codings
    ]
    return ({"coding": coding} if coding else {}) | {"text": text}
