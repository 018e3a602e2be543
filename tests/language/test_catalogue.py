"""Every text for people stands in the catalogue of each language, with the same fields."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from hipcv import language
from scripts import translations

LANGUAGES = list(language.NAMES)[1:]
SOURCE = Path(language.__file__).parent.parent
CALLS = {"_", "N_", "ngettext", "setting"}
WORDS = re.compile(r"[A-Za-z]{2,}[,;:]? [a-z]{2,}")

TRANSLATED: tuple[str, ...] = (
    "background.py",
    "batch/",
    "cli/",
    "clip_reader.py",
    "concurrent_analysis.py",
    "core/",
    "estimation/",
    "files.py",
    "guide/",
    "language/",
    "native.py",
    "pipeline.py",
    "report/answers.py",
    "results/",
    "store/",
    "video/",
)
"""Packages and modules in which every text for people is marked."""

NOT_FOR_PEOPLE: dict[str, tuple[str, ...]] = {
    "batch/cluster/executor.py": ("distributed distributed.client",),
    "cli/doctor.py": ("apt-get install", "pip install"),
    "cli/protocol.py": ("# Protocol",),  # a page of the documentation
    "cli/data.py": ("command line",),  # stored in the audit trail
    "core/compensation.py": ("shank lengths",),  # a unit of result.json
    "core/quality.py": ("deg, other leg",),
    "files.py": (" is locked by another process",),  # for callers that catch it
    "results/formats.py": ("text/",),
    "results/stills.py": ("<figure>",),
    "store/audit.py": ("SELECT ",),
    "store/database.py": ("PRAGMA ",),
    "store/migrations/versions/v0001_first.py": ("CREATE ", "INSERT ", "the first version"),
    "store/migrations/versions/v0002_unread.py": ("PRAGMA ", "the second version"),
    "store/migrations/versions/v0003_person.py": ("the third version",),
    "store/tables.py": (": a time without a zone",),
    "video/camera.py": ("tuple[",),
    "video/file.py": ("Read the clip to its end",),
    "video/recorded.py": ("Finish the recording",),
    "video/recorder.py": ("Ask for the frames once",),
    "video/window.py": ("import cv2;",),
    "video/writer.py": ("Open the writer", "time_s: ", " is not later than", "bgr: "),
}
"""Beginnings of texts that are for programs, by module."""


def fields_of(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def unmarked_texts(path: Path) -> list[str]:
    """Return the texts of a module that read as words and are not marked for translation."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    others = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            others.add(id(node.value))  # a docstring
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) in CALLS:
            arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
            others |= {id(part) for argument in arguments for part in ast.walk(argument)}
    texts = [node for node in ast.walk(tree) if id(node) not in others]
    values = [node.value for node in texts if isinstance(node, ast.Constant)]
    return [text for text in values if isinstance(text, str) and WORDS.search(text)]


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_catalogue_holds_the_texts_of_the_source_and_no_others(code):
    path = translations.path_of(code)
    of_source = translations.catalogue_of(code, [path])
    assert {text.id for text in of_source} - {""} == set(translations.ids_of(path)), (
        "make translations"
    )
    assert not [text.id for text in of_source if text.id and not translations.is_translated(text)]


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_translation_has_the_fields_of_its_text(code):
    for texts, translated in language.messages(code).items():
        if isinstance(texts, str):
            assert fields_of(translated) == fields_of(texts), texts
        else:
            fields = set().union(*map(fields_of, texts))
            assert all(fields_of(form) <= fields for form in translated), texts


@pytest.mark.parametrize("name", TRANSLATED)
def test_no_text_for_people_is_left_out_of_the_catalogue(name):
    path = SOURCE / name
    for module in [path] if path.is_file() else sorted(path.rglob("*.py")):
        for_programs = NOT_FOR_PEOPLE.get(module.relative_to(SOURCE).as_posix(), ())
        texts = [text for text in unmarked_texts(module) if not text.startswith(for_programs)]
        assert not texts, module


def test_an_unmarked_sentence_is_found(tmp_path):
    module = tmp_path / "module.py"
    module.write_text(
        '"""A docstring of words."""\nX = _("Marked text here.")\nY = "Left out here."\n'
    )
    assert unmarked_texts(module) == ["Left out here."]


def test_the_language_is_that_of_the_context_then_of_the_program(monkeypatch):
    monkeypatch.setenv(language.VARIABLE, "es_MX.UTF-8")
    assert language.current() == "es"
    with language.using("en"):
        assert language.current() == "en"
    monkeypatch.delenv(language.VARIABLE)
    assert language.current() == "en"


def test_an_unknown_language_falls_back_to_the_next_wanted_then_to_english():
    assert language.best("fr-CA", "es-AR") == "es"
    assert language.best("fr") == "en"
