"""Make the README's picture: the top of a report in a browser.

    python scripts/make_readme_picture.py [CLIP]

Measures a sample clip, opens its report in Chromium, which must be installed, and writes the top of
the page to docs/images/report.jpg.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import cv2

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "images" / "report.jpg"
WIDTH_PX, HEIGHT_PX = 1000, 1115
SHORTER = "<style>.notice, .recorded { display: none }</style></head>"  # repeated in the README
LARGEST_BYTES = 300_000


def report_of(clip: Path, work: Path) -> Path:
    """Measure a clip and return the path of its report."""
    command = [sys.executable, "-m", "hipcv", "analyze", clip, "--out", work, "--no-overlay"]
    subprocess.run([*command, "--quiet"], check=True, capture_output=True)
    page = work / "report.html"
    page.write_text(page.read_text(encoding="utf-8").replace("</head>", SHORTER), encoding="utf-8")
    return page


def screenshot(page: Path, work: Path) -> Path:
    """Return a screenshot of the page in a headless browser."""
    browser = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chrome")
    if browser is None:
        sys.exit("Chromium is needed for the picture; please install it.")
    shot = work / "shot.png"
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    options += ["--disable-background-networking", f"--user-data-dir={work / 'profile'}"]
    options += [f"--window-size={WIDTH_PX},{HEIGHT_PX}", f"--screenshot={shot}"]
    subprocess.run([browser, *options, page.as_uri()], check=True, capture_output=True)
    return shot


def main() -> None:
    """Make the picture."""
    clip = Path(sys.argv[1]) if sys.argv[1:] else ROOT / "sample_videos" / "hip_lift_left.mp4"
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        shot = cv2.imread(str(screenshot(report_of(clip, work / "result"), work)))
    if shot is None:
        sys.exit("The browser made no picture.")
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    for quality in range(90, 30, -5):
        cv2.imwrite(str(PICTURE), shot, [cv2.IMWRITE_JPEG_QUALITY, quality])
        if PICTURE.stat().st_size < LARGEST_BYTES:
            break


if __name__ == "__main__":
    main()
