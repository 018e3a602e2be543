"""Plan of a batch: the folder's clips compared with the manifest of earlier runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Final

from hipcv.batch.discovery import Candidate, find_clips
from hipcv.batch.environment import current_environment
from hipcv.batch.filename_pattern import PATTERN, compile_pattern, parse_name
from hipcv.batch.job import Job, default_timeout_s, result_key
from hipcv.batch.manifest import Fingerprint, Manifest, ManifestState, ResultRecord
from hipcv.batch.outcome import ANALYZED, FAILED, ClipOutcome, ClipStatus, read_result
from hipcv.core.errors import BadRequest, EnvironmentFault
from hipcv.core.options import AnalysisOptions
from hipcv.core.system_errors import reason_of
from hipcv.core.text import file_name, normal_form
from hipcv.files import sha256_of
from hipcv.language import _

CLIPS: Final = "clips"
_FINGERPRINTS_PER_WRITE: Final = 50
_NAME_MAX_BYTES: Final = 100

Contents = Mapping[str, Fingerprint | str]
"""By the clip's name: its fingerprint, or a sentence where it cannot be read."""


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
class BatchPlan:
    """The outcomes known before the run, and the jobs to run."""

    outcomes: dict[str, ClipOutcome]  # of every clip, sorted by name; `waiting` where it has a job
    jobs: tuple[Job, ...]
    outside: tuple[str, ...] = ()  # names of clips that lie outside the folder, behind links


class Planner:
    """A request, validated before anything is written, and the steps that plan it.

    Raises:
        BadRequest: no such folder, no clip in it, or an invalid pattern.
        ModelMissing: the pose model is not on this machine.
    """

    def __init__(self, request: BatchRequest) -> None:
        self._request = request
        self._environment = current_environment(request.options.model)
        self._pattern = compile_pattern(request.pattern)
        if not request.folder.is_dir():
            raise BadRequest(
                _("{folder}: not a folder. For a clip, use `hipcv analyze`.").format(
                    folder=request.folder
                )
            )
        self._candidates = find_clips(request.folder, request.out)
        if not self._candidates:
            raise BadRequest(
                _(
                    "{folder}: no clip in this folder or the folders within. Check that it is "
                    "the right one."
                ).format(folder=request.folder)
            )

    def read_contents(
        self, state: ManifestState, notify: Callable[[int, int], None], manifest: Manifest | None
    ) -> Contents:
        """Hash the clips whose size or modification time changed since the manifest.

        `notify` is called with the number of clips read so far, and of all. New fingerprints go to
        the manifest, if there is one.
        """
        readable = [candidate for candidate in self._candidates if candidate.kind == "clip"]
        contents: dict[str, Fingerprint | str] = {}
        new: dict[str, Fingerprint] = {}
        for candidate in readable:
            earlier = state.fingerprints.get(candidate.name)
            content = contents[candidate.name] = _read_content(candidate, earlier)
            if isinstance(content, Fingerprint) and content != earlier:
                new[candidate.name] = content
            last = len(contents) == len(readable)
            if manifest and (last or len(new) == _FINGERPRINTS_PER_WRITE):
                manifest.record_fingerprints(new)
                new.clear()
            notify(len(contents), len(readable))
        return contents

    def plan(self, state: ManifestState, contents: Contents, staging: Path) -> BatchPlan:
        """Return the plan; each job gets a staging folder within `staging`."""
        options, environment = self._request.options, self._environment
        outcomes: dict[str, ClipOutcome] = {}
        jobs: list[Job] = []
        folders = _FolderAllocator(state, self._request.out)
        first: dict[str, str] = {}  # name of the first clip with a content, by its SHA-256
        for candidate in self._candidates:
            name, content = candidate.name, contents.get(candidate.name, candidate.text)
            outcomes[name] = outcome = self._outcome_without_result(candidate, content)
            if isinstance(content, str):
                continue
            if (original := first.setdefault(content.sha256, name)) != name:
                text = _("{name}: the same clip as {original}, analysed once.").format(
                    name=candidate.path.name, original=original
                )
                outcomes[name] = replace(
                    outcome, status="duplicate", text=text, duplicate_of=original
                )
                continue
            key = result_key(content.sha256, options, environment.models, environment.method)
            record = state.records.get(key)
            if record and (earlier := self._earlier_outcome(outcome, record, content.sha256)):
                outcomes[name] = earlier
                continue
            folder = record.folder if record else folders.allocate(name)
            job = Job(
                name=name,
                clip=candidate.path,
                clip_sha256=content.sha256,
                key=key,
                folder=folder,
                staging=staging / str(len(jobs)),
                timeout_s=self._request.timeout_s or default_timeout_s(candidate.size_bytes),
                options=options,
            )
            jobs.append(job)
        outside = (candidate.name for candidate in self._candidates if candidate.outside)
        return BatchPlan(outcomes, tuple(jobs), tuple(outside))

    def _outcome_without_result(
        self, candidate: Candidate, content: Fingerprint | str
    ) -> ClipOutcome:
        """Return `waiting`, or why the clip cannot be analyzed."""
        status: ClipStatus = "not_a_file" if candidate.kind == "not_a_file" else "unreadable"
        if isinstance(content, Fingerprint):
            status = "waiting"
            content = _("{name}: not analysed yet. Run the same command again.").format(
                name=candidate.path.name
            )
        name_fields = parse_name(candidate.name, self._pattern)
        return ClipOutcome(candidate.name, name_fields, status, content)

    def _earlier_outcome(
        self, outcome: ClipOutcome, record: ResultRecord, sha256: str
    ) -> ClipOutcome | None:
        """Return the outcome of an earlier run; None where the clip has to be analyzed again."""
        request = self._request
        if request.force:
            return None
        outcome = replace(outcome, status=record.status, from_earlier_run=True)
        if record.status in ANALYZED:
            result = read_result(request.out / record.folder, sha256)
            outcome = replace(outcome, text="", folder=record.folder, result=result)
            return None if result is None else outcome
        environment_failed = record.exit_code == EnvironmentFault.exit_code  # not the clip
        if record.status not in FAILED or request.retry_failed or environment_failed:
            return None
        return replace(outcome, text=record.text)


def _read_content(candidate: Candidate, earlier: Fingerprint | None) -> Fingerprint | str:
    version = candidate.size_bytes, candidate.mtime_ns
    if earlier and (earlier.size_bytes, earlier.mtime_ns) == version:
        return earlier
    try:
        return Fingerprint(*version, sha256_of(candidate.path))
    except OSError as error:
        reason = _("cannot be read ({strerror}). Check its permissions.").format(
            strerror=reason_of(error)
        )
        return f"{candidate.path.name}: {reason}"


class _FolderAllocator:
    """Result folders, distinct even on file systems that ignore case or accent encoding."""

    def __init__(self, state: ManifestState, out: Path) -> None:
        self._out = out
        self._taken = {normal_form(record.folder) for record in state.records.values()}

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
