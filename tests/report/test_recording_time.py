"""Sentence on when a clip was recorded."""

from datetime import datetime, timedelta, timezone

import pytest

from hipcv.core.clip_info import RecordingTime
from hipcv.report.recording_time import local_moment, state_recording_time


def moment(**offset):
    return datetime(2026, 11, 20, 14, 3, 22, tzinfo=timezone(timedelta(**offset)))


@pytest.mark.parametrize(
    ("offset", "zone"),
    [({"hours": 1}, "UTC+1"), ({"hours": 0}, "UTC"), ({"hours": -3, "minutes": -30}, "UTC−3:30")],
)
def test_the_time_is_that_of_its_zone(offset, zone):
    assert local_moment(moment(**offset)) == f"20 November 2026, 14:03 ({zone})"


@pytest.mark.parametrize(
    ("source", "words"), [("container", "the file's own record"), ("file", "copying may change")]
)
def test_the_sentence_says_how_the_time_is_known(source, words):
    assert words in state_recording_time(RecordingTime(moment(hours=1), source))


def test_an_unknown_time_is_not_stated():
    assert not state_recording_time(None)
