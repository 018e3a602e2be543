"""Stopping the measurement of a clip from the desk and from its own page."""

import sys

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DRIVER, NARROW, open_page, serve
from tests.browser.test_pages import serious_violations
from tests.clips import numbered_pictures, write_clip
from tests.waiting import wait_until
from tests.web import stub

pytestmark = pytest.mark.slow  # left to the sweep

NAME = "gate-30.mp4"
"""A clip of which the stub's analysis waits for the file `open`."""


@pytest.fixture
def endless(tmp_path):
    """The app, in which the analysis of `NAME` does not end."""
    command = [sys.executable, DRIVER, str(tmp_path / "desk"), str(tmp_path / "runs")]
    with serve(tmp_path / "desk", command=command) as server:
        yield server


FOUR_HOURS_S = (0.0, *(60.0 * number for number in range(1, 241)))


def stop(page):
    page.get_by_role("button", name=f"Stop measuring {NAME}").click()


def test_clip_is_stopped_on_the_desk_measured_and_stopped_on_its_page(browser, endless, tmp_path):
    page = open_page(browser, endless, locale="en")
    page.set_input_files("#files", write_clip(tmp_path / NAME, numbered_pictures(3)))
    expect(page.locator("#working .doing")).to_have_text("following the patient, 25 %")
    stop(page)
    page.fill("#dialog-by", "AB")
    page.locator("dialog[open] button[type=submit]").click()

    expect(page.locator("#waiting [data-clip-id] .tag")).to_have_text("stopped")
    wait_until(lambda: not stub.running(tmp_path / "desk" / "working"))
    page.locator("#waiting th a").click()
    page.locator("#measure").click()
    # The card is drawn anew with the number: a button that goes between press and release is lost.
    expect(page.locator("#state-card h2")).to_contain_text("Measured")
    stop(page)
    expect(page.locator("#state-card h2")).to_have_text("Measuring was stopped")
    (tmp_path / "open").touch()
    page.locator("#measure").click()
    page.locator("#review:not([hidden])").wait_for()
    assert page.log.problems == []
    page.context.close()


@pytest.mark.slow
def test_stop_is_accessible_and_fits_in_spanish_on_a_narrow_screen(browser, endless, tmp_path):
    page = open_page(browser, endless, viewport=NARROW, locale="es")
    page.set_input_files("#files", write_clip(tmp_path / NAME, numbered_pictures(3)))
    expect(page.locator("#working .doing")).to_contain_text("25")
    button = page.get_by_role("button", name=f"Detener la medición de {NAME}")
    found = [*serious_violations(page)]
    button.click()
    page.locator("dialog[open]").wait_for()
    found += serious_violations(page)
    widths_px = [page.evaluate("document.documentElement.scrollWidth")]
    page.keyboard.press("Escape")
    page.goto(endless.origin + page.locator("#working a").get_attribute("href"))
    button.wait_for()
    found += serious_violations(page)
    widths_px.append(page.evaluate("document.documentElement.scrollWidth"))
    page.context.close()

    assert (found, max(widths_px)) == ([], NARROW["width"])


@pytest.mark.slow
def test_clip_of_four_hours_is_refused_on_the_desk_with_the_reason(browser, endless, tmp_path):
    page = open_page(browser, endless)
    pictures = numbered_pictures(len(FOUR_HOURS_S))
    page.set_input_files("#files", write_clip(tmp_path / "four.mp4", pictures, FOUR_HOURS_S))

    expect(page.locator("#uploads .error")).to_contain_text("240:00 min long")
    expect(page.locator("#working-card")).to_be_hidden()
    page.context.close()
