"""Jinja environment of every HTML page, and the colours of light and dark pages."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, meta

from hipcv import language

SYSTEM: Final = "system"
LIGHT: Final = "light"
DARK: Final = "dark"

_theme: ContextVar[str] = ContextVar("_theme", default=SYSTEM)


def theme() -> str:
    """Return the theme that the reader chose; "" where a page follows the reader's system."""
    chosen = _theme.get()
    return chosen if chosen in {LIGHT, DARK} else ""


@contextmanager
def using_theme(name: str) -> Iterator[None]:
    """Make pages in a theme until the end of the `with`; SYSTEM follows the reader's system."""
    token = _theme.set(name)
    try:
        yield
    finally:
        _theme.reset(token)


def stylesheet_of_colours() -> str:
    """Return the colours of every page as CSS: custom properties, for light, dark and print."""
    return environment().get_template("colours.css.jinja").render()


@cache
def environment(package: str = "hipcv.report", **filters: Callable[..., object]) -> Environment:
    """Return the templates of a package: values are escaped, undefined names are errors."""
    page = Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    page.globals |= {"_": language._, "gettext": language._, "ngettext": language.ngettext}
    page.globals |= {"language": language.current, "theme": theme}
    page.filters.update(filters)
    return page


def compile_templates(page: Environment, name: str) -> None:
    """Compile a template and those that it includes, which then need not be at the first page."""
    assert page.loader is not None
    page.get_template(name)
    source = page.loader.get_source(page, name)[0]
    for included in meta.find_referenced_templates(page.parse(source)):
        if included is not None:
            compile_templates(page, included)
