"""The app with the real analysis: its results are those of `hipcv analyze`."""

import json
import shutil
import struct
from dataclasses import replace
from pathlib import Path

import cv2
import pytest

from hipcv.core.landmarks import Side
from hipcv.core.options import AnalysisOptions
from hipcv.pipeline import analyze
from hipcv.results.document import build_document, dumps
from hipcv.video.file import VideoFile
from hipcv.web.app import create_app
from hipcv.web.jobs import worker_command_with_proxy
from hipcv.web.state import open_app_state
from tests.clips import write_clip
from tests.waiting import wait_until
from tests.web.conftest import WS, Therapist, browser, settings_in, sign_in

SAMPLE = Path(__file__).parents[2] / "sample_videos" / "clean_left.mp4"
TIMEOUT_S = 400
WEBM = {
    "options": {"deadline": "realtime", "cpu-used": "8", "b": "8M"},
    "muxing": {"live": "1"},  # neither duration nor index, as browsers write it
}

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def analysed(tmp_path_factory, empty_records):
    """A therapist and the id of a clip that the app analysed with its own worker."""
    folder = tmp_path_factory.mktemp("real")
    settings = replace(settings_in(folder, empty_records), command=worker_command_with_proxy)
    with open_app_state(settings) as state, browser(create_app(state)) as client:
        sign_in(client, state)
        therapist = Therapist(state, client, folder / "clips")
        therapist.folder.mkdir()
        shutil.copyfile(SAMPLE, therapist.folder / SAMPLE.name)
        changed_ms = SAMPLE.stat().st_mtime_ns // 1_000_000
        clip_id = therapist.uploaded(SAMPLE.name, changed_ms=changed_ms)
        therapist.wait(clip_id, timeout_s=TIMEOUT_S)
        yield therapist, clip_id


def test_result_is_that_of_the_command(analysed, sample_trial):
    therapist, clip_id = analysed

    automatic = therapist.get(f"/api/clips/{clip_id}")["analysis"]["automatic"]
    expected = build_document(sample_trial(SAMPLE.name), timing=False)
    assert automatic == json.loads(dumps(expected))


@pytest.fixture(scope="module")
def recorded(tmp_path_factory, empty_records):
    """The view of a clip that was sent and read while it was recorded, its file, and the jobs."""
    folder, growing = tmp_path_factory.mktemp("recorded"), []

    def command(job):
        growing.append(job.growing)
        return worker_command_with_proxy(job)

    pictures = (frame.bgr for frame in VideoFile(SAMPLE))
    recording = write_clip(folder / "recording.webm", pictures, codec="libvpx", **WEBM)
    settings = replace(settings_in(folder, empty_records), command=command)
    with open_app_state(settings) as state, browser(create_app(state)) as client:
        sign_in(client, state)
        clip_id = send_in_parts(state, client, recording)
        therapist = Therapist(state, client, folder)
        therapist.wait(clip_id, timeout_s=TIMEOUT_S)
        yield therapist.get(f"/api/clips/{clip_id}"), recording, growing


def send_in_parts(state, client, recording, parts=12):
    """Send a recording as the record page does, and return the id of its clip."""
    content, session = recording.read_bytes(), "0" * 32
    state.recordings.open(session)
    size = len(content) // parts
    for offset in range(0, len(content), size):
        query = {"session": session, "take": 1, "offset": offset}
        client.put("/api/recordings", params=query, content=content[offset : offset + size])
        wait_until(lambda: state.recordings._sessions[session].probing is None)
    changed_ms = recording.stat().st_mtime_ns // 1_000_000
    query = {"name": recording.name, "session": session, "streamed_bytes": len(content)}
    query |= {"changed_ms": changed_ms}
    return client.put("/api/uploads", params={**query, "side": "left"}).json()["clip"]


@pytest.mark.slow
def test_result_of_a_recording_that_was_read_under_way_is_that_of_its_file(recorded):
    view, recording, growing = recorded
    expected = build_document(
        analyze(recording, AnalysisOptions(side=Side.LEFT)).trial, timing=False
    )

    assert view["analysis"], (view["clip"]["state"], view["clip"]["said"])
    assert view["analysis"]["automatic"] == json.loads(dumps(expected))
    assert (view["clip"]["sides"]["left"] is not None, growing) == (True, [True])


def test_frames_of_the_proxy_are_those_of_the_curves(analysed):
    therapist, clip_id = analysed
    curves = therapist.get(f"/api/clips/{clip_id}/curves")
    analysis_id = therapist.get(f"/api/clips/{clip_id}")["analysis"]["id"]
    proxy = therapist.state.files.analysis_folder(analysis_id) / "proxy.mp4"

    times_s = [frame.time_s for frame in VideoFile(proxy)]

    assert times_s == pytest.approx(curves["proxy_time_s"], abs=1e-5)


def test_live_session_detects_the_patient(client):
    frame = next(iter(VideoFile(SAMPLE)))
    content = cv2.imencode(".jpg", frame.bgr)[1].tobytes()
    with client.websocket_connect(f"{WS}/api/live") as socket:
        socket.send_bytes(struct.pack("<d", 0.0) + content)
        view = socket.receive_json()

    assert all(view["landmarks"])
