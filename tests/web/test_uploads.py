"""Uploads, and files that are no videos."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hipcv.core.errors import BadRequest
from hipcv.core.limits import ClipLimits
from hipcv.web import probe, uploads
from tests.batch.stub import ERROR
from tests.clips import numbered_pictures, remux, write_clip
from tests.waiting import wait_until
from tests.web.stub import runs


def stored_files(state):
    """Return every stored clip and every upload under way."""
    folders = (state.settings.folder / "clips", state.files.incoming_folder())
    return [path for folder in folders for path in folder.rglob("*") if path.is_file()]


def test_clip_is_accepted(therapist):
    assert therapist.upload().status_code == 201


def test_clip_is_analysed(therapist):
    assert therapist.analysed()["clip"]["state"] == "ready"


def test_clip_has_the_rotation_of_its_analysis(therapist):
    view = therapist.analysed("37.mp4")

    assert view["clip"]["sides"]["left"]["result_deg"] == pytest.approx(37, abs=0.5)


def test_clip_keeps_the_date_of_the_uploaded_file(therapist, state):
    clip = state.records.clip(therapist.uploaded(changed_ms=1_763_640_202_000))

    stored = state.files.clip_path(clip.sha256, clip.suffix)

    assert stored.stat().st_mtime == 1_763_640_202


def test_given_side_is_analysed(therapist):
    view = therapist.analysed(side="right")

    assert view["clip"]["sides"]["right"] is not None


def test_external_rotation_is_asked_for_where_the_upload_says_so(therapist, state):
    therapist.analysed("30.mp4", external=True)
    therapist.analysed("31.mp4")

    assert runs(state) == ["30.mp4 None external", "31.mp4 None"]


def test_external_rotation_is_asked_for_in_all_clips_where_the_settings_say_so(therapist, state):
    state.jobs.options = replace(state.jobs.options, external=True)
    clip = therapist.analysed("30.mp4")["clip"]

    assert runs(state) == ["30.mp4 None external"]
    assert (clip["external"], clip["external_always"]) == (False, True)


def test_external_rotation_can_be_asked_for_when_measured_again(therapist, state):
    clip_id = therapist.analysed("30.mp4")["clip"]["id"]
    for body in ({"external": True}, {"side": "right"}, {"external": False}):
        answer = therapist.client.post(f"/api/clips/{clip_id}/again", json=body | {"by": "KM"})
        assert answer.status_code == 200
        therapist.wait(clip_id)

    asked = ["30.mp4 None external", "30.mp4 right external", "30.mp4 right"]
    assert runs(state) == ["30.mp4 None", *asked]


def test_side_mirror_and_beginning_can_be_mended_when_measured_again(therapist, state):
    clip_id = therapist.analysed("30.mp4", side="right")["clip"]["id"]
    changes = {"side": "left", "mirrored": True, "start_s": 0.5}
    therapist.client.post(f"/api/clips/{clip_id}/again", json=changes | {"by": "KM"})
    therapist.wait(clip_id)

    assert runs(state) == ["30.mp4 right", "30.mp4 left mirrored from 0.5 s"]


@pytest.mark.parametrize("start_s", [-1, "x", 1e9, True])
def test_impossible_beginning_is_refused(therapist, start_s):
    clip_id = therapist.placed()["clip"]["id"]
    body = {"start_s": start_s, "by": "KM"}

    assert therapist.client.post(f"/api/clips/{clip_id}/again", json=body).status_code == 400


def test_clip_is_assigned_to_the_given_patient_and_day(therapist):
    view = therapist.analysed(patient="P-017", on="2026-03-01")

    assert (view["patient"]["pseudonym"], view["visit"]["on"]) == ("P-017", "2026-03-01")


def test_two_clips_of_a_day_are_one_visit(therapist):
    fields = {"patient": "P-017", "on": "2026-03-01"}
    visits = {therapist.analysed(name, **fields)["visit"]["id"] for name in ("30.mp4", "31.mp4")}

    assert len(visits) == 1


def test_same_clip_of_a_visit_is_stored_once(therapist):
    fields = {"patient": "P-017", "on": "2026-03-01"}

    assert therapist.uploaded(**fields) == therapist.uploaded(**fields)


def test_clip_of_a_patient_who_is_not_there_is_refused_and_adds_none(therapist, client, state):
    content = therapist.clip_file().read_bytes()
    answer = client.put("/api/uploads", params={"name": "a.mp4", "patient": "P-9"}, content=content)

    assert answer.status_code == 404
    assert answer.json()["error"] == "There is no patient P-9. Add the patient first."
    assert (state.records.patients(), state.records.clips()) == ([], [])


@pytest.mark.parametrize("action", ["upload", "move"])
def test_day_in_the_future_is_refused(therapist, client, action):
    on = (datetime.now(UTC).date() + timedelta(days=2)).isoformat()
    if action == "upload":
        answer = therapist.upload(patient="P-1", on=on)
    else:
        clip_id = therapist.placed()["clip"]["id"]
        body = {"patient": "P-1", "on": on, "by": "AB"}
        answer = client.post(f"/api/clips/{clip_id}/move", json=body)

    assert answer.status_code == 400
    assert "lies in the future" in answer.json()["error"]


RECORDED = datetime(2025, 2, 28, 12, 0, tzinfo=UTC)


def test_visit_is_on_the_day_of_the_recording_where_no_day_is_given(therapist):
    changed_ms = round(1000 * RECORDED.timestamp())

    assert therapist.upload(patient="P-1", changed_ms=changed_ms).json()["on"] == "2025-02-28"


def test_time_that_the_container_declares_is_read_when_a_clip_is_checked(tmp_path):
    plain, clip = tmp_path / "plain.mp4", tmp_path / "a.mp4"
    write_clip(plain, numbered_pictures(3))
    remux(plain, clip, tags={"creation_time": RECORDED.isoformat()})

    assert probe.validate_video(plain, "plain.mp4").recorded_at is None
    assert probe.validate_video(clip, "a.mp4").recorded_at == RECORDED


def test_same_clip_with_the_same_settings_is_said_to_be_here(therapist):
    first = therapist.analysed(patient="P-1", on="2026-03-01")["clip"]["id"]
    again = therapist.upload(patient="P-1", on="2026-03-01").json()

    assert (again["clip"], again["already"]) == (
        first,
        "This recording is already here, with the same settings.",
    )


def test_same_clip_without_a_patient_is_not_stored_in_addition_to_that_of_one(therapist, state):
    first = therapist.analysed(patient="P-1", on="2026-03-01")["clip"]["id"]
    again = therapist.upload().json()

    assert (again["clip"], again["patient"], len(state.records.clips())) == (first, "P-1", 1)


def test_same_clip_with_other_settings_is_measured_again_with_them(therapist, state):
    clip_id = therapist.analysed()["clip"]["id"]
    again = therapist.upload(side="left", mirrored="1").json()
    therapist.wait(clip_id)
    clip = state.records.clip(clip_id)

    assert (again["clip"], clip.side, clip.mirrored) == (clip_id, "left", True)
    assert "It is measured again, with the settings chosen now." in again["already"]


def test_same_clip_with_other_settings_is_refused_aloud_where_it_is_signed(therapist, state):
    view = therapist.placed()
    state.records.sign(view["analysis"]["id"], version=1, by="KM")
    again = therapist.upload(side="right").json()

    assert "signed off by KM. They were not changed" in again["already"]
    assert state.records.clip(again["clip"]).side is None


def test_same_clip_with_other_settings_is_refused_aloud_while_it_is_measured(therapist, state):
    clip_id = therapist.placed()["clip"]["id"]
    state.records.set_state(clip_id, "analysing", by="AB")
    again = therapist.upload(side="right").json()

    assert "is being measured with other settings. They were not changed" in again["already"]
    assert state.records.clip(clip_id).side is None


def test_same_recording_at_another_patient_or_on_another_day_is_said(therapist):
    therapist.analysed(patient="P-1", on="2026-03-01")
    therapist.uploaded(patient="P-1", on="2026-03-02")
    third = therapist.upload(patient="P-2", on="2026-03-03").json()
    places = [(place["patient"]["pseudonym"], place["on"]) for place in third["elsewhere"]]

    assert places == [("P-1", "2026-03-01"), ("P-1", "2026-03-02")]
    assert therapist.get(f"/api/clips/{third['clip']}")["clip"]["elsewhere"] == third["elsewhere"]


NAMES = {
    "p-017_2026-03-01_left.mp4": ("P-017", None, "2026-03-01", "left"),
    "P012_2024-05-03_R.mov": (None, "P012", "2024-05-03", "right"),
    "P-017_V2_L.mp4": ("P-017", None, None, "left"),
    "knee_bent_left.mp4": (None, None, None, None),
    "holiday.mp4": (None, None, None, None),
}


@pytest.mark.parametrize("name", NAMES)
def test_name_of_a_file_is_read_by_the_pattern_of_a_batch(therapist, state, name):
    state.records.add_patient("P-017", by="AB")
    fields = therapist.get("/api/names", name=name)

    assert tuple(fields[key] for key in ("patient", "unknown", "on", "side")) == NAMES[name]


def test_upload_is_stored_unchanged(therapist, state):
    clip = state.records.clip(therapist.uploaded())

    stored = state.files.clip_path(clip.sha256, clip.suffix).read_bytes()

    assert stored == therapist.clip_file().read_bytes()


NO_VIDEOS = {
    "empty.mp4": b"",
    "text.mp4": b"hello, this is no video",
    "zeros.mp4": bytes(100_000),
    "page.html": b"<script>alert(1)</script>",
    "list.m3u8": b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
    "list.mp4": b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/x.ts\n",
    "concat.mp4": b"ffconcat version 1.0\nfile /etc/passwd\n",
    "cut.mp4": b"\x00\x00\x00\x20ftypisom" + bytes(64),
    "image.mp4": b"\x89PNG\r\n\x1a\n" + bytes(100),
}


@pytest.mark.parametrize("name", NO_VIDEOS)
def test_file_that_is_no_video_is_refused(client, name):
    answer = client.put("/api/uploads", params={"name": name}, content=NO_VIDEOS[name])

    assert answer.status_code in (400, 415)


@pytest.mark.parametrize("name", NO_VIDEOS)
def test_file_that_is_no_video_is_deleted(client, state, name):
    client.put("/api/uploads", params={"name": name}, content=NO_VIDEOS[name])

    assert not stored_files(state)


def test_refusal_has_the_users_file_name(client):
    answer = client.put("/api/uploads", params={"name": "knee.mp4"}, content=b"no video")

    assert answer.json()["error"].startswith("knee.mp4: ")


def test_truncated_clip_does_not_fail_the_server(therapist):
    whole = therapist.clip_file("30.mp4", pictures=30).read_bytes()

    answer = therapist.client.put(
        "/api/uploads", params={"name": "cut.mp4"}, content=whole[: len(whole) - 1]
    )

    assert answer.status_code in (201, 415)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("../../etc/passwd.mp4", "passwd.mp4"),
        ("..\\..\\boot.mp4", "boot.mp4"),
        ("/abs/clip.mp4", "clip.mp4"),
        ("C:\\Users\\x\\clip.mp4", "clip.mp4"),
        ("a\x00b\nc.mp4", "abc.mp4"),
        ("<b>&\"'.mp4", "b&'.mp4"),
        ("ünï çødé.mp4", "ünï çødé.mp4"),
        ("x" * 251 + ".mp4", "x" * 251 + ".mp4"),
        ("???.mp4", "clip.mp4"),
        ("aux.mp4", "_aux.mp4"),
        (".hidden.mp4", "hidden.mp4"),
        ("-rf.mp4", "-rf.mp4"),
        ("clip.mp4.", "clip.mp4"),
    ],
)
def test_forbidden_characters_are_removed_from_a_name(given, expected):
    assert uploads.clip_name(given) == expected


@pytest.mark.parametrize("given", ["", ".", "..", "/", "../..", "\x00", " . "])
def test_empty_name_is_refused(given):
    with pytest.raises(BadRequest):
        uploads.clip_name(given)


@pytest.mark.parametrize(
    ("name", "suffix"),
    [("a.MP4", ".mp4"), ("a.", ""), ("a", ""), ("a.p/p", ""), ("a.ünï", ""), ("a.verylongone", "")],
)
def test_suffix_is_short_and_alphanumeric(name, suffix):
    assert uploads.suffix_of(name) == suffix


@pytest.mark.parametrize(
    "fields",
    [
        {"visit": "00000000-0000-0000-0000-000000000007"},
        {"visit": "7"},
        {"side": "both"},
        {"on": "yesterday", "patient": "P"},
        {"mirrored": "perhaps"},
        {"external": "perhaps"},
        {"patient": ""},
        {"patient": "x" * 65},
        {"patient": "P\n17"},
        {"patient": "P\u202e17"},
        {"by": ""},
        {"by": "A\nB"},
    ],
    ids="-".join,
)
def test_invalid_attribute_is_refused(therapist, fields):
    assert 400 <= therapist.upload("30.mp4", **fields).status_code < 500


@pytest.mark.parametrize("name", ["", "x" * 5000], ids=["none", "long"])
def test_clip_without_a_usable_name_is_refused(client, name):
    answer = client.put("/api/uploads", params={"name": name}, content=b"x")

    assert answer.status_code == 400


def test_large_clip_is_refused_by_its_declared_size(therapist, state, monkeypatch):
    limits = state.settings.limits
    object.__setattr__(limits, "upload_bytes", 1000)

    assert therapist.upload().status_code == 413


def test_large_clip_is_refused_without_a_declared_size(therapist, client, state):
    object.__setattr__(state.settings.limits, "upload_bytes", 1000)

    answer = client.put(
        "/api/uploads", params={"name": "a.mp4"}, content=(bytes(500) for _ in range(9))
    )

    assert answer.status_code == 413


def test_large_clip_leaves_no_file(client, state):
    object.__setattr__(state.settings.limits, "upload_bytes", 1000)
    client.put("/api/uploads", params={"name": "a.mp4"}, content=(bytes(500) for _ in range(9)))

    assert not stored_files(state)


def test_long_clip_is_refused_with_its_length_and_the_setting(client, tmp_path):
    minutes = (30.0 * number for number in range(100))
    path = write_clip(tmp_path / "long.mp4", numbered_pictures(100), minutes)
    answer = client.put("/api/uploads", params={"name": "a.mp4"}, content=path.read_bytes())

    assert answer.status_code == 415
    assert all(part in answer.text for part in ("a.mp4", "49:30 min", "duration_max_s"))


def test_long_clip_is_taken_where_the_settings_allow_it(client, state, tmp_path):
    longer = replace(state.settings.options, limits=ClipLimits(duration_max_s=3600))
    object.__setattr__(state.settings, "options", longer)
    minutes = (30.0 * number for number in range(100))
    path = write_clip(tmp_path / "long.mp4", numbered_pictures(100), minutes)
    answer = client.put("/api/uploads", params={"name": "a.mp4"}, content=path.read_bytes())

    assert answer.is_success


def test_full_disk_is_reported(therapist, monkeypatch):
    monkeypatch.setattr(uploads, "RESERVED_BYTES", 1 << 60)

    assert therapist.upload().status_code == 503


def test_file_that_crashes_its_reader_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "bomb.mp4"
    path.write_bytes(b"x")
    monkeypatch.setattr(probe, "MODULE", "tests.web.no_such_module")

    with pytest.raises(probe.UnreadableVideo):
        probe.validate_video(path, "bomb.mp4")


def test_file_that_exceeds_the_time_limit_is_refused(therapist):
    with pytest.raises(probe.UnreadableVideo):
        probe.validate_video(therapist.clip_file(), "slow.mp4", timeout_s=0.001)


def test_failed_clip_has_the_reason(therapist):
    view = therapist.analysed("unreadable.mp4")

    assert (view["clip"]["state"], view["clip"]["said"]) == (
        "failed",
        ERROR.format("unreadable.mp4", "unreadable"),
    )


def test_crashed_analysis_fails_its_clip_only(therapist):
    assert therapist.analysed("crash.mp4")["clip"]["state"] == "failed"


def test_clip_that_cannot_be_measured_is_refused(therapist):
    assert therapist.analysed("refused.mp4")["clip"]["state"] == "refused"


def test_finished_job_leaves_no_file(therapist, state):
    therapist.analysed()

    wait_until(lambda: not [*state.jobs.working.iterdir()])  # asks: the state is stored before
