"""Responses to errors: a status and one plain sentence."""

import logging
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from hipcv.core.errors import (
    EnvironmentFault,
    HipcvError,
    InvalidTrack,
    NotFound,
    Stale,
    UnreadableVideo,
)
from hipcv.language import N_, Translated, _
from hipcv.web.pages import error_page
from hipcv.web.pins import PinRequired
from hipcv.web.request_limits import BrokenBody

STATUSES: Final[tuple[tuple[type[HipcvError], int], ...]] = (
    (Stale, 409),
    (PinRequired, 403),
    (NotFound, 404),
    (UnreadableVideo, 415),
    (InvalidTrack, 422),
    (EnvironmentFault, 503),
)
DATA_PATHS: Final = ("/api/", "/media/", "/static/")
"""Paths whose errors are JSON, not a page."""

HTTP_TEXTS: Final = Translated(
    {
        404: N_("There is no such page."),
        405: N_("This cannot be asked of this address."),
    }
)

INVALID: Final = Translated(
    {
        "missing": N_("{field}: this is missing."),
        "extra_forbidden": N_("{field}: there is no such field."),
        "string_too_short": N_("{field}: give at least {min_length} characters."),
        "string_too_long": N_("{field}: give at most {max_length} characters."),
        "uuid_parsing": N_("{field}: this is not an id."),
        "date_from_datetime_parsing": N_("{field}: this is not a date."),
        "date_parsing": N_("{field}: this is not a date."),
        "int_parsing": N_("{field}: this is not a whole number."),
        "int_type": N_("{field}: this is not a whole number."),
        "greater_than_equal": N_("{field}: give {ge} or more."),
        "less_than_equal": N_("{field}: give {le} or less."),
        "less_than": N_("{field}: give less than {lt}."),
        "literal_error": N_("{field}: this is none of the choices."),
        "value_error": N_("{field}: {error}."),
    }
)
"""Sentence on an invalid field of a request, by the kind of pydantic's error."""


def install(app: FastAPI) -> None:
    """Register a handler for every kind of error."""
    app.exception_handler(HipcvError)(_hipcv_error)
    app.exception_handler(RequestValidationError)(_invalid_request)
    app.exception_handler(HTTPException)(_http_error)
    app.exception_handler(Exception)(_internal_error)


def _hipcv_error(request: Request, error: Exception) -> Response:
    matching = (status for kind, status in STATUSES if isinstance(error, kind))
    if isinstance(error, PinRequired):
        return JSONResponse({"error": str(error), "pin": True}, next(matching))
    return _page_or_json(request, next(matching, 400), str(error))


def _invalid_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"][1:]) or _("the request")
    text = INVALID.get(first["type"], _("{field}: this is not valid."))
    return _page_or_json(request, 400, text.format(field=where, **first.get("ctx", {})))


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    text = HTTP_TEXTS.get(error.status_code, str(error.detail))
    return _page_or_json(request, error.status_code, text)


def _page_or_json(request: Request, status: int, text: str) -> Response:
    is_page = request.method == "GET" and not request.url.path.startswith(DATA_PATHS)
    return error_page(status, text) if is_page else _json(status, text)


def _json(status: int, text: str) -> JSONResponse:
    return JSONResponse({"error": text}, status)


def _internal_error(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, BrokenBody):  # the guard responds to that one
        logging.getLogger(__name__).error("a request failed", exc_info=error)
    text = _(
        "Internal error ({kind}). This is a fault in hipcv; nothing was changed. Please report it."
    )
    return _json(500, text.format(kind=type(error).__name__))
