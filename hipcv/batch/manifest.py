"""`manifest.ndjson`: one line for every change of a clip's state, and the state read from it.

A line is on the disk before the batch continues. Lines are only appended; a partial line, written
as the machine stopped, is removed before the next one. Waiting clips have no line: they are found
in the folder again.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final, Literal, TypedDict

from hipcv.batch.job import Job
from hipcv.batch.outcome import ClipStatus, JobOutcome, JsonObject
from hipcv.core.errors import BadRequest, EnvironmentFault
from hipcv.core.system_errors import reason_of
from hipcv.files import exclusive_lock
from hipcv.folders import reserved
from hipcv.language import _
from hipcv.outside_json import parse

NAME: Final = "manifest.ndjson"
LOCK: Final = "manifest.lock"
SCHEMA: Final = "hipcv.manifest/1"
_TAIL_BYTES: Final = 1 << 20


class Line(TypedDict, total=False):
    """One line; which keys it has depends on its event."""

    event: str
    schema: str
    clip: str
    key: str
    folder: str
    size_bytes: int
    mtime_ns: int
    sha256: str
    status: ClipStatus
    text: str
    exit_code: int | None


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The content of a file when it had this size and modification time."""

    size_bytes: int
    mtime_ns: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ResultRecord:
    """The latest state of one result key."""

    folder: str
    status: ClipStatus = "waiting"
    text: str = ""
    exit_code: int | None = None


@dataclass(frozen=True, slots=True)
class ManifestState:
    """The state after all lines of earlier runs."""

    fingerprints: dict[str, Fingerprint] = field(default_factory=dict)  # by the clip's name
    records: dict[str, ResultRecord] = field(default_factory=dict)  # by result key


class Manifest:
    """The manifest, open for appending."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def append(self, *lines: JsonObject) -> None:
        """Append lines and wait until they are on the disk."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        text = "".join(json.dumps({"at": now, **line}) + "\n" for line in lines)
        self._file.write(text.encode("ascii"))
        self._file.flush()
        os.fsync(self._file.fileno())

    def record_fingerprints(self, fingerprints: Mapping[str, Fingerprint]) -> None:
        """Record the content of files, by the clip's name."""
        lines = (
            {"event": "found", "clip": name} | asdict(fingerprints[name]) for name in fingerprints
        )
        self.append(*lines)

    def record_changed(self, clip: str) -> None:
        """Record that a file no longer has the recorded content."""
        self.append({"event": "changed", "clip": clip})

    def record_job(self, event: Literal["started", "put_back"], job: Job) -> None:
        """Record that a job starts, or was stopped and waits again."""
        self.append(_job_line(event, job))

    def record_ended(self, job: Job, outcome: JobOutcome) -> None:
        """Record the outcome of a job."""
        line = _job_line("ended", job) | {
            "status": outcome.status,
            "exit_code": outcome.exit_code,
            "spent_s": round(outcome.duration_s, 3),
        }
        texts = {"text": outcome.text, "log": outcome.log}
        self.append(line | {name: text for name, text in texts.items() if text})


@contextmanager
def open_manifest(folder: Path) -> Iterator[Manifest]:
    """Open the manifest of a results folder for this batch alone.

    Raises:
        BadRequest: another batch is writing to the folder.
        EnvironmentFault: it cannot be written.
    """
    path = folder / NAME
    with ExitStack() as stack:
        try:
            _reserve(folder, stack)
            file = stack.enter_context(path.open("a+b"))
        except OSError as error:
            raise EnvironmentFault(
                _(
                    "{path}: cannot be written ({strerror}). Choose another folder with --out."
                ).format(path=path, strerror=reason_of(error))
            ) from error
        _truncate_partial_line(file)
        manifest = Manifest(file)
        if path.stat().st_size == 0:
            manifest.append({"event": "begun", "schema": SCHEMA})
        yield manifest


def _reserve(folder: Path, stack: ExitStack) -> None:
    """Reserve a results folder until the stack is closed, and lock it as earlier versions do."""
    busy = BadRequest(
        _(
            "{folder}: another batch is writing its results there. Wait for it, or choose "
            "another folder with --out."
        ).format(folder=folder)
    )
    try:
        stack.enter_context(reserved(folder))
        folder.mkdir(exist_ok=True)
        stack.enter_context(exclusive_lock(folder / LOCK))
    except BlockingIOError as error:
        raise busy from error
    except BadRequest as error:
        raise (busy if (folder / LOCK).exists() else error) from None


def read_state(folder: Path) -> ManifestState:
    """Return the state after earlier runs; an unreadable line costs no more than its repetition.

    Raises:
        BadRequest: another version of hipcv wrote it.
    """
    state = ManifestState()
    try:
        lines = (folder / NAME).read_bytes().splitlines()
    except FileNotFoundError:
        return state
    for text in lines:
        with suppress(ValueError, KeyError):
            line: Line = parse(text, Line)
            if line.get("schema", SCHEMA) != SCHEMA:
                raise BadRequest(
                    _(
                        "{folder}: written by another version of hipcv. Choose another folder "
                        "with --out."
                    ).format(folder=folder / NAME)
                )
            _apply(line, state)
    return state


def _job_line(event: str, job: Job) -> JsonObject:
    return {"event": event, "clip": job.name, "key": job.key, "folder": job.folder}


def _apply(line: Line, state: ManifestState) -> None:
    match line["event"]:
        case "found":
            state.fingerprints[line["clip"]] = Fingerprint(
                line["size_bytes"], line["mtime_ns"], line["sha256"]
            )
        case "changed":
            state.fingerprints.pop(line["clip"], None)
        case "started" | "put_back":
            state.records[line["key"]] = ResultRecord(line["folder"])
        case "ended":
            state.records[line["key"]] = ResultRecord(
                line["folder"], line["status"], line.get("text", ""), line["exit_code"]
            )


def _truncate_partial_line(file: IO[bytes]) -> None:
    """Truncate the file to its last complete line."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _TAIL_BYTES))
    tail = file.read()
    file.truncate(size - (len(tail) - (tail.rfind(b"\n") + 1)))
