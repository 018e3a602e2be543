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


def test_long_clip_does_not_begin_beside_another(therapist, state, gate):
    ids = [therapist.uploaded(f"gate-long-{number}.mp4") for number in (30, 31)]
    therapist.wait(ids[0], state="analysing")
    therapist.analysed("30.mp4")  # a turn of the queue in which the other could begin

    assert states(state, ids) == ["analysing", "waiting"]
    gate.touch()
    wait_until(lambda: states(state, ids) == ["ready", "ready"])
    assert len(stub.runs(state)) == 3
