"""What the pages ask for and do, as JSON."""

from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from starlette.concurrency import run_in_threadpool

from hipcv.core.errors import Stale
from hipcv.store.models import JsonObject, PatientFields
from hipcv.web import corrections, exports, serializers, system_info, uploads
from hipcv.web.access import DeskOf
from hipcv.web.curves import curves
from hipcv.web.schemas import (
    CorrectionBody,
    ErasureBody,
    Initials,
    Line,
    MoveBody,
    PatientBody,
    PatientChangeBody,
    ReanalysisBody,
    SignOffBody,
    WithdrawalBody,
)
from hipcv.web.state import Desk

router = APIRouter(prefix="/api")

CREATED: Final = 201
CONFLICT: Final = 409
Asked = Annotated[str, Query(max_length=300)]


@router.get("/desk")
def desk_view(desk: DeskOf) -> JsonObject:
    """The first page."""
    return serializers.desk_view(desk)


@router.get("/events")
async def events(desk: DeskOf) -> StreamingResponse:
    """News as they come."""
    return StreamingResponse(desk.hub.stream(), media_type="text/event-stream")


@router.get("/about")
def about_view(desk: DeskOf) -> JsonObject:
    """Settings, models, protocol, licences."""
    return system_info.about(desk)


@router.get("/audit")
def audit(desk: DeskOf, subject: UUID | None = None) -> JsonObject:
    """Who did what, oldest first."""
    rows = desk.records.audit(str(subject) if subject else None)
    return {"rows": serializers.plain([asdict(row) for row in rows])}


# --- clips


@router.put("/uploads", status_code=CREATED)
async def upload(  # noqa: PLR0913, PLR0917 - what the address may say
    desk: DeskOf,
    request: Request,
    name: Asked,
    visit: UUID | None = None,
    patient: Line | None = None,
    on: date | None = None,
    mirrored: bool = False,  # noqa: FBT001, FBT002 - of the address
    side: Literal["left", "right"] | None = None,
    by: Initials = "desk",
) -> JsonObject:
    """A clip, as the body."""
    incoming = uploads.Incoming(
        name=name,
        visit=str(visit) if visit else None,
        patient=patient,
        on=on,
        mirrored=mirrored,
        side=side,
        by=by,
    )
    clip = await uploads.take(desk, incoming, _pieces(request))
    return {"clip": clip.id}


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    async for piece in request.stream():
        yield piece


@router.get("/clips/{clip_id}")
def clip_view(desk: DeskOf, clip_id: UUID) -> JsonObject:
    """All of one clip but its curves."""
    return serializers.clip_view(desk, serializers.seen(desk, desk.records.clip(str(clip_id))))


@router.get("/clips/{clip_id}/curves")
def clip_curves(desk: DeskOf, clip_id: UUID) -> JSONResponse:
    """What is drawn beside the video."""
    each, analysis = serializers.current(desk, str(clip_id))
    return JSONResponse(curves(desk.readings.of(each.clip, analysis)))


@router.post("/clips/{clip_id}/move")
def move(desk: DeskOf, clip_id: UUID, asked: MoveBody) -> JsonObject:
    """Give a clip to a patient's visit."""
    clip = desk.records.clip(str(clip_id))
    visit_id = uploads.visit_of(desk, asked.patient, asked.on, by=asked.by)
    desk.records.move_clip(clip.id, visit_id, by=asked.by)
    return clip_view(desk, clip_id)


@router.post("/clips/{clip_id}/again")
def again(desk: DeskOf, clip_id: UUID, asked: ReanalysisBody) -> JsonObject:
    """Analyse a clip anew."""
    clip = desk.records.clip(str(clip_id))
    corrections.again(desk, clip, asked.side, by=asked.by)
    return clip_view(desk, clip_id)


@router.get("/clips/{clip_id}/export")
def clip_export(desk: DeskOf, clip_id: UUID, to: Asked) -> Response:
    """One result as a file."""
    each, analysis = serializers.current(desk, str(clip_id))
    return exports.of_clip(desk, each, analysis, to)


# --- analyses


@router.post("/analyses/{analysis_id}/corrections")
def correct(desk: DeskOf, analysis_id: UUID, asked: CorrectionBody) -> Response:
    """Put one thing right."""
    analysis = desk.records.analysis(str(analysis_id))
    return _unless_stale(desk, analysis.clip_id, lambda: corrections.correct(desk, analysis, asked))


@router.post("/analyses/{analysis_id}/withdraw")
def withdraw(desk: DeskOf, analysis_id: UUID, asked: WithdrawalBody) -> Response:
    """Let a correction hold no longer."""
    analysis = desk.records.analysis(str(analysis_id))
    return _unless_stale(
        desk, analysis.clip_id, lambda: corrections.withdraw(desk, analysis, asked)
    )


@router.post("/analyses/{analysis_id}/sign")
def sign(desk: DeskOf, analysis_id: UUID, asked: SignOffBody) -> Response:
    """Sign a result off."""
    analysis = desk.records.analysis(str(analysis_id))
    return _unless_stale(desk, analysis.clip_id, lambda: corrections.sign(desk, analysis, asked))


def _unless_stale(desk: Desk, clip_id: str, change: Any) -> JSONResponse:  # noqa: ANN401 - see below
    """Change a result; where somebody else did before, say so with what it is now.

    `change` is a function of nothing.
    """
    try:
        change()
    except Stale as told:
        now = serializers.clip_view(desk, serializers.seen(desk, desk.records.clip(clip_id)))
        return JSONResponse({"error": str(told), "current": now}, CONFLICT)
    now = serializers.clip_view(desk, serializers.seen(desk, desk.records.clip(clip_id)))
    desk.hub.tell_clip(clip_id, **_state_of(now))
    return JSONResponse(now)


def _state_of(view: JsonObject) -> JsonObject:
    return {name: view["clip"][name] for name in ("state", "said", "doing", "share")}


# --- patients


@router.post("/patients", status_code=CREATED)
def add_patient(desk: DeskOf, asked: PatientBody) -> JsonObject:
    """A new patient."""
    patient = desk.records.add_patient(asked.pseudonym, by=asked.by)
    return serializers.patient_view(desk, patient)


@router.get("/patients/{patient_id}")
def patient_view(desk: DeskOf, patient_id: UUID) -> JsonObject:
    """One patient over time."""
    return serializers.patient_view(desk, desk.records.patient(str(patient_id)))


@router.post("/patients/{patient_id}")
def change_patient(desk: DeskOf, patient_id: UUID, asked: PatientChangeBody) -> JsonObject:
    """Notes, consent, how long to keep."""
    told = asked.model_dump(exclude_unset=True, exclude={"by", "why"})
    for name in ("pseudonym", "notes"):
        if told.get(name, "") is None:
            del told[name]
    fields: PatientFields = told  # type: ignore[assignment]  # of the same names
    desk.records.change_patient(str(patient_id), fields, by=asked.by, why=asked.why)
    return patient_view(desk, patient_id)


@router.delete("/patients/{patient_id}")
async def purge(desk: DeskOf, patient_id: UUID, asked: ErasureBody) -> JsonObject:
    """Erase a patient with every clip and result; a tombstone stays."""
    await run_in_threadpool(corrections.purge, desk, str(patient_id), by=asked.by, why=asked.why)
    return {"erased": str(patient_id)}


@router.get("/patients/{patient_id}/export")
def patient_export(desk: DeskOf, patient_id: UUID, to: Asked) -> Response:
    """All results of a patient as a file."""
    return exports.of_patient(desk, desk.records.patient(str(patient_id)), to)
