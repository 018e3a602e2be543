"""Write what `pip-audit` looks up: every locked package, for every system and version of Python.

    python scripts/list_locked.py FOLDER requirements.lock requirements-dev.lock

pip-audit skips a package whose marker excludes this machine, and refuses a list with two versions
of one. So markers are left out, and each list holds one version of a package. Prints what is in
them.
"""

import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

PACKAGE: Final = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[^]]*\])?==([^\s;\\]+)", re.MULTILINE)


def packages(locks: Iterable[Path]) -> list[tuple[str, str]]:
    """Return name and version of every package in any of the lock files, each once."""
    found = (match.groups() for lock in locks for match in PACKAGE.finditer(lock.read_text()))
    return sorted({(name.lower(), version) for name, version in found})


def lists(locked: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Return requirements by which every version is looked up; one version a list."""
    by_name: dict[str, list[str]] = {}
    for name, version in locked:
        by_name.setdefault(name, []).append(version)
    longest = max(map(len, by_name.values()), default=0)
    return [
        [f"{name}=={versions[at]}" for name, versions in by_name.items() if at < len(versions)]
        for at in range(longest)
    ]


def main(folder: Path, locks: list[Path]) -> None:
    """Write the lists as `0.txt` and so on, and print their number of packages."""
    locked = packages(locks)
    for number, lines in enumerate(lists(locked)):
        (folder / f"{number}.txt").write_text("\n".join([*lines, ""]))
    names = len({name for name, _ in locked})
    files = " and ".join(lock.name for lock in locks)
    print(f"{names} packages in {len(locked)} versions, all of {files}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
