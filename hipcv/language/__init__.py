"""Language of every text that people read: one gettext catalogue for each language.

A text is written in English where it is used. `_("...")` translates it at once; `N_("...")` marks a
constant that `_(constant)` or a `Translated` table translates later, since the language may differ
from one request to the next. `make translations` brings the catalogues up to date with the source.
"""

import gettext as _gettext
import io
import os
import re
from collections import UserDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import fields, is_dataclass, replace
from functools import cache
from importlib import resources
from typing import Any, Final, TypeVar

K = TypeVar("K")
V = TypeVar("V")

NAMES: Final = {"en": "English", "es": "Español"}
"""Name of each language in itself, by its code; the first is that of the source."""

SOURCE: Final = next(iter(NAMES))
"""Code of the language of the source, in which texts are stored."""

VARIABLE: Final = "HIPCV_LANG"
"""Environment variable with the language of a program and of the programs that it starts."""

_AND_BEFORE_I: Final = re.compile(r" y (?=h?i(?!e))", re.IGNORECASE)
"""Spanish "y" where it becomes "e": before the sound of an i."""

_of_context: ContextVar[str | None] = ContextVar("language", default=None)


def current() -> str:
    """Return the code of the present language: of the context, else of the program."""
    chosen = _of_context.get()
    return chosen if chosen is not None else best(os.environ.get(VARIABLE, ""))


def use(code: str) -> None:
    """Make a language that of the program and of the programs that it starts."""
    os.environ[VARIABLE] = code


@contextmanager
def using(code: str) -> Iterator[None]:
    """Use a language in this thread or task alone."""
    token = _of_context.set(code)
    try:
        yield
    finally:
        _of_context.reset(token)


def best(*wanted: str) -> str:
    """Return the first of the wanted languages that there is, else English.

    Args:
        wanted: language tags such as `es`, `es-MX`, `es_ES.UTF-8`.
    """
    return next(filter(None, map(code_of, wanted)), SOURCE)


def code_of(tag: str) -> str | None:
    """Return the code of a language tag; None if there is no such language here."""
    code = tag.replace("_", "-").partition("-")[0].lower()
    return code if code in NAMES else None


def _(message: str) -> str:
    """Return the text in the present language; "" stays ""."""
    return _catalogue(current()).gettext(message) if message else ""


def ngettext(singular: str, plural: str, count: int) -> str:
    """Return the singular or plural text in the present language, as the count demands."""
    return _catalogue(current()).ngettext(singular, plural, count)


def N_(message: str) -> str:  # noqa: N802 - the customary name
    """Mark a text for the catalogue, and return it unchanged."""
    return message


def translate(value: V, text_fields: Mapping[str, object] | None = None) -> V:
    """Return a text, a tuple or a dataclass with each of its texts in the present language.

    `text_fields` are filled into each text after its translation.
    """
    translated: V = _translate(value, text_fields)
    return translated


class Translated(UserDict[K, V]):
    """Table of texts that are translated as they are read.

    `text_fields` are filled into each text after its translation; `data` holds the texts of
    the source.
    """

    def __init__(
        self, table: Mapping[K, V], text_fields: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(table)
        self._text_fields = text_fields

    def __getitem__(self, key: K) -> V:
        return translate(self.data[key], self._text_fields)


def join(words: Sequence[str]) -> str:
    """Return words as a list in the present language: hip lift, thigh lift and knee drift."""
    if len(words) < 2:  # noqa: PLR2004 - nothing to join
        return "".join(words)
    text = _("{words} and {last}").format(words=", ".join(words[:-1]), last=words[-1])
    return _AND_BEFORE_I.sub(" e ", text) if current() == "es" else text


def messages(code: str) -> dict[str | tuple[str, str], str | tuple[str, ...]]:
    """Return the translations of a language by their English texts; none for English.

    A text with a plural is a pair of texts, its translation a tuple of forms.
    """
    return {message.id: message.string for message in _pofile(code) or () if message.id}


def _translate(value: Any, text_fields: Mapping[str, object] | None) -> Any:  # noqa: ANN401 - any type, and the same type back
    if isinstance(value, str):
        return _(value).format(**text_fields) if text_fields else _(value)
    if isinstance(value, tuple):
        return tuple(_translate(part, text_fields) for part in value)
    if is_dataclass(value) and not isinstance(value, type):
        parts = {f.name: getattr(value, f.name) for f in fields(value)}
        return replace(
            value, **{name: _translate(part, text_fields) for name, part in parts.items()}
        )
    return value


@cache
def _catalogue(code: str) -> _gettext.NullTranslations:
    catalogue = _pofile(code)
    if catalogue is None:
        return _gettext.NullTranslations()
    from babel.messages import mofile

    compiled = io.BytesIO()
    mofile.write_mo(compiled, catalogue)
    compiled.seek(0)
    return _gettext.GNUTranslations(compiled)


@cache
def _pofile(code: str) -> Any:  # noqa: ANN401 - a Babel catalogue; None for the source's language
    if code == SOURCE:
        return None
    from babel.messages import pofile

    return pofile.read_po(io.BytesIO((resources.files(__name__) / f"{code}.po").read_bytes()))
