"""Order of the waiting clips: short ones first, one in addition to long ones, no endless wait."""

from datetime import UTC, datetime

import pytest

from hipcv.store.models import Clip
from hipcv.web.schedule import Schedule, default_workers, expected_s

LONG_S, SHORT_S = 500.0, 20.0


def clip_of(name, duration_s, size_bytes=1_000_000):
    return Clip(
        id=name,
        visit_id=None,
        sha256="ab",
        name=name,
        suffix=".mp4",
        size_bytes=size_bytes,
        mirrored=False,
        external=False,
        side=None,
        state="waiting",
        said="",
        added_at=datetime(2026, 3, 1, tzinfo=UTC),
        analysis_id=None,
        duration_s=duration_s,
    )


LONG, OTHER_LONG = clip_of("long", LONG_S), clip_of("other long", LONG_S)
SHORT = [clip_of(f"short {n}", SHORT_S + n) for n in range(5)]


def test_shortest_clip_is_next():
    assert Schedule(1).next_clip([LONG, *reversed(SHORT)], []) is SHORT[0]


def test_short_clip_is_analysed_in_addition_to_long_ones_that_take_all_workers():
    assert Schedule(2).next_clip([SHORT[0]], [LONG, OTHER_LONG]) is SHORT[0]


@pytest.mark.parametrize("running", [[SHORT[0]], [LONG, SHORT[0]]])
def test_only_one_clip_more_than_the_workers_is_analysed(running):
    assert Schedule(1).next_clip([SHORT[1]], running) is None


def test_long_clip_waits_for_a_worker():
    assert Schedule(1).next_clip([LONG], [OTHER_LONG]) is None


def test_long_clip_is_next_once_it_has_waited_for_longer_than_it_lasts():
    now_s = [0.0]
    schedule = Schedule(1, clock=lambda: now_s[0])
    schedule.next_clip([LONG], [])
    now_s[0] = LONG_S

    assert schedule.next_clip([SHORT[0], LONG], []) is LONG


def test_clips_of_equal_duration_are_in_the_order_of_their_coming():
    alike = [clip_of(name, SHORT_S) for name in "abc"]

    assert Schedule(1).next_clip(alike, []) is alike[0]


def test_recording_that_was_read_already_is_next():
    assert Schedule(1).next_clip([*SHORT, LONG], [], {LONG.id}) is LONG


def test_unknown_duration_is_estimated_from_the_size():
    assert expected_s(clip_of("unknown", None, size_bytes=60_000_000)) == 60.0


@pytest.mark.parametrize(("cores", "workers"), [(1, 1), (2, 1), (8, 4)])
def test_half_the_cores_are_used(monkeypatch, cores, workers):
    monkeypatch.setattr("hipcv.web.schedule.real_cores", lambda: cores)

    assert default_workers() == workers
