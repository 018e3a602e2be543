"""A format that is registered appears in the command line and on the pages."""

from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from hipcv.core.errors import InvalidTrack
from hipcv.results import export, formats
from hipcv.results.export_source import ExportSource
from hipcv.results.formats import FORMATS, Format


def test_every_format_has_a_function():
    assert all(callable(row.render) for row in FORMATS.values())


def test_names_and_endings_are_unique():
    assert len({row.ending for row in FORMATS.values()}) == len(FORMATS)


@pytest.mark.parametrize("name", FORMATS)
def test_command_line_accepts_every_format(name):
    from hipcv.cli.main import app

    result = CliRunner().invoke(app, ["export", "nowhere", "--to", name])

    assert isinstance(result.exception, InvalidTrack)


def test_help_names_every_format():
    groups = [part.partition(":")[0] for part in formats.help_text().split("; ")]

    assert sorted(", ".join(groups).split(", ")) == sorted(FORMATS)


@pytest.fixture
def added(monkeypatch):
    """A new format in a module of its own."""
    module = SimpleNamespace(render_note=lambda source: f"note of {source.clip}".encode())
    monkeypatch.setitem(__import__("sys").modules, "note_format", module)
    row = Format("note", ".note", "text/plain", "Note", "a note", module="note_format")
    monkeypatch.setattr(export, "FORMATS", {**FORMATS, "note": row})


@pytest.mark.usefixtures("added")
def test_new_format_needs_one_module_and_one_row():
    source = ExportSource({"clip": {"name": "a b.mp4"}})

    assert export.export(source, "note") == export.Export("a_b.note", "text/plain", b"note of a b")
