"""Language of every text that people read: one gettext catalogue for each language.

A text is written in English where it is used. `_("...")` translates it at once; `N_("...")` marks a
constant that `_(constant)` or a `Translated` table translates later, since the language may differ
from one request to the next. `make translations` brings the catalogues up to date with the source.
"""

import gettext as _gettext
import io
import os
from collections.abc import Iterator, Mapping
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

VARIABLE: Final = "HIPCV_LANG"
"""Environment variable with the language of a program and of the programs that it starts."""

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
    for tag in wanted:
        code = tag.replace("_", "-").partition("-")[0].lower()
        if code in NAMES:
            return code
    return next(iter(NAMES))


def _(message: str) -> str:
    """Return the text in the present language; "" stays ""."""
    return _catalogue(current()).gettext(message) if message else ""


def ngettext(singular: str, plural: str, count: int) -> str:
    """Return the singular or plural text in the present language, as the count demands."""
    return _catalogue(current()).ngettext(singular, plural, count)


def N_(message: str) -> str:  # noqa: N802 - the customary name
    """Mark a text for the catalogue, and return it unchanged."""
    return message


def translate(value: V) -> V:
    """Return a text, a tuple or a dataclass with each of its texts in the present language."""
    translated: V = _translate(value)
    return translated


class Translated(Mapping[K, V]):
    """Table of texts that are translated as they are read."""

    def __init__(self, table: Mapping[K, V]) -> None:
        self._table = dict(table)

    def __getitem__(self, key: K) -> V:
        return translate(self._table[key])

    def __iter__(self) -> Iterator[K]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)


def messages(code: str) -> dict[str, str]:
    """Return the translations of a language by their English texts; none for English."""
    return {
        message.id: message.string
        for message in _pofile(code) or ()
        if isinstance(message.id, str) and message.id
    }


def _translate(value: Any) -> Any:  # noqa: ANN401 - any type, and the same type back
    if isinstance(value, str):
        return _(value)
    if isinstance(value, tuple):
        return tuple(map(_translate, value))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: _translate(getattr(value, f.name)) for f in fields(value)})
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
    if code == next(iter(NAMES)):
        return None
    from babel.messages import pofile

    return pofile.read_po(io.BytesIO((resources.files(__name__) / f"{code}.po").read_bytes()))
