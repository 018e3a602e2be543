"""One open desk: its data folder, what is kept there, and what goes on in it."""

import asyncio
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from hipcv.batch.job import CommandBuilder
from hipcv.core.errors import EnvironmentFault
from hipcv.core.options import AnalysisOptions
from hipcv.report.formats.fhir import DEFAULT_CODES, Codes
from hipcv.store.files import FileStore
from hipcv.store.records import Records
from hipcv.web.analysis_cache import Readings
from hipcv.web.events import Hub
from hipcv.web.jobs import Jobs, worker_command
from hipcv.web.lock import locked
from hipcv.web.request_limits import Limits
from hipcv.web.security import Door

DATABASE: Final = "hipcv.sqlite3"
WORKING: Final = "working"
PROBES_AT_ONCE: Final = 2
"""Each is a process of its own: fifty clips that come at once take turns."""

LIVE_AT_ONCE: Final = 2
"""Sessions at the camera; each holds pose models of its own."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a desk is opened."""

    folder: Path
    database: str = ""  # URL of a database elsewhere; "": a file in the folder
    door: Door = field(default_factory=Door)
    limits: Limits = field(default_factory=Limits)
    options: AnalysisOptions = field(default_factory=AnalysisOptions)  # of every clip
    codes: Codes = DEFAULT_CODES  # of FHIR
    command: CommandBuilder = worker_command
    workers: int = 1


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that the pages work on."""

    settings: Settings
    records: Records
    files: FileStore
    hub: Hub
    jobs: Jobs
    readings: Readings
    probing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(PROBES_AT_ONCE))
    live: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(LIVE_AT_ONCE))

    @property
    def door(self) -> Door:
        """Its secrets."""
        return self.settings.door


@contextmanager
def opened(settings: Settings) -> Iterator[Desk]:
    """A desk, with its records brought up to date and nothing left of uploads that were cut off.

    Raises:
        EnvironmentFault: the folder cannot be used, or is in use.
    """
    folder = settings.folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if sys.platform != "win32" and not any(folder.iterdir()):
            folder.chmod(0o700)  # a new one: videos of patients are nobody else's business
    except OSError as fault:
        raise EnvironmentFault(
            f"{folder}: the data folder cannot be written to ({fault.strerror}). "
            "Name another one with --data-dir."
        ) from fault
    with locked(folder):
        records = Records.open(settings.database or f"sqlite:///{folder / DATABASE}")
        files, hub = FileStore(folder), Hub()
        _empty(files.incoming_folder())
        jobs = Jobs(
            records,
            files,
            folder / WORKING,
            hub,
            command=settings.command,
            options=settings.options,
            workers=settings.workers,
        )
        try:
            records.delete_files(files)  # what an erasure that was cut off left behind
            yield Desk(settings, records, files, hub, jobs, Readings(records, files))
        finally:
            records.close()


def _empty(folder: Path) -> None:
    """Take away uploads that were under way when the desk was killed."""
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.iterdir():
        if left.is_file():
            left.unlink()
