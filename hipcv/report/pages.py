"""Jinja environment of every HTML page."""

from collections.abc import Callable
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from hipcv import language


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
    page.globals["language"] = language.current
    page.filters.update(filters)
    return page
