"""A clip from a phone: the code at the desk, and the page that a second browser opens."""

import sys

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DRIVER, SAMPLES, new_page, open_page, serve
from tests.browser.records import open_records
from tests.browser.test_pages import VIEWPORTS, serious_violations

PHONE = {"width": 360, "height": 740}
CLIP = SAMPLES / "hip_lift_left.mp4"


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A desk that allows phones, with a patient."""
    folder = tmp_path_factory.mktemp("phone") / "data"
    command = [sys.executable, DRIVER, str(folder), str(folder.with_name("runs")), "127.0.0.1"]
    with serve(folder, command=command) as server:
        open_records(folder).add_patient("P-077", by="AB")
        yield server


@pytest.fixture
def open_code(browser, desk):
    """Function that opens a code at the desk; it returns that page and the address of the code."""
    pages = []

    def open_one(size="wide", *, language="en"):
        page = open_page(browser, desk, "/", viewport=VIEWPORTS[size], locale=language)
        pages.append(page)
        page.locator("#upload-patient option", has_text="P-077").wait_for(state="attached")
        page.locator("#upload-fields summary").click()
        page.select_option("#upload-patient", "P-077")
        page.select_option("#upload-side", "left")
        page.locator("#from-phone").click()
        return page, page.locator("#phone-address").text_content()

    yield open_one
    for page in pages:
        page.context.close()


@pytest.fixture
def phone(browser):
    """A page of a phone, whose user goes on after the browser's warning."""
    page = new_page(browser, viewport=PHONE, ignore_https_errors=True, has_touch=True)
    yield page
    page.context.close()


def test_a_clip_from_a_phone_arrives_at_the_desk(open_code, phone):
    page, address = open_code()
    phone.goto(address)
    expect(phone.locator("#for")).to_contain_text("for P-077")
    phone.set_input_files("#record", CLIP)
    expect(phone.locator("#end")).to_contain_text("The desk has everything")
    expect(page.locator("dialog.phone .items")).to_contain_text("taken")
    page.locator("dialog.phone .primary").click()

    expect(page.locator("#waiting")).to_contain_text("P-077")
    assert (page.log.problems, page.log.foreign) == ([], [])


@pytest.mark.slow
def test_a_code_that_was_opened_says_so_on_a_second_phone(open_code, phone, browser):
    _page, address = open_code()
    phone.goto(address)
    second = new_page(browser, viewport=PHONE, ignore_https_errors=True)
    second.goto(address)

    expect(second.locator(".error")).to_contain_text("was opened before")
    second.context.close()


@pytest.mark.slow
def test_a_code_ends_with_its_dialog(open_code, phone):
    page, address = open_code()
    phone.goto(address)
    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        page.keyboard.press("Escape")
    phone.set_input_files("#choose", CLIP)

    expect(phone.locator(".error")).to_contain_text("The desk does not answer")


@pytest.mark.slow
def test_a_code_ends_with_its_page(open_code, phone):
    page, address = open_code()
    phone.goto(address)
    page.goto("about:blank")
    phone.set_input_files("#choose", CLIP)

    expect(phone.locator(".error")).to_be_visible()


@pytest.mark.slow
def test_a_clip_that_is_refused_says_why_on_the_phone_and_at_the_desk(open_code, phone):
    page, address = open_code()
    phone.goto(address)
    phone.set_input_files("#choose", {"name": "x.mp4", "mimeType": "video/mp4", "buffer": b"x"})

    text = phone.locator(".error").text_content()
    expect(page.locator("dialog.phone .error")).to_have_text(text)
    expect(phone.get_by_role("button", name="Try again")).to_be_visible()


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "es"])
def test_page_on_the_phone_is_accessible_and_fits(open_code, browser, language):
    _page, address = open_code()
    phone = new_page(browser, viewport=PHONE, ignore_https_errors=True, locale=language)
    phone.goto(address)
    expect(phone.locator("#for")).to_contain_text("P-077")

    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert serious_violations(phone) == []
    phone.context.close()


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("size", VIEWPORTS)
def test_dialog_of_the_code_is_accessible_and_fits(open_code, size, language):
    page, _address = open_code(size, language=language)

    assert page.evaluate("document.documentElement.scrollWidth") <= VIEWPORTS[size]["width"]
    assert serious_violations(page) == []
