"""The JSON API of the pages."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Annotated, Final, TypeVar
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from starlette.concurrency import run_in_threadpool

from hipcv.core.errors import Stale
from hipcv.language import _
from hipcv.store.audit import Anchor
from hipcv.store.lists import ListQuery
from hipcv.store.models import Analysis, JsonObject, PatientFields
from hipcv.web import (
    comparison,
    corrections,
    exports,
    file_names,
    outcome,
    serializers,
    system_info,
    uploads,
)
from hipcv.web.curves import curves
from hipcv.web.jobs import ACTOR
from hipcv.web.recordings import Key
from hipcv.web.schemas import (
    ActorBody,
    AnswersBody,
    CorrectionBody,
    CurrentBody,
    DeskQuery,
    ErasureBody,
    FindQuery,
    MoveBody,
    NeighboursQuery,
    PartQuery,
    PatientBody,
    PatientChangeBody,
    PinBody,
    ReanalysisBody,
    ReasonedChangeBody,
    ResultChangeBody,
    ShortText,
    UploadQuery,
    VisitBody,
    WithdrawalBody,
)
from hipcv.web.security import cookie_of
from hipcv.web.sessions import required_session
from hipcv.web.state import AppState, AppStateDep

router = APIRouter(prefix="/api")

HASHES: Final = frozenset({"rows", "files"})
"""Details of an audit row that only its check reads."""

AUDIT_ROWS: Final = 100
"""Rows of the audit trail that are sent at once."""

CREATED: Final = 201
CONFLICT: Final = 409
Body = TypeVar("Body", bound=ResultChangeBody)


@router.get("/desk")
def overview(state: AppStateDep, query: Annotated[DeskQuery, Query()]) -> JsonObject:
    """Return patients and clips for the first page: those that are searched for, page by page."""
    return serializers.overview(state, _list_query(query), query.clips, query.patients)


def _list_query(query: FindQuery) -> ListQuery:
    today = date.today()  # noqa: DTZ011 - in the user's time zone
    return ListQuery(query.search, query.show, query.order, today)


@router.get("/events")
async def events(state: AppStateDep) -> StreamingResponse:
    """Stream state changes of clips."""
    session = required_session()
    stream = state.hub.stream(lambda: state.auth.sessions.holds(session))
    return StreamingResponse(stream, media_type="text/event-stream")


@router.get("/session")
def checkrequired_session() -> JsonObject:
    """Return nothing: a page learns from the status whether its session has ended."""
    return {}


@router.post("/session")
def note_activity() -> JsonObject:
    """Note that the page is in use."""
    return {}


@router.post("/pin")
def set_pin(state: AppStateDep, body: PinBody) -> JsonObject:
    """Set the PIN of initials."""
    state.pins.set(required_session(), body.by, pin=body.pin, earlier=body.earlier)
    return {}


@router.delete("/session")
def end_session(state: AppStateDep, request: Request) -> Response:
    """End the session: sign out, or lock."""
    state.auth.sessions.end(required_session())
    secure = request.url.scheme == "https"
    return JSONResponse({}, headers={"set-cookie": cookie_of(None, secure=secure)})


@router.get("/about")
def about(state: AppStateDep) -> JsonObject:
    """Return settings, models, protocol and licences."""
    return system_info.about(state)


@router.get("/audit")
def audit(
    state: AppStateDep,
    subject: UUID | None = None,
    before: Annotated[int | None, Query(ge=1, lt=2**31)] = None,
) -> JsonObject:
    """Return the last rows of the audit trail, oldest first, without hashes of rows and files.

    `more` is True where there are earlier ones: those before the number of the first row.
    """
    subject_id = str(subject) if subject else None
    rows = state.records.audit_page(subject_id, before=before, length=AUDIT_ROWS + 1)
    more = len(rows) > AUDIT_ROWS
    return {
        "more": more,
        "rows": [
            serializers.plain(
                asdict(row)
                | {
                    "why": _(row.why) if row.who == ACTOR else row.why,
                    "detail": {k: v for k, v in row.detail.items() if k not in HASHES},
                }
            )
            for row in rows[more:]
        ],
    }


@router.get("/audit/check")
def check_audit(state: AppStateDep) -> JsonObject:
    """Compare the records with the audit trail: a sentence for every difference."""
    return {"audit": state.records.verify_audit()}


@router.get("/audit/anchor")
def check_anchor(state: AppStateDep, anchor: ShortText) -> JsonObject:
    """Check the anchor of a signed report: does the trail still hold its entry?"""
    problem = state.records.check_anchor(Anchor.parse(anchor))
    return {"holds": not problem, "text": problem or _("The trail holds the entry of the anchor.")}


# --- clips


@router.put("/uploads", status_code=CREATED)
async def upload(
    state: AppStateDep, request: Request, query: Annotated[UploadQuery, Query()]
) -> JsonObject:
    """Receive a clip as the body."""
    received = await uploads.receive(state, query, request.stream())
    return await run_in_threadpool(serializers.received, state, received)


@router.get("/names")
def file_name(state: AppStateDep, name: ShortText) -> JsonObject:
    """Return patient, day and side that a file's name says."""
    return file_names.read_name(state, name)


@router.put("/recordings")
async def append_to_recording(
    state: AppStateDep, request: Request, query: Annotated[PartQuery, Query()]
) -> JsonObject:
    """Receive the next part of a recording under way as the body."""
    key = Key(query.session, query.take)
    await uploads.receive_part(state, key, query.offset, await request.body())
    return {}


@router.get("/clips/{clip_id}")
def clip_view(state: AppStateDep, clip_id: UUID) -> JsonObject:
    """Return one clip with its result, without curves."""
    return serializers.clip_view(state, str(clip_id))


@router.get("/clips/{clip_id}/results")
def clip_results(state: AppStateDep, clip_id: UUID) -> JsonObject:
    """Return every stored result of a clip, newest first."""
    return serializers.results_view(state, state.records.clip(str(clip_id)))


@router.get("/clips/{clip_id}/neighbours")
def neighbours(
    state: AppStateDep, clip_id: UUID, query: Annotated[NeighboursQuery, Query()]
) -> JsonObject:
    """Return the clips before and after one in the list that its page was opened from."""
    return serializers.neighbours(state, str(clip_id), _list_query(query), query.list)


@router.get("/clips/{clip_id}/curves")
def clip_curves(state: AppStateDep, clip_id: UUID) -> JSONResponse:
    """Return the values of every frame."""
    context, analysis = serializers.analysed_clip(state, str(clip_id))
    return JSONResponse(curves(state.cache.get(context.clip, analysis)))


@router.put("/clips/{clip_id}/answers")
def answer(state: AppStateDep, clip_id: UUID, body: AnswersBody) -> JsonObject:
    """Store the answers to the questions after the test of a clip."""
    before = None if body.before is None else body.before.to_answers()
    clip = state.records.answer(str(clip_id), body.to_answers(), by=body.by, before=before)
    return serializers.clip_view(state, clip.id)


@router.get("/outcome")
def outcome_of_test(state: AppStateDep, clip: Annotated[list[UUID], Query()]) -> JsonObject:
    """Return what the clips of one test say to the person who did it."""
    return outcome.outcome(state, [str(clip_id) for clip_id in clip])


@router.post("/clips/{clip_id}/move")
def move(state: AppStateDep, clip_id: UUID, body: MoveBody) -> JsonObject:
    """Assign a clip to a patient's visit."""
    clip = state.records.clip(str(clip_id))
    patient = state.records.require_patient(body.patient)
    visit = state.records.add_visit(patient.id, body.on, by=body.by)
    state.records.move_clip(clip.id, visit.id, by=body.by)
    return serializers.clip_view(state, clip.id)


@router.post("/clips/{clip_id}/unmove")
def undo_move(state: AppStateDep, clip_id: UUID, body: ActorBody) -> JsonObject:
    """Move a clip back to where it was before its last move."""
    clip = state.records.undo_move(str(clip_id), by=body.by)
    return serializers.clip_view(state, clip.id)


@router.post("/clips/{clip_id}/again")
def reanalyse(state: AppStateDep, clip_id: UUID, body: ReanalysisBody) -> JsonObject:
    """Queue a clip for another analysis."""
    clip = state.records.clip(str(clip_id))
    corrections.reanalyse(state, clip, body.changes, by=body.by)
    return serializers.clip_view(state, clip.id)


@router.post("/clips/{clip_id}/cancel")
def cancel(state: AppStateDep, clip_id: UUID, body: ActorBody) -> JsonObject:
    """Cancel the analysis of a clip."""
    clip = state.jobs.cancel_clip(str(clip_id), by=body.by)
    return serializers.clip_view(state, clip.id)


@router.delete("/clips/{clip_id}")
async def delete_clip(state: AppStateDep, clip_id: UUID, body: ActorBody) -> JsonObject:
    """Delete a clip with its results."""
    await run_in_threadpool(corrections.delete_clip, state, str(clip_id), by=body.by)
    return {"deleted": str(clip_id)}


@router.get("/clips/{clip_id}/export")
def clip_export(state: AppStateDep, clip_id: UUID, to: ShortText) -> Response:
    """Return one result as a file."""
    context, analysis = serializers.analysed_clip(state, str(clip_id))
    return exports.clip_file(state, context, analysis, to)


# --- analyses


@router.get("/analyses/{analysis_id}/curves")
def result_curves(state: AppStateDep, analysis_id: UUID) -> JSONResponse:
    """Return the values of every frame of a result, the present or an earlier one of its clip."""
    context, analysis = serializers.result_context(state, str(analysis_id))
    return JSONResponse(curves(state.cache.get(context.clip, analysis)))


@router.get("/compare/{one_id}/{other_id}")
def comparison_view(state: AppStateDep, one_id: UUID, other_id: UUID) -> JsonObject:
    """Return two results of one patient, and the difference of each side in words."""
    return comparison.comparison_view(state, [str(one_id), str(other_id)])


@router.post("/analyses/{analysis_id}/corrections")
def correct(state: AppStateDep, analysis_id: UUID, body: CorrectionBody) -> Response:
    """Add a correction."""
    return _change(state, analysis_id, corrections.correct, body)


@router.post("/analyses/{analysis_id}/withdraw")
def withdraw(state: AppStateDep, analysis_id: UUID, body: WithdrawalBody) -> Response:
    """Withdraw a correction."""
    return _change(state, analysis_id, corrections.withdraw, body)


@router.post("/analyses/{analysis_id}/replace")
def make_current(state: AppStateDep, analysis_id: UUID, body: CurrentBody) -> Response:
    """Make an earlier result of the clip the current one again, in place of this one."""
    return _change(state, analysis_id, corrections.make_current, body)


@router.post("/analyses/{analysis_id}/sign")
def sign(state: AppStateDep, analysis_id: UUID, body: ResultChangeBody) -> Response:
    """Sign a result off."""
    return _change(state, analysis_id, corrections.sign, body)


@router.post("/analyses/{analysis_id}/unsign")
def unsign(state: AppStateDep, analysis_id: UUID, body: ReasonedChangeBody) -> Response:
    """Take a sign-off back."""
    return _change(state, analysis_id, corrections.unsign, body)


def _change(
    state: AppState,
    analysis_id: UUID,
    change: Callable[[AppState, Analysis, Body], None],
    body: Body,
) -> JSONResponse:
    """Apply a change and return the clip; if another user came first, as a conflict."""
    analysis = state.records.analysis(str(analysis_id))
    state.pins.confirm(required_session(), body.by, body.pin)
    try:
        change(state, analysis, body)
    except Stale as error:
        current = serializers.clip_view(state, analysis.clip_id)
        return JSONResponse({"error": str(error), "current": current}, CONFLICT)
    view = serializers.clip_view(state, analysis.clip_id)
    event = {name: view["clip"][name] for name in ("state", "said", "doing", "share")}
    state.hub.notify_clip(analysis.clip_id, **event)
    return JSONResponse(view)


# --- patients


@router.get("/patients")
def patients(state: AppStateDep) -> JsonObject:
    """Return the pseudonyms of all patients."""
    return {"patients": [patient.pseudonym for patient in state.records.patients()]}


@router.post("/patients", status_code=CREATED)
def add_patient(state: AppStateDep, body: PatientBody) -> JsonObject:
    """Add a patient."""
    patient = state.records.add_patient(body.pseudonym, by=body.by)
    return serializers.patient_view(state, patient)


@router.get("/patients/{patient_id}")
def patient_view(state: AppStateDep, patient_id: UUID) -> JsonObject:
    """Return one patient with all visits."""
    return serializers.patient_view(state, state.records.patient(str(patient_id)))


@router.post("/patients/{patient_id}")
def change_patient(state: AppStateDep, patient_id: UUID, body: PatientChangeBody) -> JsonObject:
    """Change pseudonym, notes, consent, retention, age or sex."""
    values = body.model_dump(exclude_unset=True, exclude={"by", "why"})
    for name in ("pseudonym", "notes"):
        if values.get(name, "") is None:
            del values[name]
    fields: PatientFields = values  # type: ignore[assignment]  # of the same names
    state.records.change_patient(str(patient_id), fields, by=body.by, why=body.why)
    return patient_view(state, patient_id)


@router.delete("/patients/{patient_id}")
async def purge(state: AppStateDep, patient_id: UUID, body: ErasureBody) -> JsonObject:
    """Erase a patient with every clip and result; a tombstone stays."""
    await run_in_threadpool(corrections.purge, state, str(patient_id), by=body.by, why=body.why)
    return {"erased": str(patient_id)}


@router.post("/visits/{visit_id}")
def redate_visit(state: AppStateDep, visit_id: UUID, body: VisitBody) -> JsonObject:
    """Move a visit to another day; it joins the visit of that day where there is one."""
    visit = state.records.redate_visit(str(visit_id), body.on, by=body.by)
    return serializers.patient_view(state, state.records.patient(visit.patient_id))


@router.delete("/visits/{visit_id}")
def delete_visit(state: AppStateDep, visit_id: UUID, body: ActorBody) -> JsonObject:
    """Delete a visit without clips."""
    visit = state.records.visit(str(visit_id))
    state.records.delete_visit(visit.id, by=body.by)
    return serializers.patient_view(state, state.records.patient(visit.patient_id))


@router.get("/visits/{visit_id}/export")
def visit_export(state: AppStateDep, visit_id: UUID, to: ShortText) -> Response:
    """Return all results of a visit as one PDF."""
    return exports.visit_file(state, state.records.visit(str(visit_id)), to)


@router.get("/patients/{patient_id}/export")
def patient_export(state: AppStateDep, patient_id: UUID, to: ShortText) -> Response:
    """Return all results of a patient as a file."""
    return exports.patient_file(state, state.records.patient(str(patient_id)), to)
