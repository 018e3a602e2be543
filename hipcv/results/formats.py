"""Registry of export formats; command line, API and pages are built from it.

A new format is a module with a function `render_NAME(source: ExportSource) -> bytes`, and one row
here that names the module. It is imported when the format is first used.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Final, cast

from hipcv.language import N_, _

if TYPE_CHECKING:
    from hipcv.results.export_source import ExportSource

JSON: Final = "application/json"
FHIR: Final = "application/fhir+json"
CSV: Final = "text/csv; charset=utf-8"
TEXT: Final = "text/plain; charset=utf-8"
HTML: Final = "text/html; charset=utf-8"
PDF: Final = "application/pdf"
BINARY: Final = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Format:
    """One export format."""

    name: str  # on the command line and in the API
    ending: str  # of the file name, after the clip's name
    media_type: str
    label: str  # on pages
    help: str  # on the command line
    module: str = "hipcv.results.renderers"

    @property
    def render(self) -> "Callable[[ExportSource], bytes]":
        """The function that makes the content of the file."""
        function = getattr(import_module(self.module), f"render_{self.name}")
        return cast("Callable[[ExportSource], bytes]", function)


_ROWS: Final = (
    Format("csv", "_angles.csv", CSV, N_("Table (CSV)"), N_("the curves")),
    Format("reps", "_reps.csv", CSV, N_("Repetitions (CSV)"), N_("the repetitions")),
    Format("json", "_result.json", JSON, N_("Data (JSON)"), N_("the result")),
    Format("fhir", "_fhir.json", FHIR, N_("FHIR R4 observations"), N_("R4 Observations")),
    Format("trc", ".trc", TEXT, N_("OpenSim markers (.trc)"), "OpenSim"),
    Format("mot", ".mot", TEXT, N_("OpenSim motion (.mot)"), "OpenSim"),
    Format("c3d", ".c3d", BINARY, "C3D", N_("landmarks")),
    Format("pdf", "_report.pdf", PDF, N_("Report (PDF)"), N_("the report")),
    Format("html", "_report.html", HTML, N_("Report (one HTML file)"), N_("the report")),
    Format("handout", "_handout.html", HTML, N_("Hand-out for the patient"), N_("a plain page")),
)

FORMATS: Final[Mapping[str, Format]] = {row.name: row for row in _ROWS}

PATIENT_FORMATS: Final[Mapping[str, Format]] = {
    name: replace(FORMATS[name], ending=ending)
    for name, ending in (("csv", ".csv"), ("json", ".json"), ("fhir", "_fhir.json"))
}
"""Formats that take all results of one patient; see `export.patient`."""

VISIT_FORMATS: Final[Mapping[str, Format]] = {
    row.name: row
    for row in (
        Format("pdf", "_report.pdf", PDF, N_("Report of the visit (PDF)"), ""),
        Format("handout", "_handout.pdf", PDF, N_("Hand-out of the visit (PDF)"), ""),
    )
}
"""Formats that take all results of one visit; see `export.visit`."""


def help_text() -> str:
    """Return the formats with their meaning, as "csv: the curves; …; pdf, html: the report."."""
    names: dict[str, list[str]] = {}
    for row in FORMATS.values():
        names.setdefault(_(row.help), []).append(row.name)
    return "; ".join(f"{', '.join(group)}: {text}" for text, group in names.items()) + "."
