"""Renderings of clip outcomes: a line of JSON, the pages of `summary.html`, and two tables.

They are written while the batch goes on, each file in one step, so that a batch that is killed has
a summary too. Files of which nothing changed since an earlier run are not written again.
"""

import hashlib
import time
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import quote

from hipcv import language
from hipcv.batch.manifest import SummaryRecord
from hipcv.batch.outcome import FAILED, ClipOutcome, ClipStatus, JsonObject
from hipcv.core.options import AnalysisOptions
from hipcv.files import atomic_path, write_atomic
from hipcv.report import batch_summary
from hipcv.report.batch_summary import ROWS_PER_PAGE, BatchRow, Pages, Totals
from hipcv.report.formats import rep_table
from hipcv.results.document import REP_TABLE
from hipcv.version import __version__

HTML: Final = "summary.html"
CSV: Final = "summary.csv"
LINE_SCHEMA: Final = "hipcv.batch/1"

REFRESH_S: Final = 10.0
"""Shortest time between two refreshes of the pages."""

REFRESH_SHARE: Final = 0.02
"""Largest share of the time that goes into refreshes."""

_NO_RESULT: Final[JsonObject] = {"sides": {}, "issues": []}
_ORDER: Final[dict[ClipStatus, int]] = {
    **dict.fromkeys(sorted(FAILED), 0),
    "not_measured": 1,
    "not_counted": 2,
    "measured": 3,
    "waiting": 4,
    "duplicate": 5,
    "not_a_file": 5,
}
"""From the worst status to the one that matters least."""


WITH_REPS: Final[frozenset[ClipStatus]] = frozenset({"measured", "not_counted"})
"""Statuses of clips whose repetitions were measured."""


class OutcomeSource(Protocol):
    """The outcomes of a batch, without their results, and a way to load those."""

    @property
    def outcomes(self) -> Mapping[str, ClipOutcome]:
        """Return the outcomes by the clip's name."""

    def load(self, outcome: ClipOutcome) -> ClipOutcome:
        """Return an outcome with its result."""


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


def page_name(index: int) -> str:
    """Return the file name of a page of the summary, from 0."""
    return HTML if index == 0 else f"summary-{index + 1}.html"


class SummaryWriter:
    """Writes the summary of a batch as its outcomes come.

    Args:
        out: folder of the results.
        options: of the batch.
        written: what the files there were written from.
        worst_first: the pages begin with the clips that failed, then by the lowest angle.
    """

    def __init__(
        self,
        out: Path,
        options: AnalysisOptions,
        written: SummaryRecord,
        *,
        worst_first: bool = False,
    ) -> None:
        self._out, self._options, self.written = out, options, written
        self._worst_first = worst_first
        self._totals = Totals()
        self._several: dict[str, int] = {}  # number of rows, of clips that have more than one
        self._lowest_deg: dict[str, float] = {}  # by the clip's name, where the worst come first
        self._refreshed_s, self._took_s = time.monotonic(), 0.0
        self._changed = False  # since the last refresh

    def add(self, outcome: ClipOutcome) -> None:
        """Count a clip that is finished, with its result."""
        self._changed = True
        rows = [*_rows(outcome)]
        self._totals.add(rows)
        if len(rows) > 1:
            self._several[outcome.clip] = len(rows)
        angles_deg = [row.result_deg for row in rows if row.result_deg is not None]
        if self._worst_first and angles_deg:
            self._lowest_deg[outcome.clip] = min(angles_deg)

    def remove(self, outcome: ClipOutcome) -> None:
        """Take back a clip that was added, with its result."""
        self._totals.remove(_rows(outcome))
        self._several.pop(outcome.clip, None)
        self._lowest_deg.pop(outcome.clip, None)

    def append(self, outcome: ClipOutcome) -> None:
        """Add the rows of a clip to the tables, where there are some."""
        self.written = SummaryRecord(self.written.pages)
        with language.using(language.SOURCE):
            lines = batch_summary.table_lines(_rows(outcome)).encode()
        for name, added in ((CSV, lines), (REP_TABLE, self._rep_lines(outcome))):
            if self._has(name):
                with (self._out / name).open("ab") as file:
                    file.write(added)

    def is_due(self) -> bool:
        """Return True where clips were added, and it is time to refresh the pages."""
        pause_s = max(REFRESH_S, self._took_s / REFRESH_SHARE)
        return self._changed and time.monotonic() - self._refreshed_s > pause_s

    def refresh(self, source: OutcomeSource) -> Path:
        """Write the pages that changed, and return the path of the first."""
        began_s = time.monotonic()
        pages = [*self._pages(self._ordered(source.outcomes))]
        names = tuple(page_name(index) for index in range(len(pages)))
        waiting = sum(one.status == "waiting" for one in source.outcomes.values())
        totals = self._totals.with_waiting(waiting)
        digests = []
        for index, clips in enumerate(pages):
            digest = self._digest([source.outcomes[clip] for clip in clips], len(pages), index)
            if index == 0:
                digest += self._digest_of_totals(totals)
            if self.written.pages[index : index + 1] != (digest,) or not self._has(names[index]):
                rows = [row for clip in clips for row in _rows(source.load(source.outcomes[clip]))]
                self._write_page(rows, totals, Pages(names, index))
            digests.append(digest)
        self._remove_pages(len(pages))
        self.written = SummaryRecord(tuple(digests), self.written.table)
        self._changed = False
        self._refreshed_s = time.monotonic()
        self._took_s = self._refreshed_s - began_s
        return self._out / HTML

    def write_table(self, source: OutcomeSource) -> None:
        """Write the tables in the order of the clips' names, unless they are so already.

        They are English in every language, as all that programs read.
        """
        clips = sorted(source.outcomes)
        digest = self._digest([source.outcomes[clip] for clip in clips], 0, 0)
        if digest == self.written.table and self._has(CSV) and self._has(REP_TABLE):
            return
        with atomic_path(self._out / REP_TABLE) as part, part.open("wb") as reps:
            reps.write(rep_table.render([]).encode())
            for clip in clips:
                reps.write(self._rep_lines(source.outcomes[clip]))
        with (
            language.using(language.SOURCE),
            atomic_path(self._out / CSV) as part,
            part.open("w", encoding="utf-8", newline="") as file,
        ):
            file.write(batch_summary.table([]))
            for clip in clips:
                outcome = source.load(source.outcomes[clip])
                file.write(batch_summary.table_lines(_rows(outcome)))
        self.written = SummaryRecord(self.written.pages, digest)

    def _rep_lines(self, outcome: ClipOutcome) -> bytes:
        """Return the lines of a clip's own table of repetitions; b"" where it has none."""
        if outcome.status not in WITH_REPS:
            return b""
        try:
            table = (self._out / outcome.folder / REP_TABLE).read_bytes()
        except OSError:  # a result of an earlier version, or one that was removed meanwhile
            return b""
        return table.partition(b"\n")[2]

    def _write_page(self, rows: Sequence[BatchRow], totals: Totals, pages: Pages) -> None:
        page = batch_summary.render(
            rows,
            self._options.protocol,
            is_minor=self._options.person.is_minor,
            totals=totals,
            pages=pages if len(pages.names) > 1 else None,
        )
        write_atomic(self._out / pages.names[pages.index], page)

    def _ordered(self, outcomes: Mapping[str, ClipOutcome]) -> list[str]:
        if not self._worst_first:
            return sorted(outcomes)

        def badness(clip: str) -> tuple[int, float, str]:
            return _ORDER[outcomes[clip].status], self._lowest_deg.get(clip, 0.0), clip

        return sorted(outcomes, key=badness)

    def _pages(self, clips: Iterable[str]) -> Iterator[list[str]]:
        """Yield the clips of each page; the rows of a clip are on one."""
        page: list[str] = []
        rows = 0
        for clip in clips:
            count = self._several.get(clip, 1)
            if page and rows + count > ROWS_PER_PAGE:
                yield page
                page, rows = [], 0
            page.append(clip)
            rows += count
        yield page

    def _digest(self, outcomes: Iterable[ClipOutcome], pages: int, index: int) -> str:
        """Return a digest of all that a file with these outcomes is made from."""
        settings = __version__, language.current() if pages else "", self._options, pages, index
        digest = hashlib.blake2b(repr(settings).encode("utf-8", "replace"), digest_size=16)
        for one in outcomes:
            facts = one.clip, one.name_fields, one.status, one.text, one.folder, one.files
            digest.update(repr((*facts, one.duplicate_of)).encode("utf-8", "replace"))
        return digest.hexdigest()

    def _digest_of_totals(self, totals: Totals) -> str:
        facts = repr((totals.clips, sorted(totals.counts.items())))
        digest = hashlib.blake2b(facts.encode(), digest_size=16)
        for side, angles_deg in totals.angles_deg.items():
            digest.update(f"{side} {len(angles_deg)}".encode())
            digest.update(array("d", sorted(angles_deg)))
        return digest.hexdigest()

    def _has(self, name: str) -> bool:
        return (self._out / name).is_file()

    def _remove_pages(self, count: int) -> None:
        """Remove the pages after those that there are now."""
        while self._has(page_name(count)):
            with suppress(OSError):
                (self._out / page_name(count)).unlink()
            count += 1


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
