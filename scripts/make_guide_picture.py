"""Make the README's picture of the guided recording: one frame of a clip played through it.

python scripts/make_guide_picture.py docs/images/guide.jpg
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2

from hipcv.core import guide, presenter
from hipcv.core.guide import SessionPlan
from hipcv.core.interfaces import Frame
from hipcv.core.view_model import GuideView
from hipcv.guide import screen
from hipcv.guide.estimator import open_estimators
from hipcv.video.file import VideoFile

CLIP = Path(__file__).resolve().parent.parent / "sample_videos" / "both_legs.mp4"
WAIT_S = 5.5  # the first frame is repeated for so long
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
    picture = screen.draw(frame.bgr, scene)
    cv2.imwrite(sys.argv[1], picture, [cv2.IMWRITE_JPEG_QUALITY, 85])


if __name__ == "__main__":
    main()
