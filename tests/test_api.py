"""The Python interface: each step, stored results, tables and errors, by the public names alone."""

import csv
import re
import subprocess
import sys
from dataclasses import replace

import pandas as pd
import pytest

import hipcv
from hipcv.report.formats.rep_table import COLUMNS
from tests.conftest import SAMPLES

CLIP = SAMPLES / "clean_left.mp4"
ROOT = SAMPLES.parent

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def analysis(sample_analysis):
    return sample_analysis(CLIP.name)


@pytest.fixture(scope="module")
def stored(analysis, tmp_path_factory):
    """Folder of a stored result."""
    folder = tmp_path_factory.mktemp("api") / "result"
    hipcv.write(CLIP, analysis, hipcv.Output(folder))
    return folder


def test_steps_give_the_number_of_the_whole_analysis(analysis):
    video = hipcv.open_video(str(CLIP))
    tracking = hipcv.track(video)
    motion = hipcv.measure(tracking, "left")
    assessment = hipcv.assess(motion)

    assert video.clip.sha256 == analysis.trial.clip.sha256
    assert tracking.landmarks.xy_px.shape == (video.clip.frames, 33, 2)
    assert assessment == analysis.trial.sides[hipcv.Side.LEFT]


def test_settings_of_a_measurement_may_be_others_than_those_of_the_tracking(analysis):
    tracking = hipcv.track(CLIP)
    motion = hipcv.measure(tracking, hipcv.Side.LEFT, hipcv.MeasurementProtocol(target_deg=30))

    assert motion.protocol.target_deg == 30


def test_a_path_may_be_a_text_and_a_missing_file_is_named():
    with pytest.raises(hipcv.HipcvError, match="no_such_clip"):
        hipcv.analyze("no_such_clip.mp4")


def test_a_stored_result_is_reassessed_to_the_same_document(stored):
    result = hipcv.load_result(str(stored))

    assert hipcv.reassess(result).document == result.document


def test_a_stored_result_is_reassessed_with_other_settings_and_says_so(stored):
    result = hipcv.load_result(stored)
    changed = hipcv.reassess(stored, protocol={"target_deg": 30.0}).document

    assert changed["provenance"]["protocol"]["target_deg"] == 30
    assert "reassessed" in changed["provenance"]
    assert "reassessed" not in result.document["provenance"]
    assert (
        changed["sides"]["left"]["rotation_deg"] == result.document["sides"]["left"]["rotation_deg"]
    )


def test_an_unknown_setting_is_refused(stored):
    with pytest.raises(hipcv.InvalidProtocol, match="no_such"):
        hipcv.reassess(stored, protocol={"no_such": 1.0})


def test_a_correction_changes_the_reassessed_number(stored):
    rejected = {
        "kind": "rep",
        "side": "left",
        "rep": 0,
        "after": {"accepted": False},
        "why": "moved",
    }
    before = hipcv.load_result(stored).document
    after = hipcv.reassess(stored, corrections=[rejected]).document

    assert before["sides"]["left"]["reps"][0]["valid"]
    assert not after["sides"]["left"]["reps"][0]["valid"]


def test_a_frame_has_a_row_for_each_repetition_of_all_results(analysis, stored):
    frame = hipcv.to_frame([analysis, stored, hipcv.load_result(stored)])
    (rep,) = analysis.trial.sides[hipcv.Side.LEFT].reps

    assert list(frame.columns) == list(COLUMNS)
    assert frame["side"].tolist() == ["left"] * 3
    assert frame["rotation_deg"].tolist() == [round(rep.rotation_deg, 2)] * 3


def test_a_frame_of_one_result_is_the_table_of_its_folder(stored):
    frame, table = hipcv.to_frame(stored), pd.read_csv(stored / "reps.csv")

    assert list(table.columns) == list(frame.columns)
    for column in frame.select_dtypes("number"):
        assert table[column].tolist() == pytest.approx(
            frame[column].tolist(), abs=5e-4, nan_ok=True
        )


def test_a_repetition_that_does_not_count_has_its_row(analysis):
    left = analysis.trial.sides[hipcv.Side.LEFT]
    lifted = replace(left.reps[0], rejected="moved")
    trial = replace(
        analysis.trial, sides={hipcv.Side.LEFT: replace(left, reps=(left.reps[0], lifted))}
    )
    frame = hipcv.to_frame(replace(analysis, trial=trial))

    assert frame["counted"].tolist() == [True, False]
    assert frame["rejected"].fillna("").tolist() == ["", "moved"]


def test_a_name_that_is_a_formula_stays_a_text(analysis, tmp_path):
    clip = replace(analysis.trial.clip, name="=cmd.mp4")
    named = replace(analysis, trial=replace(analysis.trial, clip=clip))
    hipcv.write(CLIP, named, hipcv.Output(tmp_path / "result"))
    with (tmp_path / "result" / "reps.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)

    assert row["clip"] == "'=cmd.mp4"


@pytest.mark.parametrize("page", ["README.md", "docs/python_api.md"])
def test_examples_of_the_page_run(page, tmp_path):
    (tmp_path / "sample_videos").symlink_to(SAMPLES)
    blocks = re.findall(
        r"```python\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL
    )
    run = subprocess.run(
        [sys.executable, "-c", "".join(blocks)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (len(blocks) > 0, run.returncode) == (True, 0), run.stderr
