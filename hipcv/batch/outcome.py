"""Outcomes: of a job, as its process ended, and of a clip, as the batch reports it."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final, Literal

from hipcv.batch.filename_pattern import NameFields
from hipcv.core.errors import InvalidTrack
from hipcv.core.side_result import not_counted_because
from hipcv.results import checksums
from hipcv.results.document import RESULT, VIDEO, read_document, read_document_of

JsonObject = dict[str, Any]

ClipStatus = Literal[
    "measured",
    "not_counted",  # analyzed; no repetition kept the rules of the test
    "not_measured",  # analyzed, and refused with a reason
    "unreadable",
    "crashed",
    "timed_out",
    "failed",  # hipcv or this machine is at fault, not the clip
    "duplicate",
    "not_a_file",
    "waiting",  # not started, or requeued
]

ANALYZED: Final[frozenset[ClipStatus]] = frozenset({"measured", "not_counted", "not_measured"})
FAILED: Final[frozenset[ClipStatus]] = frozenset({"unreadable", "crashed", "timed_out", "failed"})


@dataclass(frozen=True, slots=True)
class JobOutcome:
    """The end of one job."""

    status: ClipStatus
    text: str = ""  # a plain sentence where there is no result
    exit_code: int | None = None
    duration_s: float = 0.0
    log: str = ""  # the end of stderr of a process that crashed or timed out


@dataclass(frozen=True, slots=True)
class ClipOutcome:
    """The outcome of one clip, from this run or an earlier one."""

    clip: str  # its name within the folder
    name_fields: NameFields
    status: ClipStatus
    text: str = ""  # a plain sentence where there is no result
    folder: str = ""  # of the result, within the batch's results; "" where there is none
    result: JsonObject | None = None  # from `read_result`; not held for all clips at once
    duplicate_of: str = ""  # name of the clip with the same content
    from_earlier_run: bool = False
    files: str = ""  # from `state_of_files`
    answer_at: int = -1  # position of the manifest's line with the result; -1: there is none

    @property
    def reason(self) -> str:
        """Return the text without the clip's name in front."""
        text = self.text.removeprefix(f"{PurePosixPath(self.clip).name}: ")
        return text[:1].upper() + text[1:]


def read_result(folder: Path, clip_sha256: str) -> JsonObject | None:
    """Return the result in a folder, without repetitions and provenance to save memory.

    Args:
        folder: the result folder.
        clip_sha256: of the clip; "" where any will do.

    Returns:
        None where the folder holds no complete result of the clip with this content, or a file of
        it was altered. The annotated video may be missing: it is large.
    """
    document = _document(folder, clip_sha256)
    if document is None or checksums.find_faults(folder, lambda name: name != VIDEO):
        return None
    sides = {name: side and _without_reps(side) for name, side in document["sides"].items()}
    return {key: document[key] for key in ("clip", "tested_side", "issues")} | {"sides": sides}


def status_of_result(folder: Path, clip_sha256: str) -> ClipStatus:
    """Return whether the result in a folder is `not_counted` or `not_measured`.

    The exit code of an analysis is the same for both.
    """
    document = _document(folder, clip_sha256) or {}
    return "not_counted" if document.get("status") == "not_counted" else "not_measured"


def state_of_files(folder: Path) -> str:
    """Return a digest of names, sizes and times of a result's files, without the annotated video.

    It is equal while none of them was touched. "" where the folder cannot be read.
    """
    found = []
    folders = [str(folder)]
    try:
        while folders:
            with os.scandir(folders.pop()) as scan:
                for entry in scan:
                    if entry.is_dir():
                        folders.append(entry.path)
                    elif entry.name != VIDEO:
                        state = entry.stat()
                        found.append((entry.path, state.st_size, state.st_mtime_ns))
    except OSError:
        return ""
    start = len(str(folder))
    names = sorted((path[start:], size, mtime) for path, size, mtime in found)
    return hashlib.blake2b(repr(names).encode("utf-8", "replace"), digest_size=16).hexdigest()


def _document(folder: Path, clip_sha256: str) -> JsonObject | None:
    """Return the document in a result folder; None where there is none, or of another clip."""
    if clip_sha256:
        return read_document_of(folder, clip_sha256)
    try:
        return read_document(folder / RESULT)
    except InvalidTrack:
        return None


def _without_reps(side: JsonObject) -> JsonObject:
    """Return a side without its repetitions, but with why none of them counts."""
    summary = {key: value for key, value in side.items() if key != "reps"}
    return summary | ({"not_counted": why} if (why := list(not_counted_because(side))) else {})
