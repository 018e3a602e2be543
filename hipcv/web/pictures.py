"""Pictures of a clip to be saved: one frame, and the annotated video."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import FileResponse, Response

from hipcv.core.errors import NotFound
from hipcv.core.interfaces import ProgressCallback
from hipcv.core.landmarks import Side
from hipcv.language import _, current
from hipcv.pipeline import Analysis as PipelineAnalysis
from hipcv.report.stills import encode_png
from hipcv.results import pictures
from hipcv.results.document import VIDEO
from hipcv.results.reassess import reading_options
from hipcv.store.models import Analysis, Clip, JsonObject
from hipcv.web.analysis_cache import active_corrections
from hipcv.web.exports import attachment, file_stem
from hipcv.web.schemas import FrameQuery
from hipcv.web.serializers import ClipContext, analysed_clip
from hipcv.web.state import AppState, AppStateDep

router = APIRouter(prefix="/api/clips/{clip_id}")

DRAWN: Final = "drawn"
"""Folder of an analysis for annotated videos that were drawn when they were asked for."""

_KEY_DIGITS: Final = 16


@router.get("/frame")
def frame(state: AppStateDep, clip_id: UUID, query: Annotated[FrameQuery, Query()]) -> Response:
    """Return one frame as PNG, as it was analysed: with the lines of a leg drawn on it, or not."""
    context, analysis = analysed_clip(state, str(clip_id))
    drawn = _to_draw(state, context.clip, analysis)
    if query.row >= len(drawn.track.time_s):
        raise NotFound(_("There is no such frame."))
    sides = [Side(query.side)] if query.lines else []
    with state.cache.slot():
        picture = pictures.draw_frame(_path(state, context.clip), drawn, query.row, sides)
    moment = f"{float(drawn.track.time_s[query.row]):.2f}s"
    name = f"{file_stem(state, context, query.side, moment)}.png"
    return Response(encode_png(picture), media_type="image/png", headers=attachment(name))


@router.get("/annotated")
def annotated_state(state: AppStateDep, clip_id: UUID) -> JsonObject:
    """Return whether the annotated video is there, and how much of it is drawn."""
    _context, analysis = analysed_clip(state, str(clip_id))
    return _annotated_state(state, analysis)


@router.post("/annotated")
def draw_annotated(state: AppStateDep, clip_id: UUID) -> JsonObject:
    """Draw the annotated video of the present result, unless it is there."""
    context, analysis = analysed_clip(state, str(clip_id))
    path = _annotated_path(state, analysis)
    if not path.is_file():
        drawn, clip = _to_draw(state, context.clip, analysis), _path(state, context.clip)

        def draw(target: Path, progress: ProgressCallback) -> None:
            pictures.draw_video(target, clip, drawn, progress)

        state.drawings.start(path, draw)
    return _annotated_state(state, analysis)


@router.get("/annotated.mp4")
def annotated(state: AppStateDep, clip_id: UUID) -> FileResponse:
    """Return the annotated video."""
    context, analysis = analysed_clip(state, str(clip_id))
    path = _annotated_path(state, analysis)
    if not path.is_file():
        raise NotFound(_("There is no such file."))
    name = f"{_annotated_stem(state, context)}.mp4"
    return FileResponse(path, media_type="video/mp4", headers=attachment(name))


def _annotated_stem(state: AppState, context: ClipContext) -> str:
    return file_stem(state, context, "annotated")


def _annotated_state(state: AppState, analysis: Analysis) -> JsonObject:
    path = _annotated_path(state, analysis)
    drawing = state.drawings.get(path)
    return {
        "ready": path.is_file(),
        "drawing": drawing is not None and not drawing.error,
        "share": drawing.share if drawing else 0.0,
        "error": drawing.error if drawing else "",
    }


def _annotated_path(state: AppState, analysis: Analysis) -> Path:
    """Return the annotated video of the present result: of the analysis, or drawn since.

    One that was drawn is of these corrections and in the present language.
    """
    folder = state.files.analysis_folder(analysis.id)
    corrections = active_corrections(state.records.corrections(analysis.id))
    hides = _hides_face(state, analysis.document)
    as_analysed = hides == analysis.document.get("face_blurred", False)
    if not corrections and as_analysed and (folder / VIDEO).is_file():
        return folder / VIDEO
    return folder / DRAWN / f"{_key([*corrections, {'face_blurred': hides}])}-{current()}.mp4"


def _hides_face(state: AppState, document: JsonObject) -> bool:
    """Return whether faces are to be blurred: in the result they were, or the settings say so."""
    return bool(document.get("face_blurred")) or state.settings.options.blur_face


def _key(drawn: Sequence[JsonObject]) -> str:
    text = json.dumps(drawn, default=str, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:_KEY_DIGITS]


def _path(state: AppState, clip: Clip) -> Path:
    return state.files.clip_path(clip.sha256, clip.suffix)


def _to_draw(state: AppState, clip: Clip, analysis: Analysis) -> PipelineAnalysis:
    """Return the present result of a clip, with its corrections, as it is drawn."""
    present = state.cache.get(clip, analysis)
    document = present.stored.document
    return PipelineAnalysis(
        present.reassessed.trial,
        present.reassessed.motions,
        present.stored.track,
        present.stored.closeups,
        phases={},
        options=replace(
            reading_options(document),
            blur_face=_hides_face(state, document),
            limits=state.settings.options.limits,
        ),
    )
