"""Records whose numbers are known, for the data folder that the browser tests share."""

import copy
import json
import shutil
from dataclasses import asdict
from datetime import date
from uuid import uuid4

from hipcv.core.issues import OTHER_LEG, Issue
from hipcv.core.landmarks import Side
from hipcv.report.summary import summarise_issue
from hipcv.results.reassess import load
from hipcv.store.files import FileStore
from hipcv.store.records import Records
from tests.clips import numbered_picture, numbered_pictures, write_clip
from tests.web import stub

NUMBERS = (
    "rotation_deg", "interval_deg", "result_deg", "result_interval_deg", "result_basis",
    "pelvis_relative_deg", "clean_deg", "category",
)  # fmt: skip


def open_records(folder):
    return Records.open(f"sqlite:///{folder / 'hipcv.sqlite3'}")


def read_result(folder, clip):
    """Return the stored result of a clip."""
    path = folder / "analyses" / clip.analysis_id / "result.json"
    return json.loads(path.read_text(encoding="utf-8"))


def with_rotation(document, side, rotation_deg):
    """Return a copy of a result with another angle, of repetitions enough for a comparison."""
    changed = copy.deepcopy(document)
    result = changed["sides"][side]
    shift_deg = rotation_deg - result["rotation_deg"]
    result["rotation_deg"] = rotation_deg
    for name in ("interval_deg", "result_interval_deg"):
        result[name] = [limit_deg + shift_deg for limit_deg in result[name]]
    result["result_deg"] += shift_deg
    result["provisional"] = False
    return changed


def without_counting(document, side):
    """Return a copy of a result of which no repetition counts: the hip was lifted."""
    changed = copy.deepcopy(document)
    finding = {
        "code": "pelvic_hike", "value": 11.0, "limit": 3.5, "unit": "deg", "at_s": 1.1,
        "severity": "invalid", "text": "The pelvis on the tested side rose: 11.0° (limit 3.5°).",
    }  # fmt: skip
    for rep in changed["sides"][side]["reps"]:
        rep |= {"valid": False, "findings": [finding]}
    changed["sides"][side] |= dict.fromkeys(NUMBERS) | {"status": "not_counted"}
    return changed | {"status": "not_counted"}


def add_visit(records, patient, *, on, clip, document, analysis_id=None, signed=False):
    """Add a visit with the recording of a clip and another result; return the new clip."""
    visit = records.add_visit(patient.id, date.fromisoformat(on), by="T")
    new = {
        "visit_id": visit.id,
        "sha256": clip.sha256,
        "name": f"{patient.pseudonym}-{on}.mp4",
        "suffix": clip.suffix,
        "size_bytes": clip.size_bytes,
        "mirrored": False,
        "external": False,
        "side": None,
    }
    added = records.add_clip(new, by="T")
    assert records.claim_next().id == added.id
    method = document["provenance"]["method"]
    analysis = records.add_analysis(added.id, document, method, by="T", analysis_id=analysis_id)
    if signed:
        records.sign(analysis.id, version=1, by="T")
    return added


def add_copy(records, folder, patient, *, on, clip, document=None):
    """Add a visit with a full copy of a clip and its analysis; return the new clip's id.

    `document` replaces the result in the records.
    """
    analysis_id = f"{on.replace('-', '')}-0000-4000-8000-{clip.id[-12:]}"
    source = folder / "analyses" / clip.analysis_id
    shutil.copytree(source, folder / "analyses" / analysis_id)
    document = document or read_result(folder, clip)
    return add_visit(
        records, patient, on=on, clip=clip, document=document, analysis_id=analysis_id
    ).id


def add_pair(records, folder, *, clip, document):
    """Add a patient with two visits, 12° apart in two recordings; return the ids of the results."""
    patient = records.add_patient("P-compared", by="T")
    later = with_rotation(document, "left", document["sides"]["left"]["rotation_deg"] + 12)
    later["clip"]["sha256"] = "ab" * 32
    added = [
        add_copy(records, folder, patient, on=on, clip=clip, document=stored)
        for on, stored in (("2026-09-04", document), ("2026-10-02", later))
    ]
    return [records.clip(clip_id).analysis_id for clip_id in added]


def of_the_wrong_leg(document):
    """Return a copy of a result whose right leg was asked for, while the left one moved."""
    issue = Issue("no_movement", "refuse", Side.RIGHT, 31.0, 1.0, OTHER_LEG)
    words = summarise_issue(issue)
    stored = asdict(issue) | {"text": words.text, "remedy": words.remedy}
    sides = {"left": None, "right": None}
    changed = {"status": "not_measured", "tested_side": None, "sides": sides, "issues": [stored]}
    return copy.deepcopy(document) | changed


def write_proxy(analysis_folder):
    """Write the video of a result: each picture bears its number, from 1, modulo 256."""
    times_s = load(analysis_folder).track.time_s
    pictures = (numbered_picture(number % 256) for number in range(1, len(times_s) + 1))
    write_clip(analysis_folder / "proxy.mp4", pictures, times_s)


def place_stub_clip(folder, name, *, patient=None, on="2026-03-01"):
    """Store a clip with the stub's result, while the desk is open; return the clip's id.

    The name decides the result, as in `tests.web.stub`.
    """
    records, files = open_records(folder), FileStore(folder)
    if patient and patient not in {one.pseudonym for one in records.patients()}:
        records.add_patient(patient, by="T")
    day = date.fromisoformat(on)
    part = files.incoming_folder() / name
    write_clip(part, numbered_pictures(3))
    part.write_bytes(part.read_bytes() + f"{name} {patient} {on}".encode())
    analysis_id = str(uuid4())
    analysis_folder = files.analysis_folder(analysis_id)
    stub.write(part, analysis_folder, Side.LEFT)
    write_proxy(analysis_folder)
    new = {
        "visit_id": patient and records.visit_of(patient, day, by="T").id,
        "size_bytes": part.stat().st_size,
        "sha256": files.add_clip(part, ".mp4"),
        "name": name,
        "suffix": ".mp4",
        "mirrored": False,
        "external": False,
        "side": None,
    }
    document = json.loads((analysis_folder / "result.json").read_text(encoding="utf-8"))
    analysis = records.add_analysed_clip(new, document, by="T", analysis_id=analysis_id)
    records.close()
    return analysis.clip_id
