"""Every page: quiet, alone, open to everybody, and fit for a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import NARROW, WIDE, opened

pytestmark = pytest.mark.model

PAGES = [
    "/",
    "/clips/{clip}",
    "/patients/{patient}",
    "/record",
    "/settings",
    "/clips/{clip}/report",
]
SERIOUS = {"serious", "critical"}


@pytest.fixture(scope="module")
def server(analysed):
    from tests.browser.conftest import desk_on

    with desk_on(analysed) as served:
        yield served


def place(page, server, path):
    """The address of a page of the one clip and its patient."""
    desk = page.request.get(f"{server.origin}/api/desk").json()
    named = {"clip": desk["waiting"][0]["id"], "patient": desk["patients"][0]["id"]}
    return server.origin + path.format(**named)


def settled(browser, server, path, viewport):
    page = opened(browser, server, viewport=viewport)
    page.goto(place(page, server, path))
    page.wait_for_load_state("networkidle" if "record" in path else "load")
    if path == "/clips/{clip}":
        page.locator(".handle").first.wait_for()
    expect(page.locator("body")).not_to_contain_text("Loading…")
    return page


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
class TestPage:
    def test_says_nothing_on_the_console_and_asks_no_other_host(
        self, browser, server, path, viewport
    ):
        page = settled(browser, server, path, viewport)
        heard = page.heard
        page.context.close()

        assert (heard.complaints, heard.foreign) == ([], [])

    def test_is_no_wider_than_the_window(self, browser, server, path, viewport):
        page = settled(browser, server, path, viewport)
        wide = page.evaluate("document.documentElement.scrollWidth")
        page.context.close()

        assert wide <= viewport["width"]


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_no_serious_violation(browser, server, path):
    page = settled(browser, server, path, WIDE)
    found = Axe().run(page).response["violations"]
    page.context.close()

    assert [each["id"] for each in found if each["impact"] in SERIOUS] == []


def test_the_link_works_once_signed_in_and_not_without(browser, server):
    context = browser.new_context()
    page = context.new_page()
    answer = page.goto(server.origin + "/")
    status = answer.status
    context.close()

    assert status == 401


def test_a_clip_is_reached_and_played_by_the_keyboard_alone(browser, server):
    page = opened(browser, server)
    page.locator("#waiting [data-clip-id] a").first.wait_for()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('href') || ''").startswith("/clips/"):
            break
    page.keyboard.press("Enter")
    page.locator(".handle").first.wait_for()
    page.keyboard.press("Home")
    page.keyboard.press(" ")
    expect(page.locator("#player")).not_to_have_attribute("data-row", "0")
    page.context.close()
