"""Comparison of the stored files with the hashes that the records and their audit trail hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hipcv.files import sha256_of
from hipcv.language import _
from hipcv.store.files import FileStore
from hipcv.store.models import Clip
from hipcv.store.records import Records


@dataclass(frozen=True, slots=True)
class FileCheck:
    """Numbers of compared files, and a sentence for each one that is missing or altered."""

    clips: int  # recordings whose hash was compared
    files: int  # files of results whose hash was compared
    unhashed: int  # results of earlier versions, which recorded no hashes
    problems: tuple[str, ...]


def check_files(records: Records, files: FileStore) -> FileCheck:
    """Hash every stored recording and every file of a result, and compare the hashes."""
    clips = {(clip.sha256, clip.suffix): clip for clip in records.clips()}
    hashes = _recorded_hashes(records)
    recorded = [expected for expected in hashes.values() if expected is not None]
    problems = [
        *(problem for clip in clips.values() for problem in _check_clip(files, clip)),
        *(
            problem
            for analysis_id, expected in hashes.items()
            for problem in _check_result(files, analysis_id, expected or {})
        ),
    ]
    return FileCheck(
        clips=len(clips),
        files=sum(len(expected) for expected in recorded),
        unhashed=len(hashes) - len(recorded),
        problems=tuple(problems),
    )


def _recorded_hashes(records: Records) -> dict[str, dict[str, str] | None]:
    """Return the hashes of the files of each result that was not erased; None: not recorded."""
    stored = set(records.analysis_ids())
    return {
        row.subject_id: row.detail.get("files")
        for row in records.audit()
        if row.what == "add_analysis" and row.subject_id in stored
    }


def _check_clip(files: FileStore, clip: Clip) -> Iterator[str]:
    found = _hash(files.clip_path(clip.sha256, clip.suffix))
    if found is None:
        yield _("The recording of clip {id} is missing or cannot be read.").format(id=clip.id)
    elif found != clip.sha256:
        yield _("The recording of clip {id} was altered.").format(id=clip.id)


def _check_result(files: FileStore, analysis_id: str, expected: dict[str, str]) -> Iterator[str]:
    folder = files.analysis_folder(analysis_id)
    for name, sha256 in expected.items():
        found = _hash(folder / name)
        if found is None:
            yield _("Analysis {id}: the file {name} is missing or cannot be read.").format(
                id=analysis_id, name=name
            )
        elif found != sha256:
            yield _("Analysis {id}: the file {name} was altered.").format(id=analysis_id, name=name)


def _hash(path: Path) -> str | None:
    """Return the SHA-256 of a file; None where it cannot be read."""
    try:
        return sha256_of(path)
    except OSError:
        return None
