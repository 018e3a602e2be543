"""Recordings that arrive in parts while they are made."""

import json
import uuid

import pytest

from hipcv.core.errors import UnreadableVideo
from hipcv.web import probe, recordings, uploads
from hipcv.web.live_records import TakeRecord
from tests.clips import numbered_pictures, write_clip
from tests.waiting import wait_until
from tests.web.stub import runs
from tests.web.test_live import answered, estimator, picture, socket  # noqa: F401 - fixtures

PARTS = 4
FRAGMENTS = {"movflags": "frag_keyframe+empty_moov"}


@pytest.fixture(autouse=True)
def probe_small_files(monkeypatch):
    monkeypatch.setattr(recordings, "PROBED_FROM_BYTES", 1)


@pytest.fixture
def session(state):
    """The id of a guided test that is under way."""
    session_id = uuid.uuid4().hex
    state.recordings.open(session_id)
    return session_id


@pytest.fixture
def content(tmp_path):
    """A recording as a browser makes it, which can be read from its beginning."""
    path = write_clip(tmp_path / "r.mp4", numbered_pictures(20), muxing=FRAGMENTS)
    return path.read_bytes()


def put_part(client, session, part, *, offset=0, take=1):
    params = {"session": session, "take": take, "offset": offset}
    return client.put("/api/recordings", params=params, content=part)


def put_parts(client, session, content, *, take=1):
    """Send a recording in parts."""
    size = len(content) // PARTS + 1
    for offset in range(0, len(content), size):
        part = content[offset : offset + size]
        assert put_part(client, session, part, offset=offset, take=take).status_code == 200


def wait_until_followed(state):
    wait_until(lambda: state.jobs._followers)


def upload(client, session, size, *, name="30.mp4", take=1, **fields):
    """Ask for the parts to become a clip."""
    fields |= {"name": name, "session": session, "take": take, "streamed_bytes": size}
    return client.put("/api/uploads", params=fields)


def files_of(state):
    return [*state.files.incoming_folder().iterdir()]


def test_parts_become_a_clip_byte_for_byte(client, state, session, content):
    put_parts(client, session, content)
    clip = state.records.clip(upload(client, session, len(content)).json()["clip"])

    assert state.files.clip_path(clip.sha256, clip.suffix).read_bytes() == content


@pytest.fixture
def followed(client, state, session, content):
    """A recording that has arrived whole and is being read.

    It comes as one part: a file that cannot be opened yet is tried again with a later part alone.
    """
    put_part(client, session, content)
    wait_until_followed(state)
    return content


def test_the_job_that_read_the_parts_becomes_that_of_the_clip(therapist, state, session, followed):
    clip_id = upload(therapist.client, session, len(followed), side="right").json()["clip"]

    assert (therapist.wait(clip_id), runs(state)) == ("ready", ["30.mp4 right growing"])
    assert (state.jobs._followers, files_of(state)) == ([], [])


def test_a_recording_read_while_it_is_made_can_ask_for_external_rotation(
    therapist, state, session, followed
):
    clip_id = upload(therapist.client, session, len(followed), external=True).json()["clip"]

    assert (therapist.wait(clip_id), runs(state)) == ("ready", ["30.mp4 None external growing"])


def test_a_clip_whose_job_failed_while_it_was_recorded_is_analysed_as_any(
    therapist, state, session, followed
):
    clip_id = upload(therapist.client, session, len(followed), name="lost-30.mp4").json()["clip"]

    assert therapist.wait(clip_id) == "ready"
    assert runs(state) == ["lost-30.mp4 None growing", "lost-30.mp4 None"]


def test_a_recording_that_cannot_be_read_while_it_is_made_is_analysed_as_any(
    therapist, state, session
):
    client = therapist.client
    whole = therapist.clip_file().read_bytes()
    size = len(whole) // 2
    put_part(client, session, whole[:size])
    put_part(client, session, whole[size:], offset=size)
    clip_id = upload(client, session, len(whole)).json()["clip"]

    assert (therapist.wait(clip_id), runs(state)) == ("ready", ["30.mp4 None"])


def test_a_mirrored_clip_is_analysed_as_any(therapist, state, session, followed):
    clip_id = upload(therapist.client, session, len(followed), mirrored=True).json()["clip"]

    assert (therapist.wait(clip_id), runs(state)) == ("ready", ["30.mp4 None mirrored"])
    assert state.jobs._followers == []


def test_the_number_is_there_before_the_files_of_the_result(therapist, state):
    clip_id = therapist.uploaded("gate-30.mp4")
    wait_until(lambda: state.jobs.document(clip_id))
    clip = therapist.get(f"/api/clips/{clip_id}")["clip"]

    assert (clip["state"], clip["sides"]["left"]) == ("analysing", None)
    assert clip["measured"]["left"]["result_deg"] == pytest.approx(30, abs=0.5)


def test_a_clip_that_is_not_being_measured_has_no_early_number(therapist):
    assert therapist.placed()["clip"]["measured"] is None


def test_a_missing_part_is_refused(client, session, content):
    put_part(client, session, content[:100])

    assert put_part(client, session, content[200:], offset=200).status_code == 400


def test_a_recording_with_a_missing_end_is_refused_and_can_be_sent_whole(
    therapist, client, session, content
):
    put_part(client, session, content[:-1])

    assert upload(client, session, len(content)).status_code == 404
    assert therapist.upload(session=session).status_code == 201


@pytest.mark.parametrize("other", [{"session": "0" * 32}, {"take": 2}])
def test_a_recording_of_another_test_or_number_is_refused(client, session, content, other):
    put_part(client, session, content)

    named = {"session": session, "take": 1} | other
    assert upload(client, named["session"], len(content), take=named["take"]).status_code == 404


@pytest.mark.usefixtures("followed")
def test_a_recording_that_is_uploaded_whole_is_not_read_twice(therapist, state, session):
    therapist.uploaded(session=session, take=1)

    assert (files_of(state), state.jobs._followers) == ([], [])


def test_parts_without_a_test_under_way_are_refused(client, state, content):
    assert put_part(client, "0" * 32, content).status_code == 404
    assert files_of(state) == []


def test_a_guided_test_takes_parts_while_it_is_under_way(client, socket, content):  # noqa: F811
    session = answered(socket, picture(0.0))["session"]

    assert put_part(client, session, content).status_code == 200


def test_a_recording_that_was_not_uploaded_is_dropped_with_its_test(
    client, state, session, followed
):
    state.recordings.close(session)

    assert (files_of(state), state.jobs._followers) == ([], [])
    assert put_part(client, session, followed).status_code == 404


@pytest.mark.usefixtures("followed")
def test_the_next_recording_of_a_test_drops_the_one_before(client, state, session, content):
    put_part(client, session, content[:10], take=2)

    assert ([path.stat().st_size for path in files_of(state)], state.jobs._followers) == ([10], [])


@pytest.mark.usefixtures("followed")
def test_erasing_a_clip_ends_the_job_that_read_its_recording(state):
    follower = state.jobs._followers[0]
    follower.clip_id = "erased"
    state.jobs.cancel(["erased"])

    assert (state.jobs._followers, follower.folder.exists()) == ([], False)


def test_no_more_recordings_are_read_at_once_than_models_fit(client, state, content):
    sessions = [uuid.uuid4().hex for _ in range(3)]
    for session_id in sessions:
        state.recordings.open(session_id)
        put_part(client, session_id, content)
        recording = state.recordings._sessions[session_id]
        wait_until(lambda: recording.probing is None)  # noqa: B023 - waited for here

    assert len(state.jobs._followers) == 2


def test_a_part_that_is_too_large_is_refused(client, state, session):
    object.__setattr__(state.settings.limits, "part_bytes", 1000)

    assert put_part(client, session, bytes(1001)).status_code == 413


def test_a_recording_that_is_too_large_is_refused(client, state, session):
    state.recordings._max_bytes = 1000
    put_part(client, session, bytes(600))

    assert put_part(client, session, bytes(600), offset=600).status_code == 400


def test_a_full_disk_is_reported(client, session, content, monkeypatch):
    monkeypatch.setattr(uploads, "RESERVED_BYTES", 1 << 60)

    assert put_part(client, session, content).status_code == 503


@pytest.fixture
def distrustful_probe(monkeypatch):
    """The probe refuses every file."""

    def refuse(*_, **__):
        raise UnreadableVideo("malicious")

    monkeypatch.setattr(probe, "validate_video", refuse)


@pytest.mark.usefixtures("distrustful_probe")
def test_a_file_is_not_read_before_it_was_opened_in_a_limited_process(
    client, state, session, content
):
    put_part(client, session, content)
    recording = state.recordings._sessions[session]
    wait_until(lambda: recording.probing is None)

    assert (recording.probes, state.jobs._followers) == (1, [])


def test_what_is_no_video_is_refused_and_deleted(client, state, session):
    put_part(client, session, b"no video")

    assert (upload(client, session, 8).status_code, files_of(state)) == (415, [])


def test_the_record_of_the_live_display_is_stored_with_the_parts(client, state, content):
    session = state.live_records.begin()
    state.live_records.put(session, 1, TakeRecord({}, 0.0))
    state.recordings.open(session)
    put_parts(client, session, content)
    clip = state.records.clip(upload(client, session, len(content)).json()["clip"])

    assert json.loads(state.files.session_path(clip.sha256).read_text())["recording"] == "30.mp4"
