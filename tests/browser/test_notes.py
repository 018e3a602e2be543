"""Notes and the answers after the test, on the pages of clip and patient."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import give_initials

WORDS = "Stiff at first, warmed up for ten minutes."


@pytest.mark.slow
def test_a_note_is_added_changed_and_shown_at_the_visit(open_stub_clip):
    page = open_stub_clip("35.mp4", patient="P-noted")
    card = page.locator("#notes-card")
    card.get_by_role("button", name="Add a note on the clip…").click()
    page.fill("#dialog-note", WORDS)
    give_initials(page, "KM")
    expect(card.locator("[data-note] .note-text")).to_have_text(WORDS)
    card.get_by_role("button", name=re.compile("Change the note")).click()
    page.fill("#dialog-note", "Warm today.")
    give_initials(page, "AB")

    expect(card.locator("[data-note] .note-text")).to_have_text("Warm today.")
    expect(card.locator("[data-note]")).to_contain_text(re.compile("KM, .*; changed by AB, "))
    page.click("#crumb a[href^='/patients/']")
    expect(page.locator("#visits .note-text")).to_contain_text("Warm today.")
    assert page.log.problems == []


def test_what_was_typed_stays_where_a_note_is_refused(open_stub_clip):
    page = open_stub_clip("36.mp4", patient="P-refused")
    page.locator("#notes-card button").first.click()
    page.fill("#dialog-note", "\u202ebackwards")
    page.fill("#dialog-by", "KM")
    page.click("dialog button[type=submit]")

    expect(page.locator("dialog .error")).to_contain_text("direction of writing")
    expect(page.locator("#dialog-note")).to_have_value("\u202ebackwards")


def test_pain_and_what_stopped_it_are_noted_for_an_uploaded_clip(open_stub_clip):
    page = open_stub_clip("37.mp4", patient="P-pain")
    page.click("#change-answers")
    page.select_option("#answer-pain", "6")
    page.fill("#answer-where", "Groin")
    page.select_option("#answer-limiter", "cramp")
    give_initials(page, "KM")

    for card in ("#answers-card", "#sign-card"):
        expect(page.locator(card)).to_contain_text("It hurt: 6 of 10, groin.")
        expect(page.locator(card)).to_contain_text("stopped by a cramp")
    page.click("#change-answers")
    expect(page.locator("#answer-where")).to_have_value("groin")


@pytest.mark.slow
def test_report_and_hand_out_of_a_visit_are_downloaded_from_the_page_of_the_patient(open_stub_clip):
    page = open_stub_clip("39.mp4", patient="P-papers")
    page.click("#crumb a[href^='/patients/']")
    papers = page.locator("#visits .papers")

    expect(papers).to_contain_text("Not all of this visit is signed off.")
    for words, ending in (("Report of the visit", "report"), ("Hand-out of the visit", "handout")):
        with page.expect_download() as download:
            papers.get_by_role("link", name=re.compile(words)).click()
        assert download.value.suggested_filename == f"P-papers_2026-03-01_{ending}.pdf"
