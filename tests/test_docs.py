"""The documentation: built without a warning, with nothing from elsewhere, and of this version."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from textwrap import dedent
from urllib.parse import unquote

import pytest

import hipcv
from hipcv.pipeline import METHOD
from hipcv.version import __version__
from scripts.readme_figures import row, with_figures

ROOT = Path(__file__).parents[1]
LOADED = re.compile(
    r"""<(?:script|img|iframe|source|video|link)\b[^>]*?(?:src|href)=["']([^"']+)|url\(["']?([^)"']+)"""
)
"""Addresses that a browser loads by itself: of scripts, pictures, style sheets and fonts."""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Folder of the built pages."""
    pytest.importorskip("sphinx", reason="needs the dependency group docs")
    folder = tmp_path_factory.mktemp("site")
    run = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", ROOT / "docs", folder],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
    return folder


def test_no_page_loads_anything_from_another_host(site):
    pages = [path for ending in ("html", "css") for path in site.rglob(f"*.{ending}")]
    loaded = {
        address
        for page in pages
        for match in LOADED.finditer(page.read_text(encoding="utf-8"))
        for address in match.groups()
        if address
    }

    assert len(loaded) > 20
    assert [address for address in loaded if re.match(r"(\w+:)?//", address)] == []


def test_every_picture_of_a_page_is_there(site):
    pictures = [
        (page, unquote(source))
        for page in site.rglob("*.html")
        for source in re.findall(r'<img\b[^>]*?src="([^"]+)', page.read_text(encoding="utf-8"))
    ]

    assert len(pictures) > 20
    assert [
        (page, source)
        for page, source in pictures
        if not source.startswith("data:") and not (page.parent / source).is_file()
    ] == []


def test_pages_name_the_version_and_its_method(site):
    page = (site / "index.html").read_text(encoding="utf-8")

    assert f"{__version__}" in page


def test_reference_explains_every_name_of_the_interface(site):
    page = (site / "api_reference.html").read_text(encoding="utf-8")
    earlier_names = {"Protocol", "Request"}

    missing = [name for name in hipcv.__all__ if f'id="hipcv.{name}"' not in page]
    assert set(missing) <= earlier_names


def test_reference_says_what_the_fields_of_a_result_hold(site):
    """The comment beside a field is its description."""
    page = (site / "api_reference.html").read_text(encoding="utf-8")

    assert "as the picture shows it, before the view correction" in page


def test_every_notebook_is_a_page_with_its_outputs(site):
    names = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
    pages = {path.stem: path.read_text(encoding="utf-8") for path in site.glob("notebooks/*.html")}

    assert sorted(pages) == names
    assert [name for name in names if "data:image/png" not in pages[name]] == []


@pytest.mark.parametrize("script", ["camera_page", "data_dictionary"])
def test_generated_pages_are_those_of_this_version(script):
    """After a change: `make docs-figures`."""
    code = f"import json, scripts.{script} as page; print(json.dumps(page.files()))"
    made = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)

    for name, text in json.loads(made.stdout).items():
        assert (ROOT / "docs" / name).read_text(encoding="utf-8") == text, name


def test_readme_is_short_and_its_links_lead_somewhere():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    links = re.findall(r"""\]\(([^)#]+)|src="([^"]+)""", text)

    assert text.count("\n") < 150
    assert [link for pair in links for link in pair if link and not (ROOT / link).exists()] == []


@pytest.mark.parametrize("name", ["validation.md", "refusals.md", "reliability.md", "torture.md"])
def test_pages_of_figures_are_of_this_method(name):
    methods = re.findall(r"method (\d+)", (ROOT / "docs" / name).read_text(encoding="utf-8"))

    assert methods[:1] == [str(METHOD)]


def test_figures_of_the_readme_are_those_of_their_pages():
    """After a change of docs/validation.md or docs/performance.md: `make docs-figures`."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert readme.splitlines() == with_figures(readme).splitlines()


@pytest.mark.parametrize(
    ("first", "cells"),
    [("knee steady", ["130", "0.45°"]), ("any, landmarks alone", ["142", "5.87°"])],
)
def test_row_of_a_page_is_found_behind_the_words_before_its_table(first, cells):
    page = """
        | knee steady | 1 | 9.99° |
        Rotation of the shank:
        | knee steady | 130 | 0.45° |
        | any, landmarks alone | 142 | 5.87° |
        | knee steady | 2 | 8.88° |
    """

    assert row(dedent(page), "Rotation of the shank", first) == cells


def test_readme_names_the_python_of_the_package():
    with (ROOT / "pyproject.toml").open("rb") as file:
        oldest = tomllib.load(file)["project"]["requires-python"].removeprefix(">=")

    assert f"Python {oldest} or later" in (ROOT / "README.md").read_text(encoding="utf-8")
