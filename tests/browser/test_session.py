"""Sessions in a real browser: opening, history, other local servers, sign-out and lock."""

import http.client
import re
import sqlite3
import sys
import threading
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlsplit

import pytest

from hipcv.web.opening import RunningApp, write_page
from tests.browser.conftest import CHROMIUM, new_page, open_page, serve
from tests.waiting import LIMIT_S, wait_until


def fresh(browser, server):
    """Return a page with a session of its own, which the test may end."""
    page = new_page(browser)
    page.goto(server.new_link())
    page.wait_for_url(f"{server.origin}/")
    return page


def page_with_clock(browser, server):
    """Return a page as `fresh`, whose clock the test sets; the desk locks after 15 minutes."""
    page = new_page(browser)
    page.clock.install()
    page.goto(server.new_link())
    page.wait_for_url(f"{server.origin}/")
    return page


@contextmanager
def other_server():
    """Serve as another user of this machine could; yield its origin and the cookies it got."""
    cookies = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            cookies.append(self.headers.get("Cookie", ""))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<p>nothing here")

        def log_message(self, *_):
            """Write nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", cookies
    finally:
        server.shutdown()
        server.server_close()


def request(server, method, path, cookie):
    """Send a request as another program would."""
    line = http.client.HTTPConnection(urlsplit(server.origin).netloc, timeout=30)
    line.request(method, path, headers={"Cookie": cookie, "Origin": server.origin})
    answer = line.getresponse()
    line.close()
    return answer.status


def test_other_local_server_cannot_use_what_it_gets(browser, server, folder):
    page = fresh(browser, server)
    with other_server() as (origin, cookies):
        page.goto(origin)
    stolen = next(cookie for cookie in cookies if cookie)

    clip = folder.clip_id
    reading = ["/api/desk", "/api/events", f"/api/clips/{clip}", f"/clips/{clip}/report?key=x"]
    answers = {request(server, "GET", path, stolen) for path in reading}
    answers |= {request(server, "POST", path, stolen) for path in ("/api/session", "/api/patients")}
    assert answers == {401}
    page.context.close()


def test_history_holds_no_link(browser, server):
    page = fresh(browser, server)
    page.go_back()

    assert page.url == "about:blank"
    page.context.close()


@pytest.mark.skipif(sys.platform == "win32", reason="a browser that is a script")
def test_browser_opens_the_app_by_a_private_page(browser, tmp_path):
    arguments = tmp_path / "arguments"
    fake = tmp_path / "browser"
    fake.write_text(f'#!/bin/sh\necho "$@" > {arguments}.part\nmv {arguments}.part {arguments}\n')
    fake.chmod(0o700)
    with serve(tmp_path / "data", browser=str(fake)) as server:
        wait_until(arguments.exists)
        address = arguments.read_text().strip()
        page = new_page(browser)
        page.goto(address)
        page.wait_for_url(f"{server.origin}/")

        opened = re.fullmatch(r"file://[^?#]+/opening/\w{16}\.html", address)
        assert (bool(opened), page.locator("#choose").is_visible()) == (True, True)
        assert not [*(tmp_path / "data" / "opening").iterdir()]
        page.context.close()


def test_history_of_the_browser_holds_no_key(browser, tmp_path):
    data, profile = tmp_path / "data", tmp_path / "profile"
    with serve(data) as server:
        page = write_page(RunningApp.find(data), data)
        context = browser.browser_type.launch_persistent_context(
            profile, executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        context.set_default_timeout(1000 * LIMIT_S)
        context.pages[0].goto(page.as_uri())
        context.pages[0].wait_for_url(f"{server.origin}/")
        context.close()
    with closing(sqlite3.connect(profile / "Default" / "History")) as history:
        urls = [url for (url,) in history.execute("SELECT url FROM urls")]

    first = f"{server.origin}/"
    assert {first} <= set(urls) <= {first, f"{server.origin}/open", page.as_uri()}


def test_link_that_was_used_says_what_to_do(browser, server):
    link = server.new_link()
    for _ in range(2):
        page = new_page(browser)
        page.goto(link)
    text = page.locator("main").inner_text()

    assert ("used before" in text, "hipcv review" in text) == (True, True)


def test_sign_out_ends_the_session_in_every_page(browser, server, folder):
    page = fresh(browser, server)
    other = page.context.new_page()
    other.goto(f"{server.origin}/settings")
    page.click("#sign-out")
    page.wait_for_url("**/signin?because=signed_out")
    other.wait_for_url("**/signin")
    page.go_back()

    assert not page.locator(f"[data-clip-id='{folder.clip_id}']").count()
    page.context.close()


def test_page_that_nobody_uses_warns_and_then_locks_itself(browser, server):
    page = page_with_clock(browser, server)
    page.clock.fast_forward("14:30")
    page.get_by_text("about to lock").wait_for()
    page.clock.fast_forward("00:35")
    page.wait_for_url("**/signin?because=locked")

    assert "locked itself" in page.locator("main").inner_text()
    page.context.close()


def test_page_in_use_does_not_lock(browser, server):
    page = page_with_clock(browser, server)
    for step in range(3):
        page.clock.fast_forward("14:00")
        page.mouse.move(100 + step, 100)

    assert page.url == f"{server.origin}/"
    page.context.close()


def test_stills_and_video_load(clip_page):
    clip_page.locator("#stills img").first.wait_for()
    loaded = clip_page.evaluate(
        "[...document.querySelectorAll('#stills img')].every(i => i.src.includes('key='))"
    )

    assert (loaded, clip_page.locator("#video").evaluate("v => v.readyState > 0")) == (True, True)


def test_report_opens_by_its_address(browser, server, folder):
    page = open_page(browser, server, f"/clips/{folder.clip_id}/report")

    assert "hip" in page.locator("body").inner_text().lower()
    page.context.close()


def test_report_opens_from_the_clip(browser, server, folder):
    page = open_page(browser, server, f"/clips/{folder.clip_id}")
    page.click("#report")
    page.wait_for_url("**/report?key=*")

    assert "hip" in page.locator("body").inner_text().lower()
    page.context.close()
