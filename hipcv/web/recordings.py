"""Recordings under way: received in parts from the record page, and read while they grow.

A recording belongs to the session of a guided test and is dropped soon after it, unless the page
uploads it: then the parts become the clip without being sent again, and the job that read them
becomes that of the clip. Whatever goes wrong, the page sends the whole recording, which is
analyzed as any clip.
"""

import asyncio
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple
from uuid import uuid4

from hipcv.core.errors import BadRequest, NotFound, UnreadableVideo
from hipcv.language import _
from hipcv.web import probe
from hipcv.web.jobs import Follower, JobQueue

MAX_PROBES: Final = 4
"""Parts with which opening the file is tried; an MP4 has its first picture after a second."""

PROBED_FROM_BYTES: Final = 1 << 14
"""A file shorter than this has no picture yet."""


class Key(NamedTuple):
    """Name of a recording: the guided test, and the number of the recording in it."""

    session_id: str
    take: int


@dataclass(slots=True, eq=False)
class Recording:
    """A file that grows, and the job that reads it."""

    key: Key
    path: Path
    size_bytes: int = 0
    probes: int = 0
    probing: asyncio.Task[None] | None = None
    follower: Follower | None = None

    @property
    def should_probe(self) -> bool:
        """True if the file may hold a picture now, and no job reads it yet."""
        untried = self.follower is None and self.probing is None and self.probes < MAX_PROBES
        return untried and self.size_bytes >= PROBED_FROM_BYTES


class Recordings:
    """Recordings by session, one at a time each; used from several threads."""

    def __init__(self, folder: Path, jobs: JobQueue, max_bytes: int) -> None:
        self._folder, self._jobs, self._max_bytes = folder, jobs, max_bytes
        self._lock = threading.Lock()
        self._sessions: dict[str, Recording | None] = {}

    def open(self, session_id: str) -> None:
        """Accept recordings of a session."""
        with self._lock:
            self._sessions[session_id] = None

    def close(self, session_id: str) -> None:
        """Accept no more, and drop a recording that was not claimed."""
        with self._lock:
            self._drop(self._sessions.pop(session_id, None))

    def close_all(self) -> None:
        """Close every session."""
        for session_id in [*self._sessions]:
            self.close(session_id)

    def append(self, key: Key, offset: int, part: bytes) -> Recording:
        """Write the next part; one at offset 0 begins a recording and drops an earlier one.

        Raises:
            BadRequest: a part before it is missing, or the recording is too large.
            NotFound: there is no such session, or no such recording in it.
        """
        with self._lock:
            recording = self._begin(key) if offset == 0 else self._find(key)
            if recording.size_bytes != offset:
                raise BadRequest(_("A part of the recording is missing."))
            if offset + len(part) > self._max_bytes:
                raise BadRequest(_("The recording is larger than allowed."))
            with recording.path.open("ab") as file:
                file.write(part)
            recording.size_bytes += len(part)
            return recording

    def follow(self, recording: Recording) -> None:
        """Begin to read a recording, unless it cannot be opened yet."""
        if sys.platform == "win32":  # there, a file that is open cannot be moved
            return
        recording.probes += 1
        with suppress(UnreadableVideo):
            limits = self._jobs.options.limits
            probe.validate_video(recording.path, recording.path.name, limits=limits)
            with self._lock:
                if self._sessions.get(recording.key.session_id) is recording:
                    recording.follower = recording.follower or self._jobs.follow(recording.path)

    def claim(self, key: Key, size_bytes: int) -> Recording:
        """Hand a finished recording over; its file and its job are the caller's.

        Raises:
            NotFound: it has not arrived whole.
        """
        with self._lock:
            recording = self._find(key)
            if recording.size_bytes != size_bytes:
                raise NotFound(_("The recording has not arrived whole."))
            self._sessions[key.session_id] = None
            return recording

    def discard(self, key: Key) -> None:
        """Drop a recording, if it is under way: its file comes as a whole."""
        with self._lock:
            recording = self._sessions.get(key.session_id)
            if recording is not None and recording.key == key:
                self._sessions[key.session_id] = None
                self._drop(recording)

    def _begin(self, key: Key) -> Recording:
        if key.session_id not in self._sessions:
            raise NotFound(_("There is no such test under way."))
        self._drop(self._sessions[key.session_id])
        recording = self._sessions[key.session_id] = Recording(key, self._folder / uuid4().hex)
        return recording

    def _find(self, key: Key) -> Recording:
        recording = self._sessions.get(key.session_id)
        if recording is None or recording.key != key:
            raise NotFound(_("There is no such recording under way."))
        return recording

    def _drop(self, recording: Recording | None) -> None:
        if recording is None:
            return
        if recording.follower is not None:
            self._jobs.unfollow(recording.follower)
        recording.path.unlink(missing_ok=True)
