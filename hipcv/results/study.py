"""Folder of a study: `validate.json`, the report as page and PDF, and the plots."""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from hipcv.core.errors import ResultExists
from hipcv.files import sha256_of, write_atomic
from hipcv.folders import new_content, reserved
from hipcv.language import _
from hipcv.report.study import figures, leaflet, page, paper, sheet
from hipcv.report.study.consent import consent
from hipcv.report.study.plan import protocol
from hipcv.report.study.summary import StudySummary, summarise
from hipcv.results.document import JsonObject, dumps
from hipcv.study.agreement import Agreement, Estimate
from hipcv.study.analysis import Question, Study, analyze
from hipcv.study.comparison import Comparison
from hipcv.study.design import order_table, schedule, template
from hipcv.study.own_tables import ClipNames, no_names
from hipcv.study.readings import Row, read_files, short_names
from hipcv.study.tables import ReliabilityTable
from hipcv.version import __version__

SCHEMA: Final = "hipcv.validate/1"
DOCUMENT: Final = "validate.json"
REPORT: Final = "report.html"
PDF: Final = "report.pdf"
PLOT_FORMS: Final = ("png", "svg")
STUDY_FILES: Final = (
    DOCUMENT, REPORT, PDF,
    *(f"{name}.{form}" for name in figures.NAMES for form in PLOT_FORMS),
)  # fmt: skip
"""Every file that a study writes."""

_HASH_SHOWN: Final = 16
_FILES_SHOWN: Final = 2


@dataclass(frozen=True, slots=True)
class StudyReport:
    """Outcome of a study, and the paths of its report."""

    document: JsonObject
    summary: StudySummary
    report: Path


def write_study(
    files: Sequence[Path],
    question: Question,
    out: Path,
    *,
    clip_names: ClipNames = no_names,
    force: bool = False,
) -> StudyReport:
    """Analyze tables of readings and write everything about them into a folder.

    Raises:
        UnreadableTable, BadRequest: of the readings, or of the question.
        ResultExists: the folder holds a study already.
    """
    if (out / DOCUMENT).exists() and not force:
        raise ResultExists(
            _("{folder} holds a study already. Give --force to replace it.").format(folder=out)
        )
    with reserved(out):
        study = analyze(read_files(files, clip_names), question)
        names = short_names(files)
        hashes = {name: sha256_of(file) for name, file in zip(names, files, strict=True)}
        document, summary = as_document(study, hashes), summarise(study)
        content = {DOCUMENT: dumps(document), **_report(study, summary, hashes)}
        with new_content(out, lambda folder: _earlier(folder, STUDY_FILES)) as part:
            for name, text in content.items():
                write_atomic(part / name, text)
    return StudyReport(document, summary, out / REPORT)


def _report(study: Study, summary: StudySummary, hashes: dict[str, str]) -> dict[str, str | bytes]:
    """Return page, PDF and plots by the names of their files."""
    plots = figures.draw(study.comparison) if study.comparison else ()
    provenance = {_("Readings"): _sources(hashes), _("Analysed by"): f"hipcv {__version__}"}
    drawn = {f"{plot.name}.{form}": getattr(plot, form) for plot in plots for form in PLOT_FORMS}
    return {
        **drawn,
        PDF: paper.render(summary, plots, provenance),
        REPORT: page.render(summary, plots, provenance),
    }


def _sources(hashes: dict[str, str]) -> str:
    """Return the tables with their hashes, or their number where they are many."""
    if len(hashes) > _FILES_SHOWN:
        return _("{count} tables; validate.json has their SHA-256").format(count=len(hashes))
    return ", ".join(f"{name} (SHA-256 {digest[:_HASH_SHOWN]}…)" for name, digest in hashes.items())


def _earlier(folder: Path, names: Iterable[str]) -> set[str]:
    """Return the files of an earlier study in a folder, which a new one replaces."""
    return {name for name in names if (folder / name).is_file()}


def write_template(out: Path, people: int, *, force: bool = False) -> list[Path]:
    """Write what a study is run with, and return the files: tables, protocol, consent, sheets.

    Raises:
        ResultExists: one of the files exists.
    """
    visits = schedule(people, secrets.randbits(32))
    plan, form = protocol(people), consent()
    files: dict[str, str | bytes] = {
        "protocol.html": leaflet.as_html(plan),
        "protocol.pdf": leaflet.as_pdf(plan),
        "consent.html": leaflet.as_html(form),
        "consent.pdf": leaflet.as_pdf(form),
        "sheets.html": sheet.as_html(visits),
        "sheets.pdf": sheet.as_pdf(visits),
        "order.csv": order_table(visits),
        "readings.csv": template(visits),
    }
    for name in files:
        if (out / name).exists() and not force:
            raise ResultExists(
                _("{file} exists already. Give --force to replace it.").format(file=out / name)
            )
    with reserved(out), new_content(out, lambda folder: _earlier(folder, files)) as part:
        for name, content in files.items():
            write_atomic(part / name, content)
    return [out / name for name in files]


def as_document(study: Study, hashes: dict[str, str]) -> JsonObject:
    """Return a study as JSON values: angles in degrees, None for what cannot be computed."""
    document: JsonObject = {
        "schema": SCHEMA,
        "hipcv": __version__,
        "files": hashes,
        "persons": list(study.persons),
        "readings": study.readings,
        "methods": list(study.methods),
        "sides": [side for side in study.sides if side],
        "sessions": [session for session in study.sessions if session],
        "rows_without_angle": _rows(study.empty),
        "agreement": _comparison(study.comparison) if study.comparison else None,
        "reliability": [_table(table) for table in study.tables],
    }
    return document


def _comparison(comparison: Comparison) -> JsonObject:
    found = comparison.agreement
    return {
        "test": comparison.test,
        "reference": comparison.reference,
        "trials": comparison.trials,
        "pairs_share_rater": comparison.with_raters,
        "persons": found.persons,
        "pairs": found.pairs,
        "rows_without_counterpart": _rows(comparison.unpaired),
        **dict(_figures(found)),
    }


def _figures(found: Agreement) -> Iterator[tuple[str, Any]]:
    yield from _estimate("bias", found.bias, "_deg")
    yield "sd_of_differences_deg", found.sd
    yield "sd_within_person_deg", found.sd_within
    yield from _estimate("lower_limit", found.lower, "_deg")
    yield from _estimate("upper_limit", found.upper, "_deg")
    yield from _estimate("proportional_bias", found.slope)
    yield "intervals_of_limits", found.method


def _table(table: ReliabilityTable) -> JsonObject:
    found = table.reliability
    group = {name: text or None for name, text in asdict(table.group).items()}
    return {
        **group,
        "columns": list(table.columns),
        "columns_left_out": list(table.columns_left_out),
        "persons": list(table.persons),
        "persons_left_out": list(table.persons_left_out),
        **dict(_estimate("icc_a1", found.icc_a1)),
        **dict(_estimate("icc_ak", found.icc_ak)),
        **dict(_estimate("icc_c1", found.icc_c1)),
        **dict(_estimate("icc_ck", found.icc_ck)),
        **dict(_estimate("sem", found.sem, "_deg")),
        **dict(_estimate("mdc95", found.mdc95, "_deg")),
        "sem_with_systematic_deg": found.sem_agreement,
        "largest_systematic_difference_deg": found.systematic,
    }


def _estimate(name: str, estimate: Estimate, unit: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the number and its interval under their keys."""
    yield f"{name}{unit}", _number(estimate.value)
    interval = estimate.interval
    yield f"{name}_interval{unit}", [_number(end) for end in interval] if interval else None


def _number(value: float) -> float | None:
    return value if abs(value) < float("inf") else None


def _rows(rows: Sequence[Row]) -> list[dict[str, str | int]]:
    return [{"file": row.file, "row": row.number} for row in rows]
