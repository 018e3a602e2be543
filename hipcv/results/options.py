"""What is wanted of a result, and the names of its files."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hipcv.report.debug.collector import TraceCollector

RESULT: Final = "result.json"
VIDEO: Final = "annotated.mp4"
EVIDENCE: Final = "evidence.npz"
EXPLAIN: Final = "explain"


@dataclass(frozen=True, slots=True)
class Output:
    """The folder of one result, and how it is written."""

    folder: Path
    force: bool = False
    explain: TraceCollector | None = None  # watched the analysis; None: no pictures of every step


@dataclass(frozen=True, slots=True)
class Written:
    """The files of one result."""

    report: Path
    result: Path
    table: Path
    chart: Path
    video: Path | None  # None: not wanted, or nothing was measured
    evidence: Path
    explain: Path | None = None  # the page of every step; None: not wanted
