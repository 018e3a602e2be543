"""Recognition of clips whose content is known, with as little reading as possible.

Equal clips have an equal size, and equal beginnings and ends; the whole of a clip is read here only
where these are equal too. All other clips are read once, by their analysis.
"""

import hashlib
import os
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from hipcv.batch.discovery import Candidate
from hipcv.batch.manifest import Fingerprint, ManifestState
from hipcv.files import sha256_of

END_BYTES: Final = 1 << 20
"""Of the beginning and of the end of a clip, which tell most clips of one size apart."""


def hash_of_ends(path: Path) -> str:
    """Return a digest of the first and the last megabyte of a file.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        digest = hashlib.blake2b(file.read(END_BYTES), digest_size=16)
        size = file.seek(0, os.SEEK_END)
        file.seek(max(END_BYTES, size - END_BYTES))
        digest.update(file.read(END_BYTES))
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Content:
    """Content of a clip as far as it is known before the analysis."""

    sha256: str = ""  # "" where it is new and differs from all others
    first: str = ""  # name of the first clip of this run with this content; "" without `sha256`
    new: Fingerprint | None = None  # to be recorded, where the clip had to be read


@dataclass(slots=True)
class _NewClip:
    """A clip of this run whose content is not in the manifest under its name."""

    name: str
    ends: str = ""
    sha256: str = ""


class ContentIndex:
    """The contents in a manifest, and of the clips of this run.

    Args:
        state: the manifest.
        folder: the folder of the clips.
        read_all: read every new clip whole, for executors that have to know its SHA-256.
    """

    def __init__(self, state: ManifestState, folder: Path, *, read_all: bool) -> None:
        self._state, self._folder, self._read_all = state, folder, read_all
        self._new: dict[int, list[_NewClip]] = defaultdict(list)  # by size
        self._first: dict[str, str] = {}  # name of the first clip of this run, by SHA-256

    @cached_property
    def _recorded(self) -> dict[int, list[Fingerprint]]:
        """Return the contents in the manifest by size; only needed where a clip is new."""
        recorded: dict[int, list[Fingerprint]] = defaultdict(list)
        for fingerprint in self._state.fingerprints.values():
            recorded[fingerprint.size_bytes].append(fingerprint)
        return recorded

    def content(self, candidate: Candidate) -> Content:
        """Return what is known of a clip's content.

        Raises:
            OSError: it has to be read, and cannot be.
        """
        version = candidate.size_bytes, candidate.mtime_ns
        earlier = self._state.fingerprints.get(candidate.name)
        if earlier and (earlier.size_bytes, earlier.mtime_ns) == version:
            return Content(earlier.sha256, self._first.setdefault(earlier.sha256, candidate.name))
        clip = self._read(candidate)
        if not clip.sha256:
            return Content()
        first = self._first.setdefault(clip.sha256, clip.name)
        return Content(clip.sha256, first, Fingerprint(*version, clip.sha256, clip.ends))

    def _read(self, candidate: Candidate) -> _NewClip:
        """Return a clip, with its SHA-256 where it may equal another."""
        recorded = self._recorded.get(candidate.size_bytes, [])
        new = self._new[candidate.size_bytes]
        clip, path = _NewClip(candidate.name), candidate.path
        if recorded or new:
            clip.ends = hash_of_ends(path)
            clip.sha256 = _recorded_sha256(recorded, clip.ends, candidate.mtime_ns)
        if not clip.sha256 and (self._read_all or self._may_be_equal(clip.ends, recorded, new)):
            clip.sha256 = sha256_of(path)
        if clip.sha256:
            clip.ends = clip.ends or hash_of_ends(path)
        new.append(clip)
        return clip

    def _may_be_equal(self, ends: str, recorded: list[Fingerprint], new: list[_NewClip]) -> bool:
        """Return True if another clip has the same ends, and read those of this run."""
        may_be = any(one.ends in ("", ends) for one in recorded)
        for other in new:
            path = self._folder / other.name
            with suppress(OSError):  # its own analysis will say so
                other.ends = other.ends or hash_of_ends(path)
                if other.ends == ends:
                    may_be = True
                    other.sha256 = other.sha256 or sha256_of(path)
                    self._first.setdefault(other.sha256, other.name)
        return may_be


def _recorded_sha256(recorded: list[Fingerprint], ends: str, mtime_ns: int) -> str:
    """Return the SHA-256 of a recorded clip of the same ends and time, such as a renamed one."""
    return next(
        (one.sha256 for one in recorded if (one.ends, one.mtime_ns) == (ends, mtime_ns)), ""
    )
