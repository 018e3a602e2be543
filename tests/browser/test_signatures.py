"""Sign-off in the browser: of displayed legs alone, with the user's own initials; taken back."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NARROW, give_initials, open_page
from tests.browser.test_pages import serious_violations


def sign(page, initials="KM"):
    page.click("#sign")
    give_initials(page, initials)
    expect(page.locator("#signed")).to_have_attribute("data-status", "final")


def test_both_legs_with_a_hip_lift_in_the_leg_not_shown_cannot_be_signed_unseen(open_stub_clip):
    page = open_stub_clip("30 both cheated.mp4", patient="P-both")
    card = page.locator("#sign-card")

    expect(page.locator("#side-choice [aria-pressed=true]")).to_have_text("Left leg")
    expect(card.locator("[data-signed=left]")).to_contain_text("3 of 3 repetitions count")
    expect(card.locator("[data-signed=right]")).to_contain_text("0 of 3 repetitions count")
    expect(card.locator("[data-signed=right]")).to_contain_text("Hip lift")
    expect(card.locator("#sign")).to_be_disabled()
    expect(card).to_contain_text("The right leg was not shown yet")
    card.locator("#show-unseen").click()
    expect(page.locator("#side-choice [aria-pressed=true]")).to_have_text("Right leg")
    sign(page)


def test_a_clip_without_a_patient_cannot_be_signed_on_its_page(open_stub_clip):
    page = open_stub_clip("31.mp4")

    expect(page.locator("#sign")).to_be_disabled()
    expect(page.locator("#sign-card")).to_contain_text("Say whose clip it is")


def test_a_sign_off_is_taken_back_on_the_page_which_says_whose_it_was(open_stub_clip):
    page = open_stub_clip("32.mp4", patient="P-back")
    sign(page)
    page.click("#unsign")
    give_initials(page, "CD")

    expect(page.locator("#signed")).to_have_attribute("data-status", "preliminary")
    expect(page.locator("#ended-signature")).to_contain_text("KM signed on")
    expect(page.locator("#ended-signature")).to_contain_text("CD")


def test_moving_a_signed_clip_takes_the_sign_off_away_until_it_is_undone(open_stub_clip):
    open_stub_clip("33.mp4", patient="P-other")
    page = open_stub_clip("34.mp4", patient="P-mine")
    sign(page)
    page.locator("#assignment-card summary").click()
    page.select_option("#move-patient", "P-other")
    page.locator("#assignment-card form button[type=submit]").click()

    expect(page.locator("#signed")).to_have_attribute("data-status", "amended")
    expect(page.locator("#ended-signature")).to_contain_text("KM signed on")
    page.click("#undo-move")
    expect(page.locator("#signed")).to_have_attribute("data-status", "final")
    expect(page.locator("#crumb")).to_contain_text("P-mine")


def test_measuring_a_signed_clip_again_says_that_the_sign_off_goes(open_stub_clip):
    page = open_stub_clip("35.mp4", patient="P-again")
    sign(page)
    page.click("#reanalyze")
    expect(page.locator("dialog[open]")).to_contain_text("the sign-off of KM no longer holds")
    give_initials(page, "CD")

    expect(page.locator("#ended-signature")).to_contain_text("It was measured again since")
    expect(page.locator("#signed")).to_have_attribute("data-status", "amended")


AWAY_MIN = 6
PAUSE = f"localStorage.setItem('hipcv.latest-activity', String(Date.now() - {AWAY_MIN} * 60000))"


def test_initials_are_asked_for_anew_after_a_pause(open_stub_clip):
    page = open_stub_clip("36.mp4", patient="P-pause")
    sign(page)
    page.click("#unsign")
    expect(page.locator("dialog[open] #dialog-by")).to_have_value("KM")
    give_initials(page)
    page.reload()
    page.locator(".handle").first.wait_for()
    page.evaluate(PAUSE)
    page.reload()
    page.locator(".handle").first.wait_for()
    page.click("#sign")

    expect(page.locator("dialog[open] #dialog-by")).to_have_value("")
    expect(page.locator("#signed")).to_have_attribute("data-status", "preliminary")


def set_pin(browser, desk, initials="PN", pin="4711"):
    settings = open_page(browser, desk, "/settings")
    settings.fill("#pin-new", pin)
    settings.locator("#pin-form button").click()
    give_initials(settings, initials)
    settings.locator("#notices", has_text=f"{initials} has a PIN now").wait_for()
    settings.context.close()


def test_initials_with_a_pin_sign_with_it_alone(open_stub_clip, browser, stub_desk):
    page = open_stub_clip("37.mp4", patient="P-pin")
    set_pin(browser, stub_desk)
    page.click("#sign")
    page.fill("#dialog-by", "PN")
    page.locator("dialog[open] button[type=submit]").click()
    for pin, text in (("1234", "Type the PIN of PN."), ("4711", "That is not the PIN of PN.")):
        expect(page.locator("dialog[open]")).to_contain_text(text)
        page.fill("#dialog-pin", pin)
        page.locator("dialog[open] button[type=submit]").click()
    expect(page.locator("#signed")).to_have_attribute("data-status", "final")


@pytest.mark.slow
def test_dialog_of_the_pin_is_accessible_and_fits_in_spanish_on_a_narrow_screen(
    open_stub_clip, browser, stub_desk
):
    page = open_stub_clip("41.mp4", patient="P-pin-es")
    set_pin(browser, stub_desk, "ES")
    page.set_viewport_size(NARROW)
    page.goto(f"{page.url}?language=es")
    page.click("#sign")
    page.fill("#dialog-by", "ES")
    page.locator("dialog[open] button[type=submit]").click()
    dialog = page.locator("dialog[open]", has=page.locator("#dialog-pin"))
    expect(dialog).to_contain_text("Escriba el PIN de ES")
    found = serious_violations(page)
    page.fill("#dialog-pin", "1234")
    dialog.locator("button[type=submit]").click()
    expect(dialog).to_contain_text("Ese no es el PIN de ES")
    found += serious_violations(page)

    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_an_earlier_result_is_compared_and_used_again(open_stub_clip):
    page = open_stub_clip("38 both.mp4", patient="P-results")
    expect(page.locator("#results-card")).to_be_hidden()
    page.click("#reanalyze")
    page.select_option("#again-side", "right")
    page.check("#again-mirrored")
    give_initials(page, "CD")
    rows = page.locator("#results [data-result]")
    expect(rows).to_have_count(2)

    earlier = rows.nth(1)
    expect(rows.first).to_contain_text("Right leg, mirrored recording")
    expect(earlier).to_contain_text("whichever leg moved")
    expect(earlier.locator("[data-label='Present less this']")).to_contain_text("0.0°")
    earlier.locator("button").click()
    give_initials(page, "EF")
    expect(rows.nth(1)).to_contain_text("present")
    expect(page.locator("#assignment-card")).not_to_contain_text("mirrored")


def press_until(page, key, selector):
    """Press a key until an element has the focus."""
    for _ in range(200):
        page.keyboard.press(key)
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(selector)


def test_a_clip_is_signed_by_the_keyboard_alone(open_stub_clip):
    page = open_stub_clip("30.mp4", patient="P-keyboard")
    press_until(page, "Tab", "#sign")
    page.keyboard.press("Enter")
    page.locator("dialog[open]").wait_for()
    if not page.locator("#dialog-by").evaluate("(field) => field.matches(':focus')"):
        press_until(page, "Tab", "#dialog-by")
    page.keyboard.type("KM")
    page.keyboard.press("Enter")

    expect(page.locator("#signed")).to_have_attribute("data-status", "final")
