"""Results as files: the report, and formats of other programs."""

import base64
import hashlib
import re
from contextlib import suppress
from dataclasses import asdict
from itertools import chain
from typing import Final
from urllib.parse import quote

from fastapi.responses import HTMLResponse, Response

from hipcv.core.errors import NotFound
from hipcv.core.landmarks import Side
from hipcv.language import _
from hipcv.report.pages import SYSTEM, using_theme
from hipcv.report.patient_table import VisitResult
from hipcv.report.review import Case, Signature
from hipcv.results import export
from hipcv.results.clip_names import rename_clip
from hipcv.results.document import with_person
from hipcv.results.export_source import ExportSource
from hipcv.store.history import counting_analyses
from hipcv.store.models import Analysis, Clip, JsonObject, Patient, Visit
from hipcv.web.analysis_cache import active_corrections
from hipcv.web.serializers import ClipContext, clip_context
from hipcv.web.state import AppState

STYLE: Final = re.compile(r"<style>(.*?)</style>", re.DOTALL)
NONE: Final = "'none'"
_HASH_DIGITS: Final = 8


def report_page(state: AppState, context: ClipContext, analysis: Analysis, to: str) -> Response:
    """Return a format that is HTML as a page, with corrections and sign-off."""
    html = _export(state, context, analysis, to).content.decode()
    return HTMLResponse(html, headers={"content-security-policy": content_security_policy(html)})


def content_security_policy(html: str) -> str:
    """Return a policy under which a report can use its own styles and nothing else."""
    digests = [hashlib.sha256(style.encode()).digest() for style in STYLE.findall(html)]
    hashes = [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]
    return (
        f"default-src 'none'; style-src {' '.join(hashes or [NONE])}; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def clip_file(state: AppState, context: ClipContext, analysis: Analysis, to: str) -> Response:
    """Return one result as a file.

    Raises:
        BadRequest: there is no such format, or it cannot hold this result.
    """
    with using_theme(SYSTEM):  # of whoever opens the file
        return _download(_export(state, context, analysis, to))


def patient_file(state: AppState, patient: Patient, to: str) -> Response:
    """Return all results of a patient as a file.

    Raises:
        BadRequest: there is no such format.
    """
    results = [
        _visit_result(state, context, analysis)
        for visit in state.records.visits(patient.id)
        for clip in state.records.clips(visit_id=visit.id)
        if (analysis := (context := clip_context(state, clip)).analysis) is not None
    ]
    moved = _moved_away(state, patient)
    return _download(
        export.patient(patient.pseudonym, results, to, state.settings.codes, moved=moved)
    )


def visit_file(state: AppState, visit: Visit, to: str) -> Response:
    """Return all results of a visit as one PDF.

    Raises:
        BadRequest: there is no such format.
        NotFound: no clip of the visit has a result.
    """
    analysed = [
        (context, context.analysis)
        for clip in state.records.clips(visit_id=visit.id)
        if (context := clip_context(state, clip)).analysis is not None
    ]
    if not analysed:
        raise NotFound(_("No clip of this visit has been analysed yet."))
    name = f"{state.records.patient(visit.patient_id).pseudonym}_{visit.on.isoformat()}"
    with state.cache.slot():
        sources = {one.id: _source(state, context, one) for context, one in analysed}
        counting = counting_analyses(analysis for _context, analysis in analysed)
        by_side = {Side(side): sources[one.id] for side, one in counting.items()}
        return _download(export.visit(name, list(sources.values()), by_side, to))


def _moved_away(state: AppState, patient: Patient) -> list[VisitResult]:
    """Return the results whose clip was once in a visit of the patient, and no longer is."""
    visits = {visit.id: visit for visit in state.records.visits(patient.id)}
    results = []
    for clip_id, visit_id in sorted(state.records.moves_from(visits)):
        with suppress(NotFound):  # it was erased since
            clip = state.records.clip(clip_id)
            analysis = clip_context(state, clip).analysis
            if analysis is not None and clip.visit_id != visit_id:
                case = Case(patient=patient.pseudonym, on=visits[visit_id].on)
                name = _clip_name(state, clip, case)
                results.append(VisitResult(rename_clip(analysis.document, name), case))
    return results


def _visit_result(state: AppState, context: ClipContext, analysis: Analysis) -> VisitResult:
    case = _case(state, context, analysis)
    document = with_person(analysis.document, case.person, case.answers)
    return VisitResult(rename_clip(document, _clip_name(state, context.clip, case)), case)


def _clip_name(state: AppState, clip: Clip, case: Case) -> str:
    """Return the name of an upload in exports; "" for its own, where the settings ask for it."""
    if state.settings.clip_names:
        return ""
    words = [case.patient, case.on.isoformat() if case.on else clip.sha256[:_HASH_DIGITS]]
    return f"{' '.join(filter(None, words))}{clip.suffix}"


def file_stem(state: AppState, context: ClipContext, *words: str) -> str:
    """Return the name of a file of a clip without its suffix: as exports are named, and words."""
    case = Case(
        patient=context.patient.pseudonym if context.patient else "",
        on=context.visit.on if context.visit else None,
    )
    name = _clip_name(state, context.clip, case) or context.clip.name
    return " ".join([name.removesuffix(context.clip.suffix), *words])


def attachment(name: str) -> dict[str, str]:
    """Return the headers with which a browser saves a response under this name."""
    return {"content-disposition": f"attachment; filename*=utf-8''{quote(name, safe='')}"}


def _case(state: AppState, context: ClipContext, analysis: Analysis) -> Case:
    corrections = state.records.corrections(analysis.id)
    return Case(
        patient=context.patient.pseudonym if context.patient else "",
        on=context.visit.on if context.visit else None,
        signature=_signature(state, context.clip, analysis),
        corrections=[asdict(row) for row in corrections if row.kind != "withdraw"],
        automatic=analysis.automatic,
        person=state.records.person_of(context.clip),
        answers=context.clip.read_answers(),
        notes=_notes(state, context.clip),
        superseded=[
            earlier.document
            for earlier in state.records.analyses(context.clip.id)
            if earlier.id != analysis.id
        ],
        anchor=str(state.records.anchor()) if analysis.signed_by else "",
    )


def _notes(state: AppState, clip: Clip) -> list[JsonObject]:
    """Return the notes on a clip and on its visit, oldest first."""
    found = state.records.notes([clip.id, *filter(None, [clip.visit_id])]).values()
    return [asdict(note) for note in sorted(chain(*found), key=lambda note: note.added_at)]


def _signature(state: AppState, clip: Clip, analysis: Analysis) -> Signature:
    """Return the signature of a result; of an unsigned one, whose was taken off."""
    ended = None if analysis.signed_by else state.records.ended_signature(clip)
    return Signature(
        analysis.status,
        analysis.signed_by or "",
        analysis.signed_at,
        ended_by=ended.by if ended else "",
        ended_at=ended.at if ended else None,
        change=ended.change if ended else "",
    )


def _export(state: AppState, context: ClipContext, analysis: Analysis, to: str) -> export.Export:
    with state.cache.slot():
        return export.export(_source(state, context, analysis), to)


def _source(state: AppState, context: ClipContext, analysis: Analysis) -> ExportSource:
    """Read a result with its corrections."""
    case = _case(state, context, analysis)
    return export.load(
        state.files.analysis_folder(analysis.id),
        active_corrections(state.records.corrections(analysis.id)),
        case=case,
        clip_name=_clip_name(state, context.clip, case),
        refine=state.cache.closer_look(context.clip, analysis),
        codes=state.settings.codes,
    )


def _download(file: export.Export) -> Response:
    """Return a response that the browser saves and never shows as a page."""
    return Response(file.content, media_type=file.media_type, headers=attachment(file.name))
