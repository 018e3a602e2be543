"""`reps.csv` of a batch: the repetitions of all clips, as they come and in order at the end."""

import csv

import pytest

from hipcv.batch.filename_pattern import NameFields
from hipcv.batch.manifest import SummaryRecord
from hipcv.batch.outcome import ClipOutcome
from hipcv.batch.summary import SummaryWriter
from hipcv.core.options import AnalysisOptions
from hipcv.report.formats import rep_table
from hipcv.results.document import build_document
from tests.batch.summaries import write_summary
from tests.builders import assessment, trial


@pytest.fixture
def outcome(tmp_path):
    """Function that makes the outcome of a clip, with its own table of one repetition."""

    def made(clip, status="measured"):
        folder = tmp_path / "clips" / clip
        folder.mkdir(parents=True)
        document = build_document(trial(assessment()))
        document["clip"]["name"] = clip
        (folder / "reps.csv").write_text(rep_table.render([document]), encoding="utf-8")
        return ClipOutcome(clip, NameFields(), status, folder=f"clips/{clip}", result=document)

    return made


def clips_in(folder):
    with (folder / "reps.csv").open(encoding="utf-8-sig", newline="") as file:
        return [row["clip"] for row in csv.DictReader(file)]


def test_table_has_the_repetitions_of_all_clips_in_their_order(outcome, tmp_path):
    write_summary([outcome("b.mp4"), outcome("a.mp4")], tmp_path, AnalysisOptions())

    assert clips_in(tmp_path) == ["a.mp4", "b.mp4"]


def test_clip_is_in_the_table_as_soon_as_it_is_done(outcome, tmp_path):
    write_summary([outcome("b.mp4")], tmp_path, AnalysisOptions())
    SummaryWriter(tmp_path, AnalysisOptions(), SummaryRecord()).append(outcome("a.mp4"))

    assert clips_in(tmp_path) == ["b.mp4", "a.mp4"]


def test_clip_without_a_result_has_no_repetitions_of_an_earlier_one(outcome, tmp_path):
    write_summary([outcome("a.mp4", "unreadable"), outcome("b.mp4")], tmp_path, AnalysisOptions())

    assert clips_in(tmp_path) == ["b.mp4"]


def test_table_without_clips_has_its_head(tmp_path):
    write_summary([], tmp_path, AnalysisOptions())

    assert (tmp_path / "reps.csv").read_text(encoding="utf-8") == rep_table.render([])
