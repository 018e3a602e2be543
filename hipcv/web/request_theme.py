"""Theme of a request: light or dark as chosen in the browser, else as its system is set."""

from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from hipcv.language import N_, Translated
from hipcv.report.pages import DARK, LIGHT, SYSTEM, stylesheet_of_colours, using_theme
from hipcv.web.request_language import storing

router = APIRouter()

COOKIE: Final = "hipcv-theme"
FIELD: Final = "theme"
"""Field of any address's query that chooses a theme, which is then stored in a cookie."""

THEMES: Final = Translated({SYSTEM: N_("As the system"), LIGHT: N_("Light"), DARK: N_("Dark")})
"""Names of the themes, in the order of the choice."""


@dataclass(frozen=True, slots=True)
class ThemeOfRequest:
    """ASGI middleware around the whole app: each page is in the theme of its reader."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on in its theme."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        chosen = connection.query_params.get(FIELD, "")
        if chosen in THEMES:
            send = storing(send, COOKIE, chosen)
        else:
            chosen = connection.cookies.get(COOKIE, SYSTEM)
        with using_theme(chosen):
            await self.app(scope, receive, send)


@router.get("/static/shared/colours.css")
def colours() -> Response:
    """Return the colours of all pages, which are those of the reports."""
    return Response(stylesheet_of_colours(), media_type="text/css")
