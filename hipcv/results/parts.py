"""Files of a result folder, by name: those of an earlier result, and those that are read again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from hipcv.results import checksums, document

STILLS_INDEX: Final = "stills.json"


def earlier_files(folder: Path) -> set[str]:
    """Return the paths, within a folder, of the files of an earlier result; the user's are none."""
    return {path.relative_to(folder).as_posix() for path in _possible_files(folder)}


def list_stills(folder: Path) -> list[Path]:
    """Return the files of stills in their folder."""
    return [*folder.glob("[0-9]*.jpg"), *folder.glob(STILLS_INDEX)]


def _possible_files(folder: Path) -> Iterator[Path]:
    yield from (folder / name for name in (*document.FILES, checksums.NAME))
    yield from list_stills(folder / document.STILLS)
    if (folder / document.EXPLAIN).is_dir():
        from hipcv.report.debug import explain  # loads slowly

        yield from explain.list_files(folder / document.EXPLAIN)
