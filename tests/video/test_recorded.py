"""Frames of a recording under way: those that the finished file gives."""

import math
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import numpy as np
import pytest

from hipcv.core.errors import EnvironmentFault, UnreadableVideo
from hipcv.core.interfaces import Frame
from hipcv.video import file as file_module
from hipcv.video import recorded as recorded_module
from hipcv.video import recorder as recorder_module
from hipcv.video.file import VideoFile
from hipcv.video.recorded import EncodedPicture, PacketQueue
from hipcv.video.recorder import Recorder
from hipcv.video.writer import TICK_S
from tests.waiting import LIMIT_S, wait_until

FRAMES = 40
WIDTH, HEIGHT = 321, 241


def uneven_times_s():
    """Return capture times from 7.3 s on: jitter, a dropped frame, more than two seconds."""
    gaps_s = np.random.default_rng(3).uniform(0.05, 0.07, FRAMES)
    gaps_s[20] *= 2
    return 7.3 + np.cumsum(gaps_s)


def moving_pictures():
    """Yield noisy pictures with a bright block that moves."""
    random = np.random.default_rng(4)
    for n in range(FRAMES):
        bgr = random.integers(0, 60, (HEIGHT, WIDTH, 3), dtype=np.uint8)
        bgr[80:160, 5 * n : 5 * n + 60] = (90, 160, 220)
        yield bgr


def put_all(recorder):
    for n, (bgr, time_s) in enumerate(zip(moving_pictures(), uneven_times_s(), strict=True)):
        recorder.put(Frame(n, float(time_s), bgr))


def put_blank(recorder, count):
    for n in range(count):
        recorder.put(Frame(n, n / 30, np.zeros((48, 64, 3), np.uint8)))


def packet(size):
    return EncodedPicture(bytes(size), 0, 0, TICK_S)


@pytest.fixture
def reader():
    """Return an executor for the reading thread."""
    with ThreadPoolExecutor(1) as executor:
        yield executor


@pytest.fixture(scope="module")
def readings(tmp_path_factory):
    """Return source and frames of a recording that was read under way, and of its file."""
    path = tmp_path_factory.mktemp("recorded") / "r.mp4"
    recorder = Recorder(path)
    source = recorder.decoded_frames()
    with ThreadPoolExecutor(1) as executor:
        frames = executor.submit(list, source)
        put_all(recorder)
        recorder.finish()
        file = VideoFile(path)
        return (source, frames.result(LIMIT_S)), (file, list(file))


def test_pixels_are_those_of_the_file(readings):
    (_, frames), (_, in_file) = readings

    assert [
        np.array_equal(a.bgr, b.bgr) for a, b in zip(frames, in_file, strict=True)
    ] == FRAMES * [True]


def test_times_are_those_of_the_file_to_the_last_bit(readings):
    (_, frames), (_, in_file) = readings

    assert [frame.time_s for frame in frames] == [frame.time_s for frame in in_file]


def test_indices_are_those_of_the_file(readings):
    (_, frames), (_, in_file) = readings

    assert [frame.index for frame in frames] == [frame.index for frame in in_file]


def test_metadata_are_those_of_the_file(readings):
    (source, _), (file, _) = readings

    assert source.clip == file.clip


def test_a_whole_reading_is_complete_and_all_of_it_read(readings):
    (source, _), _ = readings

    assert (source.incomplete, source.share_read) == (False, 1.0)


def test_frames_arrive_while_recording(tmp_path, reader):
    recorder = Recorder(tmp_path / "r.mp4")
    frames = iter(recorder.decoded_frames())
    put_blank(recorder, 5)

    first = reader.submit(next, frames).result(LIMIT_S)
    recorder.finish()
    assert first.index == 0


def test_progress_is_unknown_while_recording(tmp_path, reader):
    recorder = Recorder(tmp_path / "r.mp4")
    source = recorder.decoded_frames()
    put_blank(recorder, 5)
    reader.submit(next, iter(source)).result(LIMIT_S)

    share = source.share_read
    recorder.finish()
    assert math.isnan(share)


def test_a_slow_reader_gets_every_frame_after_the_end(tmp_path):
    recorder = Recorder(tmp_path / "r.mp4")
    source = recorder.decoded_frames()
    put_blank(recorder, 50)
    recorder.finish()

    assert len(list(source)) == 50


def test_a_second_reading_gives_the_same_frames(tmp_path):
    recorder = Recorder(tmp_path / "r.mp4")
    source = recorder.decoded_frames()
    put_blank(recorder, 5)
    recorder.finish()

    assert [f.time_s for f in source] == [f.time_s for f in source]


def test_a_second_reading_of_an_unfinished_recording_is_refused(tmp_path):
    recorder = Recorder(tmp_path / "r.mp4")
    source = recorder.decoded_frames()
    put_blank(recorder, 5)
    iter(source)

    with pytest.raises(RuntimeError, match="Finish the recording"):
        iter(source)
    recorder.finish()


def test_frames_are_refused_after_the_first_picture(tmp_path):
    recorder = Recorder(tmp_path / "r.mp4")
    put_blank(recorder, 1)

    with pytest.raises(RuntimeError, match="before the first picture"):
        recorder.decoded_frames()
    recorder.finish()


def test_frames_are_given_to_one_reader(tmp_path):
    recorder = Recorder(tmp_path / "r.mp4")
    recorder.decoded_frames()

    with pytest.raises(RuntimeError, match="once"):
        recorder.decoded_frames()
    recorder.finish()


def test_without_a_reader_no_packet_stays(tmp_path, monkeypatch):
    stored = []
    monkeypatch.setattr(PacketQueue, "put", lambda _, picture: stored.append(picture))
    recorder = Recorder(tmp_path / "r.mp4")
    put_blank(recorder, 5)
    recorder.finish()

    assert stored == []


def test_a_recording_without_a_picture_cannot_be_read(tmp_path):
    recorder = Recorder(tmp_path / "r.mp4")
    source = recorder.decoded_frames()
    recorder.finish()

    with pytest.raises(UnreadableVideo, match=r"r\.mp4"):
        list(source)


def test_too_much_waiting_ends_the_frames_but_not_the_recording(tmp_path, monkeypatch):
    monkeypatch.setattr(recorded_module, "MAX_PACKET_BYTES", 2000)
    recorder = Recorder(tmp_path / "r.mp4")
    source = recorder.decoded_frames()
    put_all(recorder)
    done = recorder.finish()

    assert (list(source), source.incomplete, done.frames) == ([], True, FRAMES)


def test_an_incomplete_reading_has_no_metadata(tmp_path, monkeypatch):
    monkeypatch.setattr(recorded_module, "MAX_PACKET_BYTES", 2000)
    recorder = Recorder(tmp_path / "r.mp4")
    source = recorder.decoded_frames()
    put_all(recorder)
    recorder.finish()
    list(source)

    with pytest.raises(RuntimeError, match="to its end"):
        _ = source.clip


def test_an_incomplete_reading_is_completed_from_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(recorded_module, "MAX_PACKET_BYTES", 2000)
    recorder = Recorder(tmp_path / "r.mp4")
    source = recorder.decoded_frames()
    put_all(recorder)
    recorder.finish()
    list(source)

    assert (len(list(source)), source.clip.frames) == (FRAMES, FRAMES)


def test_dropped_packets_free_their_memory(monkeypatch):
    monkeypatch.setattr(recorded_module, "MAX_PACKET_BYTES", 100)
    queue = PacketQueue()
    for _ in range(5):
        queue.put(packet(40))

    assert list(queue._waiting) == []


def test_only_what_waits_counts_towards_the_limit(monkeypatch):
    monkeypatch.setattr(recorded_module, "MAX_PACKET_BYTES", 100)
    queue = PacketQueue()
    for _ in range(5):
        queue.put(packet(80))
        next(iter(queue))

    assert not queue.incomplete


def test_a_reader_that_stops_early_does_not_disturb_the_recording(tmp_path):
    recorder = Recorder(tmp_path / "r.mp4")
    source = recorder.decoded_frames()
    put_blank(recorder, 5)
    with closing(iter(source)) as frames:
        next(frames)
    put_blank(recorder, 50)  # the first five are not later, and left out

    assert (recorder.finish().frames, recorder.fault, source.incomplete) == (50, None, True)


def test_closing_ends_a_reading_that_waits(tmp_path, reader):
    recorder = Recorder(tmp_path / "r.mp4")
    source = recorder.decoded_frames()
    frames = reader.submit(list, source)
    source.close()

    assert frames.result(LIMIT_S) == []
    recorder.finish()


def test_closing_after_the_end_changes_nothing(readings):
    (source, _), _ = readings
    source.close()

    assert not source.incomplete


def test_a_fault_of_the_disk_is_raised_in_the_reader(tmp_path, reader):
    recorder = Recorder(tmp_path / "nowhere" / "r.mp4")
    frames = reader.submit(list, recorder.decoded_frames())
    put_blank(recorder, 5)

    with pytest.raises(EnvironmentFault, match="could not be written"):
        frames.result(LIMIT_S)
    recorder.finish()


def test_a_fault_while_recording_is_raised_in_the_reader(tmp_path, reader):
    recorder = Recorder(tmp_path / "r.mp4")
    frames = reader.submit(list, recorder.decoded_frames())
    put_blank(recorder, 5)
    recorder.put(Frame(5, 1.0, np.zeros((96, 64, 3), np.uint8)))

    with pytest.raises(EnvironmentFault, match="size changed"):
        frames.result(LIMIT_S)
    recorder.finish()


def test_an_error_of_decoding_is_raised_in_the_reader_alone(tmp_path, monkeypatch, reader):
    def fail(*_):
        raise MemoryError("no room for the picture")

    monkeypatch.setattr(file_module._FrameNormalizer, "bgr", fail)
    recorder = Recorder(tmp_path / "r.mp4")
    frames = reader.submit(list, recorder.decoded_frames())
    put_blank(recorder, 5)
    error = frames.exception(LIMIT_S)

    assert (type(error), recorder.finish().frames, recorder.fault) == (MemoryError, 5, None)


def test_finishing_does_not_wait_for_the_reader(tmp_path, reader):
    go = threading.Event()

    def read_slowly(source):
        return [go.wait(LIMIT_S) for _ in source]

    recorder = Recorder(tmp_path / "r.mp4")
    frames = reader.submit(read_slowly, recorder.decoded_frames())
    put_blank(recorder, 5)
    done = recorder.finish()
    waiting = not frames.done()
    go.set()

    assert (done.frames, waiting) == (5, True)


def test_a_hanging_disk_ends_the_frames(tmp_path, monkeypatch, reader):
    go = threading.Event()
    monkeypatch.setattr(recorder_module, "FINISH_LONGEST_S", 0.1)
    monkeypatch.setattr(recorder_module, "to_yuv420p", lambda *_: go.wait(LIMIT_S) and 1 / 0)
    recorder = Recorder(tmp_path / "r.mp4")
    frames = reader.submit(list, recorder.decoded_frames())
    put_blank(recorder, 1)
    recorder.finish()
    wait_until(frames.done)
    go.set()

    assert isinstance(frames.exception(), EnvironmentFault)
