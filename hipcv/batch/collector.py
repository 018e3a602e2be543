"""Brings results to their places and writes down what happened, in that order."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from hipcv.batch import manifest
from hipcv.batch.executor import Ended, Event, PutBack, Started
from hipcv.batch.job import ANSWERED, Job, Outcome
from hipcv.batch.manifest import Manifest
from hipcv.batch.outcome import Answer, read_result
from hipcv.batch.plan import Clip


@dataclass(frozen=True, slots=True)
class Filing:
    """Where the results of one batch go."""

    out: Path
    notes: Manifest
    clips: Mapping[str, Clip]  # by name

    def follow(self, event: Event) -> Answer | None:
        """Write down what happened to a job; its clip's answer where it ended."""
        match event:
            case Started(job):
                self.notes.add(manifest.started(job))
            case PutBack(job):
                self.notes.add(manifest.put_back(job))
            case Ended(job, outcome):
                return self._settle(job, outcome)
        return None

    def _settle(self, job: Job, outcome: Outcome) -> Answer:
        """Bring a result to its place, whole; then write down that it is there."""
        clip, result = self.clips[job.name], None
        if outcome.status in ANSWERED:
            result = read_result(job.result, clip.sha256)
        if result is not None:
            _move(job.result, self.out / job.folder, job.staging / "earlier")
        elif outcome.status in ANSWERED:
            self.notes.add(manifest.changed(job.name))  # so that it is read afresh
            outcome = _lost(job, outcome)
        self.notes.add(manifest.ended(job, outcome))
        shutil.rmtree(job.staging, ignore_errors=True)
        folder = job.folder if result is not None else ""
        return Answer(
            job.name, clip.named, outcome.status, outcome.text, folder=folder, result=result
        )


def _lost(job: Job, outcome: Outcome) -> Outcome:
    """The outcome of an analysis that ended well and left no result of this clip."""
    told = (
        f"{job.clip.name}: changed while it was analysed, or its result was lost. "
        "Wait until it is copied, and use --retry-failed."
    )
    return replace(outcome, status="failed", text=told)


def _move(made: Path, place: Path, earlier: Path) -> None:
    """Put a folder in its place in one step; an earlier one of the same clip goes."""
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists():
        place.rename(earlier)
    made.rename(place)
