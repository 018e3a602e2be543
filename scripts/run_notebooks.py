"""Execution of the notebooks, which are stored with their outputs."""

import os
import sys
import tempfile
from pathlib import Path

import nbclient
import nbformat

from scripts.notebook_pages import FOLDER

NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def execute(path: Path) -> nbformat.NotebookNode:
    """Return a notebook as it is after a run from top to bottom; its pictures are PNG."""
    notebook = nbformat.read(path, as_version=4)
    settings = {
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
    before = dict(os.environ)
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(settings, IPYTHONDIR=folder)
        try:
            nbclient.NotebookClient(
                notebook,
                timeout=1800,
                record_timing=False,
                resources={"metadata": {"path": str(FOLDER)}},
            ).execute()
        finally:
            os.environ.clear()
            os.environ.update(before)
    notebook.metadata.language_info = {"name": "python"}  # no version of this machine
    return notebook


def main() -> None:
    """Execute the notebooks that are named, or all, and store their outputs."""
    for path in [Path(name) for name in sys.argv[1:]] or NOTEBOOKS:
        nbformat.write(execute(path), path)
        print(path.relative_to(FOLDER.parent))


if __name__ == "__main__":
    main()
