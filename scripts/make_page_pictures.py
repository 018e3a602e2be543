"""Make the pictures of pages: the top of a report, and a clip on the therapist's desk.

    python -m scripts.make_page_pictures

Measures a sample clip, opens its report, and its page on a desk of its own, in Chromium, which must
be installed, and writes docs/images/report.jpg and docs/images/review.jpg.
"""

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PIL import Image

from scripts.picture_metadata import IMAGES, Numbers, numbers_of_result, save_small

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT: Final = Path(__file__).resolve().parent.parent
CLIP: Final = ROOT / "sample_videos" / "hip_lift_left.mp4"
PATIENT: Final = "P-012"
RECORDED: Final = datetime(2026, 5, 4, 10, tzinfo=UTC)
"""Day of the visit, which would be today's otherwise."""

HIPCV: Final = (sys.executable, "-m", "hipcv")
REPORT_SIZE: Final = {"width": 1000, "height": 1200}
DESK_SIZE: Final = {"width": 1280, "height": 1300}
BELOW_PX: Final = 16
HIDDEN: Final = ".notice, .recorded, .keep-safe { display: none }"
"""Of the report: what the README says itself."""


def find_browser() -> str | None:
    """Return the path of a Chromium; None where there is none."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    return next(filter(None, map(shutil.which, names)), None)


def require_browser() -> str:
    """Return the path of a Chromium, or end with what to install."""
    browser = find_browser()
    if browser is None:
        sys.exit(
            "Chromium is needed for docs/images/report.jpg and docs/images/review.jpg, which were "
            "not made. Install it (Debian: apt-get install chromium) and run this again."
        )
    return browser


def measure(desk: Path, out: Path) -> Numbers:
    """Measure the clip, file it on a desk, and return the numbers of its result."""
    clip = Path(shutil.copy(CLIP, out.parent))
    os.utime(clip, (RECORDED.timestamp(),) * 2)
    filed = ("--as", PATIENT, "--data-dir", desk)
    command = (*HIPCV, "analyze", clip, *filed, "--out", out, "--quiet")
    subprocess.run(command, check=True, capture_output=True)
    return numbers_of_result(json.loads((out / "result.json").read_bytes()))


@contextmanager
def served(desk: Path) -> Iterator[str]:
    """Open the desk of a data folder; yield the link to it."""
    command = (*HIPCV, "review", "--data-dir", desk, "--no-browser")
    app = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert app.stdout is not None
    try:
        yield app.stdout.readline().strip()
    finally:
        app.send_signal(signal.SIGINT)
        app.wait()
        app.stdout.close()


def screenshot(page: "Page", height_px: float) -> Image.Image:
    """Return the upper part of what a page shows in its window."""
    assert page.viewport_size is not None
    area = {"x": 0, "y": 0, "width": page.viewport_size["width"], "height": height_px}
    return Image.open(io.BytesIO(page.screenshot(clip=area))).convert("RGB")


def picture_of_report(browser: "Browser", report: Path) -> Image.Image:
    """Return a report from its top to its pictures."""
    page = browser.new_page(viewport=REPORT_SIZE)
    page.goto(report.as_uri())
    page.add_style_tag(content=HIDDEN)
    stills = page.locator("section:has(figure img)").first.bounding_box()
    assert stills is not None
    return screenshot(page, stills["y"] + stills["height"] + BELOW_PX)


def picture_of_clip(browser: "Browser", link: str, hold_s: float) -> Image.Image:
    """Return the page of the clip on the desk, at an instant of its hold."""
    page = browser.new_page(viewport=DESK_SIZE)
    page.goto(link)
    page.locator("a[href*='/clips/']").first.click()
    page.locator(".handle").first.wait_for()
    video = page.locator("video")
    video.evaluate("(video, at) => { video.currentTime = at }", hold_s)
    page.wait_for_function("() => !document.querySelector('video').seeking")
    page.wait_for_timeout(1000)  # for the lines that follow the video
    return screenshot(page, DESK_SIZE["height"])


def main() -> None:
    """Write both pictures."""
    browser_path = require_browser()
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as tools:
        desk, out = Path(folder, "desk"), Path(folder, "result")
        numbers = measure(desk, out)
        browser = tools.chromium.launch(
            executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"]
        )
        save_small(IMAGES / "report.jpg", picture_of_report(browser, out / "report.html"), numbers)
        (rep,) = json.loads((out / "result.json").read_bytes())["sides"]["left"]["reps"]
        with served(desk) as link:
            picture = picture_of_clip(browser, link, sum(rep["plateau_s"]) / 2)
        save_small(IMAGES / "review.jpg", picture, numbers)
        browser.close()


if __name__ == "__main__":
    main()
