"""The guided test at a browser's camera."""

import json
import struct
from contextlib import contextmanager
from dataclasses import dataclass, field

import cv2
import numpy as np
import pytest
from starlette.websockets import WebSocketDisconnect

from hipcv.core.guide import Observation
from hipcv.core.landmarks import Side
from hipcv.core.pose import Pose
from hipcv.guide import prompts
from hipcv.web import live
from hipcv.web.jpeg import size_px
from hipcv.web.live_records import MAX_SESSIONS, LiveRecords, TakeRecord
from tests.tracks import LANDMARK_COUNT, put_shank, seated_xy, swings
from tests.web.conftest import WS


@dataclass
class StickEstimator:
    """Sees a seated stick patient in every picture."""

    times_s: list = field(default_factory=list)
    rotation_deg: float = 0.0

    def estimate(self, frame, _stage):
        self.times_s.append(frame.time_s)
        xy = seated_xy()
        put_shank(xy[None], Side.LEFT, np.array([self.rotation_deg]))
        pose = Pose(frame.time_s, xy, np.full(LANDMARK_COUNT, 0.99))
        return Observation(pose, size_px=(1280, 720), luminance=0.5, people=1)


@pytest.fixture
def estimator(monkeypatch):
    estimator = StickEstimator()

    @contextmanager
    def opened(_protocol):
        yield estimator

    monkeypatch.setattr(live, "open_estimators", opened)
    return estimator


def picture(time_s, *, size=(64, 36), grey=128):
    """Return a picture as the browser sends it."""
    content = cv2.imencode(".jpg", np.full((size[1], size[0], 3), grey, np.uint8))[1]
    return struct.pack("<d", time_s) + content.tobytes()


@pytest.fixture
def socket(client, estimator):
    with client.websocket_connect(f"{WS}/api/live?side=left") as socket:
        yield socket


def answered(socket, *messages):
    """The answer after a picture, keys sent before it."""
    for message in messages:
        if isinstance(message, bytes):
            socket.send_bytes(message)
        else:
            socket.send_json(message)
    return socket.receive_json()


def test_the_safety_questions_come_first(socket):
    assert answered(socket, picture(0.0))["stage"] == "safety"


@pytest.mark.parametrize("asked", [False, True])
def test_external_rotation_is_planned_where_the_page_asks_for_it(
    client, estimator, asked, monkeypatch
):
    plans, begin = [], live.guide.begin
    monkeypatch.setattr(live.guide, "begin", lambda plan: plans.append(plan) or begin(plan))

    query = f"side=left&external={str(asked).lower()}"
    with client.websocket_connect(f"{WS}/api/live?{query}") as socket:
        answered(socket, picture(0.0))

    assert [plan.external for plan in plans] == [asked]


def test_a_key_moves_the_session_on(socket):
    answered(socket, picture(0.0))

    assert answered(socket, {"key": "confirm"}, picture(0.1))["stage"] == "still"


def test_the_words_are_those_of_the_command(socket):
    answer = answered(socket, picture(0.0))

    assert answer["words"]["prompt"] == prompts.CONFIRM


def test_a_seated_patient_who_sits_still_is_recorded(socket):
    answer = answered(socket, picture(0.0))
    answer = answered(socket, {"key": "confirm"}, picture(0.1))
    for frame in range(2, 200):
        if answer["recording"]:
            break
        answer = answered(socket, picture(frame / 10))

    assert (answer["recording"], answer["take"]) == (True, 1)


def test_landmarks_are_answer_in_shares_of_the_picture(socket):
    answer = answered(socket, picture(0.0))

    assert answer["landmarks"][25] == [round(690 / 1280, 4), round(392 / 720, 4)]


def test_checks_say_what_to_mend(socket):
    answered(socket, picture(0.0))
    answer = answered(socket, {"key": "confirm"}, picture(0.1))

    assert {"rule", "good", "text", "prompt"} == set(answer["checks"][0])


def test_what_a_camera_cannot_check_is_asked_for(socket):
    assert answered(socket, picture(0.0))["words"]["asked"] == list(prompts.ASKED)


def recorded_until_the_end(socket, estimator):
    """Lead the patient through one repetition and end the test; return the last answer."""
    answered(socket, picture(0.0))
    answer = answered(socket, {"key": "confirm"}, picture(0.1))
    for frame in range(2, 200):
        if answer["recording"]:
            break
        answer = answered(socket, picture(frame / 10))
    began_s = answer["time_s"] + 0.05
    socket.send_json({"began_s": began_s})
    for n, rotation_deg in enumerate(swings(36, hold_s=2.0, rate_hz=10), start=1):
        estimator.rotation_deg = rotation_deg
        answered(socket, picture(answer["time_s"] + n / 10))
    return answered(socket, {"key": "stop"}, picture(answer["time_s"] + 60))


def test_what_was_displayed_live_is_stored_beside_the_uploaded_recording(
    socket, estimator, therapist, state
):
    answer = recorded_until_the_end(socket, estimator)
    clip = state.records.clip(therapist.uploaded(session=answer["session"], take=1))
    document = json.loads(state.files.session_path(clip.sha256).read_text())
    rep = document["sides"]["left"]["reps"][0]

    assert (document["recording"], rep["plateau_s"]) == (
        "30.mp4",
        pytest.approx([1.4, 3.3], abs=0.3),
    )
    assert rep["live_plateau_deg"] == pytest.approx(36, abs=1.5)


def test_an_upload_of_no_session_has_no_record(therapist, state):
    clip = state.records.clip(therapist.uploaded(session="none", take=3))

    assert not state.files.session_path(clip.sha256).exists()


def test_the_record_of_a_session_is_deleted_with_its_clip(therapist, state):
    clip = state.records.clip(therapist.uploaded())
    state.files.session_path(clip.sha256).write_text("{}")
    state.files.delete_clip(clip.sha256)

    assert not state.files.session_path(clip.sha256).exists()


def test_records_of_sessions_long_past_are_dropped():
    records, record = LiveRecords(), TakeRecord({}, 0.0)
    first = records.begin()
    for session_id in [first, *(records.begin() for _ in range(MAX_SESSIONS))]:
        records.put(session_id, 1, record)

    assert (records.find(first, 1), records.find(session_id, 1)) == (None, record)


@pytest.mark.parametrize("key", ["quit", "stop"])
def test_the_session_ends_when_asked(socket, key):
    answered(socket, picture(0.0))

    assert answered(socket, {"key": key}, picture(0.1))["finished"]


def test_after_its_end_the_line_is_closed(socket):
    answered(socket, picture(0.0))
    answered(socket, {"key": "quit"}, picture(0.1))

    with pytest.raises(WebSocketDisconnect):
        socket.receive_json()


def test_a_picture_that_is_not_later_is_passed_over(socket, estimator):
    answered(socket, picture(1.0))
    socket.send_bytes(picture(0.5))
    answered(socket, picture(2.0))

    assert estimator.times_s == [1.0, 2.0]


def test_a_key_of_a_picture_that_is_passed_over_is_not_lost(socket):
    answered(socket, picture(1.0))
    socket.send_json({"key": "confirm"})
    socket.send_bytes(picture(0.5))

    assert answered(socket, picture(2.0))["stage"] == "still"


@pytest.mark.parametrize("text", ["", "{", "[]", '"x"', '{"key": 7}', '{"key": "format"}', "null"])
def test_words_that_mean_nothing_are_passed_over(socket, text):
    socket.send_text(text)

    assert answered(socket, picture(0.0))["stage"] == "safety"


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"x",
        bytes(8),
        bytes(100),
        struct.pack("<d", float("nan")) + picture(0.0)[8:],
        struct.pack("<d", float("inf")) + picture(0.0)[8:],
        picture(0.0)[:60],
        picture(0.0, size=(4000, 2000)),
        struct.pack("<d", 0.0) + b"\x89PNG\r\n\x1a\n" + bytes(200),
    ],
    ids=["none", "short", "time", "zeros", "nan", "inf", "cut", "huge", "png"],
)
def test_what_is_no_picture_ends_the_session(socket, message):
    socket.send_bytes(message)

    assert "error" in socket.receive_json()


def test_a_third_session_at_once_is_refused(client, estimator):
    with (
        client.websocket_connect(f"{WS}/api/live"),
        client.websocket_connect(f"{WS}/api/live"),
        client.websocket_connect(f"{WS}/api/live") as third,
        pytest.raises(WebSocketDisconnect),
    ):
        third.receive_json()


def test_a_session_that_ended_frees_its_slot(client, estimator):
    for _ in range(4):
        with client.websocket_connect(f"{WS}/api/live") as socket:
            answer = answered(socket, picture(0.0))

    assert answer["stage"] == "safety"


@pytest.mark.parametrize("query", ["side=both", "side=auto&reps=5", ""])
def test_a_session_is_for_the_legs_that_were_asked(client, estimator, query):
    with client.websocket_connect(f"{WS}/api/live?{query}") as socket:
        assert answered(socket, picture(0.0))["stage"] == "safety"


@pytest.mark.parametrize("query", ["side=none", "reps=0", "reps=99", "reps=x"])
def test_a_session_that_cannot_be_is_refused(client, estimator, query):
    with (
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect(f"{WS}/api/live?{query}") as socket,
    ):
        socket.receive_json()


@pytest.mark.parametrize("size", [(64, 36), (1280, 720), (1, 1), (65, 33)])
def test_a_jpegs_size_is_read_before_it_is_opened(size):
    assert size_px(picture(0.0, size=size)[8:]) == size


@pytest.mark.parametrize("content", [b"", b"\xff\xd8", b"\xff\xd8\xff\xc0", b"GIF89a", bytes(99)])
def test_of_what_is_no_jpeg_no_size_is_read(content):
    assert size_px(content) is None


def test_each_view_has_the_text_to_say_and_the_tone_in_its_stead(socket):
    answered(socket, picture(0.0))
    answer = answered(socket, {"key": "confirm"}, picture(0.1))
    sounds = [(answer["say"], answer["tone"])]
    for frame in range(2, 200):
        if answer["recording"]:
            break
        answer = answered(socket, picture(frame / 10))
        sounds.append((answer["say"], answer["tone"]))

    assert [sound for sound in sounds if any(sound)] == [
        ("Sit still, on both hands.", ""),
        ("Get ready: left leg.", "TICK"),
        ("2", "TICK"),
        ("1", "TICK"),
    ]


def test_the_guide_speaks_the_language_of_the_browser(client, estimator):
    headers = {"accept-language": "es"}
    with client.websocket_connect(f"{WS}/api/live?side=left", headers=headers) as socket:
        answered(socket, picture(0.0))
        answer = answered(socket, {"key": "confirm"}, picture(0.1))

    assert (answer["words"]["title"], answer["say"]) == (
        "No se mueva",
        "No se mueva; siéntese sobre ambas manos.",
    )
