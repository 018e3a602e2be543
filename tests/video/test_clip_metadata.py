from pathlib import Path

import pytest

from hipcv.video.clip_metadata import DecodeStats, build_clip_info, printable_name


def metadata(time_s, **counted):
    stats = DecodeStats("h264", counted.pop("frames_declared", None), time_s=time_s, **counted)
    return build_clip_info(Path("clip.mp4"), stats, sha256="00", mirrored=False)


STEADY_S = [n / 25 for n in range(50)]


def test_duration_counts_the_last_frame_too():
    assert metadata(STEADY_S).duration_s == pytest.approx(2.0)


def test_frame_rate_comes_from_the_median_gap():
    assert metadata([*STEADY_S, 9.0]).frame_rate_hz == pytest.approx(25)


def test_largest_gap_is_reported():
    assert metadata([0.0, 0.04, 0.5, 0.54]).largest_gap_s == pytest.approx(0.46)


def test_times_rounded_to_milliseconds_are_a_steady_rate():
    assert not metadata([round(n / 30, 3) for n in range(60)]).variable_rate


def test_one_pause_does_not_make_a_variable_rate():
    assert not metadata([*STEADY_S, 9.0]).variable_rate


def test_many_uneven_gaps_make_a_variable_rate():
    assert metadata([s for n, s in enumerate(STEADY_S) if n % 5]).variable_rate


def test_frames_that_were_not_wanted_are_not_missing():
    assert metadata(STEADY_S, frames_declared=60, frames_hidden=10).frames_declared == 50


def test_a_container_that_declares_nothing_stays_silent():
    assert metadata(STEADY_S, frames_hidden=10).frames_declared is None


@pytest.mark.parametrize("first", [1, 10])
def test_a_second_that_is_missing_is_thirty_frames_lost(first):
    """Thirty of the usual gaps of 33 ms, as rounded, would be 990 ms."""
    kept = [n for n in range(90) if not first <= n < first + 29]
    stats = DecodeStats("av1", None, time_s=[round(n / 30, 3) for n in kept])

    clip = build_clip_info(Path("clip.mkv"), stats, sha256="00", mirrored=False)

    assert clip.packets_damaged == 29


def test_a_single_frame_has_no_rate():
    assert metadata([0.0]).frame_rate_hz == 0


def test_a_name_that_is_no_text_can_still_be_printed():
    assert printable_name(Path("clips/b\udcff.mp4")) == "b?.mp4"
