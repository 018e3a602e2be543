"""A link by which one phone sends clips for one patient, once and for a few minutes."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from hipcv.language import N_, Translated, _
from hipcv.store.models import JsonObject
from hipcv.web.schemas import PhoneBody
from hipcv.web.security import Refused
from hipcv.web.sessions import Session, equal_secrets

VALID_S: Final = 600.0
"""Time within which a clip must have begun to arrive."""

LONGEST_S: Final = 3600.0
"""Time after which a clip that is still arriving is not waited for."""

UNATTENDED_S: Final = 90.0
"""Time without a sign of the page at the desk after which the link ends.

Browsers let the timers of a hidden page run once a minute.
"""

MAX_CLIPS: Final = 20
GONE: Final = 410
CONFLICT: Final = 409


class End(StrEnum):
    """Why a link has ended."""

    SENT = "sent"
    EXPIRED = "expired"
    CLOSED = "closed"  # at the desk


ENDS: Final = Translated(
    {
        End.SENT: N_("The clips of this code have arrived. Make a new code for another one."),
        End.EXPIRED: N_("This code is too old. Make a new one at the desk."),
        End.CLOSED: N_("The desk has closed this code. Make a new one there."),
    }
)
"""Sentence on a link that has ended."""


@dataclass(slots=True)
class Transfer:
    """One clip on its way from the phone."""

    name: str
    declared_bytes: int  # 0: not declared
    received_bytes: int = 0
    error: str = ""
    received: JsonObject | None = None  # what became of it, once it was stored

    @property
    def under_way(self) -> bool:
        """True until the clip was stored or refused."""
        return not self.error and self.received is None

    @property
    def share(self) -> float:
        """Share that has arrived, 0..1; 0 where the size is unknown."""
        return min(1.0, self.received_bytes / self.declared_bytes) if self.declared_bytes else 0.0


@dataclass(slots=True, eq=False)
class Link:
    """The secrets of one link, for whom its clips are, and how far they have come."""

    session: Session  # of the page at the desk
    assignment: PhoneBody
    holds: Callable[[Session], bool]  # whether a session is still under way
    valid_s: float = VALID_S
    key: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    cookie: str = ""  # of the phone that opened the link; "": none has
    transfers: list[Transfer] = field(default_factory=list)
    end: End | None = None
    opened_s: float = field(default_factory=time.monotonic)
    attended_s: float = field(default_factory=time.monotonic)  # latest sign of the desk's page

    @property
    def left_s(self) -> float:
        """Time within which a clip may still begin to arrive."""
        return max(0.0, self.opened_s + self.valid_s - time.monotonic())

    @property
    def current(self) -> Transfer | None:
        """The clip that is arriving."""
        last = self.transfers[-1] if self.transfers else None
        return last if last and last.under_way else None

    def check(self) -> End | None:
        """End the link where its time, its session or its page has ended; return why it ended."""
        now_s = time.monotonic()
        if self.end is None:
            unattended = now_s - self.attended_s > UNATTENDED_S
            waits_s = LONGEST_S if self.current else self.valid_s
            if unattended or not self.holds(self.session):
                self.end = End.CLOSED
            elif now_s - self.opened_s >= waits_s:
                self.end = End.EXPIRED
        return self.end

    def attend(self) -> End | None:
        """Note a sign of the page at the desk; return why the link has ended, if it has."""
        self.attended_s = time.monotonic()
        return self.check()

    def require_open(self) -> None:
        """Refuse what comes after the end.

        Raises:
            Refused: the link has ended.
        """
        if end := self.check():
            raise Refused(GONE, ENDS[end])

    def open_page(self, cookie: str) -> str:
        """Return the cookie of the phone; the first one that opens the link gets it.

        Raises:
            Refused: the link has ended, or another browser has opened it.
        """
        self.require_open()
        if not self.cookie:
            self.cookie = secrets.token_urlsafe(32)
        elif not self.belongs_to(cookie):
            text = _(
                "This code was opened before, and each one opens once. Make a new one at the desk."
            )
            raise Refused(GONE, text)
        return self.cookie

    def belongs_to(self, cookie: str) -> bool:
        """Return True for the cookie of the phone that opened the link."""
        return bool(self.cookie) and equal_secrets(cookie, self.cookie)

    def begin(self, name: str, declared_bytes: int) -> Transfer:
        """Begin with a clip.

        Raises:
            Refused: the link has ended, another clip is arriving, or there were too many.
        """
        self.require_open()
        if self.current is not None:
            raise Refused(CONFLICT, _("Another clip is arriving. Send one after the other."))
        if not self.left_s:
            raise Refused(GONE, ENDS[End.EXPIRED])
        if len(self.transfers) >= MAX_CLIPS:
            text = _("{count} clips came by this code, and no more may. Make a new one.")
            raise Refused(GONE, text.format(count=MAX_CLIPS))
        self.transfers.append(Transfer(name, declared_bytes))
        return self.transfers[-1]
