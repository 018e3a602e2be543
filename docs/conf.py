"""Settings of Sphinx for the documentation; `make docs` builds it into build/docs."""

import inspect
import re
import sys
from dataclasses import is_dataclass
from pathlib import Path

from sphinx.application import Sphinx

from hipcv.core.protocol import MeasurementProtocol
from hipcv.pipeline import METHOD
from hipcv.version import __version__

project = "hipcv"
author = "The hipcv authors"
copyright = "the hipcv authors"  # noqa: A001 - the name that Sphinx asks for
version = release = f"{__version__}, method {METHOD}"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["images", "static"]
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]

default_role = "code"  # of names in docstrings
autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
napoleon_google_docstring = True

smartquotes = False  # "--" is an option, not a dash

html_theme = "furo"
html_static_path = ["static"]
html_css_files = ["docs.css"]
html_title = f"hipcv {__version__}"
html_show_sourcelink = False
html_copy_source = False

COMMENTED_FIELD = re.compile(r"^    (\w+): .*?  # (.+)$", re.MULTILINE)


def describe_fields(
    _app: Sphinx, _kind: str, _name: str, value: object, _options: object, lines: list[str]
) -> None:
    """Add the comment beside each field of a dataclass to its description."""
    if not isinstance(value, type) or not is_dataclass(value):
        return
    lines.append("")
    for base in reversed([each for each in value.__mro__ if is_dataclass(each)]):
        for field, comment in COMMENTED_FIELD.findall(inspect.getsource(base)):
            lines.append(f":param {field}: {comment}")


def shorten_signature(
    _app: Sphinx, _kind: str, _name: str, value: object, *_others: object
) -> tuple[str, str] | None:
    """Leave the hundred settings of the protocol to their own page."""
    return ("(**settings)", "") if value is MeasurementProtocol else None


def add_notebooks(app: Sphinx) -> None:
    """Write the pages of the notebooks, which are not stored."""
    sys.path.insert(0, str(Path(app.srcdir).parent))
    from scripts.notebook_pages import write_pages

    write_pages(Path(app.srcdir) / "notebooks")


def setup(app: Sphinx) -> None:
    """Register what this build does besides."""
    app.connect("builder-inited", add_notebooks)
    app.connect("autodoc-process-docstring", describe_fields)
    app.connect("autodoc-process-signature", shorten_signature)
