"""The API of backups."""

from typing import Final

from fastapi import APIRouter
from fastapi.responses import FileResponse

from hipcv.store.models import JsonObject
from hipcv.web.state import AppStateDep

router = APIRouter(prefix="/api/backup")

ACCEPTED: Final = 202


@router.post("", status_code=ACCEPTED)
def start(state: AppStateDep) -> JsonObject:
    """Begin a backup of the whole desk."""
    return state.backups.start()


@router.get("")
def status(state: AppStateDep) -> JsonObject:
    """Return how far the backup is."""
    return state.backups.status()


@router.get("/file")
def file(state: AppStateDep) -> FileResponse:
    """Return the file of the last backup."""
    path = state.backups.path()
    return FileResponse(path, media_type="application/zip", filename=path.name)
