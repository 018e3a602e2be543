"""The state of one running review app: its data folder, records, jobs and caches."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Final

from fastapi import Depends
from starlette.requests import HTTPConnection

from hipcv.batch.filename_pattern import PATTERN
from hipcv.batch.job import CommandBuilder
from hipcv.core.errors import EnvironmentFault
from hipcv.core.options import AnalysisOptions
from hipcv.files import exclusive_lock
from hipcv.language import _
from hipcv.report.formats.fhir_codes import DEFAULT_CODES, Codes
from hipcv.store.files import DATABASE, PINS, FileStore, create_data_folder
from hipcv.store.records import Records
from hipcv.web.analysis_cache import AnalysisCache
from hipcv.web.backups import Backups
from hipcv.web.drawings import Drawings
from hipcv.web.events import EventHub
from hipcv.web.jobs import JobQueue, worker_command_with_proxy
from hipcv.web.live_records import LiveRecords
from hipcv.web.opening import LOCK
from hipcv.web.phone.addresses import local_addresses
from hipcv.web.phone.link import VALID_S
from hipcv.web.pins import Pins
from hipcv.web.recordings import Recordings
from hipcv.web.request_limits import Limits
from hipcv.web.security import Auth

WORKING: Final = "working"
MAX_PROBES: Final = 2  # each is a process
MAX_LIVE_SESSIONS: Final = 2  # each loads pose models


@dataclass(frozen=True, slots=True)
class PhoneSettings:
    """Permission to take clips from a phone in the local network, and the port it may reach."""

    allowed: bool = False
    port: int = 0  # 0: any free one
    addresses: Callable[[], tuple[str, ...]] = local_addresses
    valid_s: float = VALID_S


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of one start of the app."""

    folder: Path
    database: str = ""  # URL of another database; "": a file in the folder
    auth: Auth = field(default_factory=Auth)
    limits: Limits = field(default_factory=Limits)
    options: AnalysisOptions = field(default_factory=AnalysisOptions)  # of every clip
    codes: Codes = DEFAULT_CODES  # of FHIR
    clip_names: bool = False  # names of uploads in exports, which may say who the patient is
    pattern: str = PATTERN  # of file names, from which uploads take patient, day and side
    command: CommandBuilder = worker_command_with_proxy
    workers: int = 1
    phone: PhoneSettings = field(default_factory=PhoneSettings)


@dataclass(frozen=True, slots=True)
class AppState:
    """Everything the routes work on."""

    settings: Settings
    records: Records
    files: FileStore
    hub: EventHub
    jobs: JobQueue
    cache: AnalysisCache
    recordings: Recordings
    pins: Pins
    backups: Backups
    live_records: LiveRecords = field(default_factory=LiveRecords)
    drawings: Drawings = field(default_factory=Drawings)
    probe_slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MAX_PROBES))
    live_slots: threading.Semaphore = field(
        default_factory=lambda: threading.Semaphore(MAX_LIVE_SESSIONS)
    )

    @property
    def auth(self) -> Auth:
        """The secrets of this start."""
        return self.settings.auth


def app_state(connection: HTTPConnection) -> AppState:
    """Return the state of the app that serves a request or websocket."""
    state: AppState = connection.app.state.review
    return state


AppStateDep = Annotated[AppState, Depends(app_state)]


@contextmanager
def open_app_state(settings: Settings) -> Iterator[AppState]:
    """Open the data folder: upgrade its records and delete what interrupted work left.

    Raises:
        EnvironmentFault: the folder cannot be used, or is in use.
    """
    with _locked(settings.folder):
        records = Records.open(settings.database or f"sqlite:///{settings.folder / DATABASE}")
        files, hub = FileStore(settings.folder), EventHub()
        files.discard_incoming()
        jobs = JobQueue(
            records,
            files,
            settings.folder / WORKING,
            hub,
            command=settings.command,
            options=settings.options,
            workers=settings.workers,
        )
        try:
            records.delete_files(files)  # of an interrupted erasure
            cache = AnalysisCache(records, files)
            recordings = Recordings(files.incoming_folder(), jobs, settings.limits.upload_bytes)
            pins, backups = Pins(settings.folder / PINS), Backups(records, files)
            try:
                yield AppState(
                    settings, records, files, hub, jobs, cache, recordings, pins, backups
                )
            finally:
                backups.close()
        finally:
            records.close()


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Create the data folder if missing, and hold its lock: two apps would corrupt uploads."""
    create_data_folder(folder)
    with ExitStack() as stack:
        try:
            stack.enter_context(exclusive_lock(folder / LOCK))
        except OSError as error:
            text = _(
                "{folder}: another `hipcv review` has this data folder open. Close it first, or "
                "name another folder with --data-dir."
            )
            raise EnvironmentFault(text.format(folder=folder)) from error
        yield
