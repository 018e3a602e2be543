"""The desk of many patients: search, filter, order, pages and the patients due for erasing."""

import re

import pytest
from playwright.sync_api import expect

from tests import desk_of_many
from tests.browser.conftest import open_page, serve
from tests.browser.records import open_records
from tests.records import new_clip

pytestmark = pytest.mark.slow  # left to the sweep

PATIENTS = 60
URL_OF_SEARCH = re.compile(r"\?search=p-0021")


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """A server over a desk of 60 patients."""
    folder = tmp_path_factory.mktemp("many") / "data"
    folder.mkdir()
    records = open_records(folder)
    desk_of_many.fill(records, patients=PATIENTS, clips=2)
    visit = records.visits(records.patient_named("P-0004").id)[0]
    clip = records.add_clip(new_clip(visit.id, name="wrong.mp4"), by="AB")
    records.set_state(clip.id, "failed", "It could not be read.", by="AB")
    records.close()
    with serve(folder) as server:
        yield server


@pytest.fixture
def desk(browser, many):
    page = open_page(browser, many, locale="en")
    page.locator("#patients tbody tr").first.wait_for()
    yield page
    assert page.log.problems == []
    page.context.close()


def names(page):
    return page.locator("#patients tbody th a").all_text_contents()


@pytest.mark.slow
def test_search_finds_a_patient_and_stays_in_the_address(desk):
    desk.fill("#find-search", "p-0021")
    expect(desk.locator("#patients tbody tr")).to_have_count(1)

    assert names(desk) == ["P-0021"]
    assert URL_OF_SEARCH.search(desk.url)
    desk.reload()
    expect(desk.locator("#patients tbody tr")).to_have_count(1)


def test_pages_are_turned_by_the_keyboard_and_back(desk):
    desk.select_option("#find-order", "name")
    expect(desk.locator("#patients tbody th a").first).to_have_text("P-0001")
    desk.locator("#patients-pages button").last.press("Enter")
    expect(desk.locator("#patients tbody th a").first).to_have_text("P-0026")
    expect(desk.locator("#patients-pages [role=status]")).to_be_focused()
    expect(desk.locator("#patients-pages")).to_contain_text("26 to 50 of 60")

    desk.go_back()
    expect(desk.locator("#patients tbody th a").first).to_have_text("P-0001")


def test_patient_who_is_due_is_erased_from_the_list_in_one_step(desk):
    desk.locator("#due a").click()
    expect(desk.locator("#patients tbody tr")).to_have_count(3)
    desk.get_by_role("button", name="Erase P-0041…").click()
    desk.fill("#dialog-by", "AB")
    desk.get_by_role("button", name="Erase for good").click()

    expect(desk.locator("#patients tbody tr")).to_have_count(2)
    assert "P-0041" not in names(desk)


def test_pseudonym_and_visits_are_corrected_on_the_page_of_the_patient(desk):
    desk.fill("#find-search", "P-0030")
    desk.locator("#patients tbody th a", has_text="P-0030").click()
    expect(desk.locator("h1")).to_have_text("P-0030")
    desk.get_by_role("button", name="Rename…").click()
    desk.fill("#dialog-pseudonym", "Q-30")
    desk.fill("#dialog-by", "AB")
    desk.get_by_role("button", name="Rename", exact=True).click()
    expect(desk.locator("h1")).to_have_text("Q-30")

    desk.get_by_role("button", name="Change the day of the visit of 12 January 2026…").click()
    desk.fill("#dialog-on", "2026-01-05")
    desk.get_by_role("button", name="Change the day", exact=True).click()
    expect(desk.locator("#visits tbody tr")).to_have_count(1)
    expect(desk.locator("#visits tbody li")).to_have_count(2)


def test_wrong_upload_is_deleted_on_its_page(desk):
    desk.fill("#find-search", "P-0004")
    desk.locator("#waiting tbody th a", has_text="wrong.mp4").click()
    expect(desk.locator("h1")).to_have_text("wrong.mp4")
    desk.get_by_role("button", name="Delete…").click()
    desk.fill("#dialog-by", "AB")
    desk.get_by_role("button", name="Delete for good").click()

    desk.wait_for_url("**/patients/*")
    expect(desk.locator("#visits tbody tr").first).to_be_visible()
    expect(desk.get_by_text("wrong.mp4")).to_have_count(0)
