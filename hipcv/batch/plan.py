"""What has to be done: the folder's clips against what earlier runs wrote down."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from hipcv.batch.discovery import Found
from hipcv.batch.filename_pattern import Named, read_name
from hipcv.batch.job import ANSWERED, FAILED, Job, default_timeout_s, key_of
from hipcv.batch.manifest import Entry, Hashed, Ledger
from hipcv.batch.outcome import Answer, read_result, sha256_of
from hipcv.core.errors import EnvironmentFault
from hipcv.core.options import AnalysisOptions

CLIPS: Final = "clips"
_LONGEST: Final = 100
_UNFIT: Final = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\\ud800-\udfff]')


@dataclass(frozen=True, slots=True)
class Terms:
    """By what an earlier result counts, and how long a new one may take."""

    out: Path  # where results are
    options: AnalysisOptions
    models: Mapping[str, str]  # SHA-256 of each, by name
    method: int
    pattern: re.Pattern[str]
    retry_failed: bool = False
    force: bool = False
    timeout_s: float | None = None  # None: by the size of the clip


@dataclass(frozen=True, slots=True)
class Clip:
    """One thing found, with what its name and its content tell."""

    found: Found
    named: Named
    sha256: str = ""  # "" where it could not be read
    duplicate_of: str = ""
    text: str = ""  # why it could not be read


@dataclass(frozen=True, slots=True)
class Plan:
    """Every clip, either answered already or with a job, in the order of the names."""

    clips: tuple[Clip, ...]
    answers: dict[str, Answer]  # by the clip's name
    jobs: tuple[Job, ...]


def hashes(found: Iterable[Found], ledger: Ledger) -> Iterator[tuple[Found, Hashed | str]]:
    """The content of each clip, read only where size or date changed; a sentence where it fails."""
    for one in found:
        known = ledger.hashes.get(one.name)
        if known and (known.size_bytes, known.mtime_ns) == (one.size_bytes, one.mtime_ns):
            yield one, known
            continue
        try:
            yield one, Hashed(one.size_bytes, one.mtime_ns, sha256_of(one.path))
        except OSError as fault:
            told = f"{one.path.name}: cannot be read ({fault.strerror}). Check its permissions."
            yield one, told


def recognise(
    found: Sequence[Found], contents: Mapping[str, Hashed | str], pattern: re.Pattern[str]
) -> tuple[Clip, ...]:
    """Clips with their names read and their doubles known; of equal clips the first counts."""
    first: dict[str, str] = {}
    clips = []
    for one in found:
        named = read_name(one.name, pattern)
        content = contents.get(one.name, one.text)
        if isinstance(content, str):
            clips.append(Clip(one, named, text=content))
            continue
        original = first.setdefault(content.sha256, one.name)
        double = "" if original == one.name else original
        clips.append(Clip(one, named, content.sha256, double))
    return tuple(clips)


def make_plan(clips: Sequence[Clip], ledger: Ledger, terms: Terms, work: Path) -> Plan:
    """Tell what is answered already from what has to be analysed.

    Args:
        clips: from `recognise`.
        ledger: what earlier runs wrote down.
        terms: of this run.
        work: where jobs do their work.
    """
    answers: dict[str, Answer] = {}
    jobs: list[Job] = []
    places = _Places(ledger, terms.out)
    for clip in clips:
        if answer := _without_analysis(clip):
            answers[clip.found.name] = answer
            continue
        key = key_of(clip.sha256, terms.options, terms.models, terms.method)
        entry = ledger.entries.get(key)
        folder = entry.folder if entry else places.allot(clip.found.name)
        known = None if entry is None else _known(clip, entry, terms)
        if known:
            answers[clip.found.name] = known
        else:
            jobs.append(_job(clip, (key, folder), terms, work / str(len(jobs))))
    return Plan(tuple(clips), answers, tuple(jobs))


def waiting(clip: Clip) -> Answer:
    """The answer for a clip that was not come to."""
    told = f"{clip.found.path.name}: not analysed yet. Run the same command again."
    return Answer(clip.found.name, clip.named, "waiting", told)


def _without_analysis(clip: Clip) -> Answer | None:
    """The answer for what is no clip, cannot be read, or is a double."""
    name = clip.found.name
    if clip.found.kind == "not_a_file":
        return Answer(name, clip.named, "not_a_file", clip.text)
    if not clip.sha256:
        return Answer(name, clip.named, "unreadable", clip.text)
    if clip.duplicate_of:
        told = f"{clip.found.path.name}: the same clip as {clip.duplicate_of}, analysed once."
        return Answer(name, clip.named, "duplicate", told, duplicate_of=clip.duplicate_of)
    return None


def _known(clip: Clip, entry: Entry, terms: Terms) -> Answer | None:
    """The answer of an earlier run, where it still counts."""
    if terms.force:
        return None
    if entry.status in ANSWERED:
        result = read_result(terms.out / entry.folder, clip.sha256)
        if result is None:
            return None
        return Answer(
            clip.found.name,
            clip.named,
            entry.status,
            folder=entry.folder,
            result=result,
            known=True,
        )
    at_fault = entry.exit_code == EnvironmentFault.exit_code  # this machine, not the clip
    if entry.status in FAILED and not terms.retry_failed and not at_fault:
        return Answer(clip.found.name, clip.named, entry.status, entry.text, known=True)
    return None


def _job(clip: Clip, known_by: tuple[str, str], terms: Terms, staging: Path) -> Job:
    key, folder = known_by
    return Job(
        name=clip.found.name,
        clip=clip.found.path,
        clip_sha256=clip.sha256,
        key=key,
        folder=folder,
        staging=staging,
        timeout_s=terms.timeout_s or default_timeout_s(clip.found.size_bytes),
        options=terms.options,
    )


class _Places:
    """Folders for results, no two the same even where capitals or accents are not told apart."""

    def __init__(self, ledger: Ledger, out: Path) -> None:
        self._out = out
        self._taken = {_alike(entry.folder) for entry in ledger.entries.values()}

    def allot(self, name: str) -> str:
        """A free folder that tells which clip it is of."""
        parts = PurePosixPath(name).with_suffix("").parts
        plain = _UNFIT.sub("_", "--".join(parts)).strip(" .") or "clip"
        if len(plain.encode()) > _LONGEST:
            digest = hashlib.sha256(plain.encode()).hexdigest()[:8]
            plain = plain.encode()[:_LONGEST].decode("utf-8", "ignore") + "-" + digest
        number, folder = 1, f"{CLIPS}/{plain}"
        while _alike(folder) in self._taken or (self._out / folder).exists():
            number += 1
            folder = f"{CLIPS}/{plain}-{number}"
        self._taken.add(_alike(folder))
        return folder


def _alike(folder: str) -> str:
    return unicodedata.normalize("NFC", folder).casefold()
