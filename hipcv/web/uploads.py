"""Clips that come in: streamed to disk, believed once they were opened, then kept."""

import errno
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Final
from uuid import uuid4

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from hipcv.core.errors import BadRequest, EnvironmentFault
from hipcv.store.models import Clip, NewClip, SideName
from hipcv.web import probe
from hipcv.web.state import Desk

CHUNK_BYTES: Final = 1 << 20
SPARE_BYTES: Final = 256 << 20
"""So much of the disk is left free: the records must be able to go on."""

NAME_LONGEST: Final = 120
SUFFIX_LONGEST: Final = 8
FORBIDDEN: Final = '<>:"/\\|?*'
"""What some system's file names may not hold."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """What is said of a clip that comes in."""

    name: str
    visit: str | None = None
    patient: str | None = None  # pseudonym
    on: date | None = None
    mirrored: bool = False
    side: SideName | None = None
    by: str = "desk"


async def take(desk: Desk, incoming: Incoming, body: AsyncIterator[bytes]) -> Clip:
    """Receive one clip.

    Raises:
        UnreadableVideo: it is no video.
        EnvironmentFault: the disk is full.
        NotFound: there is no such visit.
        BadRequest: what is said of it makes no sense.
    """
    name = file_name(incoming.name)
    await run_in_threadpool(_check, desk, incoming)
    part = desk.files.incoming_folder() / f"{uuid4().hex}{suffix_of(name)}"
    try:
        received = await _receive(part, body)
        if not received:
            raise BadRequest(f"{name}: the file is empty. Check that the copy finished.")
        async with desk.probing:  # waited for outside of the threads that answer everybody
            await run_in_threadpool(probe.believe, part, name)
        return await run_in_threadpool(_keep, desk, incoming, part, name)
    except ClientDisconnect as gone:
        raise BadRequest(f"{name}: the transfer was broken off. Send it again.") from gone
    except OSError as fault:
        full = fault.errno == errno.ENOSPC
        raise (
            _full()
            if full
            else EnvironmentFault(f"{name}: the clip could not be stored ({fault.strerror}).")
        ) from fault
    finally:
        await run_in_threadpool(part.unlink, missing_ok=True)


def file_name(given: str) -> str:
    """The last part of a name, fit for every file system.

    Raises:
        BadRequest: nothing is left of it.
    """
    last = PurePosixPath(given.replace("\\", "/")).name
    kept = "".join(sign for sign in last if sign.isprintable() and sign not in FORBIDDEN)
    kept = kept.strip(". ")
    if not kept:
        raise BadRequest("The clip has no name. Give it one such as clip.mp4.")
    suffix = Path(kept).suffix
    return kept[: NAME_LONGEST - len(suffix)] + suffix if len(kept) > NAME_LONGEST else kept


def suffix_of(name: str) -> str:
    """`.mp4` of a name; "" where it is nothing that a file is called."""
    suffix = Path(name).suffix.lower()
    plain = suffix[1:].isascii() and suffix[1:].isalnum() and len(suffix) <= SUFFIX_LONGEST
    return suffix if plain else ""


async def _receive(part: Path, body: AsyncIterator[bytes]) -> int:
    """Write the body to disk, piece by piece; how many bytes there were."""
    received, pieces = 0, bytearray()
    with await run_in_threadpool(part.open, "wb") as file:
        async for piece in body:
            pieces += piece
            received += len(piece)
            if len(pieces) >= CHUNK_BYTES:
                await run_in_threadpool(file.write, bytes(pieces))
                pieces.clear()
                _refuse_full(part.parent)
        await run_in_threadpool(file.write, bytes(pieces))
    return received


def _check(desk: Desk, incoming: Incoming) -> None:
    """Say at once what would be said at the end, before gigabytes are sent for nothing."""
    if incoming.visit and incoming.patient:
        raise BadRequest("Name a visit, or a patient and a day, not both.")
    if incoming.visit:
        desk.records.visit(incoming.visit)
    _refuse_full(desk.files.incoming_folder())


def _keep(desk: Desk, incoming: Incoming, part: Path, name: str) -> Clip:
    size_bytes = part.stat().st_size
    suffix = suffix_of(name)
    visit_id = _visit(desk, incoming)
    sha256 = desk.files.add_clip(part, suffix)
    clip = desk.records.add_clip(
        NewClip(
            visit_id=visit_id,
            sha256=sha256,
            name=name,
            suffix=suffix,
            size_bytes=size_bytes,
            mirrored=incoming.mirrored,
            side=incoming.side,
        ),
        by=incoming.by,
    )
    desk.hub.tell_clip(clip.id, clip.state)
    desk.jobs.wake()
    return clip


def _visit(desk: Desk, incoming: Incoming) -> str | None:
    if incoming.patient is None:
        return incoming.visit
    on = incoming.on or date.today()  # noqa: DTZ011 - the day at this desk
    return visit_of(desk, incoming.patient, on, by=incoming.by)


def visit_of(desk: Desk, pseudonym: str, on: date, *, by: str) -> str:
    """A patient's visit of a day; both are made where they are not there yet."""
    records = desk.records
    patient = records.patient_named(pseudonym) or records.add_patient(pseudonym, by=by)
    return records.add_visit(patient.id, on, by=by).id


def _refuse_full(folder: Path) -> None:
    if shutil.disk_usage(folder).free < SPARE_BYTES:
        raise _full()


def _full() -> EnvironmentFault:
    return EnvironmentFault("The disk is full. Free some space, then send the clip again.")
