"""Where every page's template comes from, and how strict it is."""

from collections.abc import Callable

from jinja2 import Environment, PackageLoader, StrictUndefined


def environment(package: str = "hipcv.report", **filters: Callable[..., object]) -> Environment:
    """Templates of a package: everything escaped, nothing undefined, and these filters."""
    page = Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page.filters.update(filters)
    return page
