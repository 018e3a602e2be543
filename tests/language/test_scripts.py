"""Every text of the scripts of the pages is marked for translation, and in the catalogue."""

import json
import re
from pathlib import Path

import pytest

from hipcv import language
from scripts import translations

SOURCE = Path(language.__file__).parent.parent
SCRIPTS = [path for path in (SOURCE / "web" / "static").rglob("*.js") if "vendor" not in path.parts]


COMMENT = re.compile(r"^\s*/?\*.*$|(?<=[\s;])//.*$", re.MULTILINE)
STRING = re.compile(r'"((?:\\.|[^"\\\n])*)"|`((?:\\.|[^`\\])*)`')
MARKED = re.compile(
    r'\b_\("(?:\\.|[^"\\])*"|\bngettext\("[^"]*", "[^"]*"|\bclass: ["`][^"`]*["`]|from "[^"]*"'
)
"""Texts with their mark for translation, names of classes and of modules."""

CALL = re.compile(r'(?<!function )\b(?:_|ngettext)\((?:"((?:\\.|[^"\\])*)")?')
FIELD = re.compile(r"\$\{[^}]*\}")
SENTENCE = re.compile(r"[A-Za-z]{2,}[,;:.]? [A-Za-z]{2,}|^[A-Z][a-z]+[.:…]?$")
WORD = re.compile(r"(^| )[A-Za-z][a-z]+([ ,;:.]|$)")
FOR_PROGRAMS = re.compile(
    r"^((Enter|Escape|Tab|shank lengths|(cards|line|mark|result|small|value) [a-z-]+)$|Arrow|\d)"
    r"|px|[#\[\]>=/]|rgba|prefers-"
)
"""Texts of scripts that are no words: keys, classes, selectors, paths, units, drawing."""

DRAWING = re.compile(r"px|[#\[\]>=/()]|UTC")


@pytest.fixture(scope="module")
def texts_of_source():
    ids = [text.id for text in translations.texts_of_source()]
    return {text for one in ids for text in ([one] if isinstance(one, str) else one)} - {""}


def unmarked_strings(script: str) -> list[str]:
    """Return the texts of a script that read as words and are not marked for translation."""
    unmarked = MARKED.sub("", COMMENT.sub("", script))
    found = STRING.findall(unmarked)
    texts = [text for text, _ in found if SENTENCE.search(text) and not FOR_PROGRAMS.search(text)]
    patterns = [FIELD.sub("", pattern) for _, pattern in found]
    return texts + [text for text in patterns if WORD.search(text) and not DRAWING.search(text)]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_script_has_no_text_outside_the_catalogue(path):
    assert unmarked_strings(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_marked_text_of_a_script_is_in_the_catalogue(path, texts_of_source):
    script = COMMENT.sub("", path.read_text(encoding="utf-8"))
    marked = {json.loads(f'"{text}"') for text in CALL.findall(script)}
    assert marked <= texts_of_source, "a text in a template literal, or one that is no literal"


def test_an_unmarked_text_of_a_script_is_found():
    script = 'f(_("Marked text"), "Left out", `${n} left out`, {class: "small quiet"}); // Not so'
    assert unmarked_strings(script) == ["Left out", " left out"]
