"""Pictures of a clip to be saved: one frame, and the annotated video."""

import threading
from dataclasses import replace
from urllib.parse import unquote

import cv2
import numpy as np
import pytest

from hipcv.report.privacy import Heads, blur_face
from hipcv.results.reassess import load
from hipcv.video.file import VideoFile
from hipcv.web.drawings import Drawings
from tests.clips import numbered_pictures, write_clip
from tests.waiting import wait_until

SIZE = {"width": 1280, "height": 720}  # of the stub's track


def placed(therapist, name="30.mp4", **where):
    """Store a clip with pictures of the size of its track."""
    therapist.folder.mkdir(exist_ok=True)
    write_clip(therapist.folder / name, numbered_pictures(3, **SIZE))
    return therapist.placed(name, **{"patient": "P-017"} | where)


def path_of(view, name):
    return f"/api/clips/{view['clip']['id']}/{name}"


def frame(therapist, view, **query):
    return therapist.client.get(path_of(view, "frame"), params={"row": 1, "side": "left", **query})


def pixels(response):
    return cv2.imdecode(np.frombuffer(response.content, np.uint8), cv2.IMREAD_COLOR)


def decoded(therapist, row, name="30.mp4"):
    return [one.bgr for one in VideoFile(therapist.folder / name)][row]


def with_options(state, options):
    return replace(state, settings=replace(state.settings, options=options))


def name_of(response):
    return unquote(response.headers["content-disposition"].partition("''")[2])


def annotated(therapist, view):
    """Ask for the annotated video, and return the file once it is drawn."""
    assert therapist.client.post(path_of(view, "annotated")).status_code == 200
    wait_until(lambda: therapist.get(path_of(view, "annotated"))["ready"])
    return therapist.client.get(path_of(view, "annotated.mp4"))


@pytest.mark.parametrize("row", [0, 2])
def test_frame_without_lines_is_that_of_the_clip_to_the_pixel(therapist, row):
    view = placed(therapist)

    assert (pixels(frame(therapist, view, row=row)) == decoded(therapist, row)).all()


def test_frame_with_lines_differs_at_the_leg_alone(therapist):
    view = placed(therapist)
    drawn = pixels(frame(therapist, view, lines=True)) != decoded(therapist, 1)
    rows, columns = np.nonzero(drawn.any(axis=2))

    assert drawn[392:552, 680:700].any()  # the shank of the stub
    assert not drawn[600:].any()
    assert rows.size
    assert columns.size


def test_frame_is_named_by_pseudonym_day_leg_and_time(therapist):
    assert name_of(frame(therapist, placed(therapist))) == "P-017 2026-03-01 left 0.03s.png"


def test_frame_of_a_clip_without_a_patient_is_named_by_its_hash(therapist):
    view = placed(therapist, patient=None)

    name = f"{view['clip']['sha256'][:8]} left 0.03s.png"
    assert name_of(frame(therapist, view)) == name


def test_face_is_blurred_where_it_was_in_the_result(therapist, state):
    view = placed(therapist, "blurred 30.mp4")
    track = load(state.files.analysis_folder(view["analysis"]["id"])).track
    original = decoded(therapist, 1, "blurred 30.mp4")
    expected = blur_face(original, Heads.of(track).at(float(track.time_s[1])))

    assert (pixels(frame(therapist, view)) == expected).all()
    assert (expected != original).any()


def test_face_is_blurred_where_the_settings_say_so_now(therapist, state, monkeypatch):
    view = placed(therapist)
    folder = state.files.analysis_folder(view["analysis"]["id"])
    (folder / "annotated.mp4").write_bytes(b"drawn with the result")
    plain = pixels(frame(therapist, view))
    options = replace(state.settings.options, blur_face=True)
    monkeypatch.setattr(therapist.client.app.state, "review", with_options(state, options))

    assert (pixels(frame(therapist, view)) != plain).any()
    assert annotated(therapist, view).content != b"drawn with the result"


@pytest.mark.parametrize("query", [{"row": 3}, {"row": 100_000}])
def test_frame_that_is_not_there_is_not_found(therapist, query):
    assert frame(therapist, placed(therapist), **query).status_code == 404


@pytest.mark.parametrize("query", [{"row": -1}, {"side": "both"}, {"row": "first"}])
def test_frame_that_cannot_be_is_refused(therapist, query):
    assert frame(therapist, placed(therapist), **query).status_code == 400


def test_annotated_video_that_is_there_is_given_as_it_is(therapist, state):
    view = placed(therapist)
    folder = state.files.analysis_folder(view["analysis"]["id"])
    (folder / "annotated.mp4").write_bytes(b"drawn with the result")
    response = annotated(therapist, view)

    assert response.content == b"drawn with the result"
    assert name_of(response) == "P-017 2026-03-01 annotated.mp4"


def test_annotated_video_is_drawn_when_it_is_asked_for(therapist, tmp_path):
    view = placed(therapist)
    assert therapist.client.get(path_of(view, "annotated.mp4")).status_code == 404
    (tmp_path / "drawn.mp4").write_bytes(annotated(therapist, view).content)
    frames = [one.bgr for one in VideoFile(tmp_path / "drawn.mp4")]

    assert len(frames) == 3
    assert np.abs(frames[1].astype(int) - decoded(therapist, 1))[392:552, 680:700].max() > 100


def test_annotated_video_of_a_corrected_result_is_drawn_anew(therapist, state):
    view = placed(therapist)
    folder = state.files.analysis_folder(view["analysis"]["id"])
    (folder / "annotated.mp4").write_bytes(b"drawn with the result")
    therapist.correct(view)

    assert annotated(therapist, view).content != b"drawn with the result"


def test_annotated_video_that_cannot_be_drawn_says_why(therapist, state):
    view = placed(therapist)
    state.files.delete_clip(view["clip"]["sha256"])
    therapist.client.post(path_of(view, "annotated"))
    wait_until(lambda: therapist.get(path_of(view, "annotated"))["error"])

    assert not therapist.get(path_of(view, "annotated"))["drawing"]


def test_stored_files_are_whole_after_a_video_was_drawn(therapist, state):
    view = placed(therapist)
    annotated(therapist, view)
    folder = state.files.analysis_folder(view["analysis"]["id"])

    assert [path.parent.name for path in folder.rglob("*.mp4")].count("drawn") == 1
    assert state.records.verify_audit() == []
    assert load(folder).track is not None


def test_progress_of_a_drawing_is_known_and_it_ends_when_the_app_closes(tmp_path):
    drawings, go_on, ended = Drawings(), threading.Event(), threading.Event()

    def draw(path, progress):
        try:
            progress("drawing", 0.4)
            go_on.wait()
            progress("drawing", 0.5)
        finally:
            ended.set()

    path = tmp_path / "drawn" / "1-en.mp4"
    drawings.start(path, draw)
    wait_until(lambda: drawings.get(path).share == 0.4)
    drawings.close()
    go_on.set()

    assert ended.wait(60)
    assert not path.exists()


def test_video_that_is_being_drawn_is_not_begun_again(tmp_path):
    drawings, go_on, begun = Drawings(), threading.Event(), []
    path = tmp_path / "drawn" / "1-en.mp4"

    def draw(target, _progress):
        begun.append(target)
        go_on.wait()
        target.write_bytes(b"done")

    for _ in range(3):
        drawings.start(path, draw)
    go_on.set()
    wait_until(lambda: drawings.get(path) is None)

    assert begun == [path]


def test_videos_of_earlier_corrections_are_deleted(tmp_path):
    drawings, folder = Drawings(), tmp_path / "drawn"
    for name in ("1-en.mp4", "1-es.mp4", "2-en.mp4"):
        drawings.start(folder / name, lambda path, _progress: path.write_bytes(b"done"))
        wait_until(lambda path=folder / name: drawings.get(path) is None)

    assert [path.name for path in folder.iterdir()] == ["2-en.mp4"]
