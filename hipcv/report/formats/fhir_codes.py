"""Codes of the FHIR Observations: only those that could be verified; all can be configured."""

from dataclasses import dataclass
from typing import Final
from uuid import NAMESPACE_URL, uuid5

SNOMED: Final = "http://snomed.info/sct"


def oid(name: str) -> str:
    """Return a system of hipcv's own: an OID made of a UUID, which needs no registration."""
    return f"urn:oid:2.25.{uuid5(NAMESPACE_URL, name).int}"


PATIENT_SYSTEM: Final = oid("hipcv:pseudonym")


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
    Both are empty, because none for the hip could be verified. The joint has no code by side, so
    that `body_site_left` and `body_site_right`, the region with its side, stand before `body_site`.
    """

    observation: tuple[Coding, ...] = (Coding(SNOMED, "364564000", "Range of joint movement"),)
    observation_left: tuple[Coding, ...] = ()
    observation_right: tuple[Coding, ...] = ()
    body_site: tuple[Coding, ...] = (Coding(SNOMED, "24136001", "Hip joint structure"),)
    body_site_left: tuple[Coding, ...] = (Coding(SNOMED, "287679003", "Left hip region structure"),)
    body_site_right: tuple[Coding, ...] = (
        Coding(SNOMED, "287579007", "Right hip region structure"),
    )
    movement: tuple[Coding, ...] = (Coding(SNOMED, "12852001", "Internal rotation"),)
    left: tuple[Coding, ...] = (Coding(SNOMED, "7771000", "Left"),)
    right: tuple[Coding, ...] = (Coding(SNOMED, "24028007", "Right"),)
    patient_system: str = PATIENT_SYSTEM
    """System of the pseudonyms; a clinic that shares a server with others gives its own."""


DEFAULT_CODES: Final = Codes()
