"""Proxy videos."""

from types import SimpleNamespace

import numpy as np
import pytest

from hipcv.core.options import AnalysisOptions
from hipcv.results import proxy
from hipcv.video.file import VideoFile
from tests.clips import TURNED_90, number_in, numbered_pictures, stored_for, write_clip


def test_proxy_has_every_frame_in_order(tmp_path):
    write_clip(tmp_path / "clip.mp4", numbered_pictures(20))

    path = proxy.make(VideoFile(tmp_path / "clip.mp4", mirrored=False), tmp_path)

    assert [number_in(frame.bgr) for frame in VideoFile(path)] == list(range(1, 21))


def test_proxy_is_upright(tmp_path):
    stored = (stored_for(picture, TURNED_90) for picture in numbered_pictures(3))
    write_clip(tmp_path / "clip.mp4", stored, matrix=TURNED_90)

    path = proxy.make(VideoFile(tmp_path / "clip.mp4", mirrored=False), tmp_path)

    assert number_in(next(iter(VideoFile(path))).bgr) == 1


def test_mirrored_clip_is_flipped_back(tmp_path):
    flipped = (picture[:, ::-1] for picture in numbered_pictures(3))
    write_clip(tmp_path / "clip.mp4", flipped)

    path = proxy.make(VideoFile(tmp_path / "clip.mp4", mirrored=True), tmp_path)

    assert number_in(next(iter(VideoFile(path))).bgr) == 1


@pytest.mark.parametrize(
    "size", [(1920, 1080), (1282, 722), (720, 1280), (3000, 2002), (64, 48), (1366, 768)]
)
def test_size_is_predicted(tmp_path, size):
    write_clip(tmp_path / "clip.mp4", numbered_pictures(1, width=size[0], height=size[1]))
    source = next(iter(VideoFile(tmp_path / "clip.mp4"))).bgr
    path = proxy.make(VideoFile(tmp_path / "clip.mp4", mirrored=False), tmp_path)

    picture = next(iter(VideoFile(path))).bgr
    assert proxy.size_px((source.shape[1], source.shape[0])) == (picture.shape[1], picture.shape[0])


def test_times_are_predicted(tmp_path):
    write_clip(tmp_path / "clip.mp4", numbered_pictures(20))
    predicted = [proxy.time_s(frame.time_s) for frame in VideoFile(tmp_path / "clip.mp4")]

    path = proxy.make(VideoFile(tmp_path / "clip.mp4", mirrored=False), tmp_path)

    assert [frame.time_s for frame in VideoFile(path)] == pytest.approx(predicted, abs=1e-6)


def test_progress_never_decreases(tmp_path):
    write_clip(tmp_path / "clip.mp4", numbered_pictures(20))
    shares = []

    def progress(_stage, share):
        shares.append(share)

    proxy.make(VideoFile(tmp_path / "clip.mp4", mirrored=False), tmp_path, progress=progress)

    assert np.all(np.diff(shares) >= 0)


def test_proxy_of_a_clip_begins_where_the_analysis_does(tmp_path):
    write_clip(tmp_path / "clip.mp4", numbered_pictures(20))
    options = AnalysisOptions(start_s=0.19)
    analysis = SimpleNamespace(options=options, track=SimpleNamespace(time_s=np.zeros(14)))

    proxy.extend_result(tmp_path / "clip.mp4", tmp_path, analysis, lambda *_: None)

    assert number_in(next(iter(VideoFile(tmp_path / proxy.NAME))).bgr) == 7
