"""The video of the clip page: zoom, moving the zoomed picture, full screen."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NARROW, give_initials, page_key

pytestmark = pytest.mark.slow  # left to the sweep


@pytest.fixture
def page(open_stub_clip):
    opened = open_stub_clip("40.mp4", patient="P-video")
    opened.locator("#player").scroll_into_view_if_needed()
    return opened


def middle(box):
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page, start, end):
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=5)
    page.mouse.up()


def zoom(page):
    """Return how many times wider than the player the picture is."""
    return (
        page.locator("#video").bounding_box()["width"]
        / page.locator("#player").bounding_box()["width"]
    )


def picture_px(page, x, y):
    """Return the pixel of the analysed picture at a point of the window, from the video's box."""
    width_px, _height_px = curves(page)["size_px"]
    box = page.locator("#video").bounding_box()
    scale = width_px / box["width"]
    return (x - box["x"]) * scale, (y - box["y"]) * scale


def get_json(page, path):
    clip_id = page.locator("body").get_attribute("data-clip-id")
    origin = page.url.split("/clips/")[0]
    return page.request.get(f"{origin}/api/clips/{clip_id}{path}", headers=page_key(page)).json()


def curves(page):
    return get_json(page, "/curves")


def zoom_to_four(page):
    for _ in range(4):  # each time by the root of 2
        page.keyboard.press("+")
    assert zoom(page) == pytest.approx(4, rel=1e-3)


def move_points(page):
    """Go to the start position, where points count, and show them."""
    page.keyboard.press("0")
    expect(page.locator("#player")).not_to_have_attribute("data-row", "0")
    page.keyboard.press("m")


def test_a_point_placed_at_zoom_four_is_stored_with_its_pixel(page):
    move_points(page)
    page.locator("[data-point=ankle_px]").focus()
    zoom_to_four(page)
    point = page.locator("[data-point=ankle_px]").bounding_box()
    start = middle(point)
    end = (start[0] - 60, start[1] - 35)
    drag(page, start, end)
    expected_px = picture_px(page, *end)
    page.locator("#save-points").click()
    give_initials(page)
    expect(page.locator("#corrections li")).to_have_count(1)
    (correction,) = get_json(page, "")["analysis"]["corrections"]

    assert correction["after"]["ankle_px"] == pytest.approx(expected_px, abs=1)


def test_the_point_that_has_the_focus_stays_where_it_is_when_zoomed_by_keys(page):
    move_points(page)
    page.locator("[data-point=knee_px]").focus()
    before = middle(page.locator("[data-point=knee_px]").bounding_box())
    page.keyboard.press("+")

    assert middle(page.locator("[data-point=knee_px]").bounding_box()) == pytest.approx(
        before, abs=1
    )


def test_a_point_that_the_keyboard_goes_to_is_brought_into_view(page):
    move_points(page)
    page.locator("[data-point=hip_px]").focus()
    for _ in range(6):
        page.keyboard.press("+")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator("[data-point=ankle_px]")).to_be_focused()
    player = page.locator("#player").bounding_box()
    x, y = middle(page.locator("[data-point=ankle_px]").bounding_box())

    assert player["x"] < x < player["x"] + player["width"]
    assert player["y"] < y < player["y"] + player["height"]


def test_the_wheel_zooms_about_the_pointer(page):
    x, y = middle(page.locator("#player").bounding_box())
    page.mouse.move(x + 40, y - 20)
    before = picture_px(page, x + 40, y - 20)
    page.mouse.wheel(0, -200)

    expect(page.locator("#zoom-reset")).to_have_text("200 %")
    assert picture_px(page, x + 40, y - 20) == pytest.approx(before, abs=0.5)


def test_the_wheel_over_the_whole_picture_still_scrolls_the_page_down(page):
    page.mouse.move(*middle(page.locator("#player").bounding_box()))
    page.mouse.wheel(0, 200)

    page.wait_for_function("() => scrollY > 50")
    assert zoom(page) == pytest.approx(1)


def test_two_fingers_zoom(page):
    touch = page.context.new_cdp_session(page)
    x, y = middle(page.locator("#player").bounding_box())

    def send(kind, *spreads):
        points = [{"x": x + spread, "y": y, "id": index} for index, spread in enumerate(spreads)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    send("touchStart", -40, 40)
    for spread in (60, 80, 100, 120):
        send("touchMove", -spread, spread)
    send("touchEnd")

    assert zoom(page) == pytest.approx(3, rel=0.05)
    assert page.evaluate("document.getElementById('video').paused")


def test_the_zoomed_picture_is_dragged_and_goes_on_being_paused(page):
    zoom_to_four(page)
    x, y = middle(page.locator("#player").bounding_box())
    before = picture_px(page, x, y)
    drag(page, (x, y), (x - 50, y + 30))

    assert picture_px(page, x - 50, y + 30) == pytest.approx(before, abs=0.5)
    assert page.evaluate("document.getElementById('video').paused")


def test_the_zoomed_picture_is_moved_and_reset_by_the_keyboard_alone(page):
    zoom_to_four(page)
    page.locator("#player").focus()
    before = page.locator("#video").bounding_box()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    after = page.locator("#video").bounding_box()
    page.keyboard.press("r")

    assert after["x"] < before["x"]
    assert after["y"] < before["y"]
    assert page.locator("#video").bounding_box() == page.locator("#player").bounding_box()


def test_the_picture_covers_the_player_at_every_zoom(page):
    zoom_to_four(page)
    page.locator("#player").focus()
    for key in ("ArrowLeft", "ArrowUp"):
        for _ in range(60):
            page.keyboard.press(key)
    page.keyboard.press("-")
    player, video = (page.locator(name).bounding_box() for name in ("#player", "#video"))

    assert video["x"] == pytest.approx(player["x"], abs=0.5)
    assert video["y"] == pytest.approx(player["y"], abs=0.5)


@pytest.mark.parametrize("viewport", [None, NARROW])
def test_full_screen_shows_the_video_alone_with_its_controls(page, viewport):
    if viewport:
        page.set_viewport_size(viewport)
    page.keyboard.press("f")
    expect(page.locator("#theatre")).to_have_class("theatre full")
    window = page.evaluate("[innerWidth, innerHeight]")
    boxes = [page.locator(name).bounding_box() for name in ("#player", "#play", "#full-screen")]

    assert page.evaluate("document.fullscreenElement !== null")
    assert page.evaluate("document.querySelector('.top').inert")
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= window[0] for box in boxes)
    assert all(box["y"] >= 0 and box["y"] + box["height"] <= window[1] for box in boxes)


def test_full_screen_is_left_by_its_key_and_the_page_is_as_before(page):
    page.keyboard.press("f")
    page.keyboard.press("f")
    expect(page.locator("#theatre")).to_have_class("theatre")

    assert page.evaluate("document.querySelectorAll('[inert]').length") == 0
