"""The review app in its own process, and a real browser."""

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
from filelock import FileLock

from hipcv.web.opening import RunningApp
from scripts.make_page_pictures import find_browser
from tests.browser.records import (
    add_copy,
    add_pair,
    add_visit,
    of_the_wrong_leg,
    open_records,
    place_stub_clip,
    read_result,
    with_rotation,
    without_counting,
)
from tests.waiting import LIMIT_S

CHROMIUM = find_browser()
DRIVER = Path(__file__).parents[1] / "web" / "driver.py"
SAMPLES = Path(__file__).parents[2] / "sample_videos"
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
COPIES = 12
"""Clips that tests change, one for each of those tests."""

CHANGES_DEG = {"P-small-change": 4, "P-large-change": 12}
"""Patients with a second visit, by the difference of its angle from the first."""


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
    session: dict | None = None  # cookies and storage of a browser that followed the link

    @property
    def origin(self):
        parts = urlsplit(self.link)
        return f"{parts.scheme}://{parts.netloc}"

    def new_link(self):
        """Return a link that was not used yet."""
        return RunningApp.find(self.folder).link()

    def sign_in(self, browser):
        """Follow the link once; return the session's cookies and storage."""
        if self.session is None:
            page = new_page(browser)
            page.goto(self.link)
            page.wait_for_url(f"{self.origin}/")
            self.session = page.context.storage_state()
            page.context.close()
        return self.session


def new_page(browser, **options):
    """Return a page with a session of its own; waits on it have the limit of all tests."""
    context = browser.new_context(**options)
    context.set_default_timeout(1000 * LIMIT_S)
    return context.new_page()


@contextmanager
def serve(folder, *options, browser="", command=()):
    """Serve a data folder until the end of the `with`; `browser` is a command to open it.

    `command` replaces `hipcv review` with its options.
    """
    usual = [sys.executable, "-m", "hipcv", "review", "--data-dir", str(folder), *options]
    command = list(command) or (usual if browser else [*usual, "--no-browser"])
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1", "BROWSER": browser},
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
    """Function that launches a browser, with further options where they are given."""
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
class PageLog:
    """Warnings and errors of a page, and its requests to other hosts."""

    problems: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)


def watch(page, origin):
    """Attach a log to a page."""
    own = (origin, origin.replace("http", "ws"), "data:", "blob:")
    log = page.log = PageLog()
    page.on(
        "console",
        lambda line: log.problems.append(line.text) if line.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: log.problems.append(str(error)))
    page.on(
        "request",
        lambda request: None if request.url.startswith(own) else log.foreign.append(request.url),
    )


def open_page(browser, server, path="/", *, viewport=None, **options):
    """Return a page of the app, signed in, with its log."""
    session = server.sign_in(browser)
    page = new_page(browser, viewport=viewport or WIDE, storage_state=session, **options)
    watch(page, server.origin)
    page.goto(server.origin + path)
    if path.endswith(("/report", "/handout")):
        page.wait_for_url("**?key=*")
    return page


def page_key(page):
    """Return the header that requests of a test need, as those of the page do."""
    return {"X-Hipcv-Page-Key": page.evaluate("localStorage.getItem('hipcv.page-key')")}


@dataclass
class Folder:
    """A data folder with one measured clip of patient P-1, copies of it, and patients over time."""

    path: Path
    clip_id: str
    patient_ids: dict[str, str]
    copies: list[str]
    not_counted: str  # id of a clip of which no repetition counts
    wrong_leg: str  # id of a clip of which the other leg was asked for
    compared: list[str]  # ids of two results of one patient

    @property
    def ids(self):
        """Ids by their names in the addresses of the pages."""
        clip_and_patient = {"clip_id": self.clip_id, "patient_id": self.patient_ids["P-1"]}
        return clip_and_patient | dict(zip(("one_id", "other_id"), self.compared, strict=True))


def upload_sample(browser, folder):
    """Upload a sample clip to a new data folder through the page; wait until it is measured."""
    with serve(folder) as server:
        page = open_page(browser, server)
        page.fill("#new-patient", "P-1")
        page.click("#add-patient button")
        page.locator("#upload-patient option", has_text="P-1").wait_for(state="attached")
        page.locator("#upload-fields summary").click()
        page.select_option("#upload-patient", "P-1")
        page.fill("#upload-on", "2026-05-04")
        page.set_input_files("#files", SAMPLES / "hip_lift_left.mp4")
        page.locator("#waiting [data-clip-id]").wait_for()
        page.context.close()


@pytest.fixture(scope="session")
def folder(tmp_path_factory, shared_folder, browser):
    """The folder; its clip was uploaded and measured by the app itself, once for all workers."""
    uploaded = shared_folder / "uploaded"
    with FileLock(f"{uploaded}.lock"):
        if not uploaded.exists():
            new = tmp_path_factory.mktemp("new") / "data"
            upload_sample(browser, new)
            new.rename(uploaded)
    path = tmp_path_factory.mktemp("app") / "data"
    shutil.copytree(uploaded, path)
    records = open_records(path)
    (clip,) = records.clips()
    document = read_result(path, clip)
    copied = records.add_patient("P-copies", by="T")
    days = [f"2026-07-{number:02}" for number in range(1, COPIES + 1)]
    copies = [add_copy(records, path, copied, on=on, clip=clip) for on in days]
    for pseudonym, change_deg in CHANGES_DEG.items():
        patient = records.add_patient(pseudonym, by="T")
        first_deg = document["sides"]["left"]["rotation_deg"]
        for on, rotation_deg in (("2026-05-04", first_deg), ("2026-06-04", first_deg + change_deg)):
            changed = with_rotation(document, "left", rotation_deg)
            add_visit(records, patient, on=on, clip=clip, document=changed, signed=True)
    broken = records.add_patient("P-not-counted", by="T")
    not_counted = add_copy(
        records,
        path,
        broken,
        on="2026-08-04",
        clip=clip,
        document=without_counting(document, "left"),
    )
    wrong_leg = add_copy(
        records, path, broken, on="2026-08-05", clip=clip, document=of_the_wrong_leg(document)
    )
    compared = add_pair(records, path, clip=clip, document=document)
    patient_ids = {patient.pseudonym: patient.id for patient in records.patients()}
    return Folder(path, clip.id, patient_ids, copies, not_counted, wrong_leg, compared)


@pytest.fixture(scope="session")
def server(folder):
    """The app on it."""
    with serve(folder.path) as served:
        yield served


def open_clip(browser, server, clip_id):
    """Return the page of a clip, with its curve drawn."""
    page = open_page(browser, server, f"/clips/{clip_id}")
    page.bring_to_front()
    page.locator(".handle").first.wait_for()
    return page


@pytest.fixture
def clip_page(browser, server, folder):
    """The page of the clip, for tests that change nothing."""
    page = open_clip(browser, server, folder.clip_id)
    yield page
    page.context.close()


@pytest.fixture
def own_clip_page(browser, server, folder):
    """The page of a clip that no other test opens."""
    page = open_clip(browser, server, folder.copies.pop())
    yield page
    page.context.close()


@pytest.fixture(scope="module")
def stub_desk(tmp_path_factory):
    """A desk whose clips are measured at once by a stub; `records.place_stub_clip` adds some."""
    folder = tmp_path_factory.mktemp("stub") / "data"
    command = [sys.executable, DRIVER, str(folder), str(folder.with_name("runs"))]
    with serve(folder, command=command) as server:
        yield server


@pytest.fixture
def open_stub_clip(browser, stub_desk):
    """Function that stores a clip of the stub and returns its page."""
    pages = []

    def open_one(name="30.mp4", **where):
        clip_id = place_stub_clip(stub_desk.folder, name, **where)
        pages.append(open_clip(browser, stub_desk, clip_id))
        return pages[-1]

    yield open_one
    for page in pages:
        page.context.close()


def give_initials(page, initials="KM"):
    """Submit the open dialog with these initials."""
    page.locator("dialog[open] #dialog-by").fill(initials)
    page.locator("dialog[open] button[type=submit]").click()
    page.locator("dialog[open]").wait_for(state="detached")
