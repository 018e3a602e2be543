"""The notebooks run from top to bottom, and are stored with the outputs of this version."""

import ast
import re

import nbformat
import pytest

from scripts.run_notebooks import NOTEBOOKS, execute
from tests.processors import PROCESSOR_DEG, PROCESSOR_SHARE

NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.]*\d)")
ABSOLUTE_PATH = re.compile(r"(?<![\w./<])/(?:home|root|tmp|usr|var|work|Users)/|[A-Z]:\\")
SIZE_MAX = 500_000

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
each_notebook_run = pytest.mark.parametrize(
    "path",
    [
        pytest.param(
            path, id=path.stem, marks=[] if "walkthrough" in path.stem else pytest.mark.slow
        )
        for path in NOTEBOOKS
    ],
)
"""The first one in every change, those that analyse more clips in `make sweep`."""


def read(path):
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def outputs_of(notebook):
    """Return what each code cell displays: text without its spacing, and the kind of a picture."""
    return [[shown(output) for output in cell.outputs] for cell in code_cells(notebook)]


def texts_of(notebook):
    return [text for outputs in outputs_of(notebook) for text in outputs]


def shown(output):
    data = output.get("data", {})
    text = output.get("text", data.get("text/plain", ""))
    return "picture" if "image/png" in data else " ".join(text.split())


def is_same(stored, now):
    """Compare two texts; numbers with decimals may differ by what processors do."""
    if NUMBER.sub("#", stored) != NUMBER.sub("#", now):
        return False
    pairs = zip(NUMBER.findall(stored), NUMBER.findall(now), strict=True)
    return all(abs(float(a) - float(b)) <= tolerance(a) for a, b in pairs)


def tolerance(number):
    """Return what a number with decimals may differ by: one in its last digit, or a processor's."""
    _, point, decimals = number.partition(".")
    if not point:
        return 0.0
    return max(
        1.01 * 10.0 ** -len(decimals), min(PROCESSOR_DEG, PROCESSOR_SHARE * abs(float(number)))
    )


@pytest.mark.parametrize(
    ("stored", "now", "same"),
    [
        ("left 34.9 of 35", "left  35.0 of 35", True),
        ("left 34.9 of 35", "left 35.5 of 35", False),
        ("off by 0.06", "off by 0.08", False),
        ("11 of 12", "12 of 12", False),
        ("0.0 flagged", "-0.1 flagged", True),
        ("measured 34.9", "refused 34.9", False),
    ],
)
def test_outputs_are_compared_as_they_are_displayed(stored, now, same):
    assert is_same(" ".join(stored.split()), " ".join(now.split())) is same


@pytest.mark.model
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@each_notebook_run
def test_stored_outputs_are_those_of_this_version(path):
    """After a change: `python -m scripts.run_notebooks`."""
    stored, now = outputs_of(read(path)), outputs_of(execute(path))

    assert [len(outputs) for outputs in stored] == [len(outputs) for outputs in now]
    differing = [
        (before, after)
        for outputs, others in zip(stored, now, strict=True)
        for before, after in zip(outputs, others, strict=True)
        if not is_same(before, after)
    ]
    assert differing == []


@each_notebook
def test_notebook_is_stored_as_it_ran(path):
    notebook = read(path)
    cells = code_cells(notebook)

    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert [
        cell for cell in cells if cell.outputs and cell.outputs[0].get("name") == "stderr"
    ] == []
    assert "picture" in texts_of(notebook)


@each_notebook
def test_notebook_is_small_and_tells_nothing_of_the_machine(path):
    """Neither folders nor times nor versions of what ran it are stored."""
    notebook = read(path)

    assert path.stat().st_size < SIZE_MAX
    assert [text for text in texts_of(notebook) if ABSOLUTE_PATH.search(text)] == []
    assert [cell.metadata for cell in notebook.cells if cell.metadata] == []
    assert set(notebook.metadata.language_info) == {"name"}


@each_notebook
def test_notebook_defines_no_function(path):
    tree = ast.parse("\n".join(cell.source for cell in code_cells(read(path))))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)

    assert [node for node in ast.walk(tree) if isinstance(node, kinds)] == []


@each_notebook
def test_notebook_uses_the_public_interface_alone(path):
    tree = ast.parse("\n".join(cell.source for cell in code_cells(read(path))))
    imported = [
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (getattr(node, "module", ""), *(alias.name for alias in node.names))
    ]

    assert "hipcv" in imported
    assert [name for name in imported if name.startswith("hipcv.")] == []
