"""Videos and pictures of an analysis."""

from typing import Final
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import FileResponse, Response

from hipcv.core.errors import NotFound
from hipcv.language import _
from hipcv.results.stills import load_stills
from hipcv.web.state import AppStateDep

router = APIRouter(prefix="/media")

MEDIA_TYPES: Final = {
    "proxy.mp4": "video/mp4",
    "annotated.mp4": "video/mp4",
    "chart.svg": "image/svg+xml",
    "angles.csv": "text/csv; charset=utf-8",
}


@router.get("/{analysis_id}/still/{number}.jpg")
def still(state: AppStateDep, analysis_id: UUID, number: int) -> Response:
    """Return a picture of the report, counted from 0."""
    pictures = load_stills(state.files.analysis_folder(str(analysis_id)))
    if not 0 <= number < len(pictures):
        raise NotFound(_("There is no such picture."))
    return Response(pictures[number].jpeg, media_type="image/jpeg")


@router.get("/{analysis_id}/{name}")
def file(state: AppStateDep, analysis_id: UUID, name: str) -> FileResponse:
    """Return a file of the result, or the byte range that is asked for."""
    folder = state.files.analysis_folder(str(analysis_id))
    if name not in MEDIA_TYPES or not (folder / name).is_file():
        raise NotFound(_("There is no such file."))
    return FileResponse(
        folder / name, media_type=MEDIA_TYPES[name], content_disposition_type="inline"
    )
