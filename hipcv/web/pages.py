"""The pages: frames that the browser fills, and the door."""

from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment

import hipcv
from hipcv.report.pages import environment
from hipcv.web import exports
from hipcv.web.access import DeskOf
from hipcv.web.security import Door, token_of
from hipcv.web.serializers import current
from hipcv.web.ui_text import lexicon

router = APIRouter()

STATIC: Final = Path(__file__).parent / "static"
TROUBLE: Final = """
{% extends "base.html" %}
{% block main %}
<section class="card"><h1>{{ title }}</h1><p role="alert">{{ told }}</p>
<p><a class="button" href="/">To the desk</a></p></section>
{% endblock %}
"""
SEE_OTHER: Final = 303


@router.get("/")
def desk(desk: DeskOf, request: Request) -> Response:
    """The desk; with the token of the link, the session first."""
    if desk.door.opens(token_of(request.scope)):
        response = RedirectResponse("/", SEE_OTHER)
        response.headers["set-cookie"] = desk.door.cookie(secure=request.url.scheme == "https")
        return response
    return page("desk.html", title="Desk")


@router.get("/clips/{clip_id}")
def clip(desk: DeskOf, clip_id: UUID) -> Response:
    """One clip."""
    found = desk.records.clip(str(clip_id))
    return page("clip.html", title=found.name, clip_id=found.id)


@router.get("/clips/{clip_id}/report")
def report(desk: DeskOf, clip_id: UUID) -> Response:
    """The report as it stands, with corrections and sign-off."""
    each, analysis = current(desk, str(clip_id))
    return exports.report(desk, each, analysis)


@router.get("/patients/{patient_id}")
def patient(desk: DeskOf, patient_id: UUID) -> Response:
    """One patient."""
    found = desk.records.patient(str(patient_id))
    return page("patient.html", title=found.pseudonym, patient_id=found.id)


@router.get("/record")
def record() -> Response:
    """The guided test at this browser's camera."""
    return page("record.html", title="Record")


@router.get("/settings")
def settings() -> Response:
    """Settings, and what this is."""
    return page("settings.html", title="Settings")


@router.get("/signin")
def door(desk: DeskOf) -> Response:
    """The door."""
    answer = HTMLResponse(signin(desk.door, ""))
    answer.headers["referrer-policy"] = "same-origin"  # so that the form's origin is told
    return answer


@router.post("/signin")
async def enter(desk: DeskOf, request: Request) -> Response:
    """A session for who knows the password."""
    given = parse_qs((await request.body()).decode("utf-8", "replace"))
    if not desk.door.admits(given.get("password", [""])[0]):
        told = HTMLResponse(signin(desk.door, "This is not the password."), 401)
        told.headers["referrer-policy"] = "same-origin"
        return told
    response = RedirectResponse("/", SEE_OTHER)
    response.headers["set-cookie"] = desk.door.cookie(secure=request.url.scheme == "https")
    return response


def signin(door: Door, told: str) -> str:
    """The page that says how to come in.

    Args:
        door: whether a password opens it.
        told: what is wrong; "" where nothing is.
    """
    return _render("signin.html", title="Sign in", told=told, password=bool(door.password))


def trouble(status: int, told: str) -> HTMLResponse:
    """A page that says what is wrong, for whoever followed a link to nowhere."""
    template = _environment().from_string(TROUBLE)
    return HTMLResponse(template.render(title="Not here", told=told, **_known()), status)


def page(name: str, *, title: str, **context: object) -> HTMLResponse:
    """One page."""
    return HTMLResponse(_render(name, title=title, **context))


def _render(name: str, **context: Any) -> str:  # noqa: ANN401 - whatever the template names
    return _environment().get_template(name).render(**_known(), **context)


def _known() -> dict[str, Any]:
    """What every page shows."""
    return {"version": hipcv.__version__, "lexicon": lexicon()}


@cache
def _environment() -> Environment:
    return environment("hipcv.web")
