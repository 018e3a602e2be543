"""The ASGI app that a phone reaches: one page, its static files, and uploads; nothing else."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, FastAPI, Query, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from hipcv.language import _
from hipcv.store.models import JsonObject
from hipcv.web import errors, file_names, pages, request_theme, serializers, sessions, uploads
from hipcv.web.phone.link import CONFLICT, End, Link, Transfer
from hipcv.web.request_language import in_language_of_reader
from hipcv.web.request_limits import LimitedBody, Limits
from hipcv.web.request_theme import in_theme_of_reader
from hipcv.web.schemas import PhoneBody, PhoneUploadQuery, UploadQuery
from hipcv.web.security import (
    HTML,
    Refused,
    cookies,
    only_value,
    respond,
    respond_json,
    respond_within_limits,
)
from hipcv.web.sessions import equal_secrets
from hipcv.web.state import AppState
from hipcv.web.ui_text import STATIC

UPLOAD_PATH: Final = "/clips"
STATIC_FILES: Final = (
    "/static/phone/page.js",
    "/static/phone/phone.css",
    "/static/shared/assignment.js",
    "/static/shared/base.css",
    "/static/shared/colours.css",
    "/static/shared/dom.js",
    "/static/shared/icon.svg",
    "/static/shared/labels.js",
    "/static/shared/language.js",
    "/static/shared/numbers.js",
    "/static/shared/transfer.js",
)
"""Files that the page loads."""

HTTPS_PORT: Final = 443
CREATED: Final = 201
NOT_FOUND: Final = 404
NOT_ALLOWED: Final = 405
FORBIDDEN: Final = 403
WRONG_HOST: Final = 400


@dataclass(frozen=True, slots=True)
class Door:
    """The address under which a phone reaches one link."""

    link: Link
    host: str
    port: int

    @property
    def authority(self) -> str:
        """Host and port, as browsers name them."""
        return self.host if self.port == HTTPS_PORT else f"{self.host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"https://{self.authority}"

    @property
    def url(self) -> str:
        """The address that opens the page, once."""
        return f"{self.origin}/{self.link.key}"

    @property
    def cookie_name(self) -> str:
        """Name of the phone's cookie; browsers send cookies to all ports of a host."""
        return f"hipcv-phone-{self.port}"

    def cookie_in(self, headers: Headers) -> str:
        """Return the phone's cookie of a request; "" if there is none."""
        return next(iter(cookies(headers, self.cookie_name)), "")


def create_phone_app(state: AppState, door: Door) -> ASGIApp:
    """Return the app of one link."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    errors.install(app)
    app.state.review, app.state.door = state, door
    app.include_router(request_theme.router)
    app.mount("/static", StaticFiles(directory=STATIC), "static")
    app.include_router(router)
    guard = PhoneGuard(app, door, state.settings.limits)
    return in_language_of_reader(in_theme_of_reader(guard))


@dataclass(frozen=True, slots=True)
class PhoneGuard:
    """The outermost ASGI middleware: it knows each path and method that exists, by name."""

    app: ASGIApp
    door: Door
    limits: Limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request to the app, or respond with the reason of its refusal."""
        headers = Headers(scope=scope)
        try:
            self._check(scope, headers)
        except Refused as refusal:
            await _refuse(scope, send, refusal)
            return
        body = LimitedBody(receive, self.limits, self._largest_bytes(scope))
        await respond_within_limits(self.app, scope, body, send)

    def _check(self, scope: Scope, headers: Headers) -> None:
        """Refuse a request that may not pass.

        Raises:
            Refused: with the reason.
        """
        if only_value(headers, "host") != self.door.authority:
            raise Refused(WRONG_HOST, _("This computer does not answer to this address."))
        path, method = str(scope["path"]), scope["method"]
        if path == UPLOAD_PATH:
            _require_method(method, "PUT")
            self._check_upload(scope, headers)
        elif path in STATIC_FILES or equal_secrets(path, f"/{self.door.link.key}"):
            _require_method(method, "GET")
            if problem := self.limits.problem_of(headers, 0):
                raise Refused(*problem)
        else:
            raise Refused(NOT_FOUND, errors.HTTP_TEXTS[NOT_FOUND])

    def _check_upload(self, scope: Scope, headers: Headers) -> None:
        link = self.door.link
        link.require_open()
        from_page = only_value(headers, "origin") == self.door.origin
        if not (from_page and link.belongs_to(self.door.cookie_in(headers))):
            raise Refused(
                FORBIDDEN, _("This was not sent by the page of the code, and was not taken.")
            )
        if problem := self.limits.problem_of(headers, self._largest_bytes(scope)):
            raise Refused(*problem)

    def _largest_bytes(self, scope: Scope) -> int:
        return self.limits.upload_bytes if scope["path"] == UPLOAD_PATH else 0


def _require_method(method: str, allowed: str) -> None:
    if method != allowed:
        raise Refused(NOT_ALLOWED, errors.HTTP_TEXTS[NOT_ALLOWED])


async def _refuse(scope: Scope, send: Send, refusal: Refused) -> None:
    """Respond with a sentence: to a browser that opens an address as a page, else as JSON."""
    path, status = str(scope["path"]), refusal.status_code
    if scope["method"] == "GET" and path != UPLOAD_PATH and not path.startswith("/static/"):
        await respond(scope, send, status, _page(error=refusal.detail), HTML)
    else:
        await respond_json(scope, send, status, refusal.detail)


def _page(*, error: str = "", **context: Any) -> bytes:  # noqa: ANN401 - of the template
    title = _("Send a clip to the desk")
    return pages.render("phone.html", title=title, error=error, **context).encode()


router = APIRouter()


@router.put(UPLOAD_PATH, status_code=CREATED)
async def upload(request: Request, query: Annotated[PhoneUploadQuery, Query()]) -> JsonObject:
    """Receive a clip as the body; with the last one of several, the link ends."""
    state, link = _state_of(request), _door_of(request).link
    await run_in_threadpool(_refuse_contradiction, state, query.name, link.assignment)
    transfer = link.begin(query.name, int(request.headers.get("content-length", 0)))
    chosen = link.assignment.model_dump(exclude={"address"})
    whole = UploadQuery(name=query.name, changed_ms=query.changed_ms, **chosen)
    try:
        with sessions.in_use(link.session):
            received = await uploads.receive(state, whole, _body(request, link, transfer))
        transfer.received = await run_in_threadpool(serializers.received, state, received)
    except BaseException as error:
        transfer.error = str(error) or _("The transfer was broken off.")
        raise
    if not query.more:
        link.end = End.SENT
    return {"already": bool(received.already)}


def _refuse_contradiction(state: AppState, name: str, chosen: PhoneBody) -> None:
    """Refuse a file whose name says another patient, day or leg than was chosen at the desk.

    Raises:
        Refused: it does.
    """
    named = file_names.read_name(state, name)
    pairs = (
        (chosen.patient, named["patient"] or named["unknown"]),
        (chosen.on and chosen.on.isoformat(), named["on"]),
        (chosen.side, named["side"]),
    )
    if any(one and other and one != other for one, other in pairs):
        text = _(
            "The name of this clip says another patient, day or leg than was chosen at the desk. "
            "Choose anew there."
        )
        raise Refused(CONFLICT, text)


async def _body(request: Request, link: Link, transfer: Transfer) -> AsyncIterator[bytes]:
    """Yield the parts of the body, and count them, until the link ends."""
    async for part in request.stream():
        link.require_open()
        transfer.received_bytes += len(part)
        yield part


@router.get("/{key}")
async def page(request: Request) -> Response:  # in the event loop: of two, one is the first
    """Return the page; the first browser that opens it gets the cookie with which it sends."""
    door = _door_of(request)
    try:
        cookie = door.link.open_page(door.cookie_in(request.headers))
    except Refused as refusal:
        return Response(_page(error=refusal.detail), refusal.status_code, media_type=HTML)
    chosen = door.link.assignment.model_dump(mode="json", include=ASSIGNED)
    content = _page(assignment=chosen, left_s=round(door.link.left_s), upload=UPLOAD_PATH)
    header = f"{door.cookie_name}={cookie}; Path=/; Secure; HttpOnly; SameSite=Strict"
    return Response(content, headers={"set-cookie": header}, media_type=HTML)


ASSIGNED: Final = {"patient", "on", "side", "mirrored", "external"}
"""Fields of the link that the page tells."""


def _door_of(request: Request) -> Door:
    door: Door = request.app.state.door
    return door


def _state_of(request: Request) -> AppState:
    state: AppState = request.app.state.review
    return state
