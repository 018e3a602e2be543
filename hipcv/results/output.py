"""Folder of one result: its reservation, and the files that were written into it.

No library that decodes or draws is loaded, so that a process can reserve a folder for others.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hipcv import folders
from hipcv.core.errors import ResultExists
from hipcv.language import _
from hipcv.results import document
from hipcv.results.parts import earlier_files

if TYPE_CHECKING:
    from hipcv.report.debug.collector import TraceCollector


@dataclass(frozen=True, slots=True)
class Output:
    """The folder of one result, and what to do with it."""

    folder: Path
    force: bool = False  # overwrite an earlier result
    explain: "TraceCollector | None" = None  # collected the steps of the analysis, to be drawn


@dataclass(frozen=True, slots=True)
class Written:
    """The paths of one result."""

    report: Path
    handout: Path  # a page in plain words for the person who was tested
    result: Path
    table: Path
    rep_table: Path
    chart: Path
    video: Path | None  # None: not asked for, or nothing was measured
    evidence: Path
    stills: Path | None = None  # folder; None: nothing was measured
    explain: Path | None = None  # page with every step; None: not asked for
    names: tuple[str, ...] = ()  # of every file within the folder


@contextmanager
def reserved(output: Output) -> Iterator[None]:
    """Reserve the folder of a result, before anything is analyzed.

    Raises:
        ResultExists: the folder holds a result already, and `force` is not set.
        BadRequest: another run writes to it.
        EnvironmentFault: it cannot be written to, a file is in its way, or the disk is full.
    """
    with folders.reserved(output.folder, earlier_files):
        check_free(output)
        yield


def check_free(output: Output) -> None:
    """Refuse to overwrite an earlier result unasked.

    Raises:
        ResultExists: there is one, and `force` is not set.
    """
    if not output.force and (output.folder / document.RESULT).exists():
        raise ResultExists(
            _(
                "{folder}: holds a result already. Choose another folder with --out, or "
                "overwrite it with --force."
            ).format(folder=output.folder)
        )
