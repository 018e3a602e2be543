"""The app with the real analysis: its results are those of `hipcv analyze`."""

import json
import shutil
import struct
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import cv2
import pytest

from hipcv.video.file import VideoFile
from hipcv.web.jobs import worker_command_with_proxy
from tests.web.conftest import WS

SAMPLE = Path(__file__).parents[2] / "sample_videos" / "clean_left.mp4"
TIMEOUT_S = 400

pytestmark = pytest.mark.model


@pytest.fixture
def settings(settings):
    return replace(settings, command=worker_command_with_proxy)


def test_result_is_that_of_the_command(therapist, tmp_path):
    therapist.folder.mkdir()
    shutil.copyfile(SAMPLE, therapist.folder / "clean_left.mp4")
    clip_id = therapist.uploaded("clean_left.mp4")
    command = [sys.executable, "-m", "hipcv", "analyze", str(SAMPLE), "--out", str(tmp_path / "r")]
    subprocess.run([*command, "--quiet", "--no-overlay"], check=True, capture_output=True)
    therapist.wait(clip_id, timeout_s=TIMEOUT_S)

    automatic = therapist.get(f"/api/clips/{clip_id}")["analysis"]["automatic"]
    assert automatic == json.loads((tmp_path / "r" / "result.json").read_text())


def test_frames_of_the_proxy_are_those_of_the_curves(therapist, state):
    therapist.folder.mkdir()
    shutil.copyfile(SAMPLE, therapist.folder / "clean_left.mp4")
    clip_id = therapist.uploaded("clean_left.mp4")
    therapist.wait(clip_id, timeout_s=TIMEOUT_S)
    curves = therapist.get(f"/api/clips/{clip_id}/curves")
    analysis_id = therapist.get(f"/api/clips/{clip_id}")["analysis"]["id"]

    shown = [
        frame.time_s for frame in VideoFile(state.files.analysis_folder(analysis_id) / "proxy.mp4")
    ]

    assert shown == pytest.approx(curves["proxy_time_s"], abs=1e-5)


def test_live_session_detects_the_patient(client):
    frame = next(iter(VideoFile(SAMPLE)))
    content = cv2.imencode(".jpg", frame.bgr)[1].tobytes()
    with client.websocket_connect(f"{WS}/api/live") as socket:
        socket.send_bytes(struct.pack("<d", 0.0) + content)
        view = socket.receive_json()

    assert all(view["landmarks"])
