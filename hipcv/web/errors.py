"""Errors as answers: a status and one plain sentence."""

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
from hipcv.web.pages import trouble
from hipcv.web.request_limits import BrokenBody
from hipcv.web.security import Refused

STATUSES: Final[tuple[tuple[type[HipcvError], int], ...]] = (
    (Stale, 409),
    (NotFound, 404),
    (UnreadableVideo, 415),
    (InvalidTrack, 422),
    (EnvironmentFault, 503),
)
DATA: Final = ("/api/", "/media/", "/static/")
"""What no window shows by itself."""

WORDS: Final = {
    404: "There is no such page.",
    405: "This cannot be asked of this address.",
}


def status_of(told: HipcvError) -> int:
    """The status that goes with an error; 400 where it is the request's fault."""
    return next((status for kind, status in STATUSES if isinstance(told, kind)), 400)


def answer(status: int, text: str) -> JSONResponse:
    """A sentence as JSON."""
    return JSONResponse({"error": text}, status)


def install(app: FastAPI) -> None:
    """Have every error answered."""
    app.exception_handler(HipcvError)(_told)
    app.exception_handler(Refused)(_refused)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(HTTPException)(_http)
    app.exception_handler(Exception)(_fault)


def _told(request: Request, told: Exception) -> Response:
    assert isinstance(told, HipcvError)
    return _shown(request, status_of(told), str(told))


def _refused(_request: Request, told: Exception) -> JSONResponse:
    assert isinstance(told, Refused)
    return answer(told.status, told.text)


def _invalid(request: Request, told: Exception) -> Response:
    assert isinstance(told, RequestValidationError)
    first = told.errors()[0]
    where = ".".join(str(part) for part in first["loc"][1:]) or "the request"
    return _shown(request, 400, f"{where}: {first['msg'].removeprefix('Value error, ')}.")


def _http(request: Request, told: Exception) -> Response:
    assert isinstance(told, HTTPException)
    return _shown(request, told.status_code, WORDS.get(told.status_code, str(told.detail)))


def _shown(request: Request, status: int, text: str) -> Response:
    """A page to a browser's window, JSON to everything else."""
    page = request.method == "GET" and not request.url.path.startswith(DATA)
    return trouble(status, text) if page else answer(status, text)


def _fault(_request: Request, fault: Exception) -> JSONResponse:
    if not isinstance(fault, BrokenBody):  # that one is answered by the guard
        logging.getLogger(__name__).error("a request failed", exc_info=fault)
    return answer(
        500,
        f"Internal error ({type(fault).__name__}). This is a fault in hipcv; nothing was changed. "
        "Please report it.",
    )
