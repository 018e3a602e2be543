"""Where every page's template comes from, and how strict it is."""

from collections.abc import Callable

from jinja2 import Environment, PackageLoader, StrictUndefined


def environment(**filters: Callable[..., object]) -> Environment:
    """Templates of this folder: everything escaped, nothing undefined, and these filters."""
    page = Environment(
        loader=PackageLoader("hipcv.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page.filters.update(filters)
    return page
