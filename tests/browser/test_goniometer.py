"""The goniometer that is laid on a frame of the clip page by hand."""

import math
from itertools import count

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NARROW, give_initials
from tests.browser.test_pages import serious_violations
from tests.browser.test_video import drag, get_json, middle, picture_px, zoom_to_four

pytestmark = pytest.mark.slow  # left to the sweep

DAYS = count(1)


@pytest.fixture
def page(open_stub_clip):
    """The page of a clip that no other test opens, with the goniometer on it."""
    opened = open_stub_clip("40.mp4", patient="P-goniometer", on=f"2026-04-{next(DAYS):02}")
    opened.keyboard.press("0")
    expect(opened.locator("#player")).not_to_have_attribute("data-row", "0")
    opened.locator("#player").scroll_into_view_if_needed()
    opened.keyboard.press("g")
    opened.locator("[data-point=vertex_px]").wait_for()
    return opened


def place(page, name):
    """Return where a point lies in the window."""
    return middle(page.locator(f"[data-point={name}]").bounding_box())


def angle_between_deg(proximal, vertex, distal):
    """Return the angle of a left leg; internal rotation goes to the right of the picture."""
    angles = [math.atan2(end[0] - vertex[0], end[1] - vertex[1]) for end in (proximal, distal)]
    return math.degrees(math.remainder(angles[1] - angles[0], math.tau))


def shown_deg(page, name="goniometer-reading"):
    text = page.locator(f"#{name}").inner_text()
    return float(text.split(":")[1].strip().rstrip("°").replace("−", "-"))


def save(page, remark=""):
    page.locator("#save-reading").click()
    page.locator("#reading-text").fill(remark)
    give_initials(page)
    page.locator("#notes-card [data-note]").wait_for()


@pytest.mark.slow
def test_the_angle_between_the_arms_is_read_beside_the_machine(page):
    drag(page, place(page, "distal_px"), place(page, "vertex_px"))
    x, y = place(page, "vertex_px")
    drag(page, place(page, "distal_px"), (x + 60, y + 40))
    places = [place(page, name) for name in ("proximal_px", "vertex_px", "distal_px")]
    row = int(page.locator("#player").get_attribute("data-row"))
    raw_deg = get_json(page, "/curves")["sides"]["left"]["raw_deg"][row]

    assert shown_deg(page) == pytest.approx(angle_between_deg(*places), abs=0.3)
    assert shown_deg(page) > 0
    assert shown_deg(page, "machine-reading") == pytest.approx(raw_deg, abs=0.05)


@pytest.mark.slow
def test_points_laid_at_zoom_four_are_stored_with_their_pixels(page):
    page.locator("[data-point=vertex_px]").focus()
    zoom_to_four(page)
    start = place(page, "vertex_px")
    drag(page, start, (start[0] + 37, start[1] - 22))
    expected_px = picture_px(page, start[0] + 37, start[1] - 22)
    save(page)
    (note,) = get_json(page, "")["notes"]["clip"]

    assert note["payload"]["vertex_px"] == pytest.approx(expected_px, abs=1)


def test_a_reading_is_made_saved_shown_and_deleted_by_the_keyboard_alone(page):
    page.locator("[data-point=distal_px]").focus()
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    read_deg = shown_deg(page)
    page.locator("#save-reading").focus()
    page.keyboard.press("Enter")
    page.locator("#dialog-by").focus()
    page.keyboard.type("KM")
    page.keyboard.press("Enter")
    note = page.locator("#notes-card [data-note]")
    expect(note).to_contain_text(f"{read_deg:.1f}° by hand")
    page.keyboard.press("g")
    expect(page.locator("[data-point=distal_px]")).to_have_count(0)
    note.get_by_role("button", name="Show").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#goniometer-reading")).to_contain_text(f"{read_deg:.1f}°")
    note.get_by_role("button", name="Delete").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")

    expect(page.locator("#notes-card [data-note]")).to_have_count(0)


@pytest.mark.slow
def test_a_reading_is_no_correction_and_says_who_laid_it(page):
    page.locator("[data-point=distal_px]").focus()
    page.keyboard.press("ArrowLeft")
    save(page, "patella hard to see")
    analysis = get_json(page, "")["analysis"]

    expect(page.locator("#notes-card [data-note]")).to_contain_text("patella hard to see")
    expect(page.locator("#notes-card [data-note]")).to_contain_text("KM")
    assert (analysis["corrections"], analysis["corrected"]) == ([], None)


@pytest.mark.slow
def test_a_goniometer_that_nobody_moved_cannot_be_saved(page):
    assert page.locator("#save-reading").is_disabled()


@pytest.mark.slow
def test_moving_joints_puts_the_goniometer_away(page):
    page.keyboard.press("m")

    expect(page.locator("[data-point=vertex_px]")).to_have_count(0)
    expect(page.locator("[data-point=knee_px]")).to_have_count(1)


@pytest.mark.slow
def test_the_goniometer_is_accessible_and_fits_a_phone(page):
    found = serious_violations(page)
    page.set_viewport_size(NARROW)
    found += serious_violations(page)

    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
