"""FHIR R4 Bundles: a transaction that a server takes as it is, with everything referred to in it.

Observations are put under their identifier, so that a second import replaces the first. Patient and
Device are created only where the server has none of that identifier. All references go by
`fullUrl` within the Bundle.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from hipcv.report.formats.fhir_codes import Codes, oid
from hipcv.report.review import Case

JsonObject = dict[str, Any]

URI: Final = "urn:ietf:rfc:3986"
PARTICIPATION: Final = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"


DEVICE_SYSTEM: Final = oid("hipcv:device")
ANCHOR_SYSTEM: Final = oid("hipcv:audit-anchor")


def urn(name: str) -> str:
    """Return the address that a name always has."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, name)}"


def bundle(entries: Iterable[JsonObject]) -> JsonObject:
    """Return entries as one transaction; of two with the same address, the later one."""
    by_address = {entry["fullUrl"]: entry for entry in entries}
    empty: JsonObject = {"resourceType": "Bundle", "type": "transaction"}
    ordered = sorted(
        by_address.values(), key=lambda entry: _ORDER[entry["resource"]["resourceType"]]
    )
    return empty | ({"entry": ordered} if ordered else {})


def merged(bundles: Iterable[JsonObject]) -> JsonObject:
    """Return several Bundles as one."""
    return bundle(entry for one in bundles for entry in one.get("entry", ()))


def observation_entry(resource: JsonObject) -> JsonObject:
    """Return an Observation that replaces the one with the same identifier."""
    identifier = resource["identifier"][0]
    url = f"Observation?identifier={_token(identifier)}"
    return {
        "fullUrl": identifier["value"],
        "resource": resource,
        "request": {"method": "PUT", "url": url},
    }


def context_entries(case: Case, codes: Codes, document: Mapping[str, Any]) -> list[JsonObject]:
    """Return the patient, if any, and the device to which Observations of a document refer."""
    patient = [_patient_entry(case, codes)] if case.patient else []
    return [*patient, _device_entry(document)]


def signature_entries(case: Case, observations: Iterable[JsonObject]) -> list[JsonObject]:
    """Return the signature of Observations; nothing where there is none."""
    addresses = [resource["identifier"][0]["value"] for resource in observations]
    is_signed = addresses and case.signature.by and case.signature.at
    return [_provenance_entry(case, addresses)] if is_signed else []


def subject(case: Case, codes: Codes) -> JsonObject:
    """Return the reference to the patient; empty where there is none."""
    if not case.patient:
        return {}
    identifier = _patient_identifier(case, codes)
    address = _patient_address(case, codes)
    return {"subject": {"reference": address, "type": "Patient", "identifier": identifier}}


def device(document: Mapping[str, Any]) -> JsonObject:
    """Return the reference to the program that measured."""
    name = device_name(document)
    return {"reference": urn(f"hipcv:device:{name}"), "type": "Device", "display": name}


def device_name(document: Mapping[str, Any]) -> str:
    """Return version, method and models of the program that measured."""
    provenance = document["provenance"]
    models = ", ".join(f"{name} sha256 {sha256}" for name, sha256 in provenance["models"].items())
    return f"hipcv {provenance['hipcv']}, method {provenance['method']}; pose model {models}"


def _patient_identifier(case: Case, codes: Codes) -> JsonObject:
    return {"system": codes.patient_system, "value": case.patient}


def _patient_address(case: Case, codes: Codes) -> str:
    return urn(f"hipcv:patient:{codes.patient_system}:{case.patient}")


def _patient_entry(case: Case, codes: Codes) -> JsonObject:
    resource = {"resourceType": "Patient", "identifier": [_patient_identifier(case, codes)]}
    return _entry_if_new(_patient_address(case, codes), resource)


def _device_entry(document: Mapping[str, Any]) -> JsonObject:
    reference = device(document)
    resource = {
        "resourceType": "Device",
        "identifier": [{"system": DEVICE_SYSTEM, "value": reference["reference"]}],
        "deviceName": [{"name": "hipcv", "type": "model-name"}],
        "version": [{"value": str(document["provenance"]["hipcv"])}],
        "note": [{"text": reference["display"]}],
    }
    return _entry_if_new(reference["reference"], resource)


def _entry_if_new(address: str, resource: JsonObject) -> JsonObject:
    kind = resource["resourceType"]
    token = _token(resource["identifier"][0])
    request = {"method": "POST", "url": kind, "ifNoneExist": f"identifier={token}"}
    return {"fullUrl": address, "resource": resource, "request": request}


def _provenance_entry(case: Case, addresses: list[str]) -> JsonObject:
    """Return who signed the Observations and when, with the anchor of the audit trail."""
    at = case.signature.at.isoformat() if case.signature.at else ""
    author = {"system": PARTICIPATION, "code": "verifier", "display": "Verifier"}
    resource: JsonObject = {
        "resourceType": "Provenance",
        "target": [{"reference": address, "type": "Observation"} for address in addresses],
        "recorded": at,
        "agent": [{"type": {"coding": [author]}, "who": {"display": case.signature.by}}],
    }
    if case.anchor:
        what = {"identifier": {"system": ANCHOR_SYSTEM, "value": case.anchor}}
        resource["entity"] = [{"role": "source", "what": what}]
    address = urn(f"hipcv:provenance:{','.join(addresses)}:{at}")
    request = {"method": "POST", "url": "Provenance"}
    return {"fullUrl": address, "resource": resource, "request": request}


def _token(identifier: Mapping[str, str]) -> str:
    """Return an identifier as the value of a search."""
    return quote(f"{identifier['system']}|{identifier['value']}", safe=":")


_ORDER: Final = {"Observation": 0, "Patient": 1, "Device": 2, "Provenance": 3}
