"""The two pages that answer for every clip: written whole, or not at all."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote

from hipcv.batch.job import JsonObject
from hipcv.batch.outcome import Answer
from hipcv.core.protocol import MeasurementProtocol
from hipcv.report import batch_summary, batch_summary_page
from hipcv.report.batch_summary import BatchRow

HTML: Final = "summary.html"
CSV: Final = "summary.csv"


def write_summary(
    answers: Iterable[Answer], out: Path, protocol: MeasurementProtocol
) -> tuple[Path, Path]:
    """Write `summary.html` and `summary.csv`; their paths, in this order."""
    rows = [row for answer in answers for row in rows_of(answer)]
    html = _write(out / HTML, batch_summary_page.render(rows, protocol))
    return html, _write(out / CSV, batch_summary.table(rows))


def rows_of(answer: Answer) -> Iterator[BatchRow]:
    """One row for every side that was tested; one without a side where none was."""
    row = BatchRow(
        clip=shown(answer.clip),
        patient=shown(answer.named.patient),
        visit=shown(answer.named.visit),
        named_side=answer.named.side or "",
        status=answer.status,
        text=shown(answer.reason),
        duplicate_of=shown(answer.duplicate_of),
        report=quote(f"{answer.folder}/report.html") if answer.folder else "",
    )
    yield from batch_summary.rows(row, answer.result or _NOTHING)


def shown(name: str) -> str:
    """A name that can be written as text, whatever bytes the file's name is made of."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def _write(path: Path, text: str) -> Path:
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8", newline="")
    part.replace(path)
    return path


_NOTHING: Final[JsonObject] = {"sides": {}, "issues": []}
