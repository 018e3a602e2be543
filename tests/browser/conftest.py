"""A real desk in a process of its own, and a real browser before it."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.waiting import LIMIT_S

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
SAMPLES = Path(__file__).parents[2] / "sample_videos"
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


def pytest_collection_modifyitems(items):
    if CHROMIUM is not None:
        return
    skip = pytest.mark.skip(reason="no Chromium on this machine")
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(skip)


@dataclass
class Server:
    """`hipcv review` on a data folder."""

    folder: Path
    link: str
    process: subprocess.Popen

    @property
    def origin(self):
        parts = urlsplit(self.link)
        return f"{parts.scheme}://{parts.netloc}"

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(LIMIT_S)


@contextmanager
def desk_on(folder):
    """Serve a data folder until the end of the `with`."""
    words = [sys.executable, "-m", "hipcv", "review", "--no-browser", "--data-dir", str(folder)]
    process = subprocess.Popen(
        words, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"}
    )
    try:
        link = process.stdout.readline().strip()
        assert re.match(r"http://127\.0\.0\.1:\d+/\?token=", link), link
        yield Server(folder, link, process)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator:
    """Launches browsers, with further options where they are given."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=1000 * LIMIT_S)
    usual = ["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"]
    with sync_playwright() as tools:
        yield lambda *more: tools.chromium.launch(executable_path=CHROMIUM, args=[*usual, *more])


@pytest.fixture(scope="session")
def browser(chromium) -> Iterator:
    launched = chromium()
    yield launched
    launched.close()


@dataclass
class Heard:
    """What a page said to nobody, and whom it asked."""

    complaints: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)


def opened(browser, server, path="/", *, viewport=None, **options):
    """A page of the desk, signed in by the link; its `heard` keeps what went wrong on it."""
    context = browser.new_context(viewport=viewport or WIDE, **options)
    context.set_default_timeout(1000 * LIMIT_S)
    page = context.new_page()
    page.heard = Heard()
    page.on(
        "console",
        lambda said: (
            page.heard.complaints.append(said.text) if said.type in ("error", "warning") else None
        ),
    )
    page.on("pageerror", lambda fault: page.heard.complaints.append(str(fault)))
    page.on(
        "request",
        lambda asked: (
            page.heard.foreign.append(asked.url)
            if not asked.url.startswith((server.origin, "data:", "blob:"))
            and not asked.url.startswith(server.origin.replace("http", "ws"))
            else None
        ),
    )
    page.goto(server.link)
    if path != "/":
        page.goto(server.origin + path)
    return page


@pytest.fixture(scope="session")
def analysed(tmp_path_factory, browser):
    """A data folder with one clip of patient P-1, uploaded and measured by the desk itself."""
    folder = tmp_path_factory.mktemp("desk") / "data"
    with desk_on(folder) as server:
        page = opened(browser, server)
        page.locator("#belongs summary").click()
        page.fill("#upload-patient", "P-1")
        page.fill("#upload-on", "2026-05-04")
        page.set_input_files("#files", SAMPLES / "hip_lift_left.mp4")
        page.locator("#waiting [data-clip-id]").wait_for()
        page.context.close()
    return folder


@pytest.fixture
def copied(analysed, tmp_path):
    """A copy of that folder, so that no test sees what another did."""
    return shutil.copytree(analysed, tmp_path / "data")


@pytest.fixture
def server(copied):
    """A desk on it."""
    with desk_on(copied) as served:
        yield served


@pytest.fixture
def clip_page(browser, server):
    """The page of the clip, with its curve drawn."""
    page = opened(browser, server)
    clip_id = page.locator("#waiting [data-clip-id]").get_attribute("data-clip-id")
    page.goto(f"{server.origin}/clips/{clip_id}")
    page.bring_to_front()
    page.locator(".handle").first.wait_for()
    yield page
    page.context.close()
