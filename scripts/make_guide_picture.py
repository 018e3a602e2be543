"""Make the picture of the guided recording: one frame of a clip played through it.

    python -m scripts.make_guide_picture

Writes docs/images/guide.jpg.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import cv2
from PIL import Image

from hipcv.core import guide, presenter
from hipcv.core.guide import SessionPlan
from hipcv.core.interfaces import Frame
from hipcv.core.view_model import GuideView
from hipcv.guide import screen
from hipcv.guide.estimator import open_estimators
from hipcv.video.file import VideoFile
from scripts.picture_metadata import IMAGES, save

CLIP: Final = Path(__file__).resolve().parent.parent / "sample_videos" / "both_legs.mp4"
WAIT_S: Final = 5.5
"""The first frame is repeated for so long."""

REPS_DONE, HOLD_SHARE = 2, 0.4  # frame to draw: in the third repetition, at this share of the hold


def played(clip: Path) -> Iterator[Frame]:
    """Yield the first frame repeatedly, then the clip."""
    frames = VideoFile(clip)
    first = next(iter(frames))
    for n in range(round(30 * WAIT_S)):
        yield replace(first, time_s=n / 30)
    for frame in frames:
        yield replace(frame, time_s=WAIT_S + frame.time_s)


def scenes(clip: Path) -> Iterator[tuple[Frame, GuideView]]:
    """Yield every frame with the view of the guide."""
    plan = SessionPlan(confirmed=True)
    state = guide.begin(plan)
    with open_estimators(plan.protocol) as estimator:
        for frame in played(clip):
            state = guide.advance(state, estimator.estimate(frame, state.stage))
            yield frame, presenter.present(state)


def main() -> None:
    """Write the picture."""
    frame, scene = next(
        (frame, scene)
        for frame, scene in scenes(CLIP)
        if len(scene.reps_done) == REPS_DONE and scene.hold_share > HOLD_SHARE
    )
    picture = cv2.cvtColor(screen.draw(frame.bgr, scene), cv2.COLOR_BGR2RGB)
    numbers = {"clip": CLIP.name, "live_deg": round(scene.rotation_deg, 1)}
    save(IMAGES / "guide.jpg", [Image.fromarray(picture)], numbers, quality=85)


if __name__ == "__main__":
    main()
