"""Analysis of real clips with the real models."""

from pathlib import Path

import numpy as np
import pytest

from hipcv.core.assessment import assess
from hipcv.core.landmarks import Side
from hipcv.core.measure import measure
from hipcv.core.options import AnalysisOptions
from hipcv.pipeline import analyze
from hipcv.results.output import Output
from hipcv.results.write import write
from hipcv.store.archive import load_evidence
from tests.clips import (
    mirrored_twin,
    pictures_of,
    trimmed_twin,
    turned_twin,
    variable_rate_twin,
    write_clip,
)

SAMPLES = Path(__file__).parent.parent / "sample_videos"
PORTRAIT = SAMPLES / "portrait_right.mp4"

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def portrait(sample_analysis):
    return sample_analysis(PORTRAIT.name)


@pytest.mark.parametrize(
    "twin_of",
    [
        mirrored_twin,
        trimmed_twin,
        pytest.param(variable_rate_twin, marks=pytest.mark.slow),
        pytest.param(turned_twin, marks=pytest.mark.slow),
    ],
)
def test_a_twin_of_a_clip_gives_the_same_side_and_angle(twin_of, portrait, tmp_path):
    twin = analyze(twin_of(PORTRAIT, tmp_path / "twin.mp4")).trial

    angles = {side: a.rotation_deg for side, a in twin.sides.items()}
    assert angles == {Side.RIGHT: pytest.approx(_angle(portrait), abs=0.3)}


@pytest.fixture(scope="module")
def doubled(tmp_path_factory):
    """Analyze the clip at twice the rate, with every picture twice."""
    times_s, pictures = pictures_of(PORTRAIT)
    half_s = (times_s[1] - times_s[0]) / 2
    return analyze(
        write_clip(
            tmp_path_factory.mktemp("doubled") / "60.mp4",
            [picture for picture in pictures for _ in range(2)],
            [time_s + late_s for time_s in times_s for late_s in (0.0, half_s)],
        )
    )


@pytest.mark.slow
def test_a_clip_of_twice_the_rate_gives_the_same_angle(portrait, doubled):
    assert doubled.trial.sides[Side.RIGHT].rotation_deg == pytest.approx(_angle(portrait), abs=0.3)


@pytest.mark.slow
def test_a_clip_of_twice_the_rate_has_a_pose_in_every_frame(portrait, doubled):
    assert len(doubled.track.time_s) == 2 * len(portrait.track.time_s)


def test_an_undeclared_selfie_is_the_other_side(tmp_path):
    times_s, pictures = pictures_of(PORTRAIT)
    selfie = write_clip(
        tmp_path / "selfie.mp4", [picture[:, ::-1].copy() for picture in pictures], times_s
    )

    assert analyze(selfie).trial.tested_side == "left"


@pytest.mark.slow
def test_a_second_person_is_an_issue_and_does_not_change_the_angle(tmp_path):
    times_s, pictures = pictures_of(SAMPLES / "clean_left.mp4")
    _, others = pictures_of(SAMPLES / "hip_lift_left.mp4")
    other = others[0][:, 380:900]  # frozen: only the patient moves
    both = [np.hstack([other, picture[:, 260:1020]]) for picture in pictures]

    trial = analyze(write_clip(tmp_path / "two.mp4", both, times_s)).trial

    outcome = {issue.code for issue in trial.issues}, trial.sides[Side.LEFT].rotation_deg
    assert outcome == ({"several_people"}, pytest.approx(35.05, abs=1))


def test_a_second_run_gives_the_same_files(portrait, tmp_path):
    written = [
        write(PORTRAIT, analysis, Output(tmp_path / run))
        for run, analysis in (("one", portrait), ("two", analyze(PORTRAIT, portrait.options)))
    ]

    one, two = ([w.result.read_bytes(), w.table.read_bytes()] for w in written)
    assert one == two


def test_a_result_can_be_assessed_again_without_its_video(portrait, tmp_path):
    written = write(PORTRAIT, portrait, Output(tmp_path))
    track, closeups = load_evidence(written.evidence)

    again = assess(measure(track, closeups[Side.RIGHT], Side.RIGHT, portrait.trial.protocol))

    assert again == portrait.trial.sides[Side.RIGHT]


def test_a_requested_side_that_rested_gives_no_number():
    trial = analyze(PORTRAIT, AnalysisOptions(side=Side.LEFT)).trial

    assert [issue.code for issue in trial.all_issues if issue.severity == "refuse"] == [
        "no_movement"
    ]


def test_a_result_that_cannot_be_written_leaves_no_file(portrait, tmp_path, monkeypatch):
    def full_disk(*_args):
        raise OSError(28, "no space")

    monkeypatch.setattr("hipcv.store.archive.save_evidence", full_disk)
    with pytest.raises(Exception, match="No space left"):
        write(PORTRAIT, portrait, Output(tmp_path))

    assert list(tmp_path.iterdir()) == []


def _angle(analysis):
    return float(np.float64(analysis.trial.sides[Side.RIGHT].rotation_deg))
