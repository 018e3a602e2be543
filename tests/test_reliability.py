"""The page on reliability: its commands exist, and its figures are of the present method."""

import re
from pathlib import Path

import pytest

from hipcv.pipeline import METHOD
from hipcv.version import __version__

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
SCRIPTS = sorted(set(re.findall(r"(?:tests|benchmarks)/[\w/]+\.py", PAGE)))
TARGETS = sorted(set(re.findall(r"`make (\w+)`", PAGE)))


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_script_of_the_page_exists(script):
    assert (ROOT / script).is_file()


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_of_the_page_exists(target):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:.*##", makefile, re.MULTILINE)


def test_the_page_names_the_present_version_and_method():
    assert f"{__version__}, method {METHOD}" in PAGE
