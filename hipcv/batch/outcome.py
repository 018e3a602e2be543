"""What is said of one clip of a batch, and how a stored result is read for it."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from hipcv.batch.filename_pattern import Named
from hipcv.batch.job import JsonObject, Status

RESULT: Final = "result.json"
SCHEMA: Final = "hipcv.batch/1"
RESULT_SCHEMA: Final = "hipcv.assessment/1"


@dataclass(frozen=True, slots=True)
class Answer:
    """One clip, answered for."""

    clip: str  # its name within the folder
    named: Named
    status: Status
    text: str = ""  # a plain sentence where there is no result
    folder: str = ""  # of the result, within the batch's results; "" where there is none
    result: JsonObject | None = None  # as `read_result` gives it
    duplicate_of: str = ""  # name of the clip with the same content
    known: bool = False  # from an earlier run

    @property
    def reason(self) -> str:
        """The sentence for a place where the clip is named already."""
        told = self.text.removeprefix(f"{PurePosixPath(self.clip).name}: ")
        return told[:1].upper() + told[1:]


def read_result(folder: Path, clip_sha256: str) -> JsonObject | None:
    """The result in a folder, without repetitions and provenance, so that thousands fit in memory.

    Returns:
        None where there is no whole result of the clip with this content.
    """
    try:
        told: Any = json.loads((folder / RESULT).read_text(encoding="utf-8"))
        if told["schema"] != RESULT_SCHEMA or told["clip"]["sha256"] != clip_sha256:
            return None
        return {
            "clip": told["clip"],
            "tested_side": told["tested_side"],
            "sides": {side: _without_reps(told["sides"][side]) for side in told["sides"]},
            "issues": told["issues"],
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def as_line(answer: Answer) -> JsonObject:
    """One clip as plain data; what was measured stands where `hipcv analyze --json` puts it."""
    told: JsonObject = {
        "schema": SCHEMA,
        "path": answer.clip,
        "status": answer.status,
        "known": answer.known,
        "patient": answer.named.patient or None,
        "visit": answer.named.visit or None,
        "named_side": answer.named.side,
        "duplicate_of": answer.duplicate_of or None,
        "folder": answer.folder or None,
        "text": answer.text or None,
    }
    return {**told, **(answer.result or {})}


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _without_reps(side: JsonObject | None) -> JsonObject | None:
    return side and {name: value for name, value in side.items() if name != "reps"}
