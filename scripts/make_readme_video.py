"""Make the README's moving picture from the annotated video of a sample clip.

    python scripts/make_readme_video.py

Measures the clip and writes docs/images/demo.webp, which names version and method in its EXIF
description.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import cv2
from PIL import Image

from hipcv.pipeline import METHOD
from hipcv.version import __version__
from hipcv.video.file import VideoFile

ROOT: Final = Path(__file__).resolve().parent.parent
PICTURE: Final = ROOT / "docs" / "images" / "demo.webp"
CLIP: Final = ROOT / "sample_videos" / "clean_left.mp4"
WIDTH_PX: Final = 620
EVERY: Final = 3
"""One of so many frames is shown."""

DESCRIPTION: Final = 0x010E
"""EXIF tag of the description."""


def frames_of(video: Path) -> list[Image.Image]:
    """Return every third frame of a video at the width of the picture."""
    pictures = []
    for frame in VideoFile(video):
        if frame.index % EVERY == 0:
            height, width = frame.bgr.shape[:2]
            size = WIDTH_PX, round(height * WIDTH_PX / width)
            small = cv2.resize(frame.bgr, size, interpolation=cv2.INTER_AREA)
            pictures.append(Image.fromarray(cv2.cvtColor(small, cv2.COLOR_BGR2RGB)))
    return pictures


def main() -> None:
    """Write the picture."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "result")
        command = [sys.executable, "-m", "hipcv", "analyze", CLIP, "--out", out, "--quiet"]
        subprocess.run(command, check=True, capture_output=True)
        first, *rest = frames_of(out / "annotated.mp4")
    exif = Image.Exif()
    exif[DESCRIPTION] = f"hipcv {__version__}, method {METHOD}"
    first.save(
        PICTURE, append_images=rest, duration=100, loop=0, quality=60, method=6, exif=exif.tobytes()
    )


if __name__ == "__main__":
    main()
