"""Every page in the language of the browser, without a sentence in another one."""

import re

import pytest
from playwright.sync_api import expect

from hipcv import language
from tests.browser.conftest import NARROW, WIDE, open_page
from tests.browser.test_pages import serious_violations

pytestmark = [pytest.mark.model, pytest.mark.slow]

PAGES = ("/", "/clips/{clip}", "/clips/{not_counted}", "/clips/{clip}/report",
         "/patients/{patient}", "/compare/{one_id}/{other_id}", "/record", "/settings",
         "/signin")  # fmt: skip
SIZES = {"wide": WIDE, "narrow": NARROW}
TEXTS = """() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode.textContent.trim());
    for (const name of ["aria-label", "title", "placeholder", "alt"]) {
        for (const element of document.querySelectorAll(`[${name}]`)) {
            if (!element.closest("code")) texts.push(element.getAttribute(name).trim());
        }
    }
    return texts.filter(Boolean);
}"""
FIELD = re.compile(r"\\\{\w*(?::[^{}]*)?\\\}")


def english_texts():
    """Return a pattern of every text of the catalogue that is another one in Spanish."""
    pairs = []
    for texts, translations in language.messages("es").items():
        forms = (texts, translations) if isinstance(texts, tuple) else ((texts,), (translations,))
        pairs += zip(*forms, strict=False)
    texts = [text for text, translated in pairs if text != translated]
    words = [text for text in texts if re.search(r"[A-Za-z]{3}", re.sub(r"\{[^}]*\}", "", text))]
    return re.compile("|".join(FIELD.sub(r".+?", re.escape(text)) for text in words))


@pytest.fixture(scope="module")
def english():
    return english_texts()


@pytest.fixture(
    scope="module",
    params=[
        pytest.param((path, size), marks=[pytest.mark.slow] * (size == "wide"), id=path + size)
        for path in PAGES
        for size in SIZES
    ],
)
def spanish_page(request, browser, server, folder):
    """A page as a Spanish browser shows it."""
    path, size = request.param
    ids = {"clip": folder.clip_id, "not_counted": folder.not_counted}
    address = path.format(**ids, **folder.ids, patient=folder.patient_ids["P-large-change"])
    page = open_page(browser, server, address, viewport=SIZES[size], locale="es-MX")
    if path == "/record":
        page.locator("#patient option").first.wait_for(state="attached")
    expect(page.locator("body")).not_to_contain_text("Cargando…")
    if path.startswith("/clips/") and not path.endswith("report"):
        page.locator(".handle").first.wait_for()
    if path.startswith("/compare/"):
        page.locator("#curve canvas").wait_for()
    yield page
    page.context.close()


def test_a_spanish_browser_sees_no_english_text(spanish_page, english):
    expect(spanish_page.locator("html")).to_have_attribute("lang", "es")

    assert [text for text in spanish_page.evaluate(TEXTS) if english.fullmatch(text)] == []


@pytest.mark.slow
def test_a_spanish_page_fits_the_window(spanish_page):
    width_px = spanish_page.evaluate("document.documentElement.scrollWidth")

    assert (spanish_page.log.problems, width_px) == ([], spanish_page.viewport_size["width"])


@pytest.mark.slow
def test_a_spanish_page_is_accessible_light_or_dark(spanish_page):
    assert serious_violations(spanish_page) == []


@pytest.mark.slow
def test_a_language_chosen_in_the_foot_stays(browser, server):
    page = open_page(browser, server, "/settings", locale="es-ES")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", name="Settings and about")).to_be_visible()
    page.goto(server.origin)
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.context.close()
