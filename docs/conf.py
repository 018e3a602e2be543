"""Settings of Sphinx for the documentation; `make docs` builds it into build/docs."""

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
