"""Renderings of clip outcomes: a line of JSON, `summary.html` and `summary.csv`."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote

from hipcv import language
from hipcv.batch.outcome import ClipOutcome, JsonObject
from hipcv.core.options import AnalysisOptions
from hipcv.files import write_atomic
from hipcv.report import batch_summary
from hipcv.report.batch_summary import BatchRow

HTML: Final = "summary.html"
CSV: Final = "summary.csv"
LINE_SCHEMA: Final = "hipcv.batch/1"

_NO_RESULT: Final[JsonObject] = {"sides": {}, "issues": []}


def as_line(outcome: ClipOutcome) -> JsonObject:
    """Return the line of `hipcv batch --json`, with the keys of `hipcv analyze --json`."""
    line: JsonObject = {
        "schema": LINE_SCHEMA,
        "path": outcome.clip,
        "status": outcome.status,
        "known": outcome.from_earlier_run,
        "patient": outcome.name_fields.patient or None,
        "visit": outcome.name_fields.visit or None,
        "named_side": outcome.name_fields.side,
        "duplicate_of": outcome.duplicate_of or None,
        "folder": outcome.folder or None,
        "text": outcome.text or None,
    }
    return line | (outcome.result or {})


def write_summary(outcomes: Iterable[ClipOutcome], out: Path, options: AnalysisOptions) -> Path:
    """Write `summary.html` and `summary.csv`, and return the path of the first.

    The table is English in every language, as all that programs read.
    """
    outcomes = list(outcomes)
    with language.using(language.SOURCE):
        write_atomic(out / CSV, batch_summary.table(_all_rows(outcomes)))
    rows = _all_rows(outcomes)
    page = batch_summary.render(rows, options.protocol, is_minor=options.person.is_minor)
    return write_atomic(out / HTML, page)


def _all_rows(outcomes: Iterable[ClipOutcome]) -> list[BatchRow]:
    return [row for outcome in outcomes for row in _rows(outcome)]


def _rows(outcome: ClipOutcome) -> Iterator[BatchRow]:
    """Yield one row for every tested side, or one without a side where none was tested."""
    row = BatchRow(
        clip=_escape(outcome.clip),
        patient=_escape(outcome.name_fields.patient),
        visit=_escape(outcome.name_fields.visit),
        named_side=outcome.name_fields.side or "",
        status=outcome.status,
        text=_escape(outcome.reason),
        duplicate_of=_escape(outcome.duplicate_of),
        report=quote(f"{outcome.folder}/report.html") if outcome.folder else "",
    )
    yield from batch_summary.rows(row, outcome.result or _NO_RESULT)


def _escape(name: str) -> str:
    """Escape the bytes of a file name that are not text."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")
