"""Bring the catalogues of translations up to date with the texts in the source.

    python scripts/translations.py [MORE.po ...]

Texts that have gone leave a catalogue; new ones enter it untranslated, or as a MORE.po has them.
Prints what is left to translate.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages import Catalog, Message, extract, pofile
from typer.main import get_command

from hipcv import language
from hipcv.cli.language import paragraphs_of
from hipcv.cli.main import app
from hipcv.core.limits import ClipLimits
from hipcv.core.protocol import settings

ROOT = Path(__file__).resolve().parent.parent / "hipcv"
CALLS = {"_": None, "N_": None, "ngettext": (1, 2)}
PLURAL = "nplurals=2; plural=(n != 1);"
TEMPLATES = ("**/templates/**.html", "**/templates/**.html.jinja")
METHODS = [
    ("**.py", "python"),
    *((pattern, "jinja2") for pattern in TEMPLATES),
    ("**/static/vendor/**", "ignore"),
    ("**.js", "javascript"),
]
OPTIONS = {pattern: {"trimmed": "true", "silent": "false"} for pattern in TEMPLATES}


def texts_of_source() -> Catalog:
    """Return every text of the source that is marked for translation."""
    catalogue = Catalog()
    found = extract.extract_from_dir(str(ROOT), METHODS, OPTIONS, CALLS)
    for _file, _line, message, _comments, _context in found:
        catalogue.add(message)
    for text in (*_helps(get_command(app)), *_texts_of_settings()):
        catalogue.add(text)
    return catalogue


def _texts_of_settings() -> Iterator[str]:
    """Yield unit, reason and source of every setting of the protocol and limit of a clip."""
    for setting in (*settings(), *settings(ClipLimits)):
        yield from filter(None, (setting.unit, setting.why, setting.source))


def _helps(command: Any) -> Iterator[str]:  # noqa: ANN401 - Typer does not export the type
    """Yield the paragraphs of the help of a command and of its subcommands: their docstrings."""
    yield from paragraphs_of(command.help)
    for subcommand in getattr(command, "commands", {}).values():
        yield from _helps(subcommand)


def catalogue_of(code: str, sources: list[Path]) -> Catalog:
    """Return the catalogue of a language with the texts of the source, translated as in files."""
    translated = {}
    for path in sources:
        translated |= {text.id: text.string for text in _texts_of(path)}
    catalogue = Catalog(locale=code)
    catalogue.mime_headers = [("Plural-Forms", PLURAL)]
    for message in texts_of_source():
        if message.id:
            catalogue.add(message.id, translated.get(message.id, ""))
    return catalogue


def is_translated(message: Message) -> bool:
    """Return True if no form of a text is empty."""
    forms = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(forms)


def ids_of(path: Path) -> list[str | tuple[str, str]]:
    """Return the texts of a catalogue's file; of one with a plural both forms."""
    return [text.id for text in _texts_of(path)]


def _texts_of(path: Path) -> list[Message]:
    with path.open("rb") as file:
        return [text for text in pofile.read_po(file) if text.id]


def header(code: str) -> str:
    """Return the header of a catalogue: what its readers need, and no time of day."""
    lines = (
        f"Language: {code}",
        "Content-Type: text/plain; charset=utf-8",
        f"Plural-Forms: {PLURAL}",
    )
    return "\n".join(['msgid ""', 'msgstr ""', *(f'"{line}\\n"' for line in lines), "", ""])


def path_of(code: str) -> Path:
    """Return the file of a language's catalogue."""
    return ROOT / "language" / f"{code}.po"


def write(code: str, sources: list[Path]) -> None:
    """Write the catalogue of a language, and print the texts that it lacks."""
    path = path_of(code)
    catalogue = catalogue_of(code, [*([path] if path.exists() else []), *sources])
    with path.open("wb") as file:
        file.write(header(code).encode())
        pofile.write_po(
            file, catalogue, width=100, sort_output=True, no_location=True, omit_header=True
        )
    for message in catalogue:
        if message.id and not is_translated(message):
            print(f"{code}: {message.id!r}")


def main() -> None:
    for code in list(language.NAMES)[1:]:
        write(code, [Path(name) for name in sys.argv[1:]])


if __name__ == "__main__":
    main()
