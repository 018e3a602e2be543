"""Types of every key of `result.json`, against which each stored result is checked as it is read.

Keys that are not listed are let through: a later version may have added them. `NotRequired` keys
are those that results of earlier methods lack.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Final, Literal, NotRequired, TypedDict, get_args

from msgspec import Meta, MsgspecError
from msgspec.json import Decoder

from hipcv.core.clip_info import TimeSource
from hipcv.core.protocol import MeasurementProtocol
from hipcv.language import N_

Number = Annotated[float, Meta(ge=-1e9, le=1e9)]
Count = Annotated[int, Meta(ge=0, le=10**9)]
Angle = Annotated[float, Meta(ge=-720, le=720)]  # degrees
Seconds = Annotated[float, Meta(ge=0, le=1e9)]
Pixels = Annotated[int, Meta(ge=1, le=100_000)]
Share = Annotated[float, Meta(ge=0, le=1)]
Name = Annotated[str, Meta(max_length=64, pattern=r"^[A-Za-z0-9_]+$")]
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
Interval = Annotated[list[Angle | None], Meta(min_length=2, max_length=2)]
SpanS = Annotated[list[Seconds], Meta(min_length=2, max_length=2)]
SizePx = Annotated[list[Pixels], Meta(min_length=2, max_length=2)]
MatrixRow = Annotated[list[int], Meta(min_length=2, max_length=2)]
SideName = Literal["left", "right"]
Status = Literal["measured", "not_counted", "not_measured"]
Schema = Literal["hipcv.assessment/1", "hipcv.assessment/2"]

SCHEMA: Final = get_args(Schema)[-1]
"""Schema of the results that are written; those with any `Schema` are read."""


class Clip(TypedDict):
    """The analyzed file."""

    name: str
    sha256: str
    duration_s: Seconds
    frames: Count
    frame_rate_hz: Seconds | None
    width_px: Pixels
    height_px: Pixels
    start_s: Number
    frames_declared: Count | None
    frames_corrupt: Count
    packets_damaged: Count
    largest_gap_s: Seconds | None
    variable_rate: bool
    codec: str
    mirrored: bool
    mirrored_container: bool
    recorded_at: NotRequired[datetime | None]
    recorded_at_source: NotRequired[TimeSource | None]
    size_change: NotRequired["SizeChange"]


class SizeChange(TypedDict):
    """Change of the picture's size within a clip."""

    at_s: Seconds
    before_px: SizePx
    after_px: SizePx


class Finding(TypedDict):
    """A compensation in one repetition."""

    code: Name
    value: Number | None
    limit: Number | None
    unit: str
    at_s: Number | None
    severity: Literal["note", "flag", "invalid"]
    text: str


class Angles(TypedDict):
    """Angles of one repetition, or of one side."""

    rotation_deg: Angle | None
    picture_deg: NotRequired[Angle | None]
    view_deg: NotRequired[Angle | None]
    from_vertical_deg: NotRequired[Angle | None]
    interval_deg: Interval | None
    pelvis_relative_deg: Angle | None
    clean_deg: Angle | None


class Rep(Angles):
    """One repetition."""

    number: Count
    start_s: Seconds
    plateau_s: SpanS
    end_s: Seconds
    valid: bool
    findings: list[Finding]
    practice: bool
    rejected: NotRequired[str | None]
    registered: bool
    angle_source: NotRequired[Literal["hand", "outline", "masks", "landmarks"]]
    witness_deg: NotRequired[Angle | None]
    landmarks_deg: Angle | None
    held: NotRequired[bool]
    hold_s: Seconds | None
    peak_speed_deg_s: Number | None
    channels: dict[Name, Number | None]


class ExternalRep(TypedDict):
    """One repetition of external rotation."""

    start_s: Seconds
    plateau_s: SpanS
    end_s: Seconds
    rotation_deg: Angle | None
    picture_deg: Angle | None
    interval_deg: Interval | None
    valid: bool
    practice: bool
    angle_source: Literal["outline", "landmarks"]
    held: bool
    hold_s: Seconds | None


class SideResult(Angles):
    """One side."""

    status: Status
    external_rotation_deg: Angle | None
    external_interval_deg: NotRequired[Interval | None]
    external_reps: NotRequired[list[ExternalRep]]
    arc_deg: NotRequired[Angle | None]
    arc_interval_deg: NotRequired[Interval | None]
    start_tilt_deg: Angle | None
    result_deg: NotRequired[Angle | None]
    result_interval_deg: NotRequired[Interval | None]
    result_basis: NotRequired[Literal["rotation", "pelvis_relative"] | None]
    provisional: NotRequired[bool]
    category: (
        Literal[
            "reaches_target",
            "close_to_target",
            "at_target_within_error",
            "below_target",
            "clearly_low",
        ]
        | None
    )
    reps: list[Rep]
    findings: list[Name]
    quality: Share | None
    best_deg: Angle | None
    yaw_deg: Angle | None


class Sides(TypedDict):
    """Both sides; None for one that did not move."""

    left: SideResult | None
    right: SideResult | None


class Issue(TypedDict):
    """A property of the clip that refuses it or is warned about."""

    code: Name
    severity: Literal["refuse", "warn"]
    side: SideName | None
    text: str
    remedy: str
    value: Number | None
    limit: Number | None
    unit: str


class Reassessed(TypedDict):
    """Version that assessed the stored evidence again, where it is another one."""

    hipcv: str
    method: Count
    settings_dropped: list[Name]
    settings_added: list[Name]


class Provenance(TypedDict):
    """Program, method, models and settings that made the result."""

    hipcv: str
    method: Count
    models: dict[str, str]
    protocol: dict[Name, Number]
    clip_sha256: str
    display_matrix: Annotated[list[MatrixRow], Meta(max_length=2)]  # [] where absent
    command: str
    reassessed: NotRequired[Reassessed]


class Person(TypedDict, total=False):
    """Age and sex of the person who was tested."""

    age_years: Annotated[int, Meta(ge=0, le=120)] | None
    sex: Literal["female", "male"] | None


class Answers(TypedDict, total=False):
    """Answers to the questions after the test."""

    pain: Annotated[int, Meta(ge=0, le=10)] | None
    pain_where: str
    limiter: Name | None


class Result(TypedDict):
    """The whole document."""

    schema: Schema
    clip: Clip
    status: Status
    tested_side: Literal["left", "right", "both"] | None
    sides: Sides
    issues: list[Issue]
    person: NotRequired[Person]
    answers: NotRequired[Answers]
    external_asked: NotRequired[bool]
    face_blurred: NotRequired[bool]
    timing: NotRequired[dict[Name, Number | None]]
    provenance: Provenance
    checksum: NotRequired[Sha256]  # see `seal`


DAMAGED: Final = "result_damaged"
DAMAGED_TEXT: Final = N_("The stored result of this clip was altered or damaged.")
DAMAGED_REMEDY: Final = N_("Measure the clip again.")

CHECKSUM: Final = "checksum"
"""Key of a stored result with the checksum of all others."""

LIMITS_READ: Final = ("target_deg", "typical_low_deg", "typical_high_deg", "reps_wanted")
"""Settings of the protocol that readers of a stored result state in words."""

_ANY: Final = Decoder(dict[str, Any])
_CHECK: Final = Decoder(Result)


def seal(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a result with a checksum of its content, by which a reader notices an alteration.

    It is the fingerprint of the document without the checksum itself.
    """
    content = without_checksum(document)
    return content | {CHECKSUM: fingerprint(content)}


def without_checksum(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a result without the checksum of its content."""
    return {key: value for key, value in document.items() if key != CHECKSUM}


def fingerprint(document: object) -> str:
    """Return the SHA-256 of a document as JSON in ASCII, keys sorted, no spaces; NaN is refused."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def seal_like(stored: Mapping[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """Return a document made from a stored one, with a checksum if that has one."""
    return seal(document) if CHECKSUM in stored else document


def parse_result(text: bytes | str) -> dict[str, Any]:
    """Return a stored result as JSON values, with every key that it has.

    Raises:
        ValueError: it was altered or damaged; the message says what and where, such as `Expected
            float, got str - at $.sides.left.reps[0].end_s`.
    """
    try:
        document: dict[str, Any] = _ANY.decode(text)
        _CHECK.decode(text)
    except (MsgspecError, RecursionError) as error:
        raise ValueError(str(error).replace("`", "")) from error
    if CHECKSUM in document and document[CHECKSUM] != seal(document)[CHECKSUM]:
        raise ValueError("Content does not match its checksum - at $.checksum")
    if fault := _disorder(document):
        raise ValueError(fault)
    return document


def unreadable_result() -> dict[str, Any]:
    """Return the result that stands in for a stored one that was altered or damaged."""
    issue = {
        "code": DAMAGED,
        "severity": "refuse",
        "side": None,
        "text": DAMAGED_TEXT,
        "remedy": DAMAGED_REMEDY,
        "value": None,
        "limit": None,
        "unit": "",
    }
    numbers = dict.fromkeys(("duration_s", "frame_rate_hz", "start_s", "largest_gap_s"), 0.0)
    counts = dict.fromkeys(("frames", "frames_declared", "frames_corrupt", "packets_damaged"), 0)
    flags = dict.fromkeys(("variable_rate", "mirrored", "mirrored_container"), False)
    size = {"width_px": 1, "height_px": 1}
    return {
        "schema": SCHEMA,
        "clip": {"name": "", "sha256": "", "codec": "", **numbers, **counts, **flags, **size},
        "status": "not_measured",
        "tested_side": None,
        "sides": {"left": None, "right": None},
        "issues": [issue],
        "provenance": {
            "hipcv": "",
            "method": 0,
            "models": {},
            "protocol": asdict(MeasurementProtocol()),
            "clip_sha256": "",
            "display_matrix": [],
            "command": "",
        },
    }


def _disorder(document: dict[str, Any]) -> str:
    """Return which limit a checked document lacks, or which times are out of order; "" if none."""
    for name in LIMITS_READ:
        if name not in document["provenance"]["protocol"]:
            return f"Object missing required field {name} - at $.provenance.protocol"
    for name, side in document["sides"].items():
        for rep in side["reps"] if side else ():
            moments = [rep["start_s"], *rep["plateau_s"], rep["end_s"]]
            if moments != sorted(moments):
                return f"Times out of order - at $.sides.{name}.reps[{rep['number']}]"
    return ""
