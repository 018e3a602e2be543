"""From one clip to the next along a list, with the visit before beside each."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import give_initials, open_page
from tests.browser.records import open_records, place_stub_clip

pytestmark = [pytest.mark.model, pytest.mark.slow]

CLIPS = {"30.mp4": "2026-03-01", "33.mp4": "2026-03-15", "46.mp4": "2026-04-05"}
"""Clips of one patient, by the day of their visits."""


@pytest.fixture(scope="module")
def clip_ids(stub_desk):
    """Ids of the clips of a patient, by their names; another patient has one more."""
    place_stub_clip(stub_desk.folder, "40.mp4", patient="Q-1")
    return {
        name: place_stub_clip(stub_desk.folder, name, patient="P-day", on=on)
        for name, on in CLIPS.items()
    }


def open_from(browser, server, path, link):
    """Return the page of a clip, reached by its link on another page."""
    page = open_page(browser, server, path, locale="en")
    page.get_by_role("link", name=link).first.click()
    expect(page.locator("h1")).to_have_text(link)
    page.locator(".handle").first.wait_for()
    page.locator("#neighbours:not([hidden])").wait_for()
    return page


def patient_path(server, pseudonym):
    records = open_records(server.folder)
    try:
        return f"/patients/{records.patient_named(pseudonym).id}"
    finally:
        records.close()


@pytest.fixture
def of_patient(browser, stub_desk, clip_ids):
    """The page of the latest clip, reached from the page of its patient."""
    page = open_from(browser, stub_desk, patient_path(stub_desk, "P-day"), "46.mp4")
    yield page
    assert page.log.problems == []
    page.context.close()


def go(page, key, name):
    """Press a key and wait for the page of a clip."""
    page.keyboard.press(key)
    expect(page.locator("h1")).to_have_text(name)
    page.locator("#neighbours:not([hidden])").wait_for()


def test_keys_go_to_the_next_and_previous_clip_of_the_patient(of_patient):
    go(of_patient, "n", "33.mp4")
    go(of_patient, "n", "30.mp4")
    of_patient.keyboard.press("n")
    expect(of_patient.locator("#notices")).to_contain_text("This is the last clip of the list.")
    go(of_patient, "p", "33.mp4")

    expect(of_patient.locator("#neighbours")).to_contain_text("2 of 3 of P-day")


def test_keys_follow_the_queue_with_its_search_and_order(browser, stub_desk, clip_ids):
    page = open_from(browser, stub_desk, "/?search=p-day&order=latest", "46.mp4")
    expect(page.locator("#neighbours")).to_contain_text("1 of 3 in the queue")
    go(page, "n", "33.mp4")
    go(page, "n", "30.mp4")
    page.locator("#crumb a").first.click()

    page.wait_for_url("**/?search=p-day&order=latest")
    expect(page.locator("#waiting tbody tr")).to_have_count(3)
    page.context.close()


def test_a_clip_that_was_signed_is_followed_by_the_next_of_the_queue(browser, stub_desk):
    for name in ("34.mp4", "35.mp4", "36.mp4"):
        place_stub_clip(stub_desk.folder, name, patient="P-sign")
    page = open_from(browser, stub_desk, "/?search=p-sign&order=latest", "36.mp4")
    go(page, "n", "35.mp4")
    page.locator("#sign").click()
    give_initials(page)
    expect(page.locator("#signed")).to_have_attribute("data-status", "final")
    go(page, "n", "34.mp4")
    go(page, "p", "36.mp4")
    page.context.close()


def test_keys_leave_a_clip_that_was_not_measured(browser, stub_desk):
    for name in ("refused.mp4", "37.mp4"):
        place_stub_clip(stub_desk.folder, name, patient="P-refused")
    page = open_page(browser, stub_desk, patient_path(stub_desk, "P-refused"), locale="en")
    page.get_by_role("link", name="refused.mp4").click()
    page.locator("#neighbours:not([hidden])").wait_for()
    go(page, "n", "37.mp4")
    page.context.close()


def test_what_was_moved_and_not_saved_is_not_left_behind(of_patient):
    handle = of_patient.locator("[data-handle=end]")
    handle.focus()
    handle.press("ArrowRight")
    of_patient.keyboard.press("n")
    expect(of_patient.locator("#notices")).to_contain_text("Save or undo first")
    of_patient.get_by_role("link", name="Next clip").click()

    expect(of_patient.locator("h1")).to_have_text("46.mp4")
    handle.press("Escape")
    go(of_patient, "n", "33.mp4")


def test_keys_of_the_list_are_among_the_keys_that_help_names(of_patient):
    of_patient.keyboard.press("?")

    expect(of_patient.locator("#keys")).to_contain_text("next clip of the list")


@pytest.mark.parametrize("card", ["#result", "#sign-card"])
def test_the_last_visit_stands_beside_the_number_of_today(of_patient, card):
    expect(of_patient.locator(card)).to_contain_text("Last visit, 15 March 2026: 33.2°")


def test_the_change_since_the_last_visit_is_said_and_one_link_from_both_videos(of_patient):
    last = of_patient.locator("[data-last-visit=left]")
    expect(last).to_contain_text("13.0° more than before")
    last.get_by_role("link").click()

    expect(of_patient.locator("h1")).to_have_text("Left hip: 15 March 2026 and 5 April 2026")
    expect(of_patient.locator("#difference")).to_contain_text("13.0° more than before")


def test_the_first_visit_has_no_last_one(of_patient):
    go(of_patient, "n", "33.mp4")
    go(of_patient, "n", "30.mp4")

    expect(of_patient.locator("[data-last-visit]")).to_have_count(0)
