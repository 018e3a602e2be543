"""Corrections in the browser: handles that stay under the pointer, progress, nothing typed lost."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NARROW, give_initials


@pytest.fixture
def page(open_stub_clip):
    return open_stub_clip("40.mp4", patient="P-corrections")


def row_of(page, name="hold_to"):
    return int(page.locator(f"[data-handle={name}]").get_attribute("aria-valuenow"))


def drag(page, start, by_px):
    """Press the mouse at a point, move it sideways, and release it."""
    x, y = start
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by_px, y, steps=4)
    page.mouse.up()


def frame_px(page):
    """Return the width of a frame on the curve."""
    width = page.locator("#curve .u-over").bounding_box()["width"]
    return width / int(page.locator("[data-handle=hold_to]").get_attribute("aria-valuemax"))


@pytest.mark.parametrize(
    ("part", "share"),
    [
        (".grip", 0.1),
        (".line", 0.9),
        pytest.param(".grip", 0.9, marks=pytest.mark.slow),
        pytest.param(".line", 0.1, marks=pytest.mark.slow),
    ],
)
def test_a_handle_is_dragged_from_where_it_was_taken(page, part, share):
    before = row_of(page)
    taken = page.locator(f"[data-handle=hold_to] {part}")
    taken.scroll_into_view_if_needed()
    box = taken.bounding_box()
    point = (box["x"] + share * box["width"], box["y"] + box["height"] * 0.6)
    drag(page, point, 0.3 * frame_px(page))
    assert row_of(page) == before
    drag(page, point, -4 * frame_px(page))

    assert row_of(page) == pytest.approx(before - 4, abs=1)


def test_a_handle_is_dragged_by_touch(page):
    before = row_of(page)
    grip = page.locator("[data-handle=hold_to] .grip")
    grip.scroll_into_view_if_needed()
    box = grip.bounding_box()
    touch = page.context.new_cdp_session(page)
    x, y = box["x"] + 0.9 * box["width"], box["y"] + 12

    def send(kind, *points):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    send("touchStart", {"x": x, "y": y})
    for part in (0.5, 1.0):
        send("touchMove", {"x": x - part * 5 * frame_px(page), "y": y})
    send("touchEnd")

    assert row_of(page) == pytest.approx(before - 5, abs=1)


@pytest.mark.slow
@pytest.mark.parametrize("viewport", [None, NARROW])
def test_labels_of_handles_lie_over_the_curve_and_not_on_each_other(page, viewport):
    if viewport:
        page.set_viewport_size(viewport)
        page.wait_for_timeout(300)
    plot = page.locator("#curve .u-over").bounding_box()
    boxes = [grip.bounding_box() for grip in page.locator(".handle .grip").all()]

    assert len(boxes) == 4
    assert all(box["y"] + box["height"] <= plot["y"] + 1 for box in boxes)
    card = page.locator("#curve").bounding_box()
    assert all(box["x"] >= card["x"] - 1 for box in boxes)
    assert all(box["x"] + box["width"] <= card["x"] + card["width"] + 1 for box in boxes)
    assert not [1 for i, one in enumerate(boxes) for two in boxes[:i] if overlap(one, two)]


def overlap(one, two):
    return all(
        one[start] + 1 < two[start] + two[size] and two[start] + 1 < one[start] + one[size]
        for start, size in (("x", "width"), ("y", "height"))
    )


def test_a_correction_shows_that_it_works_and_keeps_what_was_typed_where_it_is_refused(page):
    page.route(
        "**/corrections",
        lambda route: (
            page.wait_for_timeout(300),
            route.fulfill(status=400, json={"error": "The hold is too short."}),
        ),
    )
    page.locator("tr[data-rep='0'] button", has_text="Reject").click()
    page.fill("#dialog-why", "the foot slipped off the mark")
    page.fill("#dialog-by", "KM")
    page.evaluate(
        """() => new MutationObserver(() => {
            window.showedProgress ||= Boolean(document.querySelector("dialog progress"));
        }).observe(document.body, {childList: true, subtree: true})"""
    )
    page.locator("dialog[open] button[type=submit]").click()
    expect(page.locator("dialog[open] .error")).to_have_text("The hold is too short.")

    assert page.evaluate("window.showedProgress")
    expect(page.locator("#dialog-why")).to_have_value("the foot slipped off the mark")
    page.locator("dialog[open] button", has_text="Cancel").click()
    page.unroute("**/corrections")
    page.locator("tr[data-rep='0'] button", has_text="Reject").click()
    expect(page.locator("#dialog-why")).to_have_value("the foot slipped off the mark")
    give_initials(page)
    page.locator("tr[data-rep='0'].out").wait_for()


def test_a_point_is_dragged_from_where_it_was_taken(page):
    page.keyboard.press("1")
    expect(page.locator("#player")).not_to_have_attribute("data-row", "0")
    page.keyboard.press("m")
    point = page.locator("[data-point=ankle_px]")
    before = point.bounding_box()
    drag(page, (before["x"] + 26, before["y"] + 16), 20)
    after = point.bounding_box()

    assert after["x"] - before["x"] == pytest.approx(20, abs=1.5)
    assert after["y"] - before["y"] == pytest.approx(0, abs=1.5)
