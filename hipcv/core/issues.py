"""Issues are about the clip, findings about the patient. Codes are part of the contract."""

from dataclasses import dataclass
from typing import Literal

from hipcv.core.landmarks import Side

IssueSeverity = Literal["refuse", "warn"]
FindingSeverity = Literal["note", "flag", "invalid"]


@dataclass(frozen=True, slots=True)
class Issue:
    """A reason to refuse a clip or one side, or a warning. Its words are in `report`."""

    code: str
    severity: IssueSeverity
    side: Side | None = None  # None: the whole clip
    value: float | None = None
    limit: float | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A compensation in one repetition, with its evidence."""

    code: str
    value: float
    limit: float
    unit: str
    at_s: float  # when it began
    severity: FindingSeverity


REFUSALS = (
    "no_person", "legs_out_of_frame", "side_view", "not_seated", "posture_changed",
    "sideways_picture", "no_movement", "external_rotation", "low_visibility", "too_short",
    "unstable_camera", "damaged", "all_rejected",
)  # fmt: skip
WARNINGS = (
    "view_oblique", "several_people", "person_changed", "low_frame_rate", "variable_frame_rate",
    "gaps", "start_not_still", "start_tilted", "camera_moved", "few_reps", "inconsistent_reps",
    "mirrored_container", "loose_clothing", "low_light", "seat_low", "camera_low", "other_leg",
    "landmarks_only", "compensated_throughout", "pelvis_not_measured",
)  # fmt: skip
