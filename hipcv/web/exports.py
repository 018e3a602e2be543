"""Results taken out of the desk: the report, and files for other programs."""

import base64
import hashlib
import re
from dataclasses import asdict
from typing import Final
from urllib.parse import quote

from fastapi.responses import HTMLResponse, Response

from hipcv.report.patient_table import VisitResult
from hipcv.report.review import Case, Signature
from hipcv.results import export
from hipcv.store.models import Analysis, Patient
from hipcv.web.analysis_cache import held
from hipcv.web.serializers import Seen, seen
from hipcv.web.state import Desk

NOTHING: Final = "'none'"
STYLE: Final = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def report(desk: Desk, each: Seen, analysis: Analysis) -> Response:
    """The report as a page of its own, with corrections and sign-off."""
    page = _made(desk, each, analysis, "html").content.decode()
    return HTMLResponse(page, headers={"content-security-policy": policy(page)})


def policy(page: str) -> str:
    """What a report may do: show itself, in its own style, and nothing else."""
    digests = [hashlib.sha256(style.encode()).digest() for style in STYLE.findall(page)]
    hashes = [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]
    return (
        f"default-src 'none'; style-src {' '.join(hashes or [NOTHING])}; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def of_clip(desk: Desk, each: Seen, analysis: Analysis, to: str) -> Response:
    """One result as a file.

    Raises:
        BadRequest: there is no such format, or nothing to tell in it.
    """
    return _sent(_made(desk, each, analysis, to))


def of_patient(desk: Desk, patient: Patient, to: str) -> Response:
    """All results of a patient as a file.

    Raises:
        BadRequest: there is no such format.
    """
    found = [
        seen(desk, clip)
        for visit in desk.records.visits(patient.id)
        for clip in desk.records.clips(visit_id=visit.id)
    ]
    visited = [
        VisitResult(each.analysis.document, case(desk, each, each.analysis))
        for each in found
        if each.analysis is not None
    ]
    return _sent(export.patient(patient.pseudonym, visited, to, desk.settings.codes))


def case(desk: Desk, each: Seen, analysis: Analysis) -> Case:
    """Who stands behind a result."""
    corrections = desk.records.corrections(analysis.id)
    return Case(
        patient=each.patient.pseudonym if each.patient else "",
        on=each.visit.on if each.visit else None,
        signature=Signature(analysis.status, analysis.signed_by or "", analysis.signed_at),
        corrections=[asdict(one) for one in corrections if one.kind != "withdraw"],
        automatic=analysis.automatic,
    )


def _made(desk: Desk, each: Seen, analysis: Analysis, to: str) -> export.Export:
    with desk.readings.turn():
        source = export.load(
            desk.files.analysis_folder(analysis.id),
            held(desk.records.corrections(analysis.id)),
            case=case(desk, each, analysis),
            look=desk.readings.look(each.clip, analysis),
        )
        return export.export(source, to, desk.settings.codes)


def _sent(made: export.Export) -> Response:
    """A file that the browser saves, and never shows as a page of the desk."""
    named = f"attachment; filename*=utf-8''{quote(made.name)}"
    headers = {"content-disposition": named}
    return Response(made.content, media_type=made.media_type, headers=headers)
