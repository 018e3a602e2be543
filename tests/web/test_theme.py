"""Light and dark: as the reader's system is, unless chosen in the foot of a page."""

import re

import pytest

from hipcv.report.pages import stylesheet_of_colours
from hipcv.web.request_theme import COOKIE, FIELD, THEMES
from hipcv.web.ui_text import STATIC

COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl)a?\(", re.IGNORECASE)
PROPERTY = re.compile(r"(--[\w-]+): ([^;]+);")
STYLE_SHEETS = [path for path in STATIC.rglob("*.css") if "vendor" not in path.parts]
CHOSEN = 'data-theme="{}"'

ON_GROUNDS = {
    "ink": ("paper", "ground", "soft"),
    "muted": ("paper", "ground", "soft"),
    "disabled": ("soft",),
    "blue": ("paper", "ground"),
    "blue-dark": ("paper", "ground", "blue-soft"),
    "green": ("paper", "green-soft"),
    "care": ("paper", "care-soft"),
    "on-blue": ("blue", "blue-dark"),
    "paper": ("ink", "muted", "care"),
}
"""Colours of texts, by the colours on which they stand."""


def colours_of(theme):
    """Return the custom properties of a theme."""
    css = stylesheet_of_colours()
    light = dict(PROPERTY.findall(css.partition("@media")[0]))
    dark = css.partition('[data-theme="dark"]')[2].partition("@media")[0]
    return light | (dict(PROPERTY.findall(dark)) if theme == "dark" else {})


def luminance(colour):
    """Return the relative luminance of WCAG 2."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_texts_have_the_contrast_of_wcag_aa(theme):
    colours = colours_of(theme)
    contrasts = {
        (text, ground): (max(pair) + 0.05) / (min(pair) + 0.05)
        for text, grounds in ON_GROUNDS.items()
        for ground in grounds
        if (pair := [luminance(colours[f"--{name}"]) for name in (text, ground)])
    }

    assert {pair: value for pair, value in contrasts.items() if value < 4.5} == {}


def test_a_page_follows_the_system_unless_a_theme_was_chosen(client):
    page = client.get("/").text
    assert "data-theme" not in page
    assert "prefers-color-scheme: dark" in client.get("/static/shared/colours.css").text


def test_a_chosen_theme_is_stored(client):
    chosen = client.get("/", params={FIELD: "dark"}).text
    later = client.get("/settings").text
    assert CHOSEN.format("dark") in chosen
    assert CHOSEN.format("dark") in later


def test_the_choice_of_the_system_is_stored_as_well(client):
    for name in ("dark", "system"):
        client.get("/", params={FIELD: name})
    assert "data-theme" not in client.get("/").text


def test_a_theme_that_there_is_not_is_not_stored(client):
    client.get("/", params={FIELD: "sepia"})
    assert COOKIE not in client.cookies


def test_the_sign_in_page_offers_every_theme(stranger):
    page = stranger.get("/signin").text
    assert all(f'href="?{FIELD}={name}"' in page for name in THEMES)


def test_a_report_is_in_the_theme_of_its_page_and_its_file_in_none(therapist):
    client, clip_id = therapist.client, therapist.placed()["clip"]["id"]
    client.get("/", params={FIELD: "dark"})
    page = client.get(f"/clips/{clip_id}/report").text
    file = client.get(f"/api/clips/{clip_id}/export", params={"to": "html"}).text
    assert (CHOSEN.format("dark") in page, "data-theme=" in file.partition("<style>")[0]) == (
        True,
        False,
    )


@pytest.mark.parametrize("path", STYLE_SHEETS, ids=lambda path: path.name)
def test_style_sheets_name_their_colours_and_define_none(path):
    assert COLOUR.findall(path.read_text("utf-8")) == []


def test_every_colour_that_a_style_sheet_names_is_defined():
    names = {
        name
        for path in [*STYLE_SHEETS, *STATIC.rglob("*.js")]
        for name in re.findall(
            r"""var\((--[\w-]+)\)|colour\("([\w-]+)"\)""", path.read_text("utf-8")
        )
    }
    used = {variable or f"--{name}" for variable, name in names}

    assert used - colours_of("light").keys() <= {"--radius", "--out"}
