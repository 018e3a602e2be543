"""Records of the latest guided tests' live displays, until their recordings are uploaded."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from hipcv.guide.session_file import Previews

MAX_SESSIONS: Final = 32
"""Sessions whose records stay in memory."""


@dataclass(frozen=True, slots=True)
class TakeRecord:
    """Record of one recording of a session."""

    previews: Previews
    began_s: float  # camera time of the recording's first picture


class LiveRecords:
    """Records by session and number of the recording; used from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sessions: OrderedDict[str, dict[int, TakeRecord]] = OrderedDict()

    def begin(self) -> str:
        """Return the id of a new session."""
        session_id = uuid4().hex
        with self._lock:
            self._sessions[session_id] = {}
            while len(self._sessions) > MAX_SESSIONS:
                self._sessions.popitem(last=False)
        return session_id

    def put(self, session_id: str, take: int, record: TakeRecord) -> None:
        """Store or replace the record of one recording; ignored for a session long past."""
        with self._lock:
            if session_id in self._sessions:
                self._sessions[session_id][take] = record

    def find(self, session_id: str, take: int) -> TakeRecord | None:
        """Return the record of one recording; None where there is none."""
        with self._lock:
            return self._sessions.get(session_id, {}).get(take)
