"""Plan of a batch: the folder's clips compared with the manifest of earlier runs."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from hipcv.batch.discovery import Candidate
from hipcv.batch.environment import SoftwareEnvironment
from hipcv.batch.filename_pattern import PATTERN, NameFields, parse_name
from hipcv.batch.job import Job, default_timeout_s, result_key
from hipcv.batch.manifest import Fingerprint, ManifestState, ResultRecord
from hipcv.batch.outcome import ANALYZED, FAILED, ClipOutcome, read_result
from hipcv.core.errors import EnvironmentFault
from hipcv.core.options import AnalysisOptions
from hipcv.files import sha256_of

CLIPS: Final = "clips"
_NAME_MAX_BYTES: Final = 100
_FORBIDDEN: Final = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\\ud800-\udfff]')


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


@dataclass(frozen=True, slots=True)
class PlannedClip:
    """A candidate with the fields of its name and its content."""

    candidate: Candidate
    name_fields: NameFields
    sha256: str = ""  # "" where it could not be read
    duplicate_of: str = ""
    text: str = ""  # why it could not be read

    @property
    def name(self) -> str:
        """Return the name within the folder."""
        return self.candidate.name


@dataclass(frozen=True, slots=True)
class BatchPlan:
    """All clips, sorted by name; each has either an outcome already or a job."""

    clips: tuple[PlannedClip, ...]
    outcomes: dict[str, ClipOutcome]  # by the clip's name
    jobs: tuple[Job, ...]


def fingerprint_clips(
    candidates: Iterable[Candidate], state: ManifestState
) -> Iterator[tuple[Candidate, Fingerprint | str]]:
    """Yield the fingerprint of each clip, or a sentence where it cannot be read.

    Only files whose size or modification time changed since the manifest are read.
    """
    for candidate in candidates:
        earlier = state.fingerprints.get(candidate.name)
        version = candidate.size_bytes, candidate.mtime_ns
        if earlier and (earlier.size_bytes, earlier.mtime_ns) == version:
            yield candidate, earlier
            continue
        try:
            yield candidate, Fingerprint(*version, sha256_of(candidate.path))
        except OSError as error:
            reason = f"cannot be read ({error.strerror}). Check its permissions."
            yield candidate, f"{candidate.path.name}: {reason}"


def identify_clips(
    candidates: Sequence[Candidate],
    contents: Mapping[str, Fingerprint | str],
    pattern: re.Pattern[str],
) -> tuple[PlannedClip, ...]:
    """Parse the names and mark duplicates; of equal clips the first is analyzed."""
    first: dict[str, str] = {}
    clips = []
    for candidate in candidates:
        fields = parse_name(candidate.name, pattern)
        content = contents.get(candidate.name, candidate.text)
        if isinstance(content, str):
            clips.append(PlannedClip(candidate, fields, text=content))
            continue
        original = first.setdefault(content.sha256, candidate.name)
        duplicate_of = "" if original == candidate.name else original
        clips.append(PlannedClip(candidate, fields, content.sha256, duplicate_of))
    return tuple(clips)


def make_plan(
    clips: Sequence[PlannedClip],
    state: ManifestState,
    request: BatchRequest,
    *,
    environment: SoftwareEnvironment,
    staging: Path,
) -> BatchPlan:
    """Separate the clips that have an outcome from those to analyze.

    Args:
        clips: from `identify_clips`.
        state: of the manifest of earlier runs.
        request: of this run.
        environment: of this run.
        staging: parent of the jobs' staging folders.
    """
    outcomes: dict[str, ClipOutcome] = {}
    jobs: list[Job] = []
    folders = _FolderAllocator(state, request.out)
    for clip in clips:
        if outcome := _outcome_without_analysis(clip):
            outcomes[clip.name] = outcome
            continue
        key = result_key(clip.sha256, request.options, environment.models, environment.method)
        record = state.records.get(key)
        if record and (outcome := _earlier_outcome(clip, record, request)):
            outcomes[clip.name] = outcome
            continue
        job = Job(
            name=clip.name,
            clip=clip.candidate.path,
            clip_sha256=clip.sha256,
            key=key,
            folder=record.folder if record else folders.allocate(clip.name),
            staging=staging / str(len(jobs)),
            timeout_s=request.timeout_s or default_timeout_s(clip.candidate.size_bytes),
            options=request.options,
        )
        jobs.append(job)
    return BatchPlan(tuple(clips), outcomes, tuple(jobs))


def waiting_outcome(clip: PlannedClip) -> ClipOutcome:
    """Return the outcome of a clip whose job did not start."""
    text = f"{clip.candidate.path.name}: not analysed yet. Run the same command again."
    return ClipOutcome(clip.name, clip.name_fields, "waiting", text)


def _outcome_without_analysis(clip: PlannedClip) -> ClipOutcome | None:
    """Return the outcome of what is no file, unreadable or a duplicate."""
    if clip.candidate.kind == "not_a_file":
        return ClipOutcome(clip.name, clip.name_fields, "not_a_file", clip.text)
    if not clip.sha256:
        return ClipOutcome(clip.name, clip.name_fields, "unreadable", clip.text)
    if not clip.duplicate_of:
        return None
    text = f"{clip.candidate.path.name}: the same clip as {clip.duplicate_of}, analysed once."
    return ClipOutcome(
        clip.name, clip.name_fields, "duplicate", text, duplicate_of=clip.duplicate_of
    )


def _earlier_outcome(
    clip: PlannedClip, record: ResultRecord, request: BatchRequest
) -> ClipOutcome | None:
    """Return the outcome of an earlier run; None where the clip has to be analyzed again."""
    if request.force:
        return None
    result = None
    if record.status in ANALYZED:
        result = read_result(request.out / record.folder, clip.sha256)
    environment_failed = record.exit_code == EnvironmentFault.exit_code  # not the clip
    keep_failure = record.status in FAILED and not (request.retry_failed or environment_failed)
    if result is None and not keep_failure:
        return None
    return ClipOutcome(
        clip.name,
        clip.name_fields,
        record.status,
        "" if result else record.text,
        folder=record.folder if result else "",
        result=result,
        from_earlier_run=True,
    )


class _FolderAllocator:
    """Result folders, distinct even on file systems that ignore case or accent encoding."""

    def __init__(self, state: ManifestState, out: Path) -> None:
        self._out = out
        self._taken = {_normalize(record.folder) for record in state.records.values()}

    def allocate(self, name: str) -> str:
        """Return a free folder named after the clip."""
        parts = PurePosixPath(name).with_suffix("").parts
        stem = _FORBIDDEN.sub("_", "--".join(parts)).strip(" .") or "clip"
        if len(stem.encode()) > _NAME_MAX_BYTES:
            digest = hashlib.sha256(stem.encode()).hexdigest()[:8]
            stem = stem.encode()[:_NAME_MAX_BYTES].decode("utf-8", "ignore") + "-" + digest
        number, folder = 1, f"{CLIPS}/{stem}"
        while _normalize(folder) in self._taken or (self._out / folder).exists():
            number += 1
            folder = f"{CLIPS}/{stem}-{number}"
        self._taken.add(_normalize(folder))
        return folder


def _normalize(folder: str) -> str:
    return unicodedata.normalize("NFC", folder).casefold()
