"""Data folders with patients whose numbers are known."""

import copy
import json
from datetime import date

from hipcv.store.records import Records


def read_records(folder):
    return Records.open(f"sqlite:///{folder / 'hipcv.sqlite3'}")


def reads(document, side, rotation_deg):
    """The same result with another angle."""
    told = copy.deepcopy(document)
    old = told["sides"][side]["rotation_deg"]
    moved = told["sides"][side]
    moved["rotation_deg"] = rotation_deg
    moved["interval_deg"] = [limit + rotation_deg - old for limit in moved["interval_deg"]]
    return told


def add_visit(records, patient, *, on, clip, document):
    """One more visit with one clip whose result is that document."""
    visit = records.add_visit(patient.id, date.fromisoformat(on), by="T")
    new = {
        "visit_id": visit.id,
        "sha256": clip.sha256,
        "name": f"{on}.mp4",
        "suffix": clip.suffix,
        "size_bytes": clip.size_bytes,
        "mirrored": False,
        "side": None,
    }
    added = records.add_clip(new, by="T")
    claimed = records.claim_next()
    assert claimed.id == added.id
    return records.add_analysis(added.id, document, document["provenance"]["method"], by="T")


def result_of(records, folder, clip):
    """The stored result of a clip."""
    path = folder / "analyses" / records.clip(clip.id).analysis_id / "result.json"
    return json.loads(path.read_text(encoding="utf-8"))
