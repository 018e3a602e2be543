"""Issues are about the clip, findings about the patient. Codes are part of the contract."""

from dataclasses import dataclass
from typing import Final, Literal

from hipcv.core.landmarks import Side

REFUSALS: Final = (
    "no_person", "legs_out_of_frame", "side_view", "not_seated", "posture_changed",
    "both_legs_moved", "sideways_picture", "no_movement", "external_rotation", "low_visibility",
    "too_short", "unstable_camera", "damaged", "all_rejected", "scene_cut",
)  # fmt: skip
"""Codes of the issues that refuse a clip or a side."""

IssueSeverity = Literal["refuse", "warn"]
FindingSeverity = Literal["note", "flag", "invalid"]

OTHER_LEG: Final = "deg, other leg"
"""Unit of the refusal of a leg that rested while the other one did the test, whose peak it gives.

The wrong leg was asked for, or the picture is mirrored.
"""

LEFT_UNREAD: Final = "left_unread"
"""Code of the warning of a clip that was not read to its end, since nobody was in it for long."""


@dataclass(frozen=True, slots=True)
class Issue:
    """A reason to refuse a clip or one side, or a warning. Its words are in `report`."""

    code: str
    severity: IssueSeverity
    side: Side | None = None  # None: the whole clip
    value: float | None = None
    limit: float | None = None
    unit: str = ""


def issue_above(
    code: str, value: float, limit: float, unit: str = "share", *, warn: bool = False
) -> Issue | None:
    """Return an issue where a value is above its limit; None where it is NaN."""
    return Issue(code, _severity(warn=warn), None, value, limit, unit) if value > limit else None


def issue_below(
    code: str, value: float, limit: float, unit: str = "share", *, warn: bool = False
) -> Issue | None:
    """Return an issue where a value is below its limit, or NaN."""
    return None if value >= limit else Issue(code, _severity(warn=warn), None, value, limit, unit)


def _severity(*, warn: bool) -> IssueSeverity:
    return "warn" if warn else "refuse"


@dataclass(frozen=True, slots=True)
class Finding:
    """A compensation in one repetition, with its evidence."""

    code: str
    value: float
    limit: float
    unit: str
    at_s: float  # when it began
    severity: FindingSeverity
