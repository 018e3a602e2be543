"""Job queue: analyses waiting clips, a few subprocesses at a time, supervised by one thread.

Every job has a folder of its own. Jobs that a killed app left are discarded at the next start,
and their clips are queued again.
"""

import json
import logging
import os
import shutil
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from hipcv.batch.job import CommandBuilder, Job, default_timeout_s, worker_command
from hipcv.batch.outcome import ANALYZED, JobOutcome
from hipcv.batch.process import JobProcess
from hipcv.batch.worker import PROGRESS
from hipcv.core.errors import HipcvError, NotFound
from hipcv.core.landmarks import Side
from hipcv.core.options import AnalysisOptions
from hipcv.results.document import read_document_of
from hipcv.store.files import FileStore
from hipcv.store.models import Clip
from hipcv.store.records import Records
from hipcv.web.events import EventHub

ACTOR: Final = "hipcv"
"""Actor of all changes by the queue, in the audit."""

RESULT_ID_FILE: Final = "analysis"
"""File in a job's folder with the id under which its result is being stored."""

POLL_S: Final = 0.1
IDLE_S: Final = 2.0


def worker_command_with_proxy(job: Job) -> list[str]:
    """Return the command line that analyses a clip and adds its proxy video."""
    return worker_command(job, "--then", "hipcv.web.proxy")


@dataclass(slots=True)
class _RunningJob:
    clip: Clip
    folder: Path  # all files of this job
    process: JobProcess
    doing: str = "starting"
    share: float = 0.0  # done, 0..1
    cancelled: bool = False


@dataclass(slots=True)
class JobQueue:
    """The queue of one app."""

    records: Records
    files: FileStore
    working: Path  # holds the jobs' folders
    hub: EventHub
    command: CommandBuilder = worker_command_with_proxy
    options: AnalysisOptions = field(default_factory=AnalysisOptions)  # side, mirrored: by clip
    workers: int = 1
    _running: list[_RunningJob] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)  # of jobs that start or finish
    _wake: threading.Event = field(default_factory=threading.Event)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Discard the jobs of a killed app, and start the supervising thread."""
        self._delete_unrecorded_results()
        shutil.rmtree(self.working, ignore_errors=True)
        self.working.mkdir(parents=True, exist_ok=True)
        self.records.requeue_interrupted(by=ACTOR, why="the desk was closed while it was analysed")
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End all jobs; their clips are queued again at the next start."""
        self._stop.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()

    def wake(self) -> None:
        """Look for waiting clips at once."""
        self._wake.set()

    def cancel(self, clip_ids: Iterable[str]) -> None:
        """Cancel the jobs of these clips: once this returns, no result of them is stored."""
        cancelled = set(clip_ids)
        with self._lock:
            for running in self._running:
                running.cancelled |= running.clip.id in cancelled
        self._wake.set()

    def progress(self, clip_id: str) -> tuple[str, float] | None:
        """Return stage and share done (0..1) of a clip's job; None if it has none."""
        for running in [*self._running]:
            if running.clip.id == clip_id and not running.cancelled:
                return running.doing, running.share
        return None

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                try:
                    self._step()
                except Exception:
                    logging.getLogger(__name__).exception("the job queue failed; it goes on")
                    self._stop.wait(IDLE_S)
                self._wake.wait(POLL_S if self._running else IDLE_S)
                self._wake.clear()
        finally:
            for running in [*self._running]:
                self._remove(running)

    def _step(self) -> None:
        for running in [*self._running]:
            with self._lock:
                if running.cancelled:
                    self._remove(running)
                elif outcome := running.process.poll():
                    self._finish(running, outcome)
                else:
                    self._notify_progress(running)
        while len(self._running) < self.workers:
            with self._lock:
                clip = self.records.claim_next()
                if clip is None:
                    return
                self._start_job(clip)

    def _delete_unrecorded_results(self) -> None:
        """Delete results that were moved to their folder just before the app was killed."""
        for path in self.working.glob(f"*/{RESULT_ID_FILE}"):
            analysis_id = path.read_text(encoding="utf-8")
            try:
                self.records.analysis(analysis_id)
            except NotFound:
                self.files.delete_analysis(analysis_id)

    def _start_job(self, clip: Clip) -> None:
        folder = self.working / uuid4().hex
        path = folder / "clip" / (clip.name or "clip")
        path.parent.mkdir(parents=True)
        try:
            _link_input(self.files.clip_path(clip.sha256, clip.suffix), path)
        except OSError:
            self._fail(clip, f"{clip.name}: the stored clip cannot be read. Upload it again.")
            return
        job = Job(
            name=clip.name,
            clip=path,
            clip_sha256=clip.sha256,
            key=clip.id,
            folder="",
            staging=folder / "work",
            timeout_s=default_timeout_s(clip.size_bytes),
            options=replace(
                self.options, side=Side(clip.side) if clip.side else None, mirrored=clip.mirrored
            ),
        )
        running = _RunningJob(clip, folder, JobProcess(job, self.command))
        self._running.append(running)
        self.hub.notify_clip(clip.id, "analysing", doing=running.doing, share=running.share)

    def _finish(self, running: _RunningJob, outcome: JobOutcome) -> None:
        clip = running.clip
        with suppress(NotFound):  # it was erased meanwhile
            document = read_document_of(running.process.job.result, clip.sha256)
            if outcome.status not in ANALYZED:
                self._fail(clip, outcome.text)
            elif document is None:
                self._fail(clip, f"{clip.name}: its result was lost. Analyse it again.")
            else:
                self._store(running, document)
        self._remove(running)

    def _store(self, running: _RunningJob, document: dict[str, Any]) -> None:
        """Move the result's files to their folder, then record the analysis."""
        analysis_id = str(uuid4())
        (running.folder / RESULT_ID_FILE).write_text(analysis_id, encoding="utf-8")
        folder = self.files.analysis_folder(analysis_id)
        folder.parent.mkdir(parents=True, exist_ok=True)
        running.process.job.result.rename(folder)
        method = int(document["provenance"]["method"])
        try:
            self.records.add_analysis(
                running.clip.id, document, method, by=ACTOR, analysis_id=analysis_id
            )
        except HipcvError:
            self.files.delete_analysis(analysis_id)
            raise
        clip = self.records.clip(running.clip.id)
        self.hub.notify_clip(clip.id, clip.state, said=clip.said)

    def _fail(self, clip: Clip, said: str) -> None:
        self.records.set_state(clip.id, "failed", said, by=ACTOR)
        self.hub.notify_clip(clip.id, "failed", said=said)

    def _remove(self, running: _RunningJob) -> None:
        running.process.kill()
        self._running.remove(running)
        shutil.rmtree(running.folder, ignore_errors=True)

    def _notify_progress(self, running: _RunningJob) -> None:
        progress = _read_progress(running.process.job.staging)
        if progress is not None and progress != (running.doing, running.share):
            running.doing, running.share = doing, share = progress
            self.hub.notify_clip(running.clip.id, "analysing", doing=doing, share=share)


def _link_input(stored: Path, path: Path) -> None:
    """Give the worker the stored clip under its user's name, without a copy where possible."""
    try:
        os.link(stored, path)
    except OSError:  # a file system without links, or another one
        shutil.copyfile(stored, path)


def _read_progress(staging: Path) -> tuple[str, float] | None:
    with suppress(OSError, ValueError, KeyError, TypeError):
        progress = json.loads((staging / PROGRESS).read_text(encoding="utf-8"))
        return str(progress["doing"]), float(progress["share"])
    return None
