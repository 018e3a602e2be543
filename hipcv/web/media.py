"""Videos and pictures of an analysis."""

from typing import Final
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import FileResponse, Response

from hipcv.core.errors import NotFound
from hipcv.web.access import DeskOf
from hipcv.web.serializers import stills

router = APIRouter(prefix="/media")

KINDS: Final = {
    "proxy.mp4": "video/mp4",
    "annotated.mp4": "video/mp4",
    "chart.svg": "image/svg+xml",
    "angles.csv": "text/csv; charset=utf-8",
}


@router.get("/{analysis_id}/still/{number}.jpg")
def still(desk: DeskOf, analysis_id: UUID, number: int) -> Response:
    """A picture of the report, counted from 0."""
    found = stills(desk, str(analysis_id))
    if not 0 <= number < len(found):
        raise NotFound("There is no such picture.")
    return Response(found[number].jpeg, media_type="image/jpeg")


@router.get("/{analysis_id}/{name}")
def file(desk: DeskOf, analysis_id: UUID, name: str) -> FileResponse:
    """A file of the result; parts of it where a part is asked for."""
    path = desk.files.analysis_folder(str(analysis_id)) / name if name in KINDS else None
    if path is None or not path.is_file():
        raise NotFound("There is no such file.")
    return FileResponse(path, media_type=KINDS[name], content_disposition_type="inline")
