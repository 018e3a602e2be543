"""Who may ask for what: every request passes `Guard` before any of the app sees it.

Refused are another host's name (DNS rebinding), a request without the session's cookie, one that
changes something and does not come from the desk's own pages, and bodies that are too large or
come too slowly. Every answer carries the same headers. What is refused is told in a sentence.
"""

import hmac
import json
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hipcv.web.request_limits import Body, Limits

COOKIE: Final = "hipcv"
OPEN: Final = ("/static/", "/signin")
"""What may be seen without a session: the look of the pages, and the door."""

SAFE: Final = ("GET", "HEAD", "OPTIONS")
CSP: Final = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(self), microphone=(), geolocation=(), usb=(), payment=()",
    "cache-control": "no-store",
}
"""Of every answer, where it does not say otherwise itself."""

UNKNOWN: Final = 401

TRIES: Final = 5
TRIES_WITHIN_S: Final = 60.0


class Refused(Exception):
    """A request that is not let through."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status, self.text = status, text


@dataclass(slots=True)
class Door:
    """The secrets of one start of the desk, and the names it answers to."""

    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    password: str = ""  # "" where only the link opens it
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    session: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    failed_s: list[float] = field(default_factory=list)  # when a wrong password was given

    def opens(self, token: str) -> bool:
        """Whether it is the token of the link."""
        return _same(token, self.token)

    def admits(self, password: str) -> bool:
        """Whether it is the password.

        Raises:
            Refused: too many were wrong of late.
        """
        now_s = time.monotonic()
        self.failed_s = [at_s for at_s in self.failed_s if now_s - at_s < TRIES_WITHIN_S]
        if len(self.failed_s) >= TRIES:
            raise Refused(429, "Too many wrong passwords. Wait a minute, then try again.")
        good = bool(self.password) and _same(password, self.password)
        if not good:
            self.failed_s.append(now_s)
        return good

    def knows(self, headers: Headers) -> bool:
        """Whether a request carries the session's cookie."""
        return any(_same(value, self.session) for value in _cookies(headers))

    def cookie(self, *, secure: bool) -> str:
        """The header that gives the session to a browser."""
        tail = "; Secure" if secure else ""
        return f"{COOKIE}={self.session}; Path=/; HttpOnly; SameSite=Strict{tail}"


@dataclass(frozen=True, slots=True)
class Guard:
    """The outermost layer of the app."""

    app: ASGIApp
    door: Door
    limits: Limits
    signin: Callable[[str], str]  # the page that a browser without a session sees

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or say why not."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        try:
            self._check(scope)
        except Refused as told:
            await self._refuse(scope, receive, send, told)
            return
        if scope["type"] == "websocket":
            await self.app(scope, receive, send)
            return
        body = Body(receive, self.limits.of(scope))
        answer = _Answer(scope, send, body)
        try:
            await self.app(scope, body.receive, answer.send)
        except Exception:
            if body.problem is None:
                raise
        await answer.finish()

    def _check(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        host = _only(headers, "host")
        if host is None or _name_of(host) not in self.door.hosts:
            raise Refused(400, "The desk does not answer to this address. Use the link it printed.")
        reading = scope["type"] == "http" and scope["method"] in SAFE
        if not reading and _only(headers, "origin") != _origin(scope, host):
            raise Refused(403, "This was not sent by a page of the desk, and nothing was changed.")
        if not (_open(scope, self.door) or self.door.knows(headers)):
            raise Refused(401, "Open the desk by the link that `hipcv review` printed.")
        if problem := self.limits.problem_of(scope, headers):
            raise Refused(*problem)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, told: Refused) -> None:
        if scope["type"] == "websocket":
            await receive()  # its opening
            await send({"type": "websocket.close", "code": 1008, "reason": told.text})
        elif told.status == UNKNOWN and not scope["path"].startswith(("/api/", "/media/")):
            # A form's origin is only told where this page's address may be.
            page = self.signin(told.text).encode(), "text/html; charset=utf-8"
            await _tell(scope, send, told.status, *page, referrer="same-origin")
        else:
            await _tell_json(scope, send, told.status, told.text)


class _Answer:
    """What goes back to the browser: with all headers, or in place of it what the body broke."""

    def __init__(self, scope: Scope, send: Send, body: Body) -> None:
        self._scope, self._send, self._body = scope, send, body
        self._begun = False

    async def send(self, message: Message) -> None:
        """Pass a message on, unless the request was broken off before the answer began."""
        if self._body.problem is not None and not self._begun:
            return
        if message["type"] == "http.response.start":
            self._begun = True
            add_headers(message, self._scope)
        await self._send(message)

    async def finish(self) -> None:
        """Answer a request that was broken off."""
        if self._body.problem is not None and not self._begun:
            await _tell_json(self._scope, self._send, *self._body.problem)


def add_headers(message: Message, scope: Scope) -> None:
    """Put the headers of every answer into its first message."""
    headers = MutableHeaders(scope=message)
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if scope["scheme"] == "https":
        headers.setdefault("strict-transport-security", "max-age=31536000")


async def _tell_json(scope: Scope, send: Send, status: int, text: str) -> None:
    content = json.dumps({"error": text}).encode()
    await _tell(scope, send, status, content, "application/json")


async def _tell(  # noqa: PLR0917 - one whole answer
    scope: Scope, send: Send, status: int, content: bytes, kind: str, *, referrer: str = ""
) -> None:
    """Answer, and read no more of the request."""
    start: Message = {
        "type": "http.response.start",
        "status": status,
        "headers": [
            (b"content-type", kind.encode()),
            (b"content-length", str(len(content)).encode()),
            (b"connection", b"close"),
            *([(b"referrer-policy", referrer.encode())] if referrer else []),
        ],
    }
    add_headers(start, scope)
    await send(start)
    await send(
        {"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else content}
    )


def _open(scope: Scope, door: Door) -> bool:
    """Whether this may be seen by anybody at this machine."""
    if scope["type"] != "http":
        return False
    if scope["path"] == "/" and scope["method"] == "GET":
        return door.opens(token_of(scope))
    return str(scope["path"]).startswith(OPEN)


def token_of(scope: Scope) -> str:
    """The token in the address; "" where there is none."""
    query: dict[str, list[str]] = parse_qs(scope["query_string"].decode("latin-1"))
    return query.get("token", [""])[0]


def _origin(scope: Scope, host: str) -> str:
    secure = scope["scheme"] in ("https", "wss")
    return f"{'https' if secure else 'http'}://{host}"


def _name_of(host: str) -> str:
    """The name before the port: of `[::1]:80`, `[::1]`."""
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0].lower()


def _only(headers: Headers, name: str) -> str | None:
    """The value of a header that is there exactly once."""
    values = headers.getlist(name)
    return values[0] if len(values) == 1 else None


def _cookies(headers: Headers) -> Iterable[str]:
    for line in headers.getlist("cookie"):
        try:
            cookie = SimpleCookie(line)
        except CookieError:
            continue
        if COOKIE in cookie:
            yield cookie[COOKIE].value


def _same(given: str, known: str) -> bool:
    """In a time that does not tell how much of it was right."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), known.encode())
