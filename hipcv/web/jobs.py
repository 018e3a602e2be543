"""Job queue: analyses waiting clips, a few subprocesses at a time, supervised by one thread.

Every job has a folder of its own; `schedule` says which clip is next. Jobs that a killed app left
are discarded at the next start, and their clips are queued again. A recording under way is read by
a job that begins with it and becomes that of its clip; where it fails, the clip is analyzed as any
other.
"""

import json
import logging
import os
import shutil
import threading
from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import InitVar, dataclass, field, replace
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from hipcv import language
from hipcv.batch.job import CommandBuilder, Job, default_timeout_s, worker_command
from hipcv.batch.outcome import ANALYZED, JobOutcome
from hipcv.batch.process import JobProcess
from hipcv.batch.worker import MEASURED, PROGRESS, Finished, write_finished
from hipcv.core.errors import HipcvError, NotFound
from hipcv.core.landmarks import Side
from hipcv.core.options import AnalysisOptions
from hipcv.language import N_, _
from hipcv.results.document import read_document_of
from hipcv.store.files import FileStore
from hipcv.store.models import Clip, NewClip
from hipcv.store.records import Records
from hipcv.web.events import EventHub
from hipcv.web.schedule import Schedule

ACTOR: Final = "hipcv"
"""Actor of all changes by the queue, in the audit."""

CLOSED: Final = N_("the desk was closed while it was analysed")
"""Reason in the audit, in English; `api.audit` translates it."""

RESULT_ID_FILE: Final = "analysis"
"""File in a job's folder with the id under which its result is being stored."""

MAX_FOLLOWED: Final = 2
"""Recordings that are read while they are made; each loads pose models."""

FOLLOWED_LONGEST_S: Final = 3600.0
"""Time limit of a recording with the wait of its clip."""

POLL_S: Final = 0.1
IDLE_S: Final = 2.0


def worker_command_with_proxy(_job: Job) -> list[str]:
    """Return the command line that analyses a clip and adds its proxy video."""
    return worker_command("--then", "hipcv.results.proxy")


@dataclass(slots=True, eq=False)
class Follower:
    """The job of a recording under way, until the job of its clip begins."""

    folder: Path  # all files of this job
    process: JobProcess
    clip_id: str = ""  # of the finished recording


@dataclass(slots=True)
class _RunningJob:
    clip: Clip
    folder: Path  # all files of this job
    process: JobProcess
    doing: str = "starting"
    share: float = 0.0  # done, 0..1
    document: dict[str, Any] | None = None  # the result, while its files are being written
    followed: bool = False  # the clip was read while it was recorded
    cancelled: bool = False


@dataclass(slots=True)
class JobQueue:
    """The queue of one app."""

    records: Records
    files: FileStore
    working: Path  # holds the jobs' folders
    hub: EventHub
    command: CommandBuilder = worker_command_with_proxy
    options: AnalysisOptions = field(default_factory=AnalysisOptions)  # some by clip
    workers: InitVar[int] = 1
    _running: list[_RunningJob] = field(default_factory=list)
    _followers: list[Follower] = field(default_factory=list)
    _schedule: Schedule = field(init=False)
    _languages: dict[str, str] = field(default_factory=dict)  # of who asked, by the clip's id
    _lock: threading.Lock = field(default_factory=threading.Lock)  # of jobs that start or finish
    _wake: threading.Event = field(default_factory=threading.Event)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __post_init__(self, workers: int) -> None:
        self._schedule = Schedule(workers)

    def start(self) -> None:
        """Discard the jobs of a killed app, and start the supervising thread."""
        self._delete_unrecorded_results()
        shutil.rmtree(self.working, ignore_errors=True)
        self.working.mkdir(parents=True, exist_ok=True)
        self.records.requeue_interrupted(by=ACTOR, why=CLOSED)
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End all jobs; their clips are queued again at the next start."""
        self._stop.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()

    def start_soon(self, clip_id: str) -> None:
        """Look for waiting clips at once; this one's errors are in the present language."""
        self._languages[clip_id] = language.current()
        self._wake.set()

    def follow(self, recording: Path) -> Follower | None:
        """Begin to read a recording under way; None where no more can be followed."""
        with self._lock:
            if len(self._followers) >= MAX_FOLLOWED or self._stop.is_set():
                return None
            folder = self.working / uuid4().hex
            job = Job(
                name="",
                clip=recording,
                clip_sha256="",
                key="",
                folder="",
                staging=folder / "work",
                timeout_s=FOLLOWED_LONGEST_S,
                options=self.options,
                growing=True,
            )
            follower = Follower(folder, JobProcess(job, self.command))
            self._followers.append(follower)
            return follower

    def unfollow(self, follower: Follower) -> None:
        """End the job of a recording whose clip has not been added."""
        with self._lock:
            if follower in self._followers and not follower.clip_id:
                self._drop(follower)

    def add_clip(self, new: NewClip, *, by: str, follower: Follower | None = None) -> Clip:
        """Add a clip to be analyzed; the one that read its recording continues."""
        with self._lock:
            clip = self.records.add_clip(new, by=by)
            self._languages[clip.id] = language.current()
            if follower in self._followers and clip.state == "waiting" and not clip.mirrored:
                follower.clip_id = clip.id
        self.hub.notify_clip(clip.id, clip.state)
        self._wake.set()
        return clip

    def cancel(self, clip_ids: Iterable[str]) -> None:
        """Cancel the jobs of these clips: once this returns, no result of them is stored."""
        with self._lock:
            self._mark_cancelled({*clip_ids})
        self._wake.set()

    def cancel_clip(self, clip_id: str, *, by: str) -> Clip:
        """Cancel the analysis of a clip that waits or is being analyzed; it is not queued again.

        Raises:
            NotFound: no such clip.
            BadRequest: no analysis of it is under way.
        """
        with self._lock:
            clip = self.records.cancel_clip(clip_id, by=by)
            self._mark_cancelled({clip_id})
        self.hub.notify_clip(clip.id, clip.state, said=clip.said)
        self._wake.set()
        return clip

    def _mark_cancelled(self, clip_ids: Collection[str]) -> None:
        """End the jobs of these clips, at the latest with the next step; the lock is held."""
        for running in self._running:
            running.cancelled |= running.clip.id in clip_ids
        for follower in [*self._followers]:
            if follower.clip_id in clip_ids:
                self._drop(follower)

    def progress(self, clip_id: str) -> tuple[str, float] | None:
        """Return stage and share done (0..1) of a clip's job; None if it has none."""
        for running in [*self._running]:
            if running.clip.id == clip_id and not running.cancelled:
                return running.doing, running.share
        return None

    def document(self, clip_id: str) -> dict[str, Any] | None:
        """Return a clip's result while its files are being written; else None."""
        for running in [*self._running]:
            if running.clip.id == clip_id and not running.cancelled:
                return running.document
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
            with self._lock:
                for follower in [*self._followers]:
                    self._drop(follower)

    def _step(self) -> None:
        for running in [*self._running]:
            with self._lock, self._language_of(running.clip):
                if running.cancelled:
                    self._remove(running)
                elif outcome := running.process.poll():
                    self._finish(running, outcome)
                else:
                    self._notify_progress(running)
        with self._lock:
            for follower in [*self._followers]:
                if follower.process.poll() is not None:  # failed, or never needed
                    self._drop(follower)
        while self._schedule.has_room(self._clips()):
            with self._lock:
                clip = self.records.claim_next(self._choose)
                if clip is None:
                    return
                with self._language_of(clip):
                    self._start_job(clip, self._take_follower(clip))

    def _choose(self, waiting: Sequence[Clip]) -> Clip | None:
        """Return the waiting clip of which the job begins next; the lock is held."""
        followed = {follower.clip_id for follower in self._followers}
        return self._schedule.next_clip(waiting, self._clips(), followed)

    def _clips(self) -> list[Clip]:
        """Return the clips that are being analyzed."""
        return [running.clip for running in self._running]

    def _language_of(self, clip: Clip) -> AbstractContextManager[None]:
        """Return the context in which texts are in the language of who asked for a clip."""
        return language.using(self._languages.get(clip.id, language.current()))

    def _delete_unrecorded_results(self) -> None:
        """Delete results that were moved to their folder just before the app was killed."""
        for path in self.working.glob(f"*/{RESULT_ID_FILE}"):
            analysis_id = path.read_text(encoding="utf-8")
            try:
                self.records.analysis(analysis_id)
            except NotFound:
                self.files.delete_analysis(analysis_id)

    def _take_follower(self, clip: Clip) -> Follower | None:
        """Return the job that followed a clip's recording, which is no follower any more."""
        found = next((one for one in self._followers if one.clip_id == clip.id), None)
        if found is not None:
            self._followers.remove(found)
        return found

    def _drop(self, follower: Follower) -> None:
        """End the job of a recording; the lock is held."""
        self._followers.remove(follower)
        _discard(follower.folder, follower.process)

    def _start_job(self, clip: Clip, follower: Follower | None = None) -> None:
        """Start a clip's job, or continue the one that followed its recording."""
        folder = follower.folder if follower else self.working / uuid4().hex
        path = folder / "clip" / (clip.name or "clip")
        path.parent.mkdir(parents=True)
        try:
            _link_input(self.files.clip_path(clip.sha256, clip.suffix), path)
        except OSError:
            text = _("{name}: the stored clip cannot be read. Upload it again.")
            self._fail(clip, text.format(name=clip.name))
            if follower is not None:
                _discard(folder, follower.process)
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
                self.options,
                side=Side(clip.side) if clip.side else None,
                mirrored=clip.mirrored,
                start_s=clip.start_s,
                external=clip.external or self.options.external,
                person=self.records.person_of(clip),
            ),
        )
        if follower is None:
            process = JobProcess(job, self.command)
        else:
            process = follower.process
            process.assign(job)
            write_finished(job.staging, Finished(path, job.options))
        running = _RunningJob(clip, folder, process, followed=follower is not None)
        self._running.append(running)
        self.hub.notify_clip(clip.id, "analysing", doing=running.doing, share=running.share)

    def _finish(self, running: _RunningJob, outcome: JobOutcome) -> None:
        clip = running.clip
        with suppress(NotFound):  # it was erased meanwhile
            document = read_document_of(running.process.job.result, clip.sha256)
            if running.followed and outcome.status not in ANALYZED:
                self._start_job(clip)  # from its beginning
            elif outcome.status not in ANALYZED:
                self._fail(clip, outcome.text)
            elif document is None:
                text = _("{name}: its result was lost. Analyse it again.")
                self._fail(clip, text.format(name=clip.name))
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
                running.clip.id,
                document,
                method,
                by=ACTOR,
                analysis_id=analysis_id,
                files=self.files.hash_analysis(analysis_id),
            )
        except HipcvError:
            self.files.delete_analysis(analysis_id)
            raise
        self.records.delete_files(self.files)  # of the oldest results of the clip
        clip = self.records.clip(running.clip.id)
        self.hub.notify_clip(clip.id, clip.state, said=clip.said)

    def _fail(self, clip: Clip, said: str) -> None:
        self.records.set_state(clip.id, "failed", said, by=ACTOR)
        self.hub.notify_clip(clip.id, "failed", said=said)

    def _remove(self, running: _RunningJob) -> None:
        self._running.remove(running)
        _discard(running.folder, running.process)

    def _notify_progress(self, running: _RunningJob) -> None:
        before = (running.doing, running.share, running.document)
        staging = running.process.job.staging
        if progress := _read_progress(staging):
            running.doing, running.share = progress
        running.document = running.document or _read_json(staging / MEASURED)
        if (running.doing, running.share, running.document) != before:
            self.hub.notify_clip(
                running.clip.id,
                "analysing",
                doing=running.doing,
                share=running.share,
                measured=running.document is not None,
            )


def _discard(folder: Path, process: JobProcess) -> None:
    process.kill()
    shutil.rmtree(folder, ignore_errors=True)


def _link_input(stored: Path, path: Path) -> None:
    """Give the worker the stored clip under its user's name, without a copy where possible."""
    try:
        os.link(stored, path)
    except OSError:  # a file system without links, or another one
        shutil.copy2(stored, path)  # with its date


def _read_progress(staging: Path) -> tuple[str, float] | None:
    with suppress(ValueError, KeyError, TypeError):
        progress = _read_json(staging / PROGRESS) or {}
        return str(progress["doing"]), float(progress["share"])
    return None


def _read_json(path: Path) -> dict[str, Any] | None:
    with suppress(OSError, ValueError):
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return content
    return None
