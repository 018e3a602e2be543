"""Make the README's moving picture from the annotated video of a sample clip.

    python -m scripts.make_readme_video

Measures the clip and writes docs/images/demo.webp.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import cv2
from PIL import Image

from hipcv.video.file import VideoFile
from scripts.picture_metadata import IMAGES, numbers_of_result, save

CLIP: Final = Path(__file__).resolve().parent.parent / "sample_videos" / "clean_left.mp4"
WIDTH_PX: Final = 620
EVERY: Final = 3
"""One of so many frames is shown."""


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
        numbers = numbers_of_result(json.loads((out / "result.json").read_bytes()))
        frames = frames_of(out / "annotated.mp4")
    save(IMAGES / "demo.webp", frames, numbers, duration=100, loop=0, quality=60, method=6)


if __name__ == "__main__":
    main()
