"""`checksums.sha256`: the SHA-256 of every file of a result folder, as `sha256sum --check` reads.

Files that the user added are not listed. Results of earlier versions have no such file.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from hipcv.files import sha256_of
from hipcv.folders import all_files

NAME: Final = "checksums.sha256"
_LINE: Final = re.compile(r"([0-9a-f]{64})  ([\w./-]+)")


@dataclass(frozen=True, slots=True)
class Fault:
    """A file that is not the one that was written with the result."""

    name: str  # within the folder
    kind: Literal["altered", "missing"]


def save(folder: Path, names: Iterable[str] | None = None) -> None:
    """List the named files of a folder that is being written; None: all files in it."""
    names = all_files(folder) if names is None else names
    sums = {name: sha256_of(folder / name) for name in names if name != NAME}
    (folder / NAME).write_bytes(_format(sums))


def update(folder: Path, changed: Iterable[str]) -> None:
    """List some files of a folder anew; a folder without a list stays without."""
    save_changed(folder, folder, changed)


def save_changed(part: Path, folder: Path, changed: Iterable[str]) -> None:
    """Write the list of a folder into a part with changed files; none where it has no list."""
    if sums := _read(folder):
        sums |= {name: sha256_of(part / name) for name in changed}
        (part / NAME).write_bytes(_format(sums))


def find_faults(folder: Path, is_read: Callable[[str], bool] = lambda _name: True) -> list[Fault]:
    """Return the files that were altered or are missing; none where the folder has no list.

    Args:
        folder: the result folder.
        is_read: False for the names of files that do not matter.
    """
    sums = _read(folder)
    if sums is None:
        return []
    if not sums:
        return [Fault(NAME, "altered")]
    faults = [_fault(folder, name, sums[name]) for name in sorted(sums) if is_read(name)]
    return [fault for fault in faults if fault]


def _fault(folder: Path, name: str, sha256: str) -> Fault | None:
    try:
        return None if sha256_of(folder / name) == sha256 else Fault(name, "altered")
    except FileNotFoundError:
        return Fault(name, "missing")
    except OSError:
        return Fault(name, "altered")


def _read(folder: Path) -> dict[str, str] | None:
    """Return the sums by name; empty where a line is malformed, None without the file."""
    try:
        lines = (folder / NAME).read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        return {}
    matches = [_LINE.fullmatch(line) for line in lines]
    if not all(matches):
        return {}
    return {match[2]: match[1] for match in matches if match}


def _format(sums: dict[str, str]) -> bytes:
    return "".join(f"{sums[name]}  {name}\n" for name in sorted(sums)).encode("ascii")
