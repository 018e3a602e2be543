"""Codes of the FHIR Observations: only those that could be verified; all can be configured."""

from dataclasses import dataclass
from typing import Final

SNOMED: Final = "http://snomed.info/sct"


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
