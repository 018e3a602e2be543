"""HTML pages that the browser fills from the API, and sign-in."""

from typing import Any, Final
from urllib.parse import parse_qs
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from fastapi.routing import APIRoute

from hipcv.language import N_, NAMES, Translated, _
from hipcv.report.pages import SYSTEM, environment, theme
from hipcv.results.formats import FORMATS, PATIENT_FORMATS
from hipcv.version import __version__
from hipcv.web import exports, opening
from hipcv.web.comparison import comparable
from hipcv.web.request_theme import THEMES
from hipcv.web.security import (
    KEY_FIELD,
    OPEN_PATH,
    UNAUTHENTICATED,
    Auth,
    Refused,
    cookie_of,
    key_of,
)
from hipcv.web.serializers import analysed_clip
from hipcv.web.sessions import KeyState, Session, current
from hipcv.web.state import AppState, AppStateDep
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

REFUSED_KEYS: Final = Translated(
    {
        KeyState.USED: N_("This link was used before, and each link opens the desk once."),
        KeyState.EXPIRED: N_("This link is too old: it opens the desk for a few minutes only."),
        KeyState.WRONG: N_("This link does not belong to the desk that runs now."),
    }
)
"""Sentence on a link that does not open the app, by the state of its key."""

ENDS: Final = Translated(
    {
        "locked": N_("The desk locked itself, since nobody used it for {minutes} minutes."),
        "signed_out": N_("You are signed out."),
    }
)
"""Sentence on the end of a session, by its reason in the query."""


@router.get("/", summary=N_("Desk"), tags=[MENU])
def overview(state: AppStateDep, request: Request) -> Response:
    """Return the first page; with a link's key, start a session first."""
    if key := key_of(request.scope):
        return _open(state, key, request)
    return page("desk.html", title=_("Desk"), phone=state.settings.phone.allowed)


@router.get("/clips/{clip_id}")
def clip(state: AppStateDep, clip_id: UUID) -> Response:
    """Return the page of one clip."""
    row = state.records.clip(str(clip_id))
    return page("clip.html", title=_("Clip"), clip_id=row.id, formats=FORMATS.values())


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
    return page("patient.html", title=_("Patient"), patient_id=row.id, formats=formats)


@router.get("/compare/{one_id}/{other_id}")
def compare(state: AppStateDep, one_id: UUID, other_id: UUID) -> Response:
    """Return the page of two results of one patient side by side."""
    ids = [str(one_id), str(other_id)]
    comparable(state, ids)
    return page("compare.html", title=_("Compare"), result_ids=ids)


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
def signin_form(state: AppStateDep, because: str = "") -> Response:
    """Return the sign-in page, after the end of a session with its reason."""
    notice = ENDS.get(because, "").format(minutes=f"{state.auth.sessions.lock_after_min:g}")
    return _signin_page(state.auth, "", 200, notice)


@router.post("/signin")
async def sign_in(state: AppStateDep, request: Request) -> Response:
    """Start a session for the password in the form, and the name where the app has users."""
    form, auth = await _form(request), state.auth
    address = request.client.host if request.client else ""
    try:
        user = await auth.sign_in(form.get("name", ""), form.get("password", ""), address)
    except Refused as refusal:
        return _signin_page(auth, refusal.detail, refusal.status_code)
    if user is None:
        wrong = _("Name and password do not belong together.")
        text = wrong if auth.users else _("This is not the password.")
        return _signin_page(auth, text, UNAUTHENTICATED)
    return _start_session(auth.sessions.begin(user), request)


@router.post(OPEN_PATH)
async def open_by_key(state: AppStateDep, request: Request) -> Response:
    """Start a session for the key in the form."""
    form = await _form(request)
    return _open(state, form.get(KEY_FIELD, "").strip(), request)


async def _form(request: Request) -> dict[str, str]:
    """Return the first value of each field of a form."""
    fields = parse_qs((await request.body()).decode("utf-8", "replace"))
    return {name: values[0] for name, values in fields.items()}


def _open(state: AppState, key: str, request: Request) -> Response:
    """Start a session for a link's key, or say why it does not."""
    key_state = state.auth.use_key(key)
    opening.discard_page(state.settings.folder, key)
    if key_state is not KeyState.VALID:
        return _signin_page(state.auth, REFUSED_KEYS[key_state], UNAUTHENTICATED)
    return _start_session(state.auth.sessions.begin(), request)


def _signin_page(auth: Auth, error: str, status: int, notice: str = "") -> Response:
    # browsers send a form's origin only where the referrer policy allows it
    html = signin_html(auth, error, notice)
    return HTMLResponse(html, status, {"referrer-policy": "same-origin"})


def _start_session(session: Session, request: Request) -> Response:
    """Return the page that stores the page key and goes on to the first page.

    The first page replaces it in the browser's history.
    """
    response = page("open.html", title=_("The desk opens"), page_key=session.page_key)
    secure = request.url.scheme == "https"
    response.headers["set-cookie"] = cookie_of(session, secure=secure)
    return response


def signin_html(auth: Auth, error: str, notice: str = "") -> str:
    """Return the sign-in page, with a sentence on what went wrong or happened, or ""."""
    asked = {"users": auth.users is not None, "password": bool(auth.password or auth.users)}
    return render("signin.html", title=_("Sign in"), error=error, notice=notice, **asked)


def add_key_html() -> str:
    """Return the page that adds the page key to its own address."""
    return render("open.html", title=_("The desk opens"), page_key="")


def error_page(status: int, error: str) -> HTMLResponse:
    """Return a page with one sentence on what went wrong."""
    template = environment("hipcv.web").from_string(ERROR_PAGE)
    texts = {"title": _("Not here"), "error": error, "back": _("To the desk")}
    return HTMLResponse(template.render(**texts, **_shared()), status)


def page(name: str, *, title: str, **context: object) -> HTMLResponse:
    """Return a page made from a template."""
    return HTMLResponse(render(name, title=title, **context))


def render(name: str, **context: Any) -> str:  # noqa: ANN401 - variables of the template
    """Return the HTML of a template."""
    return environment("hipcv.web").get_template(name).render(**_shared(), **context)


def _shared() -> dict[str, Any]:
    """Return the variables of every template."""
    menu = [
        (route.path, _(str(route.summary)))
        for route in router.routes
        if isinstance(route, APIRoute) and MENU in route.tags
    ]
    session = current.get()
    return {
        "user": session.user if session else "",
        "lock_after_min": session.lock_after_min if session else 0,
        "version": __version__,
        "lexicon": lexicon(),
        "messages": script_messages(),
        "menu": menu,
        "languages": NAMES,
        "themes": THEMES,
        "chosen_theme": theme() or SYSTEM,
    }
