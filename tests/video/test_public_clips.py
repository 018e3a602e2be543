"""Rare and damaged containers from public test data, if available."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from hipcv.core.errors import UnreadableVideo
from hipcv.video.file import VideoFile

FRAMES_LOOKED_AT = 8
CLIPS = Path(__file__).parents[2] / ".." / "shared" / "clips"
FILES = sorted(
    path
    for folder in ("torture", "people")
    for path in (CLIPS / folder).glob("*")
    if path.suffix != ".md"
)


def outcome(path) -> str:
    frames = itertools.islice(VideoFile(path), FRAMES_LOOKED_AT)
    try:
        times_s = [frame.time_s for frame in frames]
    except UnreadableVideo as refusal:
        return "refused by name" if str(refusal).startswith(path.name) else str(refusal)
    return "frames in order" if np.all(np.diff(times_s) > 0) else f"disordered: {times_s}"


@pytest.mark.skipif(not FILES, reason="the public clips are not on this machine")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_public_clip_gives_frames_in_time_order_or_a_refusal(path):
    assert outcome(path) in {"frames in order", "refused by name"}
