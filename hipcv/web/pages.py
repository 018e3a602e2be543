"""HTML pages that the browser fills from the API, and sign-in."""

from typing import Any, Final
from urllib.parse import parse_qs
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.routing import APIRoute

from hipcv.language import N_, NAMES, _
from hipcv.report.pages import environment
from hipcv.results.formats import FORMATS, PATIENT_FORMATS
from hipcv.version import __version__
from hipcv.web import exports
from hipcv.web.security import Auth, token_of
from hipcv.web.serializers import analysed_clip
from hipcv.web.state import AppStateDep
from hipcv.web.ui_text import lexicon, record_texts, script_messages

router = APIRouter()

MENU: Final = "menu"
"""Tag of the routes in the menu of every page; their summary is the label."""

ERROR_PAGE: Final = """
{% extends "base.html" %}
{% block main %}
<section class="card"><h1>{{ title }}</h1><p role="alert">{{ error }}</p>
<p><a class="button" href="/">{{ back }}</a></p></section>
{% endblock %}
"""
SEE_OTHER: Final = 303


@router.get("/", summary=N_("Desk"), tags=[MENU])
def overview(state: AppStateDep, request: Request) -> Response:
    """Return the first page; with the link's token, start a session first."""
    if state.auth.check_token(token_of(request.scope)):
        return _start_session(state.auth, request)
    return page("desk.html", title=_("Desk"))


@router.get("/clips/{clip_id}")
def clip(state: AppStateDep, clip_id: UUID) -> Response:
    """Return the page of one clip."""
    row = state.records.clip(str(clip_id))
    return page("clip.html", title=row.name, clip_id=row.id, formats=FORMATS.values())


@router.get("/clips/{clip_id}/report")
def report(state: AppStateDep, clip_id: UUID) -> Response:
    """Return the current report, with corrections and sign-off."""
    context, analysis = analysed_clip(state, str(clip_id))
    return exports.report_page(state, context, analysis, "html")


@router.get("/clips/{clip_id}/handout")
def handout(state: AppStateDep, clip_id: UUID) -> Response:
    """Return the hand-out for the person who was tested, with corrections."""
    context, analysis = analysed_clip(state, str(clip_id))
    return exports.report_page(state, context, analysis, "handout")


@router.get("/patients/{patient_id}")
def patient(state: AppStateDep, patient_id: UUID) -> Response:
    """Return the page of one patient."""
    row = state.records.patient(str(patient_id))
    formats = PATIENT_FORMATS.values()
    return page("patient.html", title=row.pseudonym, patient_id=row.id, formats=formats)


@router.get("/record", summary=N_("Record"), tags=[MENU])
def record(state: AppStateDep) -> Response:
    """Return the page of the guided test at the browser's camera."""
    always = state.settings.options.external
    return page("record.html", title=_("Record"), record=record_texts(), external_always=always)


@router.get("/settings", summary=N_("Settings"), tags=[MENU])
def settings() -> Response:
    """Return the page of settings, licences and the audit trail."""
    return page("settings.html", title=_("Settings"))


@router.get("/signin")
def signin_form(state: AppStateDep) -> Response:
    """Return the sign-in page."""
    return _signin_page(state.auth, "", 200)


@router.post("/signin")
async def sign_in(state: AppStateDep, request: Request) -> Response:
    """Start a session for the password in the form."""
    form = parse_qs((await request.body()).decode("utf-8", "replace"))
    if not state.auth.check_password(form.get("password", [""])[0]):
        return _signin_page(state.auth, _("This is not the password."), 401)
    return _start_session(state.auth, request)


def _signin_page(auth: Auth, error: str, status: int) -> Response:
    # browsers send a form's origin only where the referrer policy allows it
    return HTMLResponse(signin_html(auth, error), status, {"referrer-policy": "same-origin"})


def _start_session(auth: Auth, request: Request) -> Response:
    cookie = auth.cookie(secure=request.url.scheme == "https")
    return RedirectResponse("/", SEE_OTHER, {"set-cookie": cookie})


def signin_html(auth: Auth, error: str) -> str:
    """Return the sign-in page, with a sentence on what went wrong or ""."""
    return _render("signin.html", title=_("Sign in"), error=error, password=bool(auth.password))


def error_page(status: int, error: str) -> HTMLResponse:
    """Return a page with one sentence on what went wrong."""
    template = environment("hipcv.web").from_string(ERROR_PAGE)
    texts = {"title": _("Not here"), "error": error, "back": _("To the desk")}
    return HTMLResponse(template.render(**texts, **_shared()), status)


def page(name: str, *, title: str, **context: object) -> HTMLResponse:
    """Return a page made from a template."""
    return HTMLResponse(_render(name, title=title, **context))


def _render(name: str, **context: Any) -> str:  # noqa: ANN401 - variables of the template
    return environment("hipcv.web").get_template(name).render(**_shared(), **context)


def _shared() -> dict[str, Any]:
    """Return the variables of every template."""
    menu = [
        (route.path, _(str(route.summary)))
        for route in router.routes
        if isinstance(route, APIRoute) and MENU in route.tags
    ]
    return {
        "version": __version__,
        "lexicon": lexicon(),
        "messages": script_messages(),
        "menu": menu,
        "languages": NAMES,
    }
