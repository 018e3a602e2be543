"""Meaning of every key of `result.json`, column of the tables and array of the evidence.

`json_schema` gives the published JSON Schema of a result, with these texts as descriptions;
`scripts/data_dictionary.py` writes both into `docs`. Angles are degrees, internal rotation and
lift of the tested side's hip positive, unless a text says otherwise. Ratios are shares of the
length of the shank at the start.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from hipcv.core.landmarks import LANDMARK_COUNT, Side
from hipcv.result_schema import SCHEMA, Result

Descriptions = Mapping[str, str]

_INTERVAL: Final = "95 % interval of it, low and high, as an error of reading this clip"

_ANGLES: Final[Descriptions] = {
    "rotation_deg": "internal rotation from the start, about the thigh: the angle of the picture "
    "corrected for the view; mean over the range where the leg was held",
    "picture_deg": "the same as the picture shows it, before the correction for the view",
    "view_deg": "angle between thigh and line of sight; null: unknown",
    "from_vertical_deg": "tilt of the shank against the vertical: tilt at the start and rotation",
    "interval_deg": _INTERVAL,
    "pelvis_relative_deg": "rotation less the tilt of the pelvis: the hip's own rotation; "
    "null: the pelvis was not measured",
    "clean_deg": "largest rotation reached before the first compensation began",
}

_TIMES: Final[Descriptions] = {
    "start_s": "time at which the leg leaves the start position",
    "plateau_s": "first and last time of the range in which the end position was read",
    "end_s": "time at which the leg is back",
    "valid": "true: the repetition counts, since it was held and kept the rules of the test",
    "practice": "true: the first of four or more, which is shown and does not count",
    "held": "true: the end position was held for as long as the protocol asks",
    "hold_s": "time for which the end position was held",
}

KEYS: Final[Mapping[str, Descriptions]] = {
    "Result": {
        "schema": f"name and version of this document, now {SCHEMA}",
        "clip": "the file that was analyzed",
        "status": "measured: a side has a number; not_counted: there were repetitions, and none "
        "kept the rules; not_measured: see issues",
        "tested_side": "sides with a number",
        "sides": "both sides; null for one that did not move",
        "issues": "properties of the clip that refuse it or make its numbers less certain",
        "person": "age and sex, where they were given",
        "answers": "answers to the questions after the test, where they were given",
        "external_asked": "true: external rotation was asked for as well",
        "face_blurred": "true: the face is blurred in the pictures and the video of this result",
        "timing": "seconds of computing by stage; on the command line alone, not in the file",
        "provenance": "program, method, models and settings that made this document",
        "checksum": "SHA-256 of the other keys as JSON in ASCII, keys sorted, without spaces",
    },
    "Clip": {
        "name": "name of the file, without its folder",
        "sha256": "SHA-256 of the file",
        "duration_s": "time from the first to the last decoded frame, and one frame more",
        "frames": "frames that were decoded",
        "frame_rate_hz": "1 / median time between frames",
        "width_px": "width of the upright picture with square pixels",
        "height_px": "height of the upright picture with square pixels",
        "start_s": "the container's time of the first frame; all other times count from it",
        "frames_declared": "frames by the container; null: it gives no number",
        "frames_corrupt": "frames that are damaged, or predicted from a damaged one",
        "packets_damaged": "packets that could not be decoded",
        "largest_gap_s": "longest time between two frames",
        "variable_rate": "true: the time between frames varies",
        "codec": "name of the coding of the pictures",
        "mirrored": "true: the user declared the clip to be mirrored, and it was turned back",
        "mirrored_container": "true: the container asks for a reflection, which was applied",
        "recorded_at": "date and time of the recording; null: unknown",
        "recorded_at_source": "container, or file: its time of modification",
        "size_change": "first change of the picture's size within the clip",
    },
    "SizeChange": {
        "at_s": "time of the change",
        "before_px": "width and height before it",
        "after_px": "width and height after it",
    },
    "Sides": {"left": "result of the left leg", "right": "result of the right leg"},
    "SideResult": {
        **{key: f"{text}; mean of the repetitions that count" for key, text in _ANGLES.items()},
        "interval_deg": _INTERVAL,
        "clean_deg": f"{_ANGLES['clean_deg']}; largest of the repetitions that count",
        "status": "measured, not_counted (no repetition kept the rules) or not_measured",
        "external_rotation_deg": "external rotation from the start, positive; mean of those that "
        "count",
        "external_interval_deg": f"{_INTERVAL}",
        "external_reps": "repetitions of external rotation, in order of time",
        "arc_deg": "result and external rotation together",
        "arc_interval_deg": _INTERVAL,
        "start_tilt_deg": "tilt of the shank against the vertical at the start",
        "result_deg": "the number of the report: the hip's own rotation, mean of the repetitions "
        "that count, with hip lift taken off",
        "result_interval_deg": "95 % interval of the result, for a measurement on another day",
        "result_basis": "rotation, or pelvis_relative where hip lift was taken off",
        "provisional": "true: fewer repetitions count than are wanted, so there is no category",
        "category": "result against the target; null: none is given",
        "reps": "repetitions of internal rotation, in order of time",
        "findings": "codes of the compensations of all repetitions, most serious first",
        "quality": "quality of the reading, 0 poor to 1 good",
        "best_deg": "largest rotation of a repetition that counts",
        "yaw_deg": "estimated yaw of the camera against the thighs; positive: it stands to the "
        "person's left",
    },
    "Rep": {
        **_ANGLES,
        **_TIMES,
        "number": "number of the repetition in the clip, 0 first",
        "findings": "compensations in this repetition",
        "rejected": "reason for which a reviewer set it aside; absent: none did",
        "registered": "true: the end position was registered by masks or outline",
        "angle_source": "hand, outline, masks or landmarks: by what the end position was read",
        "witness_deg": "second reading of the end position, by masks of a few frames",
        "landmarks_deg": "third reading of the end position, by landmarks alone",
        "peak_speed_deg_s": "largest speed of the rotation",
        "channels": "compensation channels at the end position, by name; see angles.csv",
    },
    "ExternalRep": {
        **_TIMES,
        "rotation_deg": "external rotation from the start, about the thigh, positive",
        "picture_deg": "the same as the picture shows it, positive",
        "interval_deg": _INTERVAL,
        "angle_source": "outline or landmarks",
    },
    "Finding": {
        "code": "name of the compensation",
        "value": "its amount, in the unit",
        "limit": "amount from which it is reported, in the unit",
        "unit": "unit of amount and limit",
        "at_s": "time at which it began",
        "severity": "note, flag, or invalid: the repetition does not count",
        "text": "the finding in words",
    },
    "Issue": {
        "code": "name of the issue",
        "severity": "refuse: there is no number; warn: it is less certain",
        "side": "the side it is about; null: the whole clip",
        "text": "the issue in words",
        "remedy": "what to do about it",
        "value": "measured amount, in the unit",
        "limit": "limit of the amount, in the unit",
        "unit": "unit of amount and limit; at: a time in seconds",
    },
    "Provenance": {
        "hipcv": "version of the program",
        "method": "version of the method; raised only when numbers can change",
        "models": "SHA-256 of each model that was used, by name",
        "protocol": "every setting by name; `hipcv protocol` explains them",
        "clip_sha256": "SHA-256 of the clip",
        "display_matrix": "2×2 part of the container's display matrix, rounded; empty: none",
        "command": "command line that gives the same numbers",
        "reassessed": "the version that assessed the stored evidence again, where it is another, "
        "or where settings were changed",
    },
    "Reassessed": {
        "hipcv": "version of the program",
        "method": "version of the method",
        "settings_dropped": "stored settings that this version does not have",
        "settings_added": "settings that the stored result lacks, at their defaults",
    },
    "Person": {"age_years": "age in years", "sex": "female or male"},
    "Answers": {
        "pain": "pain in the test, 0 none to 10 worst",
        "pain_where": "name of the place that hurt, or the person's own words; empty: none",
        "limiter": "name of what stopped the movement",
    },
}
"""Meaning of each key by the name of its type in `result_schema`."""

CHANNELS: Final[Descriptions] = {
    "pelvic_obliquity_deg": "tilt of the pelvis from the start; positive: the tested side rises",
    "trunk_lean_deg": "lean of the trunk from the start; positive: away from the tested side",
    "trunk_shift_ratio": "sideways shift of the upper trunk; positive: away from the tested side",
    "knee_rise_ratio": "rise of the knee, by the motion of its region",
    "knee_drift_ratio": "sideways drift of the knee, by the motion of its region; positive: "
    "outwards",
    "other_shank_deg": "rotation of the other shank",
    "wrist_rise_ratio": "rise of the wrist that rises more",
    "chest_growth_ratio": "growth of the upper trunk in the picture: a turn or a move forwards",
    "foot_reach_ratio": "change of the reach of the foot below the knee: an extending knee",
    "knee_drift_outline_ratio": "sideways drift of the knee, by the tracked outline",
    "knee_rise_outline_ratio": "rise of the knee, by the tracked outline",
    "shoulder_shift_ratio": "sideways shift of the shoulders, by landmarks",
    "waist_shift_ratio": "sideways shift of the waist, by the motion of its region",
    "waist_tilt_deg": "tilt of the waist, by the motion of its region",
}
"""Compensation channels: change from the start, median over the end position in `result.json`."""

_REP_TEXTS: Final = {key: text for key, text in KEYS["Rep"].items() if not key.endswith("deg")}

TABLES: Final[Mapping[str, Descriptions]] = {
    "angles.csv": {
        "frame": "number of the row's frame, 0 first",
        "time_s": "time of the frame",
        "side": "left or right",
        "rotation_raw_deg": "rotation from the start in the picture",
        "rotation_deg": "rotation from the start about the thigh",
        **CHANNELS,
        "phase": "before, start, moving, plateau (the end position) or rest",
        "rep": "number of the repetition, 1 first; empty between repetitions",
        "bridged": "1: the angle fills a short gap by a straight line",
        "seen": "1: an angle was read in this frame",
        "source": "outline, bridged or landmarks; empty: no angle",
        "from_vertical_deg": "tilt at the start and rotation",
    },
    "reps.csv": {
        "clip": KEYS["Clip"]["name"],
        "clip_sha256": KEYS["Clip"]["sha256"],
        "side": "left or right",
        "movement": "internal or external rotation",
        "rep": "number of the repetition of this side and movement, 1 first",
        "counted": "1: it counts; 0: it does not",
        "practice": "1: the first of four or more, which does not count",
        "held": "1: the end position was held for as long as the protocol asks",
        "rejected": _REP_TEXTS["rejected"],
        "rotation_deg": _ANGLES["rotation_deg"],
        "interval_low_deg": "lower end of its 95 % interval",
        "interval_high_deg": "upper end of its 95 % interval",
        **{key: _ANGLES[key] for key in ("pelvis_relative_deg", "clean_deg", "picture_deg")},
        **{key: _ANGLES[key] for key in ("view_deg", "from_vertical_deg")},
        "witness_deg": KEYS["Rep"]["witness_deg"],
        "angle_source": _REP_TEXTS["angle_source"],
        "findings": "codes of its compensations, separated by spaces",
        "hold_s": _TIMES["hold_s"],
        "peak_speed_deg_s": _REP_TEXTS["peak_speed_deg_s"],
        "start_s": _TIMES["start_s"],
        "plateau_start_s": "first time of the range in which the end position was read",
        "plateau_end_s": "last time of that range",
        "end_s": _TIMES["end_s"],
        "hipcv": KEYS["Provenance"]["hipcv"],
        "method": KEYS["Provenance"]["method"],
    },
}
"""Meaning of each column by the name of the table."""

EVIDENCE: Final[Descriptions] = {
    "schema": "version of these arrays",
    "track.time_s": "(T,) time of each frame since the first",
    "track.xy_px": f"(T, {LANDMARK_COUNT}, 2) landmarks, x right and y down, in pixels of the "
    "upright and not mirrored picture; NaN: not seen",
    "track.visibility": f"(T, {LANDMARK_COUNT}) how surely each landmark is seen, 0 to 1",
    "track.people": "(T,) people in the picture; -1: not counted",
    "track.luminance": "(T,) mean brightness, 0 black to 1 white",
    "track.size_px": "(2,) width and height of the picture",
    "SIDE.shank.tilt_deg": "(T, 2) tilt of the shank against the vertical by two stretches of its "
    "outline; NaN: not registered",
    "SIDE.shank.knee_px": "(T, 2) position of the knee by registration",
    "SIDE.shank.residual": "(T,) robust spread of the edges about the fit, columns of the strip",
    "SIDE.shank.rejected": "(T,) true: a mask disagreed, so landmarks are used",
    "SIDE.side": "left or right",
    "SIDE.time_s": "(K,) times of the frames that were segmented",
    "SIDE.window": "(K,) -1: start, else the repetition whose end position it is",
    "SIDE.xy_px": f"(K, {LANDMARK_COUNT}, 2) landmarks of these frames",
    "SIDE.visibility": f"(K, {LANDMARK_COUNT}) how surely each is seen",
    "SIDE.rotation_deg": "(K, 2) rotation of the shank against the start in the picture, by mask",
    "SIDE.residual_px": "(K, 2) robust spread of the edges about the fit",
    "SIDE.slide_ratio": "(K, 2) how far the landmarks slid along the leg",
    "SIDE.knee_px": "(K, 2, 2) position of the knee by registration",
    "SIDE.foot_ratio": "(K,) reach of the foot below the knee",
    "SIDE.shank_px": "length of the shank at the start",
    "SIDE.model": "model of these landmarks and masks",
    "SIDE.motion.time_s": "(F,) times of the frames whose regions were followed",
    "SIDE.motion.turn_deg": "(F, 6) turn of each region from the start, clockwise as displayed",
    "SIDE.motion.shift_px": "(F, 6, 2) shift of each region's centre",
    "SIDE.motion.centre_px": "(6, 2) centre of each region at the start: lap, waist, upper trunk, "
    "knee, other knee, background",
    "SIDE.motion.points": "(F, 6) points that are still followed",
    "SIDE.motion.kept": "(F, 6) share of the points of the start that are still followed",
    "SIDE.motion.inliers": "(F, 6) share of those that agree with one similarity",
    "SIDE.motion.scale": "(F, 6) size of each region against the start",
}
"""Meaning of each array of `evidence.npz`; SIDE is left or right."""


_NUMBERS: Final = (
    "rotation_deg", "interval_deg", "pelvis_relative_deg", "result_deg", "result_interval_deg",
    "category",
)  # fmt: skip
"""Keys of a side that are null unless it was measured."""

_ANY_NUMBER: Final = {"type": "number"}
_NULL: Final = {"type": "null"}
_MEASURED: Final = {"properties": {"status": {"const": "measured"}}}
_MEASURED_SIDE: Final = {"type": "object"} | _MEASURED

_RULES: Final[Mapping[str, Mapping[str, Any]]] = {
    "Result": {
        "if": _MEASURED,
        "then": {
            "properties": {
                "tested_side": {"type": "string"},
                "sides": {"anyOf": [{"properties": {side: _MEASURED_SIDE}} for side in Side]},
            }
        },
        "else": {"properties": {"tested_side": _NULL}},
    },
    "SideResult": {
        "if": _MEASURED,
        "then": {"properties": {"rotation_deg": _ANY_NUMBER}},
        "else": {"properties": dict.fromkeys(_NUMBERS, _NULL)},
    },
    "Rep": {
        "if": {"properties": {"valid": {"const": True}}},
        "then": {"properties": {"rotation_deg": _ANY_NUMBER}},
    },
}
"""Rules that join keys, by the name of the type: no number where nothing counts."""


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a result document, each key with its meaning.

    A key that is not listed is allowed: a later version may have added it.
    """
    schema = msgspec.json.schema(Result)
    for name, definition in schema["$defs"].items():
        definition.update(_RULES.get(name, {}))
        for key, value in definition["properties"].items():
            value["description"] = KEYS[name][key]
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Result of hipcv, {SCHEMA}",
    }
    return head | schema
