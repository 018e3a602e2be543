"""Every text for people stands in the catalogue of each language, with the same fields."""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter

import pytest
from jinja2 import Environment, nodes

from hipcv import language
from scripts import translations

LANGUAGES = list(language.NAMES)[1:]
SOURCE = Path(language.__file__).parent.parent
CALLS = {"_", "N_", "ngettext", "setting"}
WORDS = re.compile(r"[A-Za-z]{2,}[,;:]? [a-z]{2,}")

TEMPLATES = sorted(SOURCE.rglob("templates/*.html*"))
NAMES_IN_TEMPLATES = {"hipcv", "hipcv .", "<code>hipcv review</code>"}
READ_ATTRIBUTES = {"alt", "aria-label", "data-label", "placeholder", "title"}

TRANSLATED: tuple[str, ...] = (
    "background.py",
    "batch/",
    "cli/",
    "clip_reader.py",
    "concurrent_analysis.py",
    "core/",
    "estimation/",
    "files.py",
    "folders.py",
    "guide/",
    "language/",
    "libraries.py",
    "native.py",
    "pipeline.py",
    "report/",
    "results/",
    "store/",
    "study/",
    "video/",
    "web/",
)
"""Packages and modules in which every text for people is marked."""

_MATPLOTLIB = ("upper left", "lower left", "outside upper", "offset points", "axes fraction")

NOT_FOR_PEOPLE: dict[str, tuple[str, ...]] = {
    "batch/cluster/executor.py": ("distributed distributed.client",),
    "batch/server.py": ("threads run before",),  # a fault of the program
    "cli/doctor.py": ("apt-get install", "pip install"),
    "cli/protocol.py": ("# Protocol", "\n## What a clip"),  # a page of the documentation
    "cli/data.py": ("command line",),  # stored in the audit trail
    "cli/usage.py": ("Got unexpected", "Did you mean ", "does not take"),  # signs of Typer's errors
    "core/compensation.py": ("shank lengths",),  # a unit of result.json
    "core/issues.py": ("deg, other leg",),
    "files.py": (" is locked by another process",),  # for callers that catch it
    "report/batch_summary.py": ("<",),
    "report/charts/chart.py": _MATPLOTLIB,
    "report/charts/gauge.py": ("<",),
    "report/charts/strip.py": _MATPLOTLIB,
    "report/debug/curves.py": _MATPLOTLIB,
    "report/debug/shank.py": _MATPLOTLIB,
    "report/debug/tracking.py": _MATPLOTLIB,
    "report/formats/c3d.py": ("planar: one camera",),
    "report/formats/fhir_bundle.py": ("; pose model ",),  # the text that identifies the device
    "report/formats/fhir_codes.py": ("",),  # displays of codes, as their systems have them
    "report/formats/opensim.py": ("",),
    "report/numbers.py": ("shank lengths", "share of white"),  # units of result.json
    "report/study/figures.py": _MATPLOTLIB,
    "report/terminal.py": ("bold cyan",),
    "results/formats.py": ("text/",),
    "results/stills.py": ("<figure>",),
    "store/audit.py": ("SELECT ",),
    "store/guards.py": ("SELECT ", " O t "),
    "store/database.py": ("PRAGMA ",),
    "store/migrations/versions/v0001_first.py": ("CREATE ", "INSERT ", "the first version"),
    "store/migrations/versions/v0002_unread.py": ("PRAGMA ", "the second version"),
    "store/migrations/versions/v0003_person.py": ("the third version",),
    "store/migrations/versions/v0004_external.py": ("the fourth version",),
    "store/migrations/versions/v0005_salts.py": ("rows could not be compared", "the fifth version"),
    "store/migrations/versions/v0006_start.py": ("the sixth version",),
    "store/migrations/versions/v0007_reasons.py": ("reasons would be lost", "the seventh version"),
    "store/migrations/versions/v0009_jobs.py": (
        "PRAGMA ",
        "CREATE ",
        "INSERT ",
        " FROM clips_copy",
        "the ninth version",
    ),
    "store/migrations/versions/v0010_notes.py": ("the tenth version",),
    "store/transactions.py": ("records were changed without",),
    "store/tables.py": (": a time without a zone",),
    "video/camera.py": ("tuple[",),
    "video/h264_references.py": ("Expected an Exp-Golomb",),
    "video/file.py": ("Read the clip to its end",),
    "video/recorded.py": ("Finish the recording",),
    "video/recorder.py": ("Ask for the frames once",),
    "video/window.py": ("import cv2;",),
    "web/drawings.py": ("a video could not be drawn",),
    "web/errors.py": ("a request failed",),
    "web/events.py": ("event: clip",),
    "web/exports.py": ("; img-src ", "attachment; "),
    "web/jobs.py": ("the job queue failed",),
    "web/media.py": ("text/csv; ",),
    "web/pages.py": ("\n{% extends ",),
    "web/security.py": ("default-src ", "text/html; "),
    "web/system_info.py": ("Starlette, ",),
    "video/writer.py": ("Open the writer", "time_s: ", " is not later than", "bgr: "),
}
"""Beginnings of texts that are for programs, by module."""


def fields_of(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def marked_texts(path: Path) -> list[str]:
    """Return the texts of a module that its calls of the catalogue's functions translate."""
    return [
        argument.value
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) in CALLS - {"setting"}
        for argument in node.args
        if isinstance(argument, ast.Constant)
        if isinstance(argument.value, str) and argument.value
    ]


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


class _PageTexts(HTMLParser):
    """Texts between the tags of a page, and of the attributes that people read."""

    def __init__(self):
        super().__init__()
        self.texts = []
        self._tag = ""

    def handle_starttag(self, tag, attrs):
        self._tag = tag
        self.texts += [value or "" for name, value in attrs if name in READ_ATTRIBUTES]

    def handle_endtag(self, tag):
        self._tag = ""

    def handle_data(self, data):
        if self._tag not in {"script", "style"}:
            self.texts.append(data)


def unmarked_texts_of_template(source):
    """Return the texts of a Jinja template that stand outside of the catalogue's functions."""
    page = _PageTexts()
    page.feed(re.sub(r"\{[{%#].*?[}%#]\}", "", source, flags=re.DOTALL))
    tree = Environment(extensions=["jinja2.ext.i18n"]).parse(source)
    marked = {
        id(text)
        for call in tree.find_all(nodes.Call)
        if getattr(call.node, "name", None) in CALLS
        for text in call.find_all(nodes.Const)
    }
    values = [text.value for text in tree.find_all(nodes.Const) if id(text) not in marked]
    sentences = [text for text in values if isinstance(text, str) and WORDS.search(text)]
    return [text.strip() for text in page.texts if re.search(r"[A-Za-z]{2,}", text)] + sentences


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


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_text_of_a_template_is_left_out_of_the_catalogue(path):
    texts = unmarked_texts_of_template(path.read_text(encoding="utf-8"))
    of_people = [text for text in texts if not text.startswith("data-")]  # an attribute of a block
    assert [text for text in of_people if text not in NAMES_IN_TEMPLATES] == []


def test_an_unmarked_text_of_a_template_is_found():
    source = (
        '<h1 title="Left">{{ _("Marked text") }}: {{ "Left out" if x else _("Marked") }}</h1>'
        "<style>body { color: red }</style>{# a remark #}<p>{% if x %}Left out here.{% endif %}</p>"
    )
    assert unmarked_texts_of_template(source) == ["Left", "Left out here.", "Left out"]


def test_every_marked_text_is_found_for_the_catalogue():
    """A text within an f-string is not."""
    texts = [text.id for text in translations.texts_of_source()]
    found = {part for text in texts for part in ([text] if isinstance(text, str) else text)}
    marked = {text for path in SOURCE.rglob("*.py") for text in marked_texts(path)}
    assert not marked - found


def texts_translated_on_import(tree):
    """Return the lines of a module's calls that translate a text as the module is imported."""
    lines = []
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"_", "ngettext"}:
            lines.append(node.lineno)
        lines += texts_translated_on_import(node)
    return lines


def test_no_text_is_translated_as_its_module_is_imported():
    """It would stay in the language of that moment."""
    modules = {path: ast.parse(path.read_text(encoding="utf-8")) for path in SOURCE.rglob("*.py")}
    found = {path: texts_translated_on_import(tree) for path, tree in modules.items()}
    assert not {path: lines for path, lines in found.items() if lines}


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
