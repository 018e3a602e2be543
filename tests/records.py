"""Records with known content: documents as an analysis writes them, clips, visits on given days."""

import hashlib
from datetime import date

from hipcv.result_schema import unreadable_result
from hipcv.store.models import NewClip, NewCorrection

NUMBERS = (
    "rotation_deg", "interval_deg", "result_deg", "result_interval_deg", "result_basis",
    "pelvis_relative_deg", "clean_deg", "category", "picture_deg", "from_vertical_deg",
    "external_rotation_deg", "start_tilt_deg", "best_deg", "yaw_deg",
)  # fmt: skip
"""Fields of a side that may be empty."""


def document(left_deg=30.0, right_deg=None, *, refused="", name="clip.mp4", **changes):
    """A result document; with `refused`, one without a number, for this reason.

    `changes` are fields of every side.
    """
    empty = unreadable_result()
    issue = empty["issues"][0] | {"code": "no_movement", "text": refused}
    sides = {"left": side(left_deg, **changes), "right": side(right_deg, **changes)}
    legs = [name for name, result in sides.items() if result is not None]
    return empty | {
        "clip": empty["clip"] | {"name": name, "sha256": "0" * 64},
        "status": "not_measured" if refused else "measured",
        "tested_side": "both" if len(legs) > 1 else legs[0] if legs else None,
        "sides": sides,
        "issues": [issue] if refused else [],
        "provenance": empty["provenance"] | {"method": 3},
    }


def side(rotation_deg, **changes):
    """One side of a document, two reps; None for a side that was not moved."""
    if rotation_deg is None:
        return None
    return {
        "status": "measured",
        **dict.fromkeys(NUMBERS),
        "findings": [],
        "rotation_deg": rotation_deg,
        "interval_deg": [rotation_deg - 2, rotation_deg + 2],
        "result_deg": rotation_deg,
        "result_interval_deg": [rotation_deg - 6, rotation_deg + 6],
        "result_basis": "rotation",
        "provisional": False,
        "category": "below_target",
        "quality": 0.9,
        "reps": [rep(0, 1.0), rep(1, 4.0)],
        **changes,
    }


def not_counted(rep_deg=51.0, *, code="pelvic_hike"):
    """One side of a document whose repetitions broke a rule: hip lift of 11°, unless named."""
    finding = {
        "code": code, "severity": "invalid", "value": 11.0, "limit": 10.0, "unit": "deg",
        "at_s": 2.0, "text": "",
    }  # fmt: skip
    broken = {
        "rotation_deg": rep_deg,
        "pelvis_relative_deg": rep_deg - 11,
        "clean_deg": 23.4,
        "valid": False,
        "held": True,
        "practice": False,
        "findings": [finding],
    }
    reps = [rep(number, 1.0 + 3 * number) | broken for number in range(3)]
    return {
        "status": "not_counted",
        **dict.fromkeys(NUMBERS),
        "provisional": False,
        "quality": 0.0,
        "findings": [code],
        "reps": reps,
    }


def not_counted_document(**changes):
    """A result document whose left side is not counted."""
    sides = {"left": not_counted(**changes), "right": None}
    return document() | {"status": "not_counted", "sides": sides}


def rep(number, start_s):
    plateau_s = [start_s + 0.5, start_s + 1.5]
    numbers = (
        "rotation_deg", "interval_deg", "pelvis_relative_deg", "clean_deg", "landmarks_deg",
        "peak_speed_deg_s",
    )  # fmt: skip
    return {
        **dict.fromkeys(numbers),
        "number": number,
        "start_s": start_s,
        "plateau_s": plateau_s,
        "end_s": start_s + 2,
        "hold_s": 1.0,
        "valid": True,
        "practice": False,
        "registered": True,
        "findings": [],
        "channels": {},
    }


def new_clip(visit_id=None, *, content="a clip", name="clip.mp4"):
    return NewClip(
        visit_id=visit_id,
        sha256=sha256_of(content),
        name=name,
        suffix=".mp4",
        size_bytes=7,
        mirrored=False,
        external=False,
        side=None,
    )


def sha256_of(content):
    return hashlib.sha256(content.encode()).hexdigest()


def rejection(document, *, rep=0):
    """The correction that sets a rep aside."""
    return NewCorrection(
        kind="rep",
        side="left",
        rep=rep,
        before={"accepted": True},
        after={"accepted": False},
        document=document,
    )


def withdrawal(number, document=None):
    return NewCorrection(
        kind="withdraw", side=None, rep=None, before={}, after={"number": number}, document=document
    )


def visited(
    records, pseudonym="P-017", on=date(2025, 3, 1), *, content=None, signed=False, **fields
):
    """The analysis of a clip of a patient's visit; patient and visit are made where needed.

    `fields` are those of `document`, or the `stored` one itself.
    """
    stored = fields.pop("stored", None) or document(**fields)
    patient = records.patient_named(pseudonym) or records.add_patient(pseudonym, by="KM")
    visit = records.add_visit(patient.id, on, by="KM")
    clip = records.add_clip(new_clip(visit.id, content=content or f"{pseudonym} {on}"), by="KM")
    analysis = records.add_analysis(clip.id, stored, 3, by="desk")
    return records.sign(analysis.id, version=1, by="KM") if signed else analysis
