"""Pictures of the README and the documentation: of this version, with the numbers of today."""

import os
import re
import subprocess
import sys
from fnmatch import fnmatch

import pytest

from hipcv.pipeline import METHOD
from hipcv.version import __version__
from scripts.docs_figures import DOCS, MADE_BY, MEASURED_BY, ROOT, is_current
from scripts.picture_metadata import IMAGES, numbers_of, read, with_description
from tests.processors import PROCESSOR_DEG

PICTURES = sorted(path.name for path in IMAGES.iterdir())
OF_RESULTS = ("demo.webp", "report.jpg", "review.jpg")
LIVE_LIMIT_DEG = 2.0
"""Largest difference of a live reading from the repetition measured in the recording."""


def angles_of(numbers):
    """Return the angles of a side in one row."""
    return [numbers["rotation_deg"], numbers["result_deg"], *numbers["result_interval_deg"]]


@pytest.mark.parametrize("name", PICTURES)
def test_picture_is_of_this_version_and_method(name):
    """After a change of either: `make docs-figures`."""
    made_by = read(IMAGES / name)

    assert (made_by.get("hipcv"), made_by.get("method")) == (__version__, METHOD)


@pytest.mark.model
@pytest.mark.parametrize("name", OF_RESULTS)
def test_picture_shows_the_numbers_that_its_clip_gives_now(sample_trial, name):
    """After a change: `make docs-figures`."""
    drawn = read(IMAGES / name)["numbers"]
    now = numbers_of(sample_trial(drawn["clip"]))

    assert angles_of(drawn["left"]) == pytest.approx(angles_of(now["left"]), abs=PROCESSOR_DEG)
    assert drawn["left"]["findings"] == now["left"]["findings"]


@pytest.mark.slow
@pytest.mark.model
def test_picture_of_the_guide_shows_about_the_angle_that_is_measured(sample_trial):
    drawn = read(IMAGES / "guide.jpg")["numbers"]
    rep = sample_trial(drawn["clip"]).sides["left"].reps[2]

    assert drawn["live_deg"] == pytest.approx(rep.rotation_deg, abs=LIVE_LIMIT_DEG)


@pytest.mark.parametrize("name", [name for name in PICTURES if name.startswith("validation_")])
def test_chart_is_of_as_many_sides_as_its_page(name):
    page = (DOCS / "validation.md").read_text(encoding="utf-8")

    (sides,) = re.findall(r"sides to measure (\d+) got a number", page)
    assert read(IMAGES / name)["numbers"] == {"sides": int(sides)}


def test_chart_of_damage_is_of_as_many_clips_as_its_page():
    page = (DOCS / "torture.md").read_text(encoding="utf-8")

    (clips,) = re.findall(r"makes of (\d+) odd", page)
    assert read(IMAGES / "torture_damage.svg")["numbers"] == {"clips": int(clips)}


@pytest.mark.parametrize("name", PICTURES)
def test_picture_is_made_by_a_target_and_shown_on_a_page(name):
    made = re.findall(r"images/([\w*.]+)", " ".join(MADE_BY))
    measured = [page.replace(".md", "_*.svg") for page in MEASURED_BY]
    pages = [ROOT / "README.md", *DOCS.glob("*.md")]

    assert any(fnmatch(name, pattern) for pattern in (*made, *measured))
    assert any(f"images/{name}" in page.read_text(encoding="utf-8") for page in pages)


@pytest.mark.parametrize("name", MEASURED_BY)
def test_measured_page_is_of_this_version_and_method(name):
    assert is_current(name), f"after a change of either: make {MEASURED_BY[name]}"


def test_description_of_a_drawing_takes_the_place_of_an_earlier_one(tmp_path):
    drawing = with_description('<svg width="1">\n<rect/></svg>', {"sides": 1})
    path = tmp_path / "drawing.svg"
    path.write_text(with_description(drawing, {"sides": 2}), encoding="utf-8")

    assert read(path) == {"hipcv": __version__, "method": METHOD, "numbers": {"sides": 2}}


def test_without_a_browser_the_pictures_of_pages_name_what_to_install():
    run = subprocess.run(
        [sys.executable, "-m", "scripts.make_page_pictures"],
        cwd=ROOT,
        env=os.environ | {"PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (run.returncode, run.stderr.partition(" is needed")[0]) == (1, "Chromium")
