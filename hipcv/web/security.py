"""Access control: every request passes `Guard` before the app.

Refused are requests for another host's name (DNS rebinding), without the session's cookie,
writing requests that do not come from the app's own pages, and bodies that are too large or too
slow. Every response has the same security headers.
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
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hipcv.language import _
from hipcv.web.request_limits import LimitedBody, Limits

COOKIE: Final = "hipcv"
PUBLIC_PATHS: Final = ("/static/", "/signin")
"""Paths that need no session."""

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
"""Headers of every response that does not set its own."""

UNAUTHENTICATED: Final = 401

MAX_ATTEMPTS: Final = 5
ATTEMPTS_WITHIN_S: Final = 60.0


class Refused(HTTPException):
    """A refused request, with the status and sentence of the response."""


@dataclass(slots=True)
class Auth:
    """The secrets of one start of the app, and the host names it answers to."""

    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    password: str = ""  # "": only the link's token gives a session
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    session: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    failed_at_s: list[float] = field(default_factory=list)  # recent wrong passwords

    def check_token(self, token: str) -> bool:
        """Return True for the token of the link."""
        return _equal(token, self.token)

    def check_password(self, password: str) -> bool:
        """Return True for the password.

        Raises:
            Refused: too many recent attempts failed.
        """
        now_s = time.monotonic()
        self.failed_at_s = [at_s for at_s in self.failed_at_s if now_s - at_s < ATTEMPTS_WITHIN_S]
        if len(self.failed_at_s) >= MAX_ATTEMPTS:
            raise Refused(429, _("Too many wrong passwords. Wait a minute, then try again."))
        correct = bool(self.password) and _equal(password, self.password)
        if not correct:
            self.failed_at_s.append(now_s)
        return correct

    def has_session(self, headers: Headers) -> bool:
        """Return True if a request has the session's cookie."""
        return any(_equal(value, self.session) for value in _cookies(headers))

    def cookie(self, *, secure: bool) -> str:
        """Return the Set-Cookie header that gives a browser the session."""
        tail = "; Secure" if secure else ""
        return f"{COOKIE}={self.session}; Path=/; HttpOnly; SameSite=Strict{tail}"


@dataclass(frozen=True, slots=True)
class Guard:
    """The outermost ASGI middleware of the app."""

    app: ASGIApp
    auth: Auth
    limits: Limits
    signin: Callable[[str], str]  # HTML of the page that a browser without a session gets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request to the app, or respond with the reason of its refusal."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        try:
            self._check(scope)
        except Refused as refusal:
            await self._refuse(scope, receive, send, refusal)
            return
        if scope["type"] == "websocket":
            await self.app(scope, receive, send)
            return
        body = LimitedBody(receive, self.limits, self.limits.largest_bytes(scope))
        response = _Response(scope, send, body)
        try:
            await self.app(scope, body.receive, response.send)
        except Exception:
            if body.problem is None:
                raise
        await response.finish()

    def _check(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        host = _only(headers, "host")
        if host is None or _host_name(host) not in self.auth.hosts:
            raise Refused(
                400, _("The desk does not answer to this address. Use the link it printed.")
            )
        reading = scope["type"] == "http" and scope["method"] in SAFE
        if not reading and _only(headers, "origin") != _origin(scope, host):
            raise Refused(
                403, _("This was not sent by a page of the desk, and nothing was changed.")
            )
        if not (_is_public(scope, self.auth) or self.auth.has_session(headers)):
            raise Refused(401, _("Open the desk by the link that `hipcv review` printed."))
        if problem := self.limits.problem_of(scope, headers):
            raise Refused(*problem)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, refusal: Refused) -> None:
        status, text = refusal.status_code, refusal.detail
        if scope["type"] == "websocket":
            await receive()  # websocket.connect
            await send({"type": "websocket.close", "code": 1008, "reason": text})
        elif status == UNAUTHENTICATED and not scope["path"].startswith(("/api/", "/media/")):
            # browsers send a form's origin only where the referrer policy allows it
            page = self.signin(text).encode(), "text/html; charset=utf-8"
            await _respond(scope, send, status, *page, referrer="same-origin")
        else:
            await _respond_json(scope, send, status, text)


class _Response:
    """The response to the browser: with all headers, or replaced where the body broke a limit."""

    def __init__(self, scope: Scope, send: Send, body: LimitedBody) -> None:
        self._scope, self._send, self._body = scope, send, body
        self._started = False

    async def send(self, message: Message) -> None:
        """Pass a message on, unless the body broke a limit before the response started."""
        if self._body.problem is not None and not self._started:
            return
        if message["type"] == "http.response.start":
            self._started = True
            add_headers(message, self._scope)
        await self._send(message)

    async def finish(self) -> None:
        """Respond to a request whose body broke a limit."""
        if self._body.problem is not None and not self._started:
            await _respond_json(self._scope, self._send, *self._body.problem)


def add_headers(message: Message, scope: Scope) -> None:
    """Add the security headers to the first message of a response."""
    headers = MutableHeaders(scope=message)
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if scope["scheme"] == "https":
        headers.setdefault("strict-transport-security", "max-age=31536000")


async def _respond_json(scope: Scope, send: Send, status: int, text: str) -> None:
    content = json.dumps({"error": text}).encode()
    await _respond(scope, send, status, content, "application/json")


async def _respond(  # noqa: PLR0917 - the parts of a response
    scope: Scope, send: Send, status: int, content: bytes, kind: str, *, referrer: str = ""
) -> None:
    """Respond and close the connection without reading the rest of the request."""
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


def _is_public(scope: Scope, auth: Auth) -> bool:
    """Return True if the request needs no session."""
    if scope["type"] != "http":
        return False
    if scope["path"] == "/" and scope["method"] == "GET":
        return auth.check_token(token_of(scope))
    return str(scope["path"]).startswith(PUBLIC_PATHS)


def token_of(scope: Scope) -> str:
    """Return the token in the query; "" if there is none."""
    query: dict[str, list[str]] = parse_qs(scope["query_string"].decode("latin-1"))
    return query.get("token", [""])[0]


def _origin(scope: Scope, host: str) -> str:
    secure = scope["scheme"] in ("https", "wss")
    return f"{'https' if secure else 'http'}://{host}"


def _host_name(host: str) -> str:
    """Return the host without its port: of `[::1]:80`, `[::1]`."""
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0].lower()


def _only(headers: Headers, name: str) -> str | None:
    """Return the value of a header that occurs exactly once, or None."""
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


def _equal(given: str, secret: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), secret.encode())
