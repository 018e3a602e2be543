"""The job queue: which clips are analysed at once, and in which order."""

from pathlib import Path

import pytest

from tests.waiting import wait_until
from tests.web import stub


@pytest.fixture
def gate(state):
    """The file whose creation lets the stub finish clips named `gate`."""
    return Path(state.settings.folder.parent, "open")


def states(state, clip_ids):
    return [state.records.clip(clip_id).state for clip_id in clip_ids]


def test_duration_of_an_upload_is_stored(therapist, state):
    clip_id = therapist.uploaded("long.mp4")

    assert state.records.clip(clip_id).duration_s == pytest.approx(360, abs=60)


def test_short_clips_finish_before_a_long_one_that_was_sent_first(therapist, state, gate):
    long_id = therapist.uploaded("gate-long-30.mp4")
    therapist.wait(long_id, state="analysing")
    short_ids = [therapist.uploaded(f"{number}.mp4") for number in range(30, 35)]
    for clip_id in short_ids:
        therapist.wait(clip_id)

    assert states(state, [long_id, *short_ids]) == ["analysing", *["ready"] * 5]
    gate.touch()
    assert therapist.wait(long_id) == "ready"


def test_long_clip_does_not_begin_while_another_is_analysed(therapist, state, gate):
    ids = [therapist.uploaded(f"gate-long-{number}.mp4") for number in (30, 31)]
    therapist.wait(ids[0], state="analysing")
    therapist.analysed("30.mp4")  # a turn of the queue in which the other could begin

    assert states(state, ids) == ["analysing", "waiting"]
    gate.touch()
    wait_until(lambda: states(state, ids) == ["ready", "ready"])
    assert len(stub.runs(state)) == 3


def cancel(therapist, clip_id):
    return therapist.client.post(f"/api/clips/{clip_id}/cancel", json={"by": "AB"})


@pytest.fixture
def cancelled(therapist, state):
    """The response to the cancelling of a clip whose worker runs."""
    clip_id = therapist.uploaded("gate-30.mp4")
    wait_until(lambda: state.jobs.document(clip_id))
    return cancel(therapist, clip_id)


def test_cancelled_clip_says_so(cancelled):
    clip = cancelled.json()["clip"]

    assert (clip["state"], clip["doing"]) == ("cancelled", "")
    assert "stopped" in clip["said"]


@pytest.mark.skipif(not Path("/proc").exists(), reason="processes are listed in /proc")
@pytest.mark.usefixtures("cancelled")
def test_worker_of_a_cancelled_clip_ends(state):
    wait_until(lambda: not stub.running(state.settings.folder.parent / "runs"))


@pytest.mark.usefixtures("cancelled")
def test_cancelled_analysis_leaves_no_file(state):
    wait_until(lambda: not [*state.jobs.working.iterdir()])

    assert not [*state.settings.folder.glob("analyses/*")]


def test_cancelled_clip_is_not_begun_again_by_itself(cancelled, therapist, state, gate):
    gate.touch()
    therapist.analysed("31.mp4")

    assert states(state, [cancelled.json()["clip"]["id"]]) == ["cancelled"]


def test_cancelled_clip_is_measured_when_asked_for(cancelled, therapist, gate):
    clip_id = cancelled.json()["clip"]["id"]
    gate.touch()
    therapist.client.post(f"/api/clips/{clip_id}/again", json={"by": "AB"})

    assert therapist.wait(clip_id) == "ready"


def test_waiting_clip_is_cancelled(therapist, state, gate):
    first = therapist.uploaded("gate-30.mp4")
    therapist.wait(first, state="analysing")
    waiting = therapist.uploaded("31.mp4")
    answer = cancel(therapist, waiting)
    gate.touch()
    therapist.wait(first)
    therapist.analysed("32.mp4")

    assert answer.json()["clip"]["state"] == "cancelled"
    assert "31.mp4" not in " ".join(stub.runs(state))


def test_clip_that_is_not_being_measured_cannot_be_cancelled(therapist):
    clip = therapist.placed()["clip"]
    answer = cancel(therapist, clip["id"])

    assert (answer.status_code, therapist.get(f"/api/clips/{clip['id']}")["clip"]["state"]) == (
        400,
        "ready",
    )


def test_cancelled_measurement_leaves_the_earlier_result(therapist, state, gate):
    view = therapist.placed("gate-30.mp4")
    therapist.client.post(f"/api/clips/{view['clip']['id']}/again", json={"by": "AB"})
    therapist.wait(view["clip"]["id"], state="analysing")
    after = cancel(therapist, view["clip"]["id"]).json()

    assert after["analysis"]["id"] == view["analysis"]["id"]


def test_cancelling_bears_the_name_of_who_did_it(cancelled, state):
    row = state.records.audit(cancelled.json()["clip"]["id"])[-1]

    assert (row.who, row.what, row.detail["state"]) == ("AB", "set_state", "cancelled")
    assert state.records.verify_audit() == []
