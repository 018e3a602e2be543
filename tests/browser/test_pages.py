"""Every page: no console output, no other host, accessible, and fit for a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi.routing import APIRoute
from playwright.sync_api import expect

from hipcv.web.pages import router
from tests.browser.conftest import NARROW, WIDE, new_page, open_page

pytestmark = pytest.mark.model

PAGES = [
    route.path
    for route in router.routes
    if isinstance(route, APIRoute) and "GET" in route.methods and route.path != "/signin"
]
SERIOUS = {"serious", "critical"}
VIEWPORTS = {"wide": WIDE, "narrow": NARROW}
THEMES = ("light", "dark")
DIALOGS = ("Keyboard", "Accept and sign off", "Measure again", "Reject")
HAS_INK = r"""() => {
    const ink = getComputedStyle(document.body).color.match(/\d+/g).map(Number);
    const canvas = document.querySelector("#curve canvas");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    for (let at = 0; at < data.length; at += 4) {
        const alike = ink.every((part, index) => data[at + index] === part);
        if (alike && data[at + 3] === 255) return true;
    }
    return false;
}"""
"""Function that says whether the curve has a pixel in the colour of texts."""


@pytest.fixture(
    scope="module",
    params=[
        *((path, "narrow") for path in PAGES),
        *(pytest.param((path, "wide"), marks=pytest.mark.slow) for path in PAGES),
    ],
    ids="".join,
)
def page(request, browser, server, folder):
    """One page, loaded once for all tests of it."""
    path, size = request.param
    loaded = open_page(browser, server, path.format(**folder.ids), viewport=VIEWPORTS[size])
    if path == "/record":
        loaded.locator("#patient option").first.wait_for(state="attached")
    if path == "/clips/{clip_id}":
        loaded.locator(".handle").first.wait_for()
    if path.startswith("/compare/"):
        loaded.locator("#curve canvas").wait_for()
    expect(loaded.locator("body")).not_to_contain_text("Loading…")
    yield loaded
    loaded.context.close()


def serious_violations(page):
    """Return the rules that a page breaks by what axe finds, light and dark."""
    found = []
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        rules = Axe().run(page).response["violations"]
        found += [(theme, rule["id"]) for rule in rules if rule["impact"] in SERIOUS]
    return found


def test_a_page_logs_nothing_and_requests_no_other_host(page):
    assert (page.log.problems, page.log.foreign) == ([], [])


def test_a_page_is_no_wider_than_the_window(page):
    width_px = page.evaluate("document.documentElement.scrollWidth")

    assert width_px <= page.viewport_size["width"]


def test_axe_finds_no_serious_violation_light_or_dark(page):
    assert serious_violations(page) == []


@pytest.mark.slow
def test_axe_finds_no_serious_violation_in_a_dialog_light_or_dark(clip_page):
    found = []
    for name in DIALOGS:
        clip_page.get_by_role("button", name=name).first.click()
        clip_page.locator("dialog[open]").wait_for()
        found += serious_violations(clip_page)
        clip_page.keyboard.press("Escape")
        expect(clip_page.locator("dialog[open]")).to_have_count(0)

    assert found == []


def test_the_sign_in_page_is_accessible_light_or_dark(browser, server):
    page = new_page(browser)
    page.goto(f"{server.origin}/signin")
    found = serious_violations(page)
    page.context.close()

    assert found == []


def test_the_curve_is_drawn_in_the_ink_of_the_theme(clip_page):
    for theme in THEMES:
        clip_page.emulate_media(color_scheme=theme)
        assert clip_page.wait_for_function(HAS_INK)


@pytest.mark.parametrize("path", ["/settings", "/clips/{clip}/report"])
def test_a_print_is_light(browser, server, folder, path):
    page = open_page(browser, server, path.format(clip=folder.clip_id), color_scheme="dark")
    page.emulate_media(media="print")
    ground = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--paper')")
    page.context.close()

    assert ground == "#fff"


def test_a_theme_chosen_in_the_foot_beats_the_system_and_stays(browser, server):
    page = open_page(browser, server, "/settings?language=en", color_scheme="dark")
    page.get_by_role("link", name="Light", exact=True).click()
    page.goto(server.origin)
    scheme = page.evaluate("getComputedStyle(document.documentElement).colorScheme")
    page.context.close()

    assert scheme == "light"


def test_a_page_without_the_link_asks_for_the_sign_in(browser, server):
    page = new_page(browser)
    response = page.goto(server.origin + "/")
    page.context.close()

    assert response.status == 401


def test_a_clip_is_reached_and_played_by_the_keyboard_alone(browser, server):
    page = open_page(browser, server)
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


def test_a_good_model_is_marked_intact(browser, server):
    page = open_page(browser, server, "/settings")
    model = page.get_by_role("row", name="full")
    expect(model.locator(".tag.good")).to_have_text("intact")
    page.context.close()


def test_the_present_anchor_of_the_record_of_changes_holds(browser, server):
    page = open_page(browser, server, "/settings")
    anchor = page.locator("dt", has_text="Its anchor now").locator("+ dd").text_content()
    page.get_by_label("Anchor, as the report prints it").fill(anchor)
    page.get_by_role("button", name="Check").click()
    expect(page.locator("#anchor-answer .tag.good")).to_have_text(
        "The trail holds the entry of the anchor."
    )
    page.context.close()
