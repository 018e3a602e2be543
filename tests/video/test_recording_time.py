"""Time of a recording: the container's own, else the file's; a wrong clock is not believed."""

import os
from datetime import UTC, datetime, timedelta, timezone

import pytest

from hipcv.core.clip_info import RecordingTime
from hipcv.video.decoding import open_container, select_stream, start_stats
from hipcv.video.file import VideoFile
from hipcv.video.recording_time import first_plausible, recording_time
from tests.clips import numbered_pictures, remux, write_clip

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
CREATED = datetime(2026, 11, 20, 13, 3, 22, tzinfo=UTC)
CONTAINER = {"creation_time": "2026-11-20T13:03:22.000000Z"}
PHONE = {"com.apple.quicktime.creationdate": "2026-11-20T14:03:22+0100"}


def plausible(*metadata):
    return first_plausible(metadata, now=NOW)


def test_the_containers_time_is_in_utc():
    assert plausible(CONTAINER) == CREATED


def test_a_phones_local_time_goes_before_that_of_the_container():
    at = plausible(CONTAINER, PHONE)

    assert (at, at.utcoffset()) == (CREATED, timedelta(hours=1))


@pytest.mark.parametrize(
    "text",
    [
        "1904-01-01T00:00:00.000000Z",
        "1970-01-01T00:00:00.000000Z",
        "2000-01-01T00:00:00.000000Z",
        "2026-11-29T12:00:00.000000Z",
        "2026-11-20T14:03:22",
        "20 Nov 2026",
        "",
    ],
    ids=["1904", "1970", "clock not set", "future", "no zone", "no ISO date", "empty"],
)
def test_a_nonsense_time_is_not_believed(text):
    assert plausible({"creation_time": text}) is None


def test_a_nonsense_time_leaves_the_other_tag():
    assert plausible({**PHONE, "creation_time": "1904-01-01T00:00:00Z"}) == CREATED


def test_a_clip_with_its_own_time_has_that_of_its_container(tmp_path):
    plain = write_clip(tmp_path / "plain.mp4", numbered_pictures(3))
    with open_container(remux(plain, tmp_path / "clip.mp4", tags=CONTAINER)) as container:
        stats = start_stats(container, select_stream(container, "clip.mp4"))

    assert stats.declared_time == CREATED


def test_a_clip_without_has_the_time_of_its_file(tmp_path):
    path = write_clip(tmp_path / "plain.mp4", numbered_pictures(3))
    os.utime(path, (CREATED.timestamp(),) * 2)
    source = VideoFile(path)
    list(source)

    assert source.clip.recorded == RecordingTime(CREATED, "file")


@pytest.mark.parametrize("changed_s", [0, (NOW + timedelta(days=90_000)).timestamp()])
def test_a_nonsense_date_of_the_file_is_not_believed(tmp_path, changed_s):
    path = tmp_path / "clip.mp4"
    path.touch()
    os.utime(path, (changed_s,) * 2)

    assert recording_time(path, None) is None


def test_a_declared_time_keeps_its_zone(tmp_path):
    at = CREATED.astimezone(timezone(timedelta(hours=1)))

    assert recording_time(tmp_path / "clip.mp4", at).at.isoformat() == "2026-11-20T14:03:22+01:00"
