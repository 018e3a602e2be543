"""Camera: clock, unusable pictures, end."""

import cv2
import numpy as np
import pytest

from hipcv.core.errors import CameraUnavailable
from hipcv.core.interfaces import CaptureFormat
from hipcv.video import camera
from hipcv.video.camera import Camera
from hipcv.video.devices import own_backend
from tests.errors import raises_plain
from tests.fake_cameras import CLOCK, FakeCapture, picture


@pytest.fixture(autouse=True)
def _fake_clock(monkeypatch):
    monkeypatch.setattr(camera, "clock_s", CLOCK)
    monkeypatch.setattr(camera, "RETRY_S", 0.0)


def frames(capture, count, **options):
    source = Camera(0, factory=capture, **options)
    stream = iter(source)
    taken = [next(stream) for _ in range(count)]
    source.close()
    assert next(stream, None) is None
    return taken


def test_a_camera_that_cannot_be_opened_is_an_error_with_a_remedy():
    with raises_plain(CameraUnavailable, "My webcam: "):
        Camera(0, name="My webcam", factory=FakeCapture([], opens=False))


def test_size_and_rate_are_requested():
    capture = FakeCapture([picture()])
    Camera(0, CaptureFormat(1920, 1080, 60), factory=capture)

    assert [capture.asked[what] for what in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FPS)] == [
        1920,
        60,
    ]


def test_motion_jpeg_is_requested_before_the_size():
    capture = FakeCapture([picture()])
    Camera(0, factory=capture)

    assert next(iter(capture.asked)) == cv2.CAP_PROP_FOURCC


def test_the_actual_format_is_what_the_camera_reports():
    actual = Camera(0, factory=FakeCapture([picture()])).actual_format

    assert (actual.width_px, actual.height_px, np.isnan(actual.rate_hz)) == (64, 48, True)


def test_time_is_when_pictures_were_grabbed():
    capture = FakeCapture([picture(n) for n in range(6)], rate_hz=50)

    times_s = [frame.time_s for frame in frames(capture, 6)]

    assert np.diff(times_s) == pytest.approx(np.full(5, 1 / 50))


def test_a_stored_picture_is_not_overwritten_by_the_camera():
    shared = picture(1)
    taken = frames(FakeCapture([shared, shared]), 1)
    shared[:] = 0

    assert taken[0].bgr.max() > 0


def test_a_mirroring_camera_is_flipped_back():
    stripe = picture()
    stripe[:, 0] = 255

    assert frames(FakeCapture([stripe]), 1, mirrored=True)[0].bgr[0, -1].tolist() == [255] * 3


@pytest.mark.parametrize(
    "garbage",
    [
        None,
        cv2.error("select() timeout"),
        "no picture",
        np.zeros((48, 64), np.uint8),
        np.zeros((48, 64, 4), np.uint8),
        np.zeros((48, 64, 3), np.float32),
        np.zeros((0, 0, 3), np.uint8),
        picture(size_px=(32, 24)),
    ],
)
def test_unusable_pictures_in_between_are_skipped(garbage):
    capture = FakeCapture([picture(1), garbage, garbage, picture(2)])

    assert [int(frame.bgr[0, 0, 0]) for frame in frames(capture, 2)] == [41, 42]


@pytest.mark.parametrize("garbage", [None, np.zeros((48, 64), np.uint8)])
def test_a_camera_without_usable_pictures_is_an_error(garbage):
    with raises_plain(CameraUnavailable, "no usable picture"):
        next(iter(Camera(0, factory=FakeCapture([], then=garbage))))


def test_a_camera_that_stops_is_an_error_with_its_name():
    stream = iter(Camera(0, name="My webcam", factory=FakeCapture([picture()])))
    next(stream)

    with raises_plain(CameraUnavailable, "My webcam: ", "stopped"):
        next(stream)


def test_a_lasting_change_of_the_picture_size_is_an_error():
    stream = iter(Camera(0, factory=FakeCapture([picture()], then=picture(size_px=(32, 24)))))
    next(stream)

    with raises_plain(CameraUnavailable, "64x48", "32x24"):
        next(stream)


def test_one_bad_picture_after_a_slow_reader_is_no_error():
    stream = iter(Camera(0, factory=FakeCapture([picture(1), None, picture(2)])))
    next(stream)
    CLOCK.now_s += 2 * camera.SILENT_S

    assert next(stream).bgr[0, 0, 0] == 42


def test_pictures_taken_at_once_have_different_times(monkeypatch):
    monkeypatch.setattr(camera, "clock_s", lambda: 5.0)

    times_s = [frame.time_s for frame in frames(FakeCapture([picture()] * 9), 4)]

    assert np.diff(times_s).min() > 1 / 90_000


def test_a_camera_is_opened_as_it_was_listed(monkeypatch):
    asked = []
    monkeypatch.setattr(cv2, "VideoCapture", lambda *how: asked.append(how) or FakeCapture([]))
    Camera(2)
    Camera(702)

    assert asked == [(2, own_backend()), (702, cv2.CAP_ANY)]


def test_an_unread_camera_is_released():
    capture = FakeCapture([])
    Camera(0, factory=capture).close()

    assert capture.released


def test_a_camera_whose_reader_leaves_is_released():
    capture = FakeCapture([picture()] * 9)
    stream = iter(Camera(0, factory=capture))
    next(stream)
    stream.close()

    assert capture.released


def test_a_closed_camera_is_released():
    capture = FakeCapture([picture()] * 9)
    frames(capture, 1)

    assert capture.released


def test_the_clock_runs_with_the_pictures():
    source = Camera(0, factory=FakeCapture([picture()] * 9, rate_hz=50))
    stream = iter(source)
    for _ in range(5):
        frame = next(stream)

    CLOCK.now_s += 3

    assert source.now_s() - frame.time_s == pytest.approx(3)
