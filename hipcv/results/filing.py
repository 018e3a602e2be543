"""Filing of a result folder in the records: patient, visit, clip, analysis and their files."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypedDict
from uuid import uuid4

from hipcv.core.errors import EnvironmentFault
from hipcv.core.interfaces import ProgressCallback
from hipcv.core.options import AnalysisOptions
from hipcv.core.person import Person
from hipcv.core.system_errors import reason_of
from hipcv.files import write_atomic
from hipcv.guide import session_file
from hipcv.language import _
from hipcv.outside_json import parse
from hipcv.results import proxy
from hipcv.results.document import (
    EVIDENCE,
    RESULT,
    JsonObject,
    answers_of,
    read_document,
    recorded_of,
)
from hipcv.store.archive import load_evidence
from hipcv.store.files import FileStore, suffix_of
from hipcv.store.models import NewClip, Patient, PatientFields, Visit
from hipcv.store.records import Records


@dataclass(frozen=True, slots=True)
class Desk:
    """Records and files of the review app, and the actor of what is filed."""

    records: Records
    files: FileStore
    by: str


@dataclass(frozen=True, slots=True)
class ResultFiles:
    """A clip and the files of its result."""

    clip: Path
    folder: Path
    names: tuple[str, ...]  # of the result's files within the folder
    options: AnalysisOptions


class GuidedSession(TypedDict):
    """Key of the record of a guided test that says which clip it belongs to; it has others."""

    recording: str


@dataclass(frozen=True, slots=True)
class Filed:
    """Patient and visit under which a result was filed."""

    patient: Patient
    visit: Visit
    is_new: bool  # the patient was added


def file_result(
    desk: Desk,
    pseudonym: str,
    result: ResultFiles,
    *,
    given: Person,
    progress: ProgressCallback | None = None,
) -> Filed:
    """File a result as an upload of its clip would be; every file is copied.

    Args:
        desk: records and files.
        pseudonym: of the patient, who is added if missing.
        result: the clip and its result.
        given: age and sex as stated for this test, to be noted with the patient.
        progress: called with the progress.

    Raises:
        EnvironmentFault: the records cannot be reached, or the files not be copied.
        BadRequest: the pseudonym is empty or too long.
    """
    records, document = desk.records, read_document(result.folder / RESULT)
    with _staged(desk.files, result, progress) as staged:
        is_new = records.patient_named(pseudonym) is None
        new = _store_clip(desk.files, result, document)
        visit = records.visit_of(pseudonym, day_of(document), by=desk.by)
        new["visit_id"] = visit.id
        _store_analysis(desk, staged, new, document)
    return Filed(_note_person(desk, visit, given), visit, is_new)


def day_of(document: JsonObject) -> date:
    """Return the day on which the clip of a result was recorded; today where it is not known."""
    recorded = recorded_of(document)
    today = date.today()  # noqa: DTZ011 - in the user's time zone
    return today if recorded is None else recorded.at.astimezone().date()


@contextmanager
def _staged(
    files: FileStore, result: ResultFiles, progress: ProgressCallback | None
) -> Iterator[Path]:
    """Provide a copy of the result with the proxy video, deleted at the end if it is still there.

    Raises:
        EnvironmentFault: a file cannot be read or written.
    """
    staged = files.incoming_folder() / str(uuid4())
    try:
        for name in result.names:
            (staged / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(result.folder / name, staged / name)
        track, _closeups = load_evidence(staged / EVIDENCE)
        proxy.add_to_result(
            result.clip, staged, options=result.options, track=track, progress=progress
        )
        yield staged
    except OSError as error:
        text = _("{clip}: the result could not be copied to the records ({reason}).")
        reason = reason_of(error)
        raise EnvironmentFault(text.format(clip=result.clip.name, reason=reason)) from error
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _store_clip(files: FileStore, result: ResultFiles, document: JsonObject) -> NewClip:
    """Copy the clip, and the record of its guided session if there is one.

    Return the clip's fields, without a visit yet.
    """
    name, options = result.clip.name, result.options
    part = files.incoming_folder() / f"{uuid4()}{suffix_of(name)}"
    try:
        shutil.copyfile(result.clip, part)
        changed_ns = result.clip.stat().st_mtime_ns
        os.utime(part, ns=(changed_ns, changed_ns))  # a recording may have no other date
        size_bytes = part.stat().st_size
        sha256 = files.add_clip(part, suffix_of(name))
    finally:
        part.unlink(missing_ok=True)
    _store_session(files, result.clip, sha256)
    answers = answers_of(document)
    return NewClip(
        visit_id=None,
        sha256=sha256,
        name=name,
        suffix=suffix_of(name),
        size_bytes=size_bytes,
        mirrored=options.mirrored,
        external=options.external,
        side=options.side.value if options.side else None,
        start_s=options.start_s,
        answers=answers.to_dict() if answers else None,
    )


def _store_session(files: FileStore, clip: Path, sha256: str) -> None:
    """Copy what was displayed live, where the clip is the recording of a guided test."""
    with suppress(OSError, ValueError):
        text = clip.with_name(session_file.FILE).read_text(encoding="utf-8")
        session: GuidedSession = parse(text, GuidedSession)
        if session["recording"] == clip.name:
            write_atomic(files.session_path(sha256), text)


def _store_analysis(desk: Desk, staged: Path, new: NewClip, document: JsonObject) -> None:
    """Move a result to its folder, then record it with its clip."""
    analysis_id = str(uuid4())
    folder = desk.files.analysis_folder(analysis_id)
    folder.parent.mkdir(parents=True, exist_ok=True)
    staged.rename(folder)
    try:
        files = desk.files.hash_analysis(analysis_id)
        desk.records.add_analysed_clip(
            new, document, by=desk.by, analysis_id=analysis_id, files=files
        )
    except BaseException:
        desk.files.delete_analysis(analysis_id)
        raise


def _note_person(desk: Desk, visit: Visit, given: Person) -> Patient:
    """Note the stated age and sex with the patient, and return the patient."""
    patient = desk.records.patient(visit.patient_id)
    before = patient.person_on(visit.on)
    fields: PatientFields = {}
    if given.age_years not in (None, before.age_years):
        fields = {"age_years": given.age_years, "age_noted_on": visit.on}
    if given.sex not in (None, before.sex):
        fields["sex"] = given.sex
    return desk.records.change_patient(patient.id, fields, by=desk.by) if fields else patient
