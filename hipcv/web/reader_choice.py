"""Choices of the reader, such as the language: made in a page's address, stored in a cookie."""

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_COOKIE_AGE_S: Final = 365 * 24 * 3600

Context = Callable[[str, str, Headers], AbstractContextManager[None]]
"""Function of the value in the query, the one in the cookie and the headers; "": there is none."""


@dataclass(frozen=True, slots=True)
class ReaderChoice:
    """ASGI middleware around the whole app: each request runs in the context of a choice."""

    app: ASGIApp
    field: str  # of any address's query
    cookie: str
    values: Collection[str]  # that may be chosen
    context: Context

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on in its context; a response to a new choice stores it."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        chosen = connection.query_params.get(self.field, "")
        if chosen in self.values:
            send = partial(_send_with_cookie, send, f"{self.cookie}={chosen}")
        stored = connection.cookies.get(self.cookie, "")
        with self.context(chosen, stored, connection.headers):
            await self.app(scope, receive, send)


async def _send_with_cookie(send: Send, cookie: str, message: Message) -> None:
    """Pass a message on; the first of a response stores a cookie in the browser for a year."""
    if message["type"] == "http.response.start":
        header = f"{cookie}; Path=/; Max-Age={_COOKIE_AGE_S}; HttpOnly; SameSite=Lax"
        MutableHeaders(scope=message).append("set-cookie", header)
    await send(message)
