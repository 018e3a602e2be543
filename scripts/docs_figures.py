"""Make every picture, table and generated page of the README and the documentation.

    python -m scripts.docs_figures [--all]

The pages whose figures take hours, from clips with known truth, are made with `--all` only; without
it, each that is of another version or method is named with its command. What could not be made is
named at the end, and the exit code is 1.
"""

import argparse
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from hipcv.pipeline import METHOD
from hipcv.version import __version__

ROOT: Final = Path(__file__).resolve().parent.parent
DOCS: Final = ROOT / "docs"

MADE_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "README.md, the figures of accuracy and speed": ("-m", "scripts.readme_figures"),
    "docs/data_dictionary.md, docs/result.schema.json": ("-m", "scripts.data_dictionary"),
    "docs/camera.md, docs/images/camera_*.svg": ("-m", "scripts.camera_page"),
    "docs/images/demo.webp": ("-m", "scripts.make_readme_video"),
    "docs/images/guide.jpg": ("-m", "scripts.make_guide_picture"),
    "docs/images/report.jpg, docs/images/review.jpg": ("-m", "scripts.make_page_pictures"),
    "notebooks/*.ipynb": ("-m", "scripts.run_notebooks"),
}
"""Arguments of Python by the files that they write."""

PRINTED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "protocol.md": ("-m", "hipcv", "protocol", "--markdown"),
    "modules.md": ("-m", "scripts.list_modules"),
}
"""Arguments of Python that print a page, by its name in docs."""

MEASURED_BY: Final[Mapping[str, str]] = {
    "validation.md": "score",
    "refusals.md": "refusals",
    "torture.md": "torture",
}
"""Target of make by the page, for those that take hours; figures of speed are of one machine."""


def made(files: str, arguments: tuple[str, ...]) -> bool:
    """Run Python, naming the files that it writes; return False where it failed."""
    print(files, flush=True)
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, check=False).returncode == 0


def printed(name: str, arguments: tuple[str, ...]) -> bool:
    """Write what Python prints as a page; return False, and leave the page, where it failed."""
    print(f"docs/{name}", flush=True)
    run = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, stdout=subprocess.PIPE, check=False
    )
    if run.returncode == 0:
        (DOCS / name).write_bytes(run.stdout)
    return run.returncode == 0


def measured(name: str, target: str) -> bool:
    """Run a target of make; return False where it failed."""
    print(f"docs/{name}", flush=True)
    return subprocess.run(["make", target], cwd=ROOT, check=False).returncode == 0


def is_current(name: str) -> bool:
    """Return True for a page whose figures are of this version and method."""
    text = " ".join((DOCS / name).read_text(encoding="utf-8").split())
    return bool(re.search(rf"hipcv {re.escape(__version__)}\W+method {METHOD}\b", text))


def main() -> int:
    """Make all, and return the exit code."""
    parser = argparse.ArgumentParser(description="Make the figures of README and documentation.")
    parser.add_argument("--all", action="store_true", help="those that take hours as well")
    missing = []
    if parser.parse_args().all:
        missing += [name for name, target in MEASURED_BY.items() if not measured(name, target)]
    missing += [files for files, arguments in MADE_BY.items() if not made(files, arguments)]
    missing += [name for name, arguments in PRINTED_BY.items() if not printed(name, arguments)]
    for name, target in MEASURED_BY.items():
        if not is_current(name):
            print(f"docs/{name} is of another version or method: run make {target}.")
    for files in missing:
        print(f"Not made: {files}")
    return int(bool(missing))


if __name__ == "__main__":
    sys.exit(main())
