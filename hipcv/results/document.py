"""The result as a plain document: what scripts, clinics and later versions rely on.

Keys keep their order and numbers their decimals, so the same clip gives the same bytes. How long
the work took differs from run to run, and so belongs to the answer on the screen, not to the file:
`document(trial, timing=False)` is what is stored.
"""

import json
import math
from dataclasses import asdict
from typing import Any, Final

from hipcv.core.assessment import Assessment, Rep, Trial
from hipcv.core.issues import Finding, Issue
from hipcv.core.landmarks import Side
from hipcv.report.summary import format_finding, summarise_issue

SCHEMA: Final = "hipcv.assessment/1"

ANGLE_DECIMALS: Final = 2
TIME_DECIMALS: Final = 3
RATIO_DECIMALS: Final = 4

JsonObject = dict[str, Any]


def document(trial: Trial, *, timing: bool = True) -> JsonObject:
    """The result of one clip as JSON knows it; absent is None, never NaN."""
    told: JsonObject = {
        "schema": SCHEMA,
        "clip": _clip(trial),
        "status": trial.status,
        "tested_side": trial.tested_side,
        "sides": {
            side.value: _side(trial.sides[side]) if side in trial.sides else None for side in Side
        },
        "issues": [_issue(issue) for issue in trial.all_issues],
    }
    if timing:
        told["timing"] = {stage: _time(spent) for stage, spent in trial.timing.items()}
    told["provenance"] = _provenance(trial)
    return told


def dumps(told: JsonObject) -> str:
    """One document as text: readable, in UTF-8, ending in a new line."""
    return json.dumps(told, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


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
    }


def _side(assessment: Assessment) -> JsonObject:
    return {
        "status": assessment.status,
        "rotation_deg": _angle(assessment.rotation_deg),
        "interval_deg": _interval(assessment.interval_deg),
        "pelvis_relative_deg": _angle(assessment.pelvis_relative_deg),
        "clean_deg": _angle(assessment.clean_deg),
        "external_rotation_deg": _angle(assessment.external_rotation_deg),
        "start_tilt_deg": _angle(assessment.start_tilt_deg),
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
        "interval_deg": _interval(rep.interval_deg),
        "pelvis_relative_deg": _angle(rep.pelvis_relative_deg),
        "clean_deg": _angle(rep.clean_deg),
        "valid": rep.valid,
        "findings": [_finding(finding) for finding in rep.findings],
        "practice": rep.practice,
        **({} if rep.rejected is None else {"rejected": rep.rejected}),
        "registered": rep.registered,
        "landmarks_deg": _angle(rep.landmarks_deg),
        "hold_s": _time(rep.hold_s),
        "peak_speed_deg_s": _angle(rep.peak_speed_deg_s),
        "channels": {
            name: _round(value, RATIO_DECIMALS) for name, value in sorted(rep.channels.items())
        },
    }


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
    told = summarise_issue(issue)
    return {
        "code": issue.code,
        "severity": issue.severity,
        "side": issue.side.value if issue.side else None,
        "text": told.text,
        "remedy": told.remedy,
        "value": _round(issue.value, RATIO_DECIMALS),
        "limit": _round(issue.limit, RATIO_DECIMALS),
        "unit": issue.unit,
    }


def _provenance(trial: Trial) -> JsonObject:
    made = trial.provenance
    return {
        "hipcv": made.hipcv,
        "method": made.method,
        "models": dict(sorted(made.models.items())),
        "protocol": asdict(trial.protocol),
        "clip_sha256": trial.clip.sha256,
        "display_matrix": [list(row) for row in trial.clip.display_matrix],
        "command": made.command,
    }


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
