"""`manifest.ndjson`: what happened to every clip, one line a change, and what is known from it.

A line is on the disk before the batch goes on. Lines are only ever added; a line that was cut short
when the machine stopped is taken off before the next is written. What a line does not hold, such
as the clips that wait, is found again in the folder.
"""

import contextlib
import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from hipcv.batch.job import Job, JsonObject, Outcome, Status
from hipcv.core.errors import BadRequest, EnvironmentFault

NAME: Final = "manifest.ndjson"
SCHEMA: Final = "hipcv.manifest/1"
_LOCK_AT: Final = 1 << 40  # a byte that no line ever reaches
_TAIL_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Hashed:
    """The content of a file, when it had this size and date."""

    size_bytes: int
    mtime_ns: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known about one key."""

    folder: str
    status: Status = "waiting"
    text: str = ""
    exit_code: int | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """Everything that earlier runs wrote down."""

    hashes: dict[str, Hashed] = field(default_factory=dict)  # by the clip's name
    entries: dict[str, Entry] = field(default_factory=dict)  # by key


class Manifest:
    """The file, open for adding."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def add(self, *lines: JsonObject) -> None:
        """Write lines down, and wait until they are on the disk."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        text = "".join(json.dumps({"at": now, **line}) + "\n" for line in lines)
        _write(self._descriptor, text.encode("ascii"))
        os.fsync(self._descriptor)


@contextmanager
def opened(folder: Path) -> Iterator[Manifest]:
    """The manifest of a folder of results, for this batch alone.

    Raises:
        BadRequest: another batch is writing to the folder.
        EnvironmentFault: it cannot be written.
    """
    path = folder / NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | _binary(), 0o666)
    except OSError as fault:
        raise EnvironmentFault(
            f"{path}: cannot be written ({fault.strerror}). Choose another folder with --out."
        ) from fault
    try:
        _lock(descriptor, folder)
        _take_off_torn_line(descriptor)
        manifest = Manifest(descriptor)
        if os.fstat(descriptor).st_size == 0:
            manifest.add({"event": "begun", "schema": SCHEMA})
        yield manifest
    finally:
        os.close(descriptor)  # and with it the lock


def found(name: str, hashed: Hashed) -> JsonObject:
    """The line that says what a file holds."""
    return {
        "event": "found",
        "clip": name,
        "size_bytes": hashed.size_bytes,
        "mtime_ns": hashed.mtime_ns,
        "sha256": hashed.sha256,
    }


def changed(name: str) -> JsonObject:
    """The line that says that a file is no longer what it was."""
    return {"event": "changed", "clip": name}


def started(job: Job) -> JsonObject:
    """The line that says that a job begins."""
    return {"event": "started", "clip": job.name, "key": job.key, "folder": job.folder}


def put_back(job: Job) -> JsonObject:
    """The line that says that a job was begun and given up."""
    return {"event": "put_back", "clip": job.name, "key": job.key, "folder": job.folder}


def ended(job: Job, outcome: Outcome) -> JsonObject:
    """The line that says what became of a job."""
    told = {
        "event": "ended",
        "clip": job.name,
        "key": job.key,
        "folder": job.folder,
        "status": outcome.status,
        "exit_code": outcome.exit_code,
        "spent_s": round(outcome.spent_s, 3),
    }
    extra = {"text": outcome.text, "log": outcome.log}
    return {**told, **{name: value for name, value in extra.items() if value}}


def read(folder: Path) -> Ledger:
    """What earlier runs wrote down; lines that cannot be read cost no more than doing it again.

    Raises:
        BadRequest: another version of hipcv wrote it.
    """
    ledger = Ledger()
    try:
        lines = (folder / NAME).read_bytes().splitlines()
    except FileNotFoundError:
        return ledger
    for line in _parsed(lines):
        if line.get("schema", SCHEMA) != SCHEMA:
            raise BadRequest(
                f"{folder / NAME}: written by another version of hipcv. "
                "Choose another folder with --out."
            )
        with contextlib.suppress(KeyError, TypeError):
            _enter(line, ledger)
    return ledger


def _parsed(lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    for line in lines:
        with contextlib.suppress(ValueError):
            told = json.loads(line)
            if isinstance(told, dict):
                yield told


def _enter(line: dict[str, Any], ledger: Ledger) -> None:
    """Let one line change what is known."""
    match line["event"]:
        case "found":
            ledger.hashes[line["clip"]] = Hashed(
                line["size_bytes"], line["mtime_ns"], line["sha256"]
            )
        case "changed":
            ledger.hashes.pop(line["clip"], None)
        case "started" | "put_back":
            ledger.entries[line["key"]] = Entry(line["folder"])
        case "ended":
            ledger.entries[line["key"]] = Entry(
                line["folder"], line["status"], line.get("text", ""), line["exit_code"]
            )


def _write(descriptor: int, content: bytes) -> None:
    while content:
        content = content[os.write(descriptor, content) :]


def _take_off_torn_line(descriptor: int) -> None:
    """Cut the file back to its last whole line."""
    size = os.fstat(descriptor).st_size
    os.lseek(descriptor, max(0, size - _TAIL_BYTES), os.SEEK_SET)
    tail = os.read(descriptor, _TAIL_BYTES)
    torn = len(tail) - (tail.rfind(b"\n") + 1)
    if torn:
        os.ftruncate(descriptor, size - torn)


def _lock(descriptor: int, folder: Path) -> None:
    """Keep other batches off; the system gives the lock back however this process ends."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(descriptor, _LOCK_AT, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError) as fault:
        raise BadRequest(
            f"{folder}: another batch is writing its results there. "
            "Wait for it, or choose another folder with --out."
        ) from fault


def _binary() -> int:
    """Windows alone turns line ends into two characters unless told not to."""
    return getattr(os, "O_BINARY", 0)
