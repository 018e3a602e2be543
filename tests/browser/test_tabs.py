"""Many pages of one browser: none waits for a connection, and each says when the desk is gone."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import open_page, serve
from tests.clips import numbered_pictures, write_clip

pytestmark = [pytest.mark.model, pytest.mark.slow]

TABS = 10
"""Tabs that a therapist has open; a browser opens six connections to one server."""

FETCHED = "fetch('/static/shared/base.css').then((answer) => answer.status)"
LOST = "The connection to the desk is lost."


def open_tabs(browser, server, paths):
    """Return pages of one browser."""
    pages = [open_page(browser, server, paths[0])]
    for path in paths[1:]:
        pages.append(pages[0].context.new_page())
        pages[-1].goto(server.origin + path)
    return pages


@pytest.fixture
def own_server(tmp_path):
    """A desk without a clip, which the test may close."""
    with serve(tmp_path / "data") as served:
        yield served


def test_ten_tabs_open_and_answer(browser, server, folder):
    clip, patient = f"/clips/{folder.clip_id}", f"/patients/{folder.patient_ids['P-1']}"
    pages = open_tabs(browser, server, ["/", clip, patient, clip, "/settings"] * (TABS // 5))
    for page in pages:
        expect(page.locator("body")).not_to_contain_text("Loading…")
    answers = [page.evaluate(FETCHED) for page in pages]
    pages[0].context.close()

    assert answers == [200] * TABS


def test_a_new_clip_appears_in_every_tab(browser, own_server, tmp_path):
    path = tmp_path / "clip.mp4"
    write_clip(path, numbered_pictures(30))
    pages = open_tabs(browser, own_server, ["/"] * TABS)
    for page in pages:
        expect(page.locator("#waiting")).not_to_contain_text("Loading…")
    pages[0].set_input_files("#files", path)
    for page in pages:
        expect(page.locator(":is(#working, #waiting) [data-clip-id]")).to_have_count(1)
    pages[0].context.close()


@pytest.mark.parametrize("path", ["/", "/settings"])
def test_a_page_says_that_the_connection_is_lost(browser, own_server, path):
    page = open_page(browser, own_server, path)
    expect(page.locator("#connection")).to_have_attribute("data-state", "open")
    own_server.process.kill()
    expect(page.locator("#connection")).to_contain_text(LOST)
    page.context.close()


@pytest.mark.slow
def test_a_page_whose_desk_was_started_anew_asks_for_the_sign_in(browser, own_server):
    page = open_page(browser, own_server)
    expect(page.locator("#connection")).to_have_attribute("data-state", "open")
    own_server.process.kill()
    own_server.process.wait()
    with serve(own_server.folder, "--port", str(urlsplit(own_server.origin).port)):
        page.wait_for_url("**/signin")
    page.context.close()


@pytest.mark.slow
def test_a_page_without_shared_workers_connects_again_and_loads_anew(browser, own_server):
    page = open_page(browser, own_server)
    page.add_init_script("delete globalThis.SharedWorker")
    page.route("**/api/events?*", lambda route: route.abort())
    page.reload()
    expect(page.locator("#connection")).to_contain_text(LOST)
    page.unroute("**/api/events?*")
    expect(page.locator("#connection")).to_be_empty()
    page.context.close()
