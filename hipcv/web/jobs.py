"""Waiting clips to analyses: each in a process of its own, a few at a time, watched by one thread.

What is under way lies in a folder of its own, and is forgotten when the desk is killed: at the
next start the clip waits again.
"""

import json
import logging
import os
import shutil
import sys
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from hipcv.batch.job import CommandBuilder, Job, default_timeout_s
from hipcv.batch.outcome import ANALYZED, JobOutcome
from hipcv.batch.process import JobProcess
from hipcv.core.errors import HipcvError, NotFound
from hipcv.core.landmarks import Side
from hipcv.core.options import AnalysisOptions
from hipcv.results.options import RESULT
from hipcv.store.files import FileStore
from hipcv.store.models import Clip
from hipcv.store.records import Records
from hipcv.web.events import Hub
from hipcv.web.worker import PROGRESS

BY: Final = "hipcv"
"""Who did it, in the audit: the program itself."""

TAKEN: Final = "analysis"
"""Names the analysis that a finished work is being kept as."""

GLANCE_S: Final = 0.1
IDLE_S: Final = 2.0
STARTING: Final = ("starting", 0.0)


def worker_command(job: Job) -> list[str]:
    """Return the command that runs `hipcv.web.worker` for one clip."""
    argv = [sys.executable, "-m", "hipcv.web.worker", str(job.clip.absolute())]
    return [*argv, str(job.result.absolute()), json.dumps(job.options.to_dict())]


@dataclass(slots=True)
class _Running:
    """A clip that is being worked on."""

    clip: Clip
    place: Path  # everything of this work
    process: JobProcess
    doing: str = STARTING[0]
    share: float = STARTING[1]
    dropped: bool = False  # nobody waits for it any more

    @property
    def job(self) -> Job:
        """What was ordered."""
        return self.process.job


@dataclass(slots=True)
class Jobs:
    """The work of one desk."""

    records: Records
    files: FileStore
    working: Path
    hub: Hub
    command: CommandBuilder = worker_command
    options: AnalysisOptions = field(default_factory=AnalysisOptions)  # side and mirrored: by clip
    workers: int = 1
    _running: list[_Running] = field(default_factory=list)
    _settling: threading.Lock = field(default_factory=threading.Lock)
    _news: threading.Event = field(default_factory=threading.Event)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Forget what was left by a desk that was killed, and begin."""
        self._forget_unrecorded()
        shutil.rmtree(self.working, ignore_errors=True)
        self.working.mkdir(parents=True, exist_ok=True)
        self.records.requeue_interrupted(by=BY, why="the desk was closed while it was analysed")
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End what runs; its clips wait for the next start."""
        self._stop.set()
        self._news.set()
        if self._thread is not None:
            self._thread.join()

    def wake(self) -> None:
        """A clip waits."""
        self._news.set()

    def drop(self, clip_ids: Iterable[str]) -> None:
        """Give up the work on these clips: they are gone, or are to be done otherwise.

        What comes of work that was under way is not kept, from the moment that this returns.
        """
        given_up = set(clip_ids)
        with self._settling:
            for running in self._running:
                running.dropped |= running.clip.id in given_up
        self._news.set()

    def progress(self, clip_id: str) -> tuple[str, float] | None:
        """What is being done with a clip and which share of it; None while nothing is."""
        for running in [*self._running]:
            if running.clip.id == clip_id and not running.dropped:
                return running.doing, running.share
        return None

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                try:
                    self._step()
                except Exception:
                    logging.getLogger(__name__).exception("the desk's work was disturbed")
                    self._stop.wait(IDLE_S)
                self._news.wait(GLANCE_S if self._running else IDLE_S)
                self._news.clear()
        finally:
            for running in [*self._running]:
                self._end(running)

    def _step(self) -> None:
        for running in [*self._running]:
            with self._settling:
                if running.dropped:
                    self._end(running)
                elif outcome := running.process.poll():
                    self._settle(running, outcome)
                else:
                    self._tell_progress(running)
        while len(self._running) < self.workers:
            with self._settling:
                clip = self.records.claim_next()
                if clip is None:
                    return
                self._begin(clip)

    def _forget_unrecorded(self) -> None:
        """Take away results that reached their place just before the desk was killed."""
        for taken in self.working.glob(f"*/{TAKEN}"):
            analysis_id = taken.read_text(encoding="utf-8")
            try:
                self.records.analysis(analysis_id)
            except NotFound:
                self.files.delete_analysis(analysis_id)

    def _begin(self, clip: Clip) -> None:
        place = self.working / uuid4().hex
        named = place / "clip" / (clip.name or "clip")
        named.parent.mkdir(parents=True)
        try:
            _lend(self.files.clip_path(clip.sha256, clip.suffix), named)
        except OSError:
            self._fail(clip, f"{clip.name}: the stored clip cannot be read. Upload it again.")
            return
        job = Job(
            name=clip.name,
            clip=named,
            clip_sha256=clip.sha256,
            key=clip.id,
            folder="",
            staging=place / "work",
            timeout_s=default_timeout_s(clip.size_bytes),
            options=replace(
                self.options, side=Side(clip.side) if clip.side else None, mirrored=clip.mirrored
            ),
        )
        running = _Running(clip, place, JobProcess(job, self.command))
        self._running.append(running)
        self.hub.tell_clip(clip.id, "analysing", doing=running.doing, share=running.share)

    def _settle(self, running: _Running, outcome: JobOutcome) -> None:
        """Keep what came of a clip: first its files, whole, then the word that they are there."""
        clip = running.clip
        with suppress(NotFound):  # it was erased meanwhile
            document = _document(running.job.result, clip.sha256)
            if outcome.status not in ANALYZED:
                self._fail(clip, outcome.text)
            elif document is None:
                self._fail(clip, f"{clip.name}: its result was lost. Analyse it again.")
            else:
                self._keep(running, document)
        self._end(running)

    def _keep(self, running: _Running, document: dict[str, Any]) -> None:
        analysis_id = str(uuid4())
        (running.place / TAKEN).write_text(analysis_id, encoding="utf-8")
        place = self.files.analysis_folder(analysis_id)
        place.parent.mkdir(parents=True, exist_ok=True)
        running.job.result.rename(place)
        method = int(document["provenance"]["method"])
        try:
            self.records.add_analysis(
                running.clip.id, document, method, by=BY, analysis_id=analysis_id
            )
        except HipcvError:
            self.files.delete_analysis(analysis_id)
            raise
        clip = self.records.clip(running.clip.id)
        self.hub.tell_clip(clip.id, clip.state, said=clip.said)

    def _fail(self, clip: Clip, said: str) -> None:
        self.records.set_state(clip.id, "failed", said, by=BY)
        self.hub.tell_clip(clip.id, "failed", said=said)

    def _end(self, running: _Running) -> None:
        running.process.kill()
        self._running.remove(running)
        shutil.rmtree(running.place, ignore_errors=True)

    def _tell_progress(self, running: _Running) -> None:
        told = _progress(running.job.staging)
        if told is not None and told != (running.doing, running.share):
            running.doing, running.share = told
            self.hub.tell_clip(running.clip.id, "analysing", doing=told[0], share=told[1])


def _lend(stored: Path, named: Path) -> None:
    """Give the stored clip the name its user knows, for as long as it is worked on."""
    try:
        os.link(stored, named)
    except OSError:  # a file system without links, or another one
        shutil.copyfile(stored, named)


def _document(result: Path, sha256: str) -> dict[str, Any] | None:
    """The result in a folder; None where it is not whole, or of another clip."""
    try:
        told = json.loads((result / RESULT).read_text(encoding="utf-8"))
        return dict(told) if told["clip"]["sha256"] == sha256 else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _progress(staging: Path) -> tuple[str, float] | None:
    with suppress(OSError, ValueError, KeyError, TypeError):
        told = json.loads((staging / PROGRESS).read_text(encoding="utf-8"))
        return str(told["doing"]), float(told["share"])
    return None
