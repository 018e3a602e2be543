"""Recordings that can be played after any fault."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import av
import numpy as np
import pytest

from hipcv.core.errors import UnreadableVideo
from hipcv.core.interfaces import Frame
from hipcv.video import recorder as recorder_module
from hipcv.video.file import VideoFile
from hipcv.video.recorder import MAX_WAITING, Recorder
from tests.clips import number_in, numbered_pictures
from tests.errors import assert_plain_error
from tests.waiting import GRACE_S, LIMIT_S, wait_until

TIMES_S = [3.0, 3.04, 3.07, 3.2, 3.21, 3.3]

ENDLESS = """
import sys, time
import numpy as np
from pathlib import Path
from hipcv.core.interfaces import Frame
from hipcv.video.recorder import Recorder
noise = np.random.default_rng(1).integers(0, 255, (20, 120, 160, 3), dtype=np.uint8)
recorder = Recorder(Path(sys.argv[1]))
n = 0
while recorder.fault is None and n < 3000:
    recorder.put(Frame(n, n / 30, noise[n % 20]))
    n += 1
    if n == 150:
        print("going", flush=True)
    time.sleep(0.002)
"""

LIMITED = (
    """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, 1_500_000))
"""
    + ENDLESS
    + """
done = recorder.finish()
print(recorder.fault, done.frames, sep="|")
"""
)


def recorded(path, pictures, times_s):
    recorder = Recorder(path)
    for n, (bgr, time_s) in enumerate(zip(pictures, times_s, strict=True)):
        recorder.put(Frame(n, time_s, bgr))
    return recorder.finish()


def pictures_in(path):
    """Return the number of pictures that can be played of a file; 0 while there are none."""
    try:
        return len(list(VideoFile(path)))
    except UnreadableVideo:
        return 0


def run(script, path):
    return [sys.executable, "-c", script, str(path)]


def test_every_picture_is_kept_in_order(tmp_path):
    recorded(tmp_path / "r.mp4", numbered_pictures(6), TIMES_S)

    assert [number_in(frame.bgr) for frame in VideoFile(tmp_path / "r.mp4")] == [1, 2, 3, 4, 5, 6]


def test_every_picture_keeps_its_time(tmp_path):
    recorded(tmp_path / "r.mp4", numbered_pictures(6), TIMES_S)

    times_s = [frame.time_s for frame in VideoFile(tmp_path / "r.mp4")]
    assert times_s == pytest.approx(np.array(TIMES_S) - TIMES_S[0], abs=1 / 90_000)


def test_frames_and_duration_of_a_recording_are_returned(tmp_path):
    done = recorded(tmp_path / "r.mp4", numbered_pictures(6), TIMES_S)

    assert (done.frames, done.duration_s) == (6, pytest.approx(0.3))


def test_a_finished_recording_is_an_ordinary_mp4(tmp_path):
    recorded(tmp_path / "r.mp4", numbered_pictures(6), TIMES_S)

    assert b"moof" not in (tmp_path / "r.mp4").read_bytes()[:64]
    assert VideoFile(tmp_path / "r.mp4").path.stat().st_size > 0


def test_an_odd_picture_size_can_be_recorded(tmp_path):
    recorded(tmp_path / "r.mp4", [np.zeros((49, 65, 3), np.uint8)], [0.0])

    assert next(iter(VideoFile(tmp_path / "r.mp4"))).bgr.shape == (50, 66, 3)


def test_a_picture_that_is_not_later_is_left_out(tmp_path):
    done = recorded(tmp_path / "r.mp4", numbered_pictures(3), [0.0, 0.1, 0.1])

    assert done.frames == 2


def test_a_recording_without_a_picture_leaves_no_file(tmp_path):
    Recorder(tmp_path / "r.mp4").finish()

    assert list(tmp_path.iterdir()) == []


def test_finishing_twice_returns_the_same(tmp_path):
    recorder = Recorder(tmp_path / "r.mp4")
    recorder.put(Frame(0, 0.0, np.zeros((48, 64, 3), np.uint8)))

    assert recorder.finish() == recorder.finish()


def test_a_missing_folder_is_a_fault(tmp_path):
    recorder = Recorder(tmp_path / "nowhere" / "r.mp4")
    recorder.put(Frame(0, 0.0, np.zeros((48, 64, 3), np.uint8)))
    recorder.finish()

    assert_plain_error(recorder.fault, "r.mp4: ", "--out")


def test_a_changed_picture_size_is_a_fault(tmp_path):
    recorder = Recorder(tmp_path / "r.mp4")
    for n, size in enumerate([48, 64]):
        recorder.put(Frame(n, n / 30, np.zeros((size, size, 3), np.uint8)))
    recorder.finish()

    assert "size changed" in str(recorder.fault)


def test_putting_after_a_fault_does_not_block(tmp_path):
    recorder = Recorder(tmp_path / "nowhere" / "r.mp4")
    for n in range(3 * MAX_WAITING):
        recorder.put(Frame(n, n / 30, np.zeros((48, 64, 3), np.uint8)))

    assert recorder.finish().frames == 0


def blocked_encoder(monkeypatch):
    """Block the encoder until the returned event is set."""
    go = threading.Event()
    monkeypatch.setattr(recorder_module, "to_yuv420p", lambda *_: go.wait(LIMIT_S) and 1 / 0)
    return go


@pytest.mark.parametrize(
    ("bytes_most", "waiting"), [(recorder_module.MAX_WAITING_BYTES, 32), (30_000, 3)]
)
def test_the_queue_is_bounded_by_number_and_bytes(tmp_path, monkeypatch, bytes_most, waiting):
    monkeypatch.setattr(recorder_module, "MAX_WAITING_BYTES", bytes_most)
    go, recorder, taken = blocked_encoder(monkeypatch), Recorder(tmp_path / "r.mp4"), []

    def put_all():
        for n in range(60):
            recorder.put(Frame(n, n / 30, np.zeros((48, 64, 3), np.uint8)))
            taken.append(n)

    camera = threading.Thread(target=put_all)
    camera.start()
    wait_until(lambda: len(taken) > waiting)
    time.sleep(GRACE_S)
    waited = len(taken)
    go.set()
    camera.join()

    assert waited == waiting + 1  # and the one at work


def test_a_failing_encoder_does_not_block_the_camera(tmp_path, monkeypatch):
    blocked_encoder(monkeypatch).set()
    recorder = Recorder(tmp_path / "r.mp4")
    for n in range(3 * MAX_WAITING):
        recorder.put(Frame(n, n / 30, np.zeros((48, 64, 3), np.uint8)))
    recorder.finish()

    assert_plain_error(recorder.fault, "r.mp4: ")


def test_a_hanging_disk_does_not_block_the_program(tmp_path, monkeypatch):
    monkeypatch.setattr(recorder_module, "FINISH_LONGEST_S", 0.1)
    go, recorder = blocked_encoder(monkeypatch), Recorder(tmp_path / "r.mp4")
    recorder.put(Frame(0, 0.0, np.zeros((48, 64, 3), np.uint8)))
    recorder.finish()
    go.set()

    assert_plain_error(recorder.fault, "r.mp4: ", "disk does not answer")


@pytest.mark.parametrize("rate_hz", [5, 30, 60])
def test_a_key_frame_comes_at_least_every_second(tmp_path, rate_hz):
    times_s = np.arange(4 * rate_hz) / rate_hz
    recorded(tmp_path / "r.mp4", numbered_pictures(len(times_s)), times_s)
    with av.open(str(tmp_path / "r.mp4")) as container:
        keys_s = [float(p.pts * p.time_base) for p in container.demux(video=0) if p.is_keyframe]

    assert np.diff([*keys_s, times_s[-1]]).max() <= 1


def test_an_unfinished_recording_lacks_at_most_its_last_second(tmp_path):
    recorder = Recorder(tmp_path / "r.mp4")
    for n, bgr in enumerate(numbered_pictures(99)):
        recorder.put(Frame(n, n / 30, bgr))

    wait_until(lambda: pictures_in(tmp_path / "r.mp4") >= 99 - 32)
    recorder.finish()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on a file's size")
def test_a_full_disk_keeps_what_was_written(tmp_path):
    done = subprocess.run(
        run(LIMITED, tmp_path / "r.mp4"),
        capture_output=True,
        text=True,
        check=True,
        timeout=LIMIT_S,
    )
    fault, frames = done.stdout.splitlines()[-1].split("|")

    assert_plain_error(fault, "r.mp4: ")
    assert len(list(VideoFile(tmp_path / "r.mp4"))) == int(frames) > 60


@pytest.mark.skipif(sys.platform != "linux" or os.getuid() != 0, reason="needs to mount a disk")
def test_a_full_file_system_keeps_what_was_written(tmp_path):
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1500k", "none", str(tmp_path)], check=False
    )
    if mounted.returncode:
        pytest.skip("a small disk cannot be mounted here")
    try:
        script = ENDLESS + "\ndone = recorder.finish()\nprint(recorder.fault)"
        done = subprocess.run(
            run(script, tmp_path / "r.mp4"),
            capture_output=True,
            text=True,
            check=True,
            timeout=LIMIT_S,
        )
        frames = len(list(VideoFile(tmp_path / "r.mp4")))
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)

    assert ("No space left" in done.stdout, frames > 20) == (True, True)


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_killed_recording_can_still_be_played(tmp_path):
    path = Path(tmp_path / "r.mp4")
    process = subprocess.Popen(run(ENDLESS, path), stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "going\n"
    wait_until(lambda: pictures_in(path) > 60)
    process.kill()
    process.wait()
    process.stdout.close()

    assert pictures_in(path) > 60
