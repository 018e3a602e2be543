"""The table of docs/source.md: each statement of the source stands where it says."""

import dataclasses
import importlib
import inspect
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "source.md"


def rows():
    """Number, file, name and words of every row of the table."""
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:3].strip("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if "|" in line]
    return [
        (int(number), path.strip("`"), name.strip("`"), words.split("; "))
        for number, _, path, name, words in (row for row in cells if row[0].isdigit())
    ]


def member(parent, name):
    """An entry of a table, an item of a list, or an attribute; of settings, the default."""
    if isinstance(parent, Mapping):
        return parent[name]
    if name.isdigit():
        return parent[int(name)]
    if dataclasses.is_dataclass(parent):
        defaults = {field.name: field.default for field in dataclasses.fields(parent)}
        if defaults.get(name, dataclasses.MISSING) is not dataclasses.MISSING:
            return defaults[name]
    return getattr(parent, name)


def words_of(path, name):
    """The text that stands under a name of a module: a value, or else its source."""
    value = importlib.import_module(path.removesuffix(".py").replace("/", "."))
    for part in name.split("."):
        value = member(value, part)
    if isinstance(value, property):
        value = value.fget
    return inspect.getsource(value) if callable(value) else str(value)


@pytest.mark.parametrize(("number", "path", "name", "words"), rows())
def test_a_statement_of_the_source_stands_where_the_table_says(number, path, name, words):
    text = words_of(path, name).lower()

    assert [word for word in words if word.lower() not in text] == []


def test_all_nine_statements_of_the_source_are_in_the_table():
    assert {number for number, *_ in rows()} == set(range(1, 10))


@pytest.mark.parametrize("number", [1, 9])
def test_hands_and_exercises_have_a_row_for_each_of_their_parts(number):
    assert sum(row[0] == number for row in rows()) >= 3
