"""`manifest.ndjson`: one line for every change of a clip's state, and the state read from it.

A line is on the disk before the batch continues. Lines are only appended; a partial line, written
as the machine stopped, is removed before the next one. Waiting clips have no line: they are found
in the folder again. The line of a clip's end has its result, so that the results need not be read
again nor held in memory. As a run begins, lines that others replaced are left out where they are
more than half of all.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final, Literal, TypedDict

from hipcv.batch.job import Job
from hipcv.batch.outcome import ClipStatus, JobOutcome, JsonObject
from hipcv.core.errors import BadRequest, EnvironmentFault
from hipcv.core.system_errors import reason_of
from hipcv.files import atomic_path, exclusive_lock
from hipcv.folders import reserved
from hipcv.language import _
from hipcv.outside_json import parser_of

NAME: Final = "manifest.ndjson"
LOCK: Final = "manifest.lock"
SCHEMA: Final = "hipcv.manifest/1"
_TAIL_BYTES: Final = 1 << 20
_LINES_MIN: Final = 1000  # of a manifest that is compacted


class Line(TypedDict, total=False):
    """One line; which keys it has depends on its event."""

    event: str
    schema: str
    clip: str
    key: str
    folder: str
    number: int
    size_bytes: int
    mtime_ns: int
    sha256: str
    status: ClipStatus
    text: str
    exit_code: int | None
    ends: str
    files: str
    pages: list[str]
    table: str


class _Answer(TypedDict, total=False):
    """Keys that only the line of an ended clip has."""

    result: JsonObject


_parse: Final[Callable[[bytes], Line]] = parser_of(Line)
_parse_answer: Final[Callable[[bytes], _Answer]] = parser_of(_Answer)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The content of a file when it had this size and modification time."""

    size_bytes: int
    mtime_ns: int
    sha256: str
    ends: str = ""  # from `contents.hash_of_ends`; "" in manifests of earlier versions
    line_at: int = field(default=-1, compare=False)  # position of its line


@dataclass(frozen=True, slots=True)
class ResultRecord:
    """The latest state of one result key."""

    folder: str
    status: ClipStatus = "waiting"
    text: str = ""
    exit_code: int | None = None
    files: str = ""  # from `outcome.state_of_files`; "" in manifests of earlier versions
    line_at: int = field(default=-1, compare=False)  # position of its line


@dataclass(frozen=True, slots=True)
class SummaryRecord:
    """Digests of what the files of the summary were written from; "" for none."""

    pages: tuple[str, ...] = ()
    table: str = ""
    line_at: int = field(default=-1, compare=False)  # position of its line


@dataclass(slots=True)
class ManifestState:
    """The state after all lines of earlier runs."""

    fingerprints: dict[str, Fingerprint] = field(default_factory=dict)  # by the clip's name
    records: dict[str, ResultRecord] = field(default_factory=dict)  # by result key
    summary: SummaryRecord = field(default_factory=SummaryRecord)
    lines: int = 0
    last_number: int = 0  # the highest of a job


class Manifest:
    """The manifest, open for appending, with the state after its lines so far."""

    def __init__(self, file: IO[bytes], state: ManifestState) -> None:
        self._file, self.state = file, state

    def append(self, *lines: JsonObject, sync: bool = True) -> int:
        """Append lines and return the position of the first; wait until they are on the disk.

        Without `sync`, they are there once a later line is.
        """
        position = self._file.seek(0, os.SEEK_END)
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        text = "".join(json.dumps({"at": now, **line}) + "\n" for line in lines)
        self._file.write(text.encode("ascii"))
        self._file.flush()
        if sync:
            os.fsync(self._file.fileno())
        return position

    def record_fingerprints(self, fingerprints: Mapping[str, Fingerprint]) -> None:
        """Record the content of files, by the clip's name."""
        lines = (_found_line(name, fingerprints[name]) for name in fingerprints)
        self.append(*lines, sync=False)

    def record_changed(self, clip: str) -> None:
        """Record that a file no longer has the recorded content."""
        self.append({"event": "changed", "clip": clip})

    def record_job(self, event: Literal["started", "put_back"], job: Job) -> None:
        """Record that a job starts, or was stopped and waits again."""
        self.append(_job_line(event, job))

    def record_content(self, job: Job, fingerprint: Fingerprint) -> None:
        """Record the content of a job's clip, and that its result will be in the job's folder."""
        self.append(_found_line(job.name, fingerprint), _job_line("started", job))

    def record_ended(
        self, job: Job, outcome: JobOutcome, result: JsonObject | None = None, files: str = ""
    ) -> int:
        """Record the outcome of a job with its result, and return the position of the line."""
        line = _job_line("ended", job) | {
            "status": outcome.status,
            "exit_code": outcome.exit_code,
            "spent_s": round(outcome.duration_s, 3),
        }
        texts = {"text": outcome.text, "log": outcome.log, "files": files, "result": result}
        return self.append(line | {name: text for name, text in texts.items() if text})

    def record_again(self, clip: str, key: str, record: ResultRecord, result: JsonObject) -> int:
        """Record the result of an earlier run with what its line lacks; return the position."""
        line: JsonObject = {"event": "ended", "clip": clip, "key": key, "folder": record.folder}
        line |= {"status": record.status, "exit_code": record.exit_code}
        return self.append(line | {"files": record.files, "result": result}, sync=False)

    def record_summary(self, pages: tuple[str, ...], table: str) -> None:
        """Record what the files of the summary were written from."""
        self.append({"event": "summary", "pages": pages, "table": table}, sync=False)


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
            _truncate_partial_line(file)
            state = _read_compacted(path)
            file = stack.enter_context(path.open("a+b"))  # it may have been replaced
        except OSError as error:
            raise EnvironmentFault(
                _(
                    "{path}: cannot be written ({strerror}). Choose another folder with --out."
                ).format(path=path, strerror=reason_of(error))
            ) from error
        manifest = Manifest(file, state)
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
    return _read(folder / NAME)


def read_result_at(folder: Path, position: int) -> JsonObject | None:
    """Return the result in a line of the manifest; None where it has none."""
    with (folder / NAME).open("rb") as file:
        file.seek(position)
        return _parse_answer(file.readline()).get("result")


def find_clip(folder: Path, number: int) -> str:
    """Return the name of the clip of the job with a number; "" where none has it."""
    clip = ""
    with suppress(FileNotFoundError), (folder / NAME).open("rb") as file:
        for text in file:
            with suppress(ValueError):
                line = _parse(text)
                if line.get("number") == number:
                    clip = line.get("clip", "")
    return clip


def _read(path: Path) -> ManifestState:
    state = ManifestState()
    position = 0
    with suppress(FileNotFoundError), path.open("rb") as file:
        for text in file:
            with suppress(ValueError, KeyError):
                line = _parse(text)
                if line.get("schema", SCHEMA) != SCHEMA:
                    raise BadRequest(
                        _(
                            "{folder}: written by another version of hipcv. Choose another folder "
                            "with --out."
                        ).format(folder=path)
                    )
                _apply(line, state, position)
            state.lines += 1
            position += len(text)
    return state


def _read_compacted(path: Path) -> ManifestState:
    """Return the state, after lines that say no more have been left out where that is worth it."""
    state = _read(path)
    needed = len(state.fingerprints) + len(state.records)
    if state.lines < _LINES_MIN or state.lines < 2 * needed:
        return state
    positions = [fingerprint.line_at for fingerprint in state.fingerprints.values()]
    positions += [record.line_at for record in state.records.values()]
    if state.summary.line_at >= 0:
        positions.append(state.summary.line_at)
    with path.open("rb") as file, atomic_path(path) as part, part.open("wb") as compacted:
        compacted.write(file.readline())  # the schema
        for position in sorted(positions):
            file.seek(position)
            compacted.write(file.readline())
    return _read(path)


def _job_line(event: str, job: Job) -> JsonObject:
    line: JsonObject = {"event": event, "clip": job.name, "folder": job.folder}
    line |= {"number": job.number} if job.number else {}
    return line | ({"key": job.key} if job.key else {})


def _found_line(clip: str, fingerprint: Fingerprint) -> JsonObject:
    line = {"event": "found", "clip": clip} | asdict(fingerprint)
    del line["line_at"]
    return line


def _apply(line: Line, state: ManifestState, position: int) -> None:
    state.last_number = max(state.last_number, line.get("number", 0))
    match line["event"]:
        case "found":
            # One text for the name here and in the path, of which `pathlib` interns the parts.
            state.fingerprints[sys.intern(line["clip"])] = Fingerprint(
                line["size_bytes"],
                line["mtime_ns"],
                line["sha256"],
                line.get("ends", ""),
                position,
            )
        case "summary":
            state.summary = SummaryRecord(tuple(line["pages"]), line["table"], position)
        case "changed":
            state.fingerprints.pop(line["clip"], None)
        case "started" | "put_back":
            state.records[line["key"]] = ResultRecord(line["folder"], line_at=position)
        case "ended":
            state.records[line["key"]] = ResultRecord(
                line["folder"],
                line["status"],
                line.get("text", ""),
                line["exit_code"],
                line.get("files", ""),
                position,
            )


def _truncate_partial_line(file: IO[bytes]) -> None:
    """Truncate the file to its last complete line."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _TAIL_BYTES))
    tail = file.read()
    file.truncate(size - (len(tail) - (tail.rfind(b"\n") + 1)))
