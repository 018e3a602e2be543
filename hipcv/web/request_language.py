"""Language of a request: the one chosen in the browser, else the browser's own, else English."""

import re
from dataclasses import dataclass
from functools import partial
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hipcv import language

COOKIE: Final = "hipcv-language"
FIELD: Final = "language"
"""Field of any address's query that chooses a language, which is then stored in a cookie."""

_COOKIE_AGE_S: Final = 365 * 24 * 3600
_WEIGHTED_TAG: Final = re.compile(r"([A-Za-z][\w-]*)\s*(?:;\s*q=(\d(?:\.\d*)?))?")


@dataclass(frozen=True, slots=True)
class LanguageOfRequest:
    """ASGI middleware around the whole app: each request runs in the language of its reader."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on in its language."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        chosen = connection.query_params.get(FIELD, "")
        if chosen in language.NAMES:
            send = storing(send, COOKIE, chosen)
        stored = connection.cookies.get(COOKIE, "")
        tags = accepted(connection.headers.get("accept-language", ""))
        with language.using(language.best(chosen, stored, *tags)):
            await self.app(scope, receive, send)


def accepted(header: str) -> list[str]:
    """Return the language tags of an Accept-Language header, highest weight first."""
    choices = [match for part in header.split(",") if (match := _WEIGHTED_TAG.match(part.strip()))]
    weights = {choice[1]: float(choice[2] or 1) for choice in choices}
    return sorted((tag for tag in weights if weights[tag]), key=lambda tag: -weights[tag])


def storing(send: Send, cookie: str, value: str) -> Send:
    """Return a `send` whose response stores a choice of the reader in the browser for a year."""
    return partial(_send_with_choice, send, f"{cookie}={value}")


async def _send_with_choice(send: Send, choice: str, message: Message) -> None:
    """Pass a message on; the first of a response stores the choice in the browser."""
    if message["type"] == "http.response.start":
        cookie = f"{choice}; Path=/; Max-Age={_COOKIE_AGE_S}; HttpOnly; SameSite=Lax"
        MutableHeaders(scope=message).append("set-cookie", cookie)
    await send(message)
