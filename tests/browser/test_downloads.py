"""Downloads from the video of the clip page: the frame shown, and the annotated video."""

from itertools import count

import pytest
from playwright.sync_api import expect

from hipcv.video.file import VideoFile
from tests.browser.test_pages import serious_violations

pytestmark = pytest.mark.slow  # left to the sweep

DAYS = count(1)


@pytest.fixture
def page(open_stub_clip):
    """The page of a clip that no other test opens, at its third frame."""
    opened = open_stub_clip("40.mp4", patient="P-downloads", on=f"2026-05-{next(DAYS):02}")
    opened.keyboard.press("0")
    expect(opened.locator("#player")).to_have_attribute("data-row", "2")
    return opened


def save(page, name):
    """Choose from the menu by the keyboard alone; return the file that is saved."""
    page.locator("#download-menu summary").focus()
    page.keyboard.press("Enter")
    with page.expect_download() as saved:
        page.get_by_text(name, exact=True).focus()
        page.keyboard.press("Enter")
    expect(page.locator("#download-menu")).not_to_have_attribute("open", "")
    return saved.value


@pytest.mark.slow
def test_the_frame_shown_is_saved_as_a_picture_with_or_without_lines(page):
    plain = save(page, "This frame (PNG)")
    lines = save(page, "This frame with its lines (PNG)")

    assert plain.suggested_filename.startswith("P-downloads 2026-05-")
    assert plain.suggested_filename.endswith(" left 0.07s.png")
    assert plain.path().read_bytes() != lines.path().read_bytes()


def test_the_annotated_video_is_drawn_and_saved(page):
    saved = save(page, "Annotated video (MP4)")
    expect(page.locator("#download-bar")).to_be_hidden()

    assert saved.suggested_filename.endswith(" annotated.mp4")
    assert len(list(VideoFile(saved.path()))) == 3


@pytest.mark.slow
def test_progress_of_the_annotated_video_is_shown_and_its_failure_said(page):
    answers = [
        {"ready": False, "drawing": True, "share": 0.4, "error": ""},
        {"ready": False, "drawing": False, "share": 0.4, "error": "The disk is full."},
    ]
    page.route(
        "**/annotated",
        lambda route: route.fulfill(json=answers[route.request.method == "GET"]),
    )
    page.locator("#download-menu summary").click()
    page.locator("#save-annotated").click()
    expect(page.locator("#download-bar")).to_contain_text("40 %")
    expect(page.locator("#notices")).to_contain_text("The disk is full.")

    expect(page.locator("#download-bar")).to_be_hidden()


@pytest.mark.slow
def test_the_menu_is_accessible(page):
    page.locator("#download-menu summary").click()

    assert serious_violations(page) == []
