"""Uploads: streamed to disk, validated by opening them in a subprocess, then stored."""

import asyncio
import errno
import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Final
from uuid import uuid4

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from hipcv.core.errors import BadRequest, EnvironmentFault
from hipcv.core.system_errors import reason_of
from hipcv.core.text import file_name
from hipcv.files import write_atomic
from hipcv.guide import session_file
from hipcv.language import _
from hipcv.store.files import suffix_of
from hipcv.store.models import Clip, NewClip
from hipcv.video.recording_time import recording_time
from hipcv.web import duplicates, probe
from hipcv.web.jobs import Follower
from hipcv.web.recordings import Key, Recording
from hipcv.web.schemas import UploadQuery
from hipcv.web.state import AppState

CHUNK_BYTES: Final = 1 << 20
RESERVED_BYTES: Final = 256 << 20
"""Disk space that is left free for the records."""

UNKNOWN_DATE_S: Final = 0.0
"""Modification time of a clip whose own was not sent: that of the copy here would be wrong."""


@dataclass(frozen=True, slots=True)
class Received:
    """An uploaded clip; `already` says what became of one that was here before, "" of another."""

    clip: Clip
    already: str = ""


async def receive(state: AppState, query: UploadQuery, body: AsyncIterator[bytes]) -> Received:
    """Receive, validate and store one clip, and queue its analysis.

    Raises:
        UnreadableVideo: it is no video.
        EnvironmentFault: the disk is full.
        NotFound: there is no such visit or patient, or the recording was not sent whole before.
        BadRequest: an attribute is invalid.
    """
    name = clip_name(query.name)
    await run_in_threadpool(_check, state, query)
    recording = await run_in_threadpool(_claim_recording, state, query)
    part = state.files.incoming_folder() / f"{uuid4().hex}{suffix_of(name)}"
    part, follower = (recording.path, recording.follower) if recording else (part, None)
    try:
        if recording is None and not await _write(part, body):
            raise BadRequest(
                _("{name}: the file is empty. Check that the copy finished.").format(name=name)
            )
        async with state.probe_slots:  # not awaited in a thread: those serve all requests
            check = partial(probe.validate_video, limits=state.settings.options.limits)
            declared = await run_in_threadpool(check, part, name)
        return await run_in_threadpool(
            _store, state, _Upload(query, part, name, declared), follower=follower
        )
    except ClientDisconnect as error:
        raise BadRequest(
            _("{name}: the transfer was broken off. Send it again.").format(name=name)
        ) from error
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise _disk_full() from error
        text = _("{name}: the clip could not be stored ({reason}).")
        raise EnvironmentFault(text.format(name=name, reason=reason_of(error))) from error
    finally:
        await run_in_threadpool(part.unlink, missing_ok=True)
        if follower is not None:
            await run_in_threadpool(state.jobs.unfollow, follower)


async def receive_part(state: AppState, key: Key, offset: int, part: bytes) -> None:
    """Receive the next part of a recording under way, and begin to read it once that is possible.

    Raises:
        EnvironmentFault: the disk is full.
        NotFound: there is no such test or recording under way.
        BadRequest: a part is missing, or the recording is too large.
    """
    await run_in_threadpool(_refuse_full_disk, state.files.incoming_folder())
    recording = await run_in_threadpool(state.recordings.append, key, offset, part)
    if recording.should_probe:
        recording.probing = asyncio.create_task(_follow(state, recording))


async def _follow(state: AppState, recording: Recording) -> None:
    async with state.probe_slots:
        await run_in_threadpool(state.recordings.follow, recording)
    recording.probing = None


def _claim_recording(state: AppState, query: UploadQuery) -> Recording | None:
    """Return the recording that the page sent while it was made; None if the body is the clip."""
    key = Key(query.session, query.take)
    if query.streamed_bytes:
        return state.recordings.claim(key, query.streamed_bytes)
    state.recordings.discard(key)
    return None


def clip_name(given: str) -> str:
    """Return the last part of a path, as a name that every file system takes.

    Raises:
        BadRequest: no character is left.
    """
    last = PurePosixPath(given.replace("\\", "/")).name
    suffix = Path(last).suffix if suffix_of(last) else ""
    name = file_name(last.removesuffix(suffix), suffix, replacement="")
    if not (name or suffix):
        raise BadRequest(_("The clip has no name. Give it one such as clip.mp4."))
    return name or f"clip{suffix}"


async def _write(path: Path, body: AsyncIterator[bytes]) -> int:
    """Write the body to disk in chunks and return the number of bytes."""
    received, chunk = 0, bytearray()
    with await run_in_threadpool(path.open, "wb") as file:
        async for part in body:
            chunk += part
            received += len(part)
            if len(chunk) >= CHUNK_BYTES:
                await run_in_threadpool(file.write, bytes(chunk))
                chunk.clear()
                _refuse_full_disk(path.parent)
        await run_in_threadpool(file.write, bytes(chunk))
    return received


def _check(state: AppState, query: UploadQuery) -> None:
    """Refuse invalid attributes before the body is received."""
    if query.visit and query.patient:
        raise BadRequest(_("Name a visit, or a patient and a day, not both."))
    if query.visit:
        state.records.visit(str(query.visit))
    if query.patient is not None:
        state.records.require_patient(query.patient)
    _refuse_full_disk(state.files.incoming_folder())


@dataclass(frozen=True, slots=True)
class _Upload:
    """A clip that was received and validated."""

    query: UploadQuery
    part: Path
    name: str
    declared: probe.Declared  # by its container


def _store(state: AppState, upload: _Upload, *, follower: Follower | None) -> Received:
    query, part = upload.query, upload.part
    if query.changed_ms is not None:
        os.utime(part, (query.changed_ms / 1000,) * 2)
    elif not query.session:
        os.utime(part, (UNKNOWN_DATE_S,) * 2)
    size_bytes, suffix = part.stat().st_size, suffix_of(upload.name)
    visit_id = _visit_of(state, upload)
    sha256 = state.files.add_clip(part, suffix)
    existing = duplicates.stored_clip(state, sha256, visit_id)
    if existing is not None:
        said = duplicates.apply_options(state, existing, query.options, by=query.by)
        return Received(existing, said)
    new = NewClip(
        visit_id=visit_id,
        sha256=sha256,
        name=upload.name,
        suffix=suffix,
        size_bytes=size_bytes,
        mirrored=query.mirrored,
        external=query.external,
        side=query.side,
        duration_s=upload.declared.duration_s,
    )
    _store_session(state, query, sha256, upload.name)
    return Received(state.jobs.add_clip(new, by=query.by, follower=follower))


def _visit_of(state: AppState, upload: _Upload) -> str | None:
    """Return the visit that an upload names, or that of the day of the recording."""
    query = upload.query
    if query.patient is None:
        return str(query.visit) if query.visit else None
    patient = state.records.require_patient(query.patient)
    recorded = recording_time(upload.part, upload.declared.recorded_at)
    today = date.today()  # noqa: DTZ011 - in the user's time zone
    day = min(recorded.at.astimezone().date(), today) if recorded else today
    return state.records.add_visit(patient.id, query.on or day, by=query.by).id


def _store_session(state: AppState, query: UploadQuery, sha256: str, name: str) -> None:
    """Store the live previews with the clip, if it is the recording of a guided test."""
    record = state.live_records.find(query.session, query.take)
    if record is not None:
        text = session_file.render(record.previews, recording=name, began_s=record.began_s)
        write_atomic(state.files.session_path(sha256), text)


def _refuse_full_disk(folder: Path) -> None:
    if shutil.disk_usage(folder).free < RESERVED_BYTES:
        raise _disk_full()


def _disk_full() -> EnvironmentFault:
    return EnvironmentFault(_("The disk is full. Free some space, then send the clip again."))
