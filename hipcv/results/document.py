"""The result as a JSON document, the files of a result folder, and the only reader of both.

Keys keep their order and numbers their decimals, so that the same clip gives the same bytes. The
timing differs from run to run and is left out of the stored file: `build_document(trial,
timing=False)`.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from hipcv import language
from hipcv.core.answers import Answers
from hipcv.core.assessment import Assessment, ExternalRep, Reassessed, Rep, Trial
from hipcv.core.clip_info import RecordingTime, SizeChange
from hipcv.core.errors import BadRequest, InvalidTrack
from hipcv.core.issues import Finding, Issue
from hipcv.core.landmarks import Side
from hipcv.core.person import Person
from hipcv.core.precision import ANGLE_DECIMALS, TIME_DECIMALS
from hipcv.core.protocol import MeasurementProtocol, settings
from hipcv.language import _
from hipcv.report.summary import format_finding, summarise_issue
from hipcv.result_schema import SCHEMA, parse_result, seal
from hipcv.results import checksums

RESULT: Final = "result.json"
REPORT: Final = "report.html"
HANDOUT: Final = "handout.html"
TABLE: Final = "angles.csv"
REP_TABLE: Final = "reps.csv"
CHART: Final = "chart.png"
CHART_SVG: Final = "chart.svg"
VIDEO: Final = "annotated.mp4"
EVIDENCE: Final = "evidence.npz"
EXPLAIN: Final = "explain"  # folder
STILLS: Final = "stills"  # folder
FILES: Final = (RESULT, REPORT, HANDOUT, TABLE, REP_TABLE, CHART, CHART_SVG, VIDEO, EVIDENCE)

FIXED_BEFORE: Final = {
    4: {"view_foreshortening": 1.3, "interval_residual_gain": 0.0},
    5: {
        "knee_noise_ratio": 1.0,
        "interval_height_gain": 0.0,
        "extension_unseen_deg": 0.0,
        "extension_view_deg": 0.0,
        "hold_band_deg": 0.0,
        "picture_longest_s": 0.0,
        "steady_hips_ratio": 0.0,
        "posture_turn_deg": 180.0,
        "begins_moving_deg": 180.0,
        "begins_askew_deg": 180.0,
    },
}
"""Numbers of the methods before each, that were no settings then."""

_SCHEMA_NAME: Final = SCHEMA.partition("/")[0].encode()

RATIO_DECIMALS: Final = 4

JsonObject = dict[str, Any]


def folder_of(result: Path) -> Path:
    """Return the result folder, given the folder itself or the `result.json` in it."""
    return result if result.is_dir() else result.parent


def read_document(path: Path) -> JsonObject:
    """Return the document in a `result.json`.

    Raises:
        InvalidTrack: the file is missing, damaged, or of another schema; or another file of
            its folder, from which numbers or pictures are read, is not the one written with it.
    """
    document = parse_document(path)
    if path.name == RESULT:
        check_files(path.parent)
    return document


def is_result(path: Path) -> bool:
    """Return True for a file that names the schema of a result, damaged or not."""
    try:
        return _SCHEMA_NAME in path.read_bytes()
    except OSError:
        return False


def check_files(folder: Path) -> None:
    """Compare the files of a result that are read again with their checksums, if it has any.

    Raises:
        InvalidTrack: one was altered, is damaged, or belongs to another result.
    """
    for fault in checksums.find_faults(folder, _is_read):
        if fault.kind == "altered":
            raise InvalidTrack(
                _(
                    "{folder}: {name} was altered, is damaged or belongs to another result. "
                    "Analyse the clip again."
                ).format(folder=folder, name=fault.name)
            )


def _is_read(name: str) -> bool:
    """Return True for the files from which numbers or pictures are read, False for renderings."""
    return name in {RESULT, EVIDENCE, TABLE} or name.startswith(f"{STILLS}/")


def parse_document(path: Path) -> JsonObject:
    """Return the document in a `result.json` without a look at the other files of its folder.

    Raises:
        InvalidTrack: the file is missing, damaged, or of another schema.
    """
    try:
        text = path.read_bytes()
    except OSError as error:
        raise InvalidTrack(
            _("{name}: the stored result cannot be read. Analyse the clip again.").format(
                name=path.name
            )
        ) from error
    if _SCHEMA_NAME not in text:
        raise InvalidTrack(
            _("{name}: no result of hipcv. Name a folder that holds one.").format(name=path.name)
        )
    try:
        return parse_result(text)
    except ValueError as error:
        raise InvalidTrack(
            _(
                "{name}: the stored result was altered, damaged or made by another version "
                "({fault}). Analyse the clip again."
            ).format(name=path.name, fault=error)
        ) from error


def read_document_of(folder: Path, clip_sha256: str) -> JsonObject | None:
    """Return the document in a result folder, or None where there is none of this clip."""
    try:
        document = read_document(folder / RESULT)
        return document if document["clip"]["sha256"] == clip_sha256 else None
    except InvalidTrack:
        return None


def protocol_of(document: Mapping[str, Any]) -> MeasurementProtocol:
    """Return the protocol of a stored result.

    Settings that the document lacks have their default, or the value in force by its method; those
    that no longer exist are dropped.

    Raises:
        InvalidTrack: a setting has a value that this version does not accept.
    """
    method = document["provenance"]["method"]
    fixed = {
        name: value
        for later, numbers in FIXED_BEFORE.items()
        for name, value in numbers.items()
        if method < later
    }
    stored = fixed | document["provenance"]["protocol"]
    present = {s.name: stored[s.name] for s in settings() if s.name in stored}
    try:
        return MeasurementProtocol(**present)
    except BadRequest as error:
        raise InvalidTrack(
            _(
                "This result was measured by hipcv {version} with a setting that this version does "
                "not accept ({fault}). Analyse the clip again."
            ).format(version=document["provenance"]["hipcv"], fault=str(error).rstrip("."))
        ) from error


def person_of(document: Mapping[str, Any]) -> Person:
    """Return the person of a stored result; empty where it has none."""
    return Person.from_dict(document.get("person"))


def answers_of(document: Mapping[str, Any]) -> Answers:
    """Return the answers after the test in a stored result; empty where it has none."""
    return Answers.from_stored(document.get("answers") or {})


def with_person(document: JsonObject, person: Person, answers: Answers) -> JsonObject:
    """Return a document with age, sex and answers that were noted since; what is unknown stays."""
    return document | _person_and_answers(person_of(document).override(person), answers)


def recorded_of(document: Mapping[str, Any]) -> RecordingTime | None:
    """Return when the clip of a stored result was recorded; None where that is not known."""
    at = document["clip"].get("recorded_at")
    source = document["clip"].get("recorded_at_source")
    moment = datetime.fromisoformat(at) if at and source else None
    return RecordingTime(moment, source) if moment and moment.tzinfo else None


def size_change_of(document: Mapping[str, Any]) -> SizeChange | None:
    """Return the change of the picture's size in the clip of a stored result; None without one."""
    change = document["clip"].get("size_change")
    if not change:
        return None
    before, after = (tuple(change[name]) for name in ("before_px", "after_px"))
    return SizeChange(change["at_s"], before, after)


@language.using(language.SOURCE)
def build_document(trial: Trial, *, timing: bool = True) -> JsonObject:
    """Return the result of one clip as JSON values; absent values are None, never NaN.

    Its texts are English in every language; `report.stored` translates them.
    """
    document: JsonObject = {
        "schema": SCHEMA,
        "clip": _clip(trial),
        "status": trial.status,
        "tested_side": trial.tested_side,
        "sides": {
            side.value: _side(trial.sides[side]) if side in trial.sides else None for side in Side
        },
        "issues": [_issue(issue) for issue in trial.all_issues],
        **_person_and_answers(trial.person, trial.answers),
        **({"external_asked": True} if trial.external_asked else {}),
        **({"face_blurred": True} if trial.face_blurred else {}),
    }
    if timing:
        document["timing"] = {stage: _time(spent_s) for stage, spent_s in trial.timing.items()}
    document["provenance"] = _provenance(trial)
    return document


def result_text(trial: Trial) -> str:
    """Return the text of `result.json`: without timing, with the checksum of its content."""
    return dumps(seal(build_document(trial, timing=False)))


def dumps(document: JsonObject) -> str:
    """Return a document as indented JSON that ends in a newline."""
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _person_and_answers(person: Person, answers: Answers) -> JsonObject:
    """Return both by their keys; one of which nothing is known has no key."""
    given = {} if person.is_empty else {"person": person.to_dict()}
    return given | ({"answers": answers.to_dict()} if answers else {})


def _clip(trial: Trial) -> JsonObject:
    clip = trial.clip
    return {
        "name": clip.name,
        "sha256": clip.sha256,
        "duration_s": _time(clip.duration_s),
        "frames": clip.frames,
        "frame_rate_hz": _time(clip.frame_rate_hz),
        "width_px": clip.width_px,
        "height_px": clip.height_px,
        "start_s": _time(clip.start_s),
        "frames_declared": clip.frames_declared,
        "frames_corrupt": clip.frames_corrupt,
        "packets_damaged": clip.packets_damaged,
        "largest_gap_s": _time(clip.largest_gap_s),
        "variable_rate": clip.variable_rate,
        "codec": clip.codec,
        "mirrored": clip.mirrored,
        "mirrored_container": clip.mirrored_container,
        "recorded_at": clip.recorded and clip.recorded.at.isoformat(),
        "recorded_at_source": clip.recorded and clip.recorded.source,
        **({"size_change": asdict(clip.size_change)} if clip.size_change else {}),
    }


def _side(assessment: Assessment) -> JsonObject:
    return {
        "status": assessment.status,
        "rotation_deg": _angle(assessment.rotation_deg),
        "picture_deg": _angle(assessment.picture_deg),
        "view_deg": _angle(assessment.view_deg),
        "from_vertical_deg": _angle(assessment.from_vertical_deg),
        "interval_deg": _interval(assessment.interval_deg),
        "pelvis_relative_deg": _angle(assessment.pelvis_relative_deg),
        "clean_deg": _angle(assessment.clean_deg),
        "external_rotation_deg": _angle(assessment.external_rotation_deg),
        "external_interval_deg": _interval(assessment.external_interval_deg),
        "external_reps": [_external_rep(rep) for rep in assessment.external_reps],
        "arc_deg": _angle(assessment.arc_deg),
        "arc_interval_deg": _interval(assessment.arc_interval_deg),
        "start_tilt_deg": _angle(assessment.start_tilt_deg),
        "result_deg": _angle(assessment.result_deg),
        "result_interval_deg": _interval(assessment.result_interval_deg),
        "result_basis": assessment.result_basis,
        "provisional": assessment.provisional,
        "category": assessment.category,
        "reps": [_rep(rep) for rep in assessment.reps],
        "findings": list(assessment.findings),
        "quality": _round(assessment.quality, ANGLE_DECIMALS),
        "best_deg": _angle(assessment.best_deg),
        "yaw_deg": _angle(assessment.yaw_deg),
    }


def _rep(rep: Rep) -> JsonObject:
    return {
        "number": rep.number,
        "start_s": _time(rep.start_s),
        "plateau_s": [_time(moment) for moment in rep.plateau_s.closed],
        "end_s": _time(rep.end_s),
        "rotation_deg": _angle(rep.rotation_deg),
        "picture_deg": _angle(rep.picture_deg),
        "view_deg": _angle(rep.view_deg),
        "from_vertical_deg": _angle(rep.from_vertical_deg),
        "interval_deg": _interval(rep.interval_deg),
        "pelvis_relative_deg": _angle(rep.pelvis_relative_deg),
        "clean_deg": _angle(rep.clean_deg),
        "valid": rep.valid,
        "findings": [_finding(finding) for finding in rep.findings],
        "practice": rep.practice,
        **({} if rep.rejected is None else {"rejected": rep.rejected}),
        "registered": rep.registered,
        "angle_source": _angle_source(rep),
        "witness_deg": _angle(rep.witness_deg),
        "landmarks_deg": _angle(rep.landmarks_deg),
        "held": rep.held,
        "hold_s": _time(rep.hold_s),
        "peak_speed_deg_s": _angle(rep.peak_speed_deg_s),
        "channels": {
            name: _round(value, RATIO_DECIMALS) for name, value in sorted(rep.channels.items())
        },
    }


def _external_rep(rep: ExternalRep) -> JsonObject:
    return {
        "start_s": _time(rep.start_s),
        "plateau_s": [_time(moment) for moment in rep.plateau_s.closed],
        "end_s": _time(rep.end_s),
        "rotation_deg": _angle(rep.rotation_deg),
        "picture_deg": _angle(rep.picture_deg),
        "interval_deg": _interval(rep.interval_deg),
        "valid": rep.valid,
        "practice": rep.practice,
        "angle_source": "outline" if rep.by_outline else "landmarks",
        "held": rep.held,
        "hold_s": _time(rep.hold_s),
    }


def _angle_source(rep: Rep) -> str:
    if rep.by_hand:
        return "hand"
    if rep.by_outline:
        return "outline"
    return "masks" if rep.registered else "landmarks"


def _finding(finding: Finding) -> JsonObject:
    return {
        "code": finding.code,
        "value": _round(finding.value, RATIO_DECIMALS),
        "limit": _round(finding.limit, RATIO_DECIMALS),
        "unit": finding.unit,
        "at_s": _time(finding.at_s),
        "severity": finding.severity,
        "text": format_finding(finding),
    }


def _issue(issue: Issue) -> JsonObject:
    summary = summarise_issue(issue)
    return {
        "code": issue.code,
        "severity": issue.severity,
        "side": issue.side.value if issue.side else None,
        "text": summary.text,
        "remedy": summary.remedy,
        "value": _round(issue.value, RATIO_DECIMALS),
        "limit": _round(issue.limit, RATIO_DECIMALS),
        "unit": issue.unit,
    }


def _provenance(trial: Trial) -> JsonObject:
    provenance = trial.provenance
    return {
        "hipcv": provenance.hipcv,
        "method": provenance.method,
        "models": dict(sorted(provenance.models.items())),
        "protocol": asdict(trial.protocol),
        "clip_sha256": trial.clip.sha256,
        "display_matrix": [list(row) for row in trial.clip.display_matrix],
        "command": provenance.command,
        **_reassessed(provenance.reassessed),
    }


def _reassessed(by: Reassessed | None) -> JsonObject:
    """Return the later version that assessed the evidence again; no key where there is none."""
    if by is None:
        return {}
    lists = {"settings_dropped": [*by.settings_dropped], "settings_added": [*by.settings_added]}
    return {"reassessed": {"hipcv": by.hipcv, "method": by.method, **lists}}


def _interval(limits_deg: tuple[float, float] | None) -> list[float | None] | None:
    return None if limits_deg is None else [_angle(limit) for limit in limits_deg]


def _angle(value_deg: float | None) -> float | None:
    return _round(value_deg, ANGLE_DECIMALS)


def _time(value_s: float) -> float | None:
    return _round(value_s, TIME_DECIMALS)


def _round(value: float | None, decimals: int) -> float | None:
    if value is None or not math.isfinite(value):
        return None
    return round(float(value), decimals) + 0.0  # + 0.0 turns -0.0 into 0.0
