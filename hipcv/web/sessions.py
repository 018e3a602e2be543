"""Sessions of browsers, and the single-use keys of the links that begin them."""

import hmac
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Final

PRINTED_KEY_S: Final = 600.0
"""Time within which a printed link must be opened."""

OPENED_KEY_S: Final = 120.0
"""Time within which a browser that was started must have opened the app."""

MAX_SESSIONS: Final = 64
LOCK_AFTER_MIN: Final = 15.0


def new_secret() -> str:
    """Return a new random text of 256 bits."""
    return secrets.token_urlsafe(32)


def equal_secrets(given: str, secret: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), secret.encode())


class KeyState(StrEnum):
    """Validity of a key."""

    VALID = "valid"
    USED = "used"
    EXPIRED = "expired"
    WRONG = "wrong"


@dataclass(slots=True)
class Keys:
    """Single-use keys: end of validity, random number, and the seal of both.

    Any process with the secret makes keys that the app accepts.
    """

    secret: str = field(default_factory=new_secret)
    _used: dict[str, float] = field(default_factory=dict)  # end of validity by key, Unix time

    def new(self, valid_s: float = PRINTED_KEY_S) -> str:
        """Return a new key."""
        content = f"{time.time() + valid_s:.0f}.{secrets.token_urlsafe(16)}"
        return f"{content}.{self._seal(content)}"

    def use(self, key: str) -> KeyState:
        """Return whether a key was valid; from now on it is used."""
        content, _dot, seal = key.rpartition(".")
        if not content or not equal_secrets(seal, self._seal(content)):
            return KeyState.WRONG
        now_s, ends_s = time.time(), float(content.partition(".")[0])
        self._used = {used: end_s for used, end_s in self._used.items() if end_s >= now_s}
        if ends_s < now_s:
            return KeyState.EXPIRED
        if key in self._used:
            return KeyState.USED
        self._used[key] = ends_s
        return KeyState.VALID

    def _seal(self, content: str) -> str:
        text = content.encode("utf-8", "replace")
        return hmac.new(self.secret.encode(), text, sha256).hexdigest()


@dataclass(slots=True, eq=False)
class Session:
    """The session of one browser.

    The cookie reaches every server of the same host name, whatever its port. The page key does
    not: the pages store it for their own origin, so a request needs both.
    """

    user: str = ""  # name of the user who signed in; "" where the app has no users
    cookie: str = field(default_factory=new_secret)
    page_key: str = field(default_factory=new_secret)
    lock_after_min: float = 0.0  # without use; 0: never
    used_s: float = field(default_factory=time.monotonic)  # latest sign of the user
    confirmed: str | None = None  # initials of the latest change, whose PIN was right
    confirmed_s: float = 0.0  # monotonic time of that change
    busy: int = 0  # transfers and guided tests under way

    @property
    def idle(self) -> bool:
        """True once the session was not used for too long."""
        idle_s = time.monotonic() - self.used_s
        return 0 < 60 * self.lock_after_min < idle_s and not self.busy


@dataclass(slots=True)
class Sessions:
    """The sessions under way; one that is not used for long ends."""

    lock_after_min: float = LOCK_AFTER_MIN  # 0: never
    _sessions: dict[str, Session] = field(default_factory=dict)  # by cookie, oldest first

    def begin(self, user: str = "") -> Session:
        """Begin a session; beyond the largest number, the oldest ends."""
        session = Session(user, lock_after_min=self.lock_after_min)
        self._sessions[session.cookie] = session
        while len(self._sessions) > MAX_SESSIONS:
            del self._sessions[next(iter(self._sessions))]
        return session

    def find(self, cookies: Iterable[str]) -> Session | None:
        """Return the session of the first cookie that has one; None where it ended."""
        found = (self._sessions.get(cookie) for cookie in cookies)
        session = next((session for session in found if session is not None), None)
        if session is not None and session.idle:
            self.end(session)
            return None
        return session

    def holds(self, session: Session) -> bool:
        """Return True until the session ends."""
        return self.find([session.cookie]) is session

    def end(self, session: Session) -> None:
        """End a session."""
        self._sessions.pop(session.cookie, None)


current: ContextVar[Session | None] = ContextVar("current", default=None)
"""The session of the request that is being handled; None where it has none."""


def required_session() -> Session:
    """Return the session of a request to the API, which the guard requires to have one."""
    session = current.get()
    assert session is not None
    return session


@contextmanager
def in_use(session: Session | None) -> Iterator[None]:
    """Note a sign of the user; within the context, the session does not become idle."""
    if session is None:
        yield
        return
    session.busy += 1
    try:
        yield
    finally:
        session.busy -= 1
        session.used_s = time.monotonic()
