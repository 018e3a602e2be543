"""Pages of the documentation that hold the notebooks with their stored outputs."""

import re
from pathlib import Path
from typing import Final

import nbformat

FOLDER: Final = Path(__file__).resolve().parent.parent / "notebooks"

ORDER: Final = ("walkthrough", "view_and_knee", "batch_and_agreement")
"""Names of the pages, in the order in which they are read."""

STYLE: Final = re.compile(r"<style scoped>.*?</style>", re.DOTALL)
TABLE: Final = (
    '<div class="table-wrapper docutils container"><table class="docutils align-default">'
)


def write_pages(folder: Path) -> None:
    """Write a page of Markdown for each notebook."""
    folder.mkdir(exist_ok=True)
    for name in ORDER:
        notebook = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
        text = "\n\n".join(part for cell in notebook.cells for part in parts(cell)) + "\n"
        path = folder / f"{name}.md"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def parts(cell: nbformat.NotebookNode) -> list[str]:
    """Return the paragraphs of a cell: its text, or its code and what that displays."""
    if cell.cell_type == "markdown":
        return [cell.source]
    return [f"```python\n{cell.source}\n```", *map(displayed, cell.outputs)]


def displayed(output: nbformat.NotebookNode) -> str:
    """Return an output as a table, a picture within the page, or plain text."""
    data = output.get("data", {})
    if "text/html" in data:
        lines = STYLE.sub("", data["text/html"]).splitlines()
        html = "\n".join(line for line in lines if line.strip() not in {"", "<div>", "</div>"})
        return re.sub(r"<table[^>]*>", TABLE, html) + "\n</div>"
    if "image/png" in data:
        picture = "".join(data["image/png"].split())
        return f'<img alt="What the code draws" src="data:image/png;base64,{picture}">'
    return f"```text\n{output.get('text', data.get('text/plain', '')).rstrip()}\n```"
