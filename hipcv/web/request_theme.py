"""Theme of a request: light or dark as chosen in the browser, else as its system is set."""

from contextlib import AbstractContextManager
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response
from starlette.datastructures import Headers
from starlette.types import ASGIApp

from hipcv.language import N_, Translated
from hipcv.report.pages import DARK, LIGHT, SYSTEM, stylesheet_of_colours, using_theme
from hipcv.web.reader_choice import ReaderChoice

router = APIRouter()

COOKIE: Final = "hipcv-theme"
FIELD: Final = "theme"
"""Field of any address's query that chooses a theme, which is then stored in a cookie."""

THEMES: Final = Translated({SYSTEM: N_("As the system"), LIGHT: N_("Light"), DARK: N_("Dark")})
"""Names of the themes, in the order of the choice."""


def in_theme_of_reader(app: ASGIApp) -> ReaderChoice:
    """Return the middleware by which each page is in the theme of its reader."""
    return ReaderChoice(app, FIELD, COOKIE, THEMES, _theme)


def _theme(chosen: str, stored: str, _headers: Headers) -> AbstractContextManager[None]:
    return using_theme(chosen if chosen in THEMES else stored or SYSTEM)


@router.get("/static/shared/colours.css")
def colours() -> Response:
    """Return the colours of all pages, which are those of the reports."""
    return Response(stylesheet_of_colours(), media_type="text/css")
