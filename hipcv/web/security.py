"""Access control: every request passes `Guard` before the app.

Refused are requests for another host's name (DNS rebinding), without a session, writing requests
that do not come from the app's own pages, and bodies that are too large or too slow. Every
response has the same security headers.

A session has two parts. Browsers send its cookie to every port of a host name, also to a server of
another user of the same machine. So whatever shows data needs the page key as well, which the
pages store for their own origin: in a header, or in the query where a browser sends no header.
"""

import asyncio
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hipcv.language import _
from hipcv.web import sessions
from hipcv.web.passwords import Attempts, UsersFile
from hipcv.web.request_limits import LimitedBody, Limits
from hipcv.web.sessions import Keys, KeyState, Session, Sessions, equal_secrets

LOCAL_NAMES: Final = ("127.0.0.1", "localhost", "[::1]")
"""Host names by which a machine reaches itself."""

COOKIE: Final = "hipcv"
PAGE_KEY_HEADER: Final = "x-hipcv-page-key"
PAGE_KEY_FIELD: Final = "key"
"""Field of the query with the page key, for addresses that a browser opens by itself."""

KEY_FIELD: Final = "token"
"""Field of the query and of the form with the key of a link."""

OPEN_PATH: Final = "/open"
PUBLIC_PATHS: Final = ("/signin", OPEN_PATH)
"""Paths that need no session, besides static files."""

DATA_PATHS: Final = ("/api/", "/media/")
DATA_PAGES: Final = ("/report", "/handout")
"""Beginnings and endings of the paths that need the page key; other pages show no data."""

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
HTML: Final = "text/html; charset=utf-8"
MAX_CHECKS: Final = 2
"""Passwords that are checked at once: each takes a processor and 32 MB."""


class Refused(HTTPException):
    """A refused request, with the status and sentence of the response."""


class PageKeyMissing(Refused):
    """The refusal of a page with data whose address has no page key, as a bookmark has none."""


class NoSession(Refused):
    """The refusal of a request without a session; the sign-in page says itself what to do."""


@dataclass(slots=True)
class Auth:
    """The secrets of one start of the app, and the host names it answers to."""

    hosts: tuple[str, ...] = LOCAL_NAMES
    password: str = ""  # "": only a link's key gives a session
    users: UsersFile | None = None  # None: nobody signs in by name
    keys: Keys = field(default_factory=Keys)
    sessions: Sessions = field(default_factory=Sessions)
    attempts: Attempts = field(default_factory=Attempts)
    _checks: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MAX_CHECKS))

    def use_key(self, key: str) -> KeyState:
        """Return whether the key of a link gives a session; where users sign in, none does."""
        return KeyState.WRONG if self.users is not None else self.keys.use(key)

    async def sign_in(self, name: str, password: str, address: str) -> str | None:
        """Return the name of the user whose password this is; "" where the app has no users.

        Args:
            name: as typed; ignored where the app has no users.
            password: as typed.
            address: of the browser; each wrong password delays the next one from there.

        Returns:
            None for a wrong name or password.

        Raises:
            Refused: too many attempts of this address wait already.
            BadRequest: the file of users cannot be used.
        """
        if not await self.attempts.wait(address):
            text = _("Too many wrong passwords came from here. Wait a minute, then try again.")
            raise Refused(429, text)
        async with self._checks:
            user = await run_in_threadpool(self._user_of, name, password)
        if user is not None:
            self.attempts.succeeded(address)
        return user

    def _user_of(self, name: str, password: str) -> str | None:
        if self.users is not None:
            return self.users.check(name, password)
        return "" if self.password and equal_secrets(password, self.password) else None

    def session_of(self, headers: Headers) -> Session | None:
        """Return the session of a request's cookie, or None."""
        return self.sessions.find(cookies(headers, COOKIE))


def cookie_of(session: Session | None, *, secure: bool) -> str:
    """Return the Set-Cookie header that gives a browser the session; None takes it away."""
    value, age = (session.cookie, "") if session else ("", "; Max-Age=0")
    tail = "; Secure" if secure else ""
    return f"{COOKIE}={value}; Path=/; HttpOnly; SameSite=Strict{age}{tail}"


@dataclass(frozen=True, slots=True)
class Guard:
    """The outermost ASGI middleware of the app."""

    app: ASGIApp
    auth: Auth
    limits: Limits
    signin: Callable[[str], str]  # HTML of the page that a browser without a session gets
    add_key: Callable[[], str]  # HTML of the page that adds the page key to its own address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request to the app, or respond with the reason of its refusal."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        try:
            session = self._check(scope)
        except Refused as refusal:
            await self._refuse(scope, receive, send, refusal)
            return
        token = sessions.current.set(session)
        try:
            with sessions.in_use(session if _is_user_action(scope) else None):
                await self._pass(scope, receive, send)
        finally:
            sessions.current.reset(token)

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self.app(scope, receive, send)
            return
        body = LimitedBody(receive, self.limits, self.limits.largest_bytes(scope))
        await respond_within_limits(self.app, scope, body, send)

    def _check(self, scope: Scope) -> Session | None:
        """Return the session of a request that may pass; None where it needs none.

        Raises:
            Refused: it may not pass.
        """
        headers = Headers(scope=scope)
        host = only_value(headers, "host")
        if host is None or _host_name(host) not in self.auth.hosts:
            raise Refused(
                400, _("The desk does not answer to this address. Use the link it printed.")
            )
        if not (_is_reading(scope) or _is_from_page(scope, headers, host)):
            raise Refused(
                403, _("This was not sent by a page of the desk, and nothing was changed.")
            )
        session = self.auth.session_of(headers)
        self._require_session(scope, headers, session)
        if problem := self.limits.problem_of(headers, self.limits.largest_bytes(scope)):
            raise Refused(*problem)
        return session

    @staticmethod
    def _require_session(scope: Scope, headers: Headers, session: Session | None) -> None:
        if _is_public(scope):
            return
        if session is None:
            raise NoSession(401, _("Sign in to the desk first."))
        if _needs_page_key(scope) and not equal_secrets(
            _page_key(scope, headers), session.page_key
        ):
            text = _("This opens from a page of the desk only. Go to its clip or patient first.")
            missing = _is_reading(scope) and not _field(scope, PAGE_KEY_FIELD)
            raise PageKeyMissing(200, text) if missing and _is_page(scope) else Refused(401, text)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, refusal: Refused) -> None:
        status, text = refusal.status_code, refusal.detail
        if scope["type"] == "websocket":
            await receive()  # websocket.connect
            await send({"type": "websocket.close", "code": 1008, "reason": text})
        elif isinstance(refusal, PageKeyMissing):
            await respond(scope, send, status, self.add_key().encode(), HTML)
        elif status == UNAUTHENTICATED and _is_page(scope):
            # browsers send a form's origin only where the referrer policy allows it
            page = self.signin("" if isinstance(refusal, NoSession) else text).encode()
            await respond(scope, send, status, page, HTML, referrer="same-origin")
        else:
            await respond_json(scope, send, status, text)


async def respond_within_limits(app: ASGIApp, scope: Scope, body: LimitedBody, send: Send) -> None:
    """Let an app respond to a request, unless its body breaks a limit."""
    response = _Response(scope, send, body)
    try:
        await app(scope, body.receive, response.send)
    except Exception:
        if body.problem is None:
            raise
    await response.finish()


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
            await respond_json(self._scope, self._send, *self._body.problem)


def add_headers(message: Message, scope: Scope) -> None:
    """Add the security headers to the first message of a response."""
    headers = MutableHeaders(scope=message)
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if scope["scheme"] == "https":
        headers.setdefault("strict-transport-security", "max-age=31536000")


async def respond_json(scope: Scope, send: Send, status: int, text: str) -> None:
    """Respond with a sentence, and close the connection."""
    content = json.dumps({"error": text}).encode()
    await respond(scope, send, status, content, "application/json")


async def respond(  # noqa: PLR0917 - the parts of a response
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


def _is_public(scope: Scope) -> bool:
    """Return True if the request needs no session."""
    if scope["type"] != "http":
        return False
    if scope["path"] == "/" and scope["method"] == "GET" and key_of(scope):
        return True  # the route checks the key
    return scope["path"] in PUBLIC_PATHS or str(scope["path"]).startswith("/static/")


def _is_reading(scope: Scope) -> bool:
    return scope["type"] == "http" and scope["method"] in SAFE


def _is_from_page(scope: Scope, headers: Headers, host: str) -> bool:
    """Return True for a page of the app, or the file that opens it with a key."""
    return scope["path"] == OPEN_PATH or only_value(headers, "origin") == _origin(scope, host)


def _is_page(scope: Scope) -> bool:
    return not str(scope["path"]).startswith(DATA_PATHS)


def _needs_page_key(scope: Scope) -> bool:
    path = str(scope["path"])
    return path.startswith(DATA_PATHS) or path.endswith(DATA_PAGES)


def _is_user_action(scope: Scope) -> bool:
    """Return True for a request that the user caused; pages read data by themselves."""
    return not (_is_reading(scope) and str(scope["path"]).startswith(DATA_PATHS))


def _page_key(scope: Scope, headers: Headers) -> str:
    given = only_value(headers, PAGE_KEY_HEADER)
    may_be_in_query = _is_reading(scope) or scope["type"] == "websocket"
    return given or (_field(scope, PAGE_KEY_FIELD) if may_be_in_query else "")


def key_of(scope: Scope) -> str:
    """Return the key of a link in the query; "" if there is none."""
    return _field(scope, KEY_FIELD)


def _field(scope: Scope, name: str) -> str:
    query: dict[str, list[str]] = parse_qs(scope["query_string"].decode("latin-1"))
    return query.get(name, [""])[0]


def _origin(scope: Scope, host: str) -> str:
    secure = scope["scheme"] in ("https", "wss")
    return f"{'https' if secure else 'http'}://{host}"


def _host_name(host: str) -> str:
    """Return the host without its port: of `[::1]:80`, `[::1]`."""
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0].lower()


def only_value(headers: Headers, name: str) -> str | None:
    """Return the value of a header that occurs exactly once, or None."""
    values = headers.getlist(name)
    return values[0] if len(values) == 1 else None


def cookies(headers: Headers, name: str) -> Iterable[str]:
    """Return the values of the cookies of a name."""
    for line in headers.getlist("cookie"):
        try:
            cookie = SimpleCookie(line)
        except CookieError:
            continue
        if name in cookie:
            yield cookie[name].value
