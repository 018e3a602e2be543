"""A recording measured while it is made gives what its file gives."""

from pathlib import Path

import pytest

from hipcv import concurrent_analysis, pipeline
from hipcv.concurrent_analysis import ConcurrentAnalysis
from hipcv.core.errors import Interrupted, UnreadableVideo
from hipcv.core.landmarks import Side
from hipcv.core.options import AnalysisOptions
from hipcv.results.document import build_document
from hipcv.video.file import VideoFile
from hipcv.video.recorder import Recorder

CLIP = Path(__file__).parent.parent / "sample_videos" / "portrait_right.mp4"
OPTIONS = AnalysisOptions()


def recorded(path, begin):
    """Record the sample clip, its frames read by `begin`; return the file."""
    recorder = Recorder(path)
    begin(recorder.decoded_frames())
    for frame in VideoFile(CLIP):
        recorder.put(frame)
    return recorder.finish().path


def document_of(analysis):
    return build_document(analysis.trial, timing=False)


@pytest.mark.model
def test_a_recording_read_while_it_is_made_gives_the_result_of_its_file(tmp_path, monkeypatch):
    """The side is chosen after the recording, and the file is not read from its beginning."""
    chosen = AnalysisOptions(side=Side.RIGHT)
    with ConcurrentAnalysis(OPTIONS) as concurrent:
        concurrent.prepare()
        path = recorded(tmp_path / "recording.mp4", concurrent.begin)
        with monkeypatch.context() as patched:
            patched.delattr(pipeline, "analyze")
            result = concurrent.analyze(path, chosen)

    assert document_of(result) == document_of(pipeline.analyze(path, chosen))


@pytest.fixture
def analyzed_files(monkeypatch):
    """Files that were analyzed from their beginning."""
    paths = []
    monkeypatch.setattr(pipeline, "analyze", lambda path, *_: paths.append(path))
    return paths


def test_a_recording_that_was_not_read_is_read_from_its_file(tmp_path, analyzed_files):
    with ConcurrentAnalysis(OPTIONS) as concurrent:
        concurrent.analyze(tmp_path / "other.mp4", OPTIONS)

    assert analyzed_files == [tmp_path / "other.mp4"]


@pytest.mark.slow
def test_a_recording_whose_reading_failed_is_read_from_its_file(
    tmp_path, analyzed_files, monkeypatch
):
    def fail(*_, **__):
        raise UnreadableVideo("No picture.")

    monkeypatch.setattr(pipeline, "read_clip", fail)
    with ConcurrentAnalysis(OPTIONS) as concurrent:
        path = recorded(tmp_path / "recording.mp4", concurrent.begin)
        concurrent.analyze(path, OPTIONS)

    assert analyzed_files == [path]


def test_a_recording_whose_reading_lacks_frames_is_read_from_its_file(
    tmp_path, analyzed_files, monkeypatch
):
    monkeypatch.setattr(pipeline, "read_clip", lambda source, *_, **__: source.close())
    with ConcurrentAnalysis(OPTIONS) as concurrent:
        path = recorded(tmp_path / "recording.mp4", concurrent.begin)
        concurrent.analyze(path, OPTIONS)

    assert analyzed_files == [path]


def test_leaving_the_context_ends_a_reading_that_waits_for_frames(tmp_path, monkeypatch):
    read = []
    monkeypatch.setattr(pipeline, "read_clip", lambda source, *_, **__: read.extend(source))
    recorder = Recorder(tmp_path / "recording.mp4")
    with ConcurrentAnalysis(OPTIONS) as concurrent:
        concurrent.begin(recorder.decoded_frames())
    recorder.finish()

    assert read == []


def test_a_stop_request_ends_the_wait_for_a_reading(tmp_path, monkeypatch):
    def stop(*_):
        raise Interrupted("Stopped.")

    monkeypatch.setattr(concurrent_analysis, "PROGRESS_S", 0.0)
    monkeypatch.setattr(pipeline, "read_clip", lambda source, *_, **__: list(source))
    recorder = Recorder(tmp_path / "recording.mp4")
    with ConcurrentAnalysis(OPTIONS) as concurrent:
        concurrent.begin(recorder.decoded_frames())
        with pytest.raises(Interrupted):
            concurrent.analyze(recorder.path, OPTIONS, stop)
    recorder.finish()
