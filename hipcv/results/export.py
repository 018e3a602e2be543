"""A result in any of the formats that leave hipcv: what the file is called, what it is, its bytes.

The command line and the desk both call `export`; neither knows a format.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from hipcv.core.correction import CorrectionJson
from hipcv.core.errors import BadRequest, EnvironmentFault, InvalidTrack, ResultExists
from hipcv.report import patient_table
from hipcv.report.formats import fhir
from hipcv.report.formats.fhir import DEFAULT_CODES, Codes
from hipcv.report.patient_table import VisitResult
from hipcv.report.review import NO_CASE, Case
from hipcv.report.stills import Still
from hipcv.results import document, reassess
from hipcv.results.options import EVIDENCE, RESULT

JSON: Final = "application/json"
FHIR_JSON: Final = "application/fhir+json"
CSV: Final = "text/csv; charset=utf-8"
TEXT: Final = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Export:
    """One file to be written or sent."""

    name: str  # safe as a file's name anywhere
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A result to be exported."""

    document: Mapping[str, Any]  # as it counts: with the corrections that hold
    stored: reassess.Stored | None = None
    result: reassess.Reassessed | None = None  # None: only the document is at hand
    stills: Sequence[Still] = ()
    case: Case | None = None  # None: nothing is known beyond the clip

    @property
    def clip(self) -> str:
        """The clip's name without its suffix."""
        return Path(str(self.document["clip"]["name"])).stem


def load(
    result: Path,
    corrections: Sequence[CorrectionJson] = (),
    *,
    case: Case | None = None,
    look: reassess.Look | None = None,
) -> Source:
    """Read a stored result, and carry out corrections.

    Args:
        result: its folder, or its `result.json`, which may lie alone: then `json` and `fhir` only.
        corrections: that hold, in their order.
        case: patient, day, signature, and corrections as they are told.
        look: see `reassess.reassess`.

    Raises:
        InvalidTrack: a file is missing, damaged, or of another version.
        BadRequest: a correction cannot be carried out.
    """
    if not (result.is_dir() or (result.is_file() and result.name == RESULT)):
        raise InvalidTrack(f"{result}: {_NO_RESULT}")
    folder = result if result.is_dir() else result.parent
    if not (folder / EVIDENCE).exists() and not corrections:
        return Source(_document(folder / RESULT), case=case)
    stored = reassess.load(result)
    made = reassess.reassess(stored, corrections, look)
    told = made.document if corrections else stored.document
    stills = _kept_stills(folder)
    if corrections:
        stills = tuple(replace(still, caption=_BEFORE) for still in stills)
    return Source(told, stored, made, stills, case)


def export(source: Source, to: str, codes: Codes = DEFAULT_CODES) -> Export:
    """One result in one format.

    Args:
        source: the result.
        to: one of `FORMATS`.
        codes: for `fhir`.

    Raises:
        BadRequest: there is no such format, or the result holds nothing that it could tell.
        InvalidTrack: the format needs evidence that is not at hand.
        EnvironmentFault: the format needs a library that is not installed.
    """
    if to not in _FORMATS:
        raise BadRequest(f"{to}: no such format. Known: {', '.join(FORMATS)}.")
    ending, media_type, make = _FORMATS[to]
    return Export(f"{_safe(source.clip)}{ending}", media_type, make(source, codes))


def patient(
    pseudonym: str, visits: Iterable[VisitResult], to: str, codes: Codes = DEFAULT_CODES
) -> Export:
    """All results of one patient as one file.

    Args:
        pseudonym: the patient's.
        visits: results as they count.
        to: one of `PATIENT_FORMATS`.
        codes: for `fhir`.

    Raises:
        BadRequest: there is no such format for a patient.
    """
    told, name = patient_table.sort_by_visit(visits), _safe(pseudonym)
    match to:
        case "csv":
            return Export(f"{name}.csv", CSV, patient_table.table(told).encode())
        case "json":
            history = patient_table.document(pseudonym, told)
            return Export(f"{name}.json", JSON, document.dumps(history).encode())
        case "fhir":
            merged = fhir.merged(
                fhir.observations(one.document, case=one.case, codes=codes) for one in told
            )
            return Export(f"{name}_fhir.json", FHIR_JSON, document.dumps(merged).encode())
        case _:
            known = ", ".join(PATIENT_FORMATS)
            raise BadRequest(f"{to}: no such format for a patient. Known: {known}.")


def save(made: Export, path: Path, *, force: bool = False) -> Path:
    """Write a file, whole or not at all; where it is.

    Args:
        made: the file.
        path: where to; a folder takes the file under its own name.
        force: overwrite what is there.

    Raises:
        ResultExists: something is there already.
        EnvironmentFault: it cannot be written.
    """
    target = path / made.name if path.is_dir() else path
    if target.exists() and not force:
        raise ResultExists(
            f"{target}: is there already. Name another with --out, or overwrite it with --force."
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=target.parent, prefix=".part-") as part:
            whole = Path(part) / made.name
            whole.write_bytes(made.content)
            whole.replace(target)
    except OSError as fault:
        raise EnvironmentFault(
            f"{target}: could not be written ({fault.strerror or fault}). "
            "Free some space, or name another place with --out."
        ) from fault
    return target


def _document(path: Path) -> Mapping[str, Any]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise InvalidTrack(f"{path}: {_NO_RESULT}") from fault
    if not isinstance(told, dict) or told.get("schema") != document.SCHEMA:
        raise InvalidTrack(f"{path.name}: no result of hipcv. Name a folder that holds one.")
    return told


def _kept_stills(folder: Path) -> tuple[Still, ...]:
    from hipcv.report.kept_stills import kept

    page = folder / "report.html"
    return kept(page.read_text(encoding="utf-8", errors="replace")) if page.is_file() else ()


def _evidence(source: Source) -> tuple[reassess.Stored, reassess.Reassessed]:
    if source.stored is None or source.result is None:
        raise InvalidTrack(
            f"{EVIDENCE}: is missing beside the result, and this format needs it. "
            "Name the whole result folder, or analyse the clip again."
        )
    return source.stored, source.result


def _measured(source: Source, what: str) -> None:
    if not any(source.document["sides"].values()):
        raise BadRequest(
            f"{source.document['clip']['name']}: no side was measured, so there is nothing to "
            f"write as {what}. The report (html, pdf) says why."
        )


def _csv(source: Source, _codes: Codes) -> bytes:
    from hipcv.report.formats import table

    return table.angles(_evidence(source)[1].motions.values()).encode()


def _json(source: Source, _codes: Codes) -> bytes:
    told = dict(source.document)
    reviewed = patient_table.with_review(told, source.case) if source.case else told
    return document.dumps(reviewed).encode()


def _fhir(source: Source, codes: Codes) -> bytes:
    _measured(source, "fhir")
    told = fhir.observations(source.document, case=source.case or NO_CASE, codes=codes)
    return document.dumps(told).encode()


def _mot(source: Source, _codes: Codes) -> bytes:
    from hipcv.report.formats import opensim

    _measured(source, "mot")
    return opensim.mot(_evidence(source)[1].motions.values(), source.clip).encode()


def _trc(source: Source, _codes: Codes) -> bytes:
    from hipcv.report.formats import opensim

    return opensim.trc(_evidence(source)[0].track, source.clip).encode()


def _c3d(source: Source, _codes: Codes) -> bytes:
    from hipcv.report.formats import c3d

    stored, _ = _evidence(source)
    with TemporaryDirectory() as folder:  # ezc3d writes to files alone
        path = Path(folder) / "track.c3d"
        c3d.write(path, stored.track)
        return path.read_bytes()


def _pdf(source: Source, _codes: Codes) -> bytes:
    from hipcv.report.pdf import report

    _, result = _evidence(source)
    case = source.case or NO_CASE
    return report.render(result.trial, result.motions, case=case, stills=source.stills)


def _html(source: Source, _codes: Codes) -> bytes:
    from hipcv.report import html
    from hipcv.report.charts import chart
    from hipcv.report.summary import summarise

    _, result = _evidence(source)
    trial, motions = result.trial, result.motions
    page = html.render(
        trial,
        summarise(trial),
        chart_svg=chart.draw(trial, motions).svg if motions else "",
        stills=source.stills,
        command=trial.provenance.command,
        case=source.case,
    )
    return page.encode()


_NO_RESULT: Final = (
    "no stored result can be read here. Name a folder that `hipcv analyze` made, or the "
    f"{RESULT} in it."
)

_BEFORE: Final = "As the machine chose it, before corrections by hand."
"""Stands for a picture's own words, which tell of the reading that was corrected."""

_Make = Callable[[Source, Codes], bytes]

_FORMATS: Final[Mapping[str, tuple[str, str, _Make]]] = {
    "csv": ("_angles.csv", CSV, _csv),
    "json": ("_result.json", JSON, _json),
    "fhir": ("_fhir.json", FHIR_JSON, _fhir),
    "trc": (".trc", TEXT, _trc),
    "mot": (".mot", TEXT, _mot),
    "c3d": (".c3d", "application/octet-stream", _c3d),
    "pdf": ("_report.pdf", "application/pdf", _pdf),
    "html": ("_report.html", "text/html; charset=utf-8", _html),
}
"""Ending of the file's name, what it is, and who makes it."""

FORMATS: Final = tuple(_FORMATS)
PATIENT_FORMATS: Final = ("csv", "json", "fhir")


def _safe(name: str) -> str:
    """Letters, digits, dots, dashes and underscores alone; never hidden, never empty."""
    return re.sub(r"[^\w.-]+", "_", name).strip("._") or "hipcv"
