"""Export of a stored result: file name, media type and content in any format of `FORMATS`."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from hipcv.core.correction import CorrectionJson
from hipcv.core.errors import BadRequest, EnvironmentFault, InvalidTrack, ResultExists
from hipcv.files import write_atomic
from hipcv.report import patient_table
from hipcv.report.formats import fhir
from hipcv.report.formats.fhir import DEFAULT_CODES, Codes
from hipcv.report.patient_table import VisitResult
from hipcv.report.review import NO_CASE, Case
from hipcv.report.stills import Still
from hipcv.results import reassess
from hipcv.results.document import EVIDENCE, RESULT, dumps, folder_of, read_document
from hipcv.results.formats import FORMATS, PATIENT_FORMATS, Format
from hipcv.results.reassess import Reassessment, Refine, StoredResult
from hipcv.results.stills import load_stills

UNCORRECTED_CAPTION: Final = "As the machine chose it, before corrections by hand."
"""Replaces the caption of a still, which states the number before it was corrected."""


@dataclass(frozen=True, slots=True)
class Export:
    """One file to be written or sent."""

    name: str  # safe as a file name on every system
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, eq=False)
class ExportSource:
    """A result to be exported."""

    document: Mapping[str, Any]  # with the corrections
    stored: StoredResult | None = None
    result: Reassessment | None = None  # None: there is only the document
    stills: Sequence[Still] = ()
    case: Case | None = None  # None: nothing is known beyond the clip
    codes: Codes = DEFAULT_CODES  # of `fhir`

    @property
    def clip(self) -> str:
        """The clip's name without its suffix."""
        return Path(str(self.document["clip"]["name"])).stem

    def evidence(self) -> tuple[StoredResult, Reassessment]:
        """Return the stored result and its reassessment.

        Raises:
            InvalidTrack: there is only the document.
        """
        if self.stored is None or self.result is None:
            raise InvalidTrack(
                f"{EVIDENCE}: is missing beside the result, and this format needs it. "
                "Name the whole result folder, or analyse the clip again."
            )
        return self.stored, self.result

    def require_measured(self, format_name: str) -> None:
        """Refuse a result without any measured side.

        Raises:
            BadRequest: there is none.
        """
        if not any(self.document["sides"].values()):
            raise BadRequest(
                f"{self.document['clip']['name']}: no side was measured, so there is nothing to "
                f"write as {format_name}. The report (html, pdf) says why."
            )


def load(
    result: Path,
    corrections: Sequence[CorrectionJson] = (),
    *,
    case: Case | None = None,
    refine: Refine | None = None,
    codes: Codes = DEFAULT_CODES,
) -> ExportSource:
    """Read a stored result and apply corrections.

    Args:
        result: its folder, or its `result.json`, which may lie alone: then `json` and `fhir` only.
        corrections: in the order in which they were made, without withdrawn ones.
        case: patient, day, signature, and corrections as the report states them.
        refine: see `reassess.reassess`.
        codes: of `fhir`.

    Raises:
        InvalidTrack: a file is missing, damaged, or of another version.
        BadRequest: a correction cannot be applied.
    """
    folder = folder_of(result)
    if not (folder / RESULT).is_file() or (result != folder and result.name != RESULT):
        raise InvalidTrack(
            f"{result}: no stored result can be read here. Name a folder that `hipcv analyze` "
            f"made, or the {RESULT} in it."
        )
    if not (folder / EVIDENCE).exists() and not corrections:
        return ExportSource(read_document(folder / RESULT), case=case, codes=codes)
    stored = reassess.load(folder)
    reassessment = reassess.reassess(stored, corrections, refine)
    stills = load_stills(folder)
    if corrections:
        stills = tuple(replace(still, caption=UNCORRECTED_CAPTION) for still in stills)
    return ExportSource(
        document=reassessment.document if corrections else stored.document,
        stored=stored,
        result=reassessment,
        stills=stills,
        case=case,
        codes=codes,
    )


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
        raise BadRequest(f"{to}: no such format. Known: {', '.join(FORMATS)}.")
    return _file(source.clip, FORMATS[to], FORMATS[to].render(source))


def patient(
    pseudonym: str, visits: Iterable[VisitResult], to: str, codes: Codes = DEFAULT_CODES
) -> Export:
    """Return all results of one patient as one file.

    Args:
        pseudonym: of the patient.
        visits: results with their corrections.
        to: a name in `PATIENT_FORMATS`.
        codes: of `fhir`.

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
            bundles = (
                fhir.observations(one.document, case=one.case, codes=codes) for one in results
            )
            content = dumps(fhir.merged(bundles))
        case _:
            known = ", ".join(PATIENT_FORMATS)
            raise BadRequest(f"{to}: no such format for a patient. Known: {known}.")
    return _file(pseudonym, PATIENT_FORMATS[to], content.encode())


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
    if target.exists() and not force:
        raise ResultExists(
            f"{target}: is there already. Name another with --out, or overwrite it with --force."
        )
    try:
        return write_atomic(target, file.content)
    except OSError as error:
        raise EnvironmentFault(
            f"{target}: could not be written ({error.strerror or error}). "
            "Free some space, or name another place with --out."
        ) from error


def render_csv(source: ExportSource) -> bytes:
    """Return the curves of all sides as a table."""
    from hipcv.report.formats import table

    return table.angles(source.evidence()[1].motions.values()).encode()


def render_json(source: ExportSource) -> bytes:
    """Return the result document, with the review where there is one."""
    document = dict(source.document)
    if source.case:
        document = patient_table.with_review(document, source.case)
    return dumps(document).encode()


def render_fhir(source: ExportSource) -> bytes:
    """Return a bundle of FHIR R4 Observations."""
    source.require_measured("fhir")
    case = source.case or NO_CASE
    return dumps(fhir.observations(source.document, case=case, codes=source.codes)).encode()


def render_mot(source: ExportSource) -> bytes:
    """Return the rotation of all sides as an OpenSim motion file."""
    from hipcv.report.formats import opensim

    source.require_measured("mot")
    return opensim.mot(source.evidence()[1].motions.values(), source.clip).encode()


def render_trc(source: ExportSource) -> bytes:
    """Return the landmarks as an OpenSim marker file."""
    from hipcv.report.formats import opensim

    return opensim.trc(source.evidence()[0].track, source.clip).encode()


def render_c3d(source: ExportSource) -> bytes:
    """Return the landmarks as C3D."""
    from hipcv.report.formats import c3d

    stored, _ = source.evidence()
    with TemporaryDirectory() as folder:  # ezc3d writes to files only
        path = Path(folder) / "track.c3d"
        c3d.write(path, stored.track)
        return path.read_bytes()


def render_pdf(source: ExportSource) -> bytes:
    """Return the report as PDF."""
    from hipcv.report.pdf import report

    _, result = source.evidence()
    case = source.case or NO_CASE
    return report.render(result.trial, result.motions, case=case, stills=source.stills)


def render_html(source: ExportSource) -> bytes:
    """Return the report as one HTML page."""
    from hipcv.report import html
    from hipcv.report.charts import chart
    from hipcv.report.summary import summarise

    _, result = source.evidence()
    page = html.render(
        result.trial,
        summarise(result.trial),
        chart_svg=chart.draw(result.trial, result.motions).svg if result.motions else "",
        stills=source.stills,
        command=result.trial.provenance.command,
        case=source.case,
    )
    return page.encode()


def _file(stem: str, format_: Format, content: bytes) -> Export:
    """Return an export whose name has only letters, digits, dots, dashes and underscores."""
    safe = re.sub(r"[^\w.-]+", "_", stem).strip("._") or "hipcv"
    return Export(f"{safe}{format_.ending}", format_.media_type, content)
