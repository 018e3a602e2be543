"""The backup that the settings page offers."""

import threading

import pytest

from hipcv.store.restoring import restore
from hipcv.web.backups import Backups
from tests.waiting import wait_until


def made(therapist):
    """Make a backup and return its state once it is done."""
    assert therapist.client.post("/api/backup").status_code == 202
    wait_until(lambda: therapist.get("/api/backup")["state"] != "running")
    return therapist.get("/api/backup")


def test_saved_backup_is_restored_as_the_same_desk(therapist, tmp_path):
    view = therapist.placed(patient="P-017")
    backup = made(therapist)
    response = therapist.client.get("/api/backup/file")
    (tmp_path / "saved.zip").write_bytes(response.content)
    restored = restore(tmp_path / "saved.zip", tmp_path / "new")

    assert (backup["state"], backup["clips"], backup["missing"]) == ("ready", 1, [])
    assert backup["name"] in response.headers["content-disposition"]
    assert (restored.clips, restored.problems) == (1, ())
    recording = f"{view['clip']['sha256']}.mp4"
    assert [path.name for path in (tmp_path / "new" / "clips").rglob("*.mp4")] == [recording]


def test_there_is_no_file_before_a_backup(therapist):
    assert therapist.get("/api/backup")["state"] == "none"
    assert therapist.client.get("/api/backup/file").status_code == 404


def test_failed_backup_says_why(therapist, monkeypatch):
    monkeypatch.setattr("hipcv.store.backup.SPARE_BYTES", 10**18)
    backup = made(therapist)

    assert (backup["state"], "no room" in backup["error"]) == ("failed", True)


@pytest.fixture
def slow(state, monkeypatch):
    """Let every backup wait until an event is set."""
    event, write = threading.Event(), type(state.records).write_backup

    def wait(records, files, target, progress):
        event.wait()
        return write(records, files, target, progress)

    monkeypatch.setattr(type(state.records), "write_backup", wait)
    return event


def test_one_backup_is_written_at_a_time(therapist, slow):
    therapist.client.post("/api/backup")
    second = therapist.client.post("/api/backup")
    slow.set()

    assert (second.status_code, "Wait until it is done" in second.json()["error"]) == (400, True)


def test_backup_under_way_ends_with_the_desk_and_leaves_nothing(state, slow):
    state.records.add_patient("P-017", by="KM")
    backups = Backups(state.records, state.files)
    backups.start()
    threading.Timer(0.2, slow.set).start()
    backups.close()

    assert backups.status()["state"] == "none"
    assert not [path for path in state.files.incoming_folder().rglob("*") if path.is_file()]


def test_file_of_a_backup_goes_with_the_desk(therapist):
    made(therapist)
    path = therapist.state.backups.path()
    therapist.state.backups.close()

    assert not path.exists()
