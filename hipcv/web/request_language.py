"""Language of a request: the one chosen in the browser, else the browser's own, else English."""

import re
from contextlib import AbstractContextManager
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp

from hipcv import language
from hipcv.web.reader_choice import ReaderChoice

COOKIE: Final = "hipcv-language"
FIELD: Final = "language"
"""Field of any address's query that chooses a language, which is then stored in a cookie."""

_WEIGHTED_TAG: Final = re.compile(r"([A-Za-z][\w-]*)\s*(?:;\s*q=(\d(?:\.\d*)?))?")


def in_language_of_reader(app: ASGIApp) -> ReaderChoice:
    """Return the middleware by which each request runs in the language of its reader."""
    return ReaderChoice(app, FIELD, COOKIE, language.NAMES, _language)


def _language(chosen: str, stored: str, headers: Headers) -> AbstractContextManager[None]:
    tags = accepted(headers.get("accept-language", ""))
    return language.using(language.best(chosen, stored, *tags))


def accepted(header: str) -> list[str]:
    """Return the language tags of an Accept-Language header, highest weight first."""
    choices = [match for part in header.split(",") if (match := _WEIGHTED_TAG.match(part.strip()))]
    weights = {choice[1]: float(choice[2] or 1) for choice in choices}
    return sorted((tag for tag in weights if weights[tag]), key=lambda tag: -weights[tag])
