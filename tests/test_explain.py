"""Pictures of every step, of a real clip with the real models."""

import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from hipcv.core.options import AnalysisOptions
from hipcv.pipeline import analyze
from hipcv.report.debug.collector import TraceCollector
from hipcv.results.output import Output
from hipcv.results.write import write

SAMPLES = Path(__file__).parent.parent / "sample_videos"
CLIP = SAMPLES / "clean_left.mp4"

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def collector():
    return TraceCollector()


@pytest.fixture(scope="module")
def analysis(collector):
    return analyze(CLIP, AnalysisOptions(overlay=False), trace=collector)


@pytest.fixture(scope="module")
def folder(analysis, collector, tmp_path_factory):
    """The result of one clip, explained."""
    out = tmp_path_factory.mktemp("explained")
    write(CLIP, analysis, Output(out, explain=collector))
    return out / "explain"


@pytest.mark.slow
def test_every_step_has_its_picture(folder):
    assert {path.stem for path in folder.glob("*.png")} == {
        "tracking_left",
        "tracking_right",
        "curve_left",
        "masks_left",
        "shank_left_start",
        "shank_left_rep1",
        "widths_left_rep1",
        "flow_left_rep1",
        "channels_left",
    }


def test_every_picture_shows_something(folder):
    pictures = [cv2.imread(str(path)) for path in folder.glob("*.png")]

    assert min(np.mean(picture.min(axis=-1) < 250) for picture in pictures) > 0.03


def test_the_page_names_every_picture(folder):
    page = (folder / "index.html").read_text(encoding="utf-8")

    assert [path.name for path in folder.glob("*.png") if f'src="{path.name}"' not in page] == []


def test_tracing_does_not_change_the_numbers(analysis, sample_trial):
    assert sample_trial(CLIP.name).sides == analysis.trial.sides


def test_the_flow_is_drawn_at_the_hold(analysis, collector):
    (side,) = analysis.closeups
    (rep,) = analysis.motions[side].reps
    steps = collector.steps("full", side)

    (window,) = [strips for window, strips in steps.windows().items() if window == 0]
    flows_s = [steps.flow[time_s].time_s for time_s, _ in window]
    assert any(rep.plateau_s.contains(time_s) for time_s in flows_s)


def test_an_earlier_results_steps_do_not_stay_with_a_new_result(analysis, folder, tmp_path):
    shutil.copytree(folder, tmp_path / "explain")

    write(CLIP, analysis, Output(tmp_path))

    assert not (tmp_path / "explain").exists()


def test_the_users_own_files_stay_with_the_steps(analysis, tmp_path):
    (tmp_path / "explain").mkdir()
    (tmp_path / "explain" / "notes.txt").touch()

    write(CLIP, analysis, Output(tmp_path))

    assert (tmp_path / "explain" / "notes.txt").exists()


@pytest.mark.slow
def test_a_refused_clip_shows_both_legs_curves(tmp_path):
    standing, collector = SAMPLES / "standing.mp4", TraceCollector()

    write(standing, analyze(standing, trace=collector), Output(tmp_path, explain=collector))

    names = {path.name for path in (tmp_path / "explain").iterdir()}
    assert {"curve_left.png", "curve_right.png", "index.html"} <= names
    assert not any(name.startswith(("shank", "channels")) for name in names)
