"""Export of a stored result: file name, media type and content in any format of `FORMATS`."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hipcv import folders
from hipcv.core.correction import CorrectionJson
from hipcv.core.errors import BadRequest, InvalidTrack, ResultExists
from hipcv.core.landmarks import Side
from hipcv.core.text import file_name
from hipcv.files import write_atomic
from hipcv.language import N_, _
from hipcv.report import patient_table
from hipcv.report.formats import fhir, fhir_bundle
from hipcv.report.formats.fhir_codes import DEFAULT_CODES, Codes
from hipcv.report.patient_table import VisitResult
from hipcv.report.review import NO_CASE, Case
from hipcv.results import checksums, reassess
from hipcv.results.clip_names import rename_clip
from hipcv.results.document import (
    EVIDENCE,
    HANDOUT,
    REPORT,
    RESULT,
    JsonObject,
    dumps,
    folder_of,
    read_document,
    with_person,
)
from hipcv.results.export_source import ExportSource
from hipcv.results.formats import FORMATS, PATIENT_FORMATS, VISIT_FORMATS, Format
from hipcv.results.parts import earlier_files
from hipcv.results.reassess import Refine
from hipcv.results.stills import load_stills

if TYPE_CHECKING:
    from hipcv.report.pdf.visit import VisitPart

UNCORRECTED_CAPTION: Final = N_("As the machine chose it, before corrections by hand.")
"""Replaces the caption of a still, which states the number before it was corrected."""


@dataclass(frozen=True, slots=True)
class Export:
    """One file to be written or sent."""

    name: str  # safe as a file name on every system
    media_type: str
    content: bytes


def load(
    result: Path,
    corrections: Sequence[CorrectionJson] = (),
    *,
    case: Case | None = None,
    refine: Refine | None = None,
    codes: Codes = DEFAULT_CODES,
    clip_name: str = "",
) -> ExportSource:
    """Read a stored result and apply corrections.

    Args:
        result: its folder, or its `result.json`, which may lie alone: then `json` and `fhir` only.
        corrections: in the order in which they were made, without withdrawn ones.
        case: patient, day, signature, and corrections as the report states them.
        refine: see `reassess.reassess`.
        codes: of `fhir`.
        clip_name: stands for the name of the clip's file; "": that name itself.

    Raises:
        InvalidTrack: a file is missing, damaged, or of another version.
        BadRequest: a correction cannot be applied.
    """
    folder = folder_of(result)
    if not (folder / RESULT).is_file() or (result != folder and result.name != RESULT):
        raise InvalidTrack(
            _(
                "{result}: no stored result can be read here. Name a folder that `hipcv "
                "analyze` made, or the {file} in it."
            ).format(result=result, file=RESULT)
        )
    if not (folder / EVIDENCE).exists() and not corrections:
        document = _with_noted(read_document(folder / RESULT), case)
        document = rename_clip(document, clip_name)
        return ExportSource(document, case=case, codes=codes)
    stored = reassess.load(folder)
    document = rename_clip(_with_noted(stored.document, case), clip_name)
    stored = replace(stored, document=document)
    reassessment = reassess.reassess(stored, corrections, refine)
    stills = load_stills(folder)
    if corrections:
        stills = tuple(replace(still, caption=_(UNCORRECTED_CAPTION)) for still in stills)
    return ExportSource(
        document=reassessment.document if corrections else stored.document,
        stored=stored,
        result=reassessment,
        stills=stills,
        case=case,
        codes=codes,
    )


def with_settings(source: ExportSource, changes: Mapping[str, float]) -> ExportSource:
    """Return a stored result without corrections as other settings of the protocol assess it.

    Raises:
        InvalidTrack: there is only the document.
        InvalidProtocol: a name is unknown, or a value is refused.
    """
    stored, _unchanged = source.evidence()
    protocol = reassess.changed_protocol(stored, changes)
    result = reassess.reassess(stored, protocol=protocol)
    return replace(source, document=result.document, result=result)


def export(source: ExportSource, to: str) -> Export:
    """Return one result in one format.

    Args:
        source: the result.
        to: a name in `FORMATS`.

    Raises:
        BadRequest: there is no such format, or the result has nothing to put in it.
        InvalidTrack: the format needs evidence that is missing.
        EnvironmentFault: the format needs a library that is not installed.
    """
    if to not in FORMATS:
        raise BadRequest(
            _("{to}: no such format. Known: {formats}.").format(to=to, formats=", ".join(FORMATS))
        )
    return _file(source.clip, FORMATS[to], FORMATS[to].render(source))


def patient(
    pseudonym: str,
    visits: Iterable[VisitResult],
    to: str,
    codes: Codes = DEFAULT_CODES,
    *,
    moved: Iterable[VisitResult] = (),
) -> Export:
    """Return all results of one patient as one file.

    Args:
        pseudonym: of the patient.
        visits: results with their corrections.
        to: a name in `PATIENT_FORMATS`.
        codes: of `fhir`.
        moved: results that were of this patient once; in `fhir` they are entered in error.

    Raises:
        BadRequest: there is no such format for a patient.
    """
    results = patient_table.sort_by_visit(visits)
    match to:
        case "csv":
            content = patient_table.table(results)
        case "json":
            content = dumps(patient_table.document(pseudonym, results))
        case "fhir":
            why = _("Withdrawn: the recording was moved to another visit.")
            bundles = [
                *(
                    fhir.withdrawn(one.document, case=one.case, why=why, codes=codes)
                    for one in moved
                ),
                *(fhir.observations(one.document, case=one.case, codes=codes) for one in results),
            ]
            content = dumps(fhir_bundle.merged(bundles))
        case _:
            known = ", ".join(PATIENT_FORMATS)
            raise BadRequest(
                _("{to}: no such format for a patient. Known: {known}.").format(to=to, known=known)
            )
    return _file(pseudonym, PATIENT_FORMATS[to], content.encode())


def visit(
    name: str, sources: Sequence[ExportSource], counting: Mapping[Side, ExportSource], to: str
) -> Export:
    """Return all results of one visit as one file.

    Args:
        name: of the file, without its ending.
        sources: the results, at least one.
        counting: the result that counts for each side, out of them.
        to: a name in `VISIT_FORMATS`.

    Raises:
        BadRequest: there is no such format for a visit.
        InvalidTrack: evidence of a result is missing.
    """
    if to not in VISIT_FORMATS:
        text = _("{to}: no such format for a visit. Known: {known}.")
        raise BadRequest(text.format(to=to, known=", ".join(VISIT_FORMATS)))
    from hipcv.report.pdf import visit as pages

    parts = {id(source): _part(source) for source in sources}
    counted = {side: parts[id(source)] for side, source in counting.items()}
    counted = {side: part for side, part in counted.items() if side in part.trial.sides}
    render = pages.render_report if to == "pdf" else pages.render_handout
    return _file(name, VISIT_FORMATS[to], render(list(parts.values()), counted))


def _part(source: ExportSource) -> "VisitPart":
    from hipcv.report.pdf.visit import VisitPart

    _stored, result = source.evidence()
    return VisitPart(result.trial, result.motions, source.case or NO_CASE, source.stills)


def check_target(path: Path, *, force: bool = False) -> None:
    """Try whether `save` can write to a path, before there is anything to write.

    Raises:
        ResultExists: the file exists already.
        EnvironmentFault: it cannot be written.
    """
    folders.try_folder(path if path.is_dir() else path.parent)
    if not path.is_dir():
        _check_free(path, force=force)


def save(file: Export, path: Path, *, force: bool = False) -> Path:
    """Write a file whole or not at all, and return its path.

    Args:
        file: name and content.
        path: of the file, or of a folder that takes the file under its own name.
        force: overwrite an existing file.

    Raises:
        ResultExists: the file exists already.
        EnvironmentFault: it cannot be written.
    """
    target = path / file.name if path.is_dir() else path
    _check_free(target, force=force)
    try:
        return write_atomic(target, file.content)
    except OSError as error:
        raise folders.unwritable(target, error) from error


def save_pages(folder: Path, source: ExportSource) -> Path:
    """Draw report and hand-out of a stored result again, in its folder; return the report's path.

    Both appear in one step, with their checksums.

    Raises:
        BadRequest: another run writes to the folder.
        EnvironmentFault: it cannot be written to.
    """
    pages = {REPORT: export(source, "html"), HANDOUT: export(source, "handout")}
    with folders.reserved(folder, earlier_files):
        try:
            with folders.new_content(folder, lambda _folder: {*pages, checksums.NAME}) as part:
                for name, page in pages.items():
                    (part / name).write_bytes(page.content)
                checksums.save_changed(part, folder, pages)
        except OSError as error:
            raise folders.unwritable(folder, error) from error
    return folder / REPORT


def _check_free(target: Path, *, force: bool) -> None:
    if target.exists() and not force:
        raise ResultExists(
            _(
                "{target}: is there already. Name another with --out, or overwrite it with --force."
            ).format(target=target)
        )


def _with_noted(document: JsonObject, case: Case | None) -> JsonObject:
    """Return a document with what the case holds of the person and of the answers."""
    return with_person(document, case.person, case.answers) if case else document


def _file(stem: str, format_: Format, content: bytes) -> Export:
    """Return an export whose name has only letters, digits, dots, dashes and underscores."""
    composed = unicodedata.normalize("NFC", stem)
    safe = "".join(sign if _is_plain(sign) else " " for sign in composed)
    words = "_".join(safe.split()).strip("._")
    name = words if any(map(str.isalnum, words)) else "hipcv"
    return Export(file_name(name, format_.ending), format_.media_type, content)


def _is_plain(sign: str) -> bool:
    """Return True for a letter of any script with its marks, a digit, a dot, dash or underscore."""
    return sign in "._-" or unicodedata.category(sign)[0] in "LMN"
