"""Plan of a batch: the folder's clips compared with the manifest of earlier runs."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import Final

from hipcv.batch.contents import Content, ContentIndex
from hipcv.batch.discovery import Candidate, iter_clips, watch_clips
from hipcv.batch.environment import current_environment
from hipcv.batch.filename_pattern import PATTERN, compile_pattern, parse_name
from hipcv.batch.job import Job, default_timeout_s, key_builder
from hipcv.batch.manifest import Manifest, ManifestState, ResultRecord
from hipcv.batch.outcome import (
    ANALYZED,
    FAILED,
    ClipOutcome,
    ClipStatus,
    read_result,
    state_of_files,
)
from hipcv.core.errors import BadRequest, EnvironmentFault
from hipcv.core.options import AnalysisOptions
from hipcv.core.system_errors import reason_of
from hipcv.core.text import file_name, normal_form
from hipcv.language import _

CLIPS: Final = "clips"
_NAME_MAX_BYTES: Final = 100


@dataclass(frozen=True, slots=True)
class BatchRequest:
    """The folder to analyze, the place of its results, and the options of every clip."""

    folder: Path
    out: Path
    options: AnalysisOptions = field(default_factory=AnalysisOptions)
    pattern: str = PATTERN
    retry_failed: bool = False
    force: bool = False
    timeout_s: float | None = None  # None: by the size of each clip
    worst_first: bool = False  # order of the summary's pages
    watch: bool = False  # go on with clips that arrive later


@dataclass(frozen=True, slots=True)
class BatchPlan:
    """The outcomes known before the run, and the jobs to run."""

    outcomes: dict[str, ClipOutcome]  # of every clip, sorted by name; `waiting` where it has a job
    jobs: tuple[Job, ...]
    outside: tuple[str, ...] = ()  # names of clips that lie outside the folder, behind links


@dataclass(frozen=True, slots=True)
class Planned:
    """A clip that was found, with the job that it needs; `waiting` where it has one."""

    outcome: ClipOutcome
    waiting: "WaitingClip | None" = None


@dataclass(frozen=True, slots=True)
class WaitingClip:
    """A clip to analyze, without what can be derived: there may be very many."""

    name: str
    size_bytes: int
    mtime_ns: int
    sha256: str
    folder: str  # of its result


class Planner:
    """A request, validated before anything is written, and the plan of it, clip by clip.

    Args:
        request: the request.
        read_all: read every new clip whole, for an executor that has to know its SHA-256.

    Raises:
        BadRequest: no such folder, no clip in it, or an invalid pattern.
        ModelMissing: the pose model is not on this machine.
    """

    def __init__(self, request: BatchRequest, *, read_all: bool = False) -> None:
        self._request, self._read_all = request, read_all
        environment = current_environment(request.options.model)
        self.key = key_builder(request.options, environment.models, environment.method)
        self._pattern = compile_pattern(request.pattern)
        self._candidates: Iterator[Candidate | None]
        self.outside: list[str] = []  # names of the clips that lie outside, so far
        if not request.folder.is_dir():
            raise BadRequest(
                _("{folder}: not a folder. For a clip, use `hipcv analyze`.").format(
                    folder=request.folder
                )
            )
        if request.watch:
            self._candidates = watch_clips(request.folder, request.out)
            return
        self._candidates = iter_clips(request.folder, request.out)
        first = next(self._candidates, None)
        if first is None:
            raise BadRequest(
                _(
                    "{folder}: no clip in this folder or the folders within. Check that it is "
                    "the right one."
                ).format(folder=request.folder)
            )
        self._candidates = chain([first], self._candidates)

    def plan(self, state: ManifestState, manifest: Manifest | None) -> Iterator[Planned | None]:
        """Find and plan clip after clip; what earlier runs did not record goes to the manifest.

        Yields None where a folder that is watched has no new clip just now.
        """
        contents = ContentIndex(state, self._request.folder, read_all=self._read_all)
        folders = _FolderAllocator(state, self._request.out)
        for candidate in self._candidates:
            if candidate is None:
                yield None
                continue
            if candidate.outside:
                self.outside.append(candidate.name)
            try:
                content = contents.content(candidate) if candidate.kind == "clip" else Content()
            except OSError as error:
                yield Planned(self.failed_to_read(candidate.name, error))
                continue
            if manifest and content.new:
                manifest.record_fingerprints({candidate.name: content.new})
            outcome = self._outcome_without_result(candidate)
            if candidate.kind != "clip":
                yield Planned(outcome)
            elif content.first not in ("", candidate.name):
                yield Planned(_duplicate(outcome, content.first))
            else:
                yield self._plan(candidate, outcome, content.sha256, (state, folders, manifest))

    def job(self, clip: WaitingClip, work: Path, number: int) -> Job:
        """Return the job of a clip, with a staging folder in `work` that is named by its number."""
        return Job(
            name=clip.name,
            clip=self._request.folder / clip.name,
            clip_sha256=clip.sha256,
            key=self.key(clip.sha256) if clip.sha256 else "",
            folder=clip.folder,
            staging=work / str(number),
            timeout_s=self._request.timeout_s or default_timeout_s(clip.size_bytes),
            options=self._request.options,
            size_bytes=clip.size_bytes,
            mtime_ns=clip.mtime_ns,
            number=number,
        )

    def failed_to_read(self, name: str, error: OSError) -> ClipOutcome:
        """Return the outcome of a clip that cannot be read."""
        reason = _("cannot be read ({strerror}). Check its permissions.").format(
            strerror=reason_of(error)
        )
        text = f"{PurePosixPath(name).name}: {reason}"
        return ClipOutcome(name, parse_name(name, self._pattern), "unreadable", text)

    def _outcome_without_result(self, candidate: Candidate) -> ClipOutcome:
        """Return `waiting`, or why the clip cannot be analyzed."""
        status: ClipStatus = "not_a_file" if candidate.kind == "not_a_file" else "unreadable"
        if candidate.kind == "clip":
            status = "waiting"
        fields = parse_name(candidate.name, self._pattern)
        return ClipOutcome(candidate.name, fields, status, candidate.text)

    def _plan(
        self,
        candidate: Candidate,
        outcome: ClipOutcome,
        sha256: str,
        known: tuple[ManifestState, "_FolderAllocator", Manifest | None],
    ) -> Planned:
        """Plan a clip that is no duplicate."""
        state, folders, manifest = known
        key = self.key(sha256) if sha256 else ""
        record = state.records.get(key)
        if record and (earlier := self._earlier_outcome(outcome, record, sha256, manifest)):
            return Planned(replace(earlier, from_earlier_run=True))
        folder = record.folder if record else folders.allocate(candidate.name)
        size, mtime_ns = candidate.size_bytes, candidate.mtime_ns
        return Planned(outcome, WaitingClip(candidate.name, size, mtime_ns, sha256, folder))

    def _earlier_outcome(
        self, outcome: ClipOutcome, record: ResultRecord, sha256: str, manifest: Manifest | None
    ) -> ClipOutcome | None:
        """Return the outcome of an earlier run; None where the clip has to be analyzed again."""
        request = self._request
        if request.force:
            return None
        outcome = replace(outcome, status=record.status)
        if record.status in ANALYZED:
            return self._earlier_result(outcome, record, sha256, manifest)
        environment_failed = record.exit_code == EnvironmentFault.exit_code  # not the clip
        if record.status not in FAILED or request.retry_failed or environment_failed:
            return None
        return replace(outcome, text=record.text)

    def _earlier_result(
        self, outcome: ClipOutcome, record: ResultRecord, sha256: str, manifest: Manifest | None
    ) -> ClipOutcome | None:
        """Return the outcome with a stored result; None where it is lost or was altered."""
        folder = self._request.out / record.folder
        outcome = replace(outcome, text="", folder=record.folder)
        files = state_of_files(folder)
        if files and files == record.files:
            return replace(outcome, files=record.files, answer_at=record.line_at)
        result = read_result(folder, sha256)
        if result is None or manifest is None:
            return None if result is None else replace(outcome, result=result)
        record = replace(record, files=files)
        position = manifest.record_again(outcome.clip, self.key(sha256), record, result)
        return replace(outcome, files=files, answer_at=position)


def _duplicate(outcome: ClipOutcome, original: str) -> ClipOutcome:
    text = _("{name}: the same clip as {original}, analysed once.").format(
        name=PurePosixPath(outcome.clip).name, original=original
    )
    return replace(outcome, status="duplicate", text=text, duplicate_of=original)


class _FolderAllocator:
    """Result folders, distinct even on file systems that ignore case or accent encoding."""

    def __init__(self, state: ManifestState, out: Path) -> None:
        self._state, self._out = state, out

    @cached_property
    def _taken(self) -> set[str]:
        """Return the folders of earlier results; only needed where a clip is new."""
        return {normal_form(record.folder) for record in self._state.records.values()}

    def allocate(self, name: str) -> str:
        """Return a free folder named after the clip."""
        parts = PurePosixPath(name).with_suffix("").parts
        stem = file_name("--".join(parts), most_bytes=_NAME_MAX_BYTES) or "clip"
        number, folder = 1, f"{CLIPS}/{stem}"
        while normal_form(folder) in self._taken or (self._out / folder).exists():
            number += 1
            folder = f"{CLIPS}/{stem}-{number}"
        self._taken.add(normal_form(folder))
        return folder
