"""Cameras by number and by name."""

from types import SimpleNamespace

import cv2
import cv2_enumerate_cameras
import pytest

from hipcv.core.errors import BadRequest, CameraUnavailable
from hipcv.video import devices
from hipcv.video.devices import Device, find_camera, list_cameras

THERE = [(0, "FaceTime HD"), (2, "Logitech C920"), (4, "Logitech Brio")]


@pytest.fixture
def devices_here(monkeypatch):
    def listed(*cameras):
        infos = [SimpleNamespace(index=n, name=name, path=f"/dev/v{n}") for n, name in cameras]
        monkeypatch.setattr(cv2_enumerate_cameras, "enumerate_cameras", lambda *_: infos)

    listed(*THERE)
    return listed


def test_every_camera_is_listed_by_number_and_name(devices_here):
    assert list_cameras() == tuple(Device(*camera) for camera in THERE)


def test_a_camera_of_several_backends_is_listed_once(monkeypatch):
    twice = [SimpleNamespace(index=n, name="C920", path="usb-1") for n in (700, 1400)]
    monkeypatch.setattr(cv2_enumerate_cameras, "enumerate_cameras", lambda *_: twice)

    assert list_cameras() == (Device(700, "C920"),)


@pytest.fixture
def by_backend(monkeypatch):
    """Set the cameras of each backend; the first backend is the system's own."""

    def listed(own, other, *, usable=True):
        offered = {1400: own, 700: other}
        monkeypatch.setattr(devices, "own_backend", lambda: 1400)
        monkeypatch.setattr(cv2_enumerate_cameras, "supported_backends", (700, 1400))
        monkeypatch.setattr(cv2.videoio_registry, "hasBackend", lambda b: usable or b == 1400)
        monkeypatch.setattr(
            cv2_enumerate_cameras,
            "enumerate_cameras",
            lambda backend: [
                SimpleNamespace(index=n, name=name, path=f"{backend} {n}")
                for n, name in offered[backend]
            ],
        )

    return listed


def test_cameras_are_numbered_as_the_systems_own_backend_does(by_backend):
    by_backend([(0, "C920")], [(0, "Phone"), (1, "C920")])

    assert list_cameras() == (Device(0, "C920"), Device(700, "Phone"))


def test_two_cameras_of_one_name_are_both_listed(by_backend):
    by_backend([(0, "C920"), (1, "C920")], [(0, "C920"), (1, "C920")])

    assert list_cameras() == (Device(0, "C920"), Device(1, "C920"))


def test_an_unsupported_backend_is_not_queried(by_backend):
    by_backend([(0, "C920")], [(0, "Phone")], usable=False)

    assert list_cameras() == (Device(0, "C920"),)


def test_a_whole_name_is_preferred_to_a_part(devices_here):
    devices_here((0, "C920 left"), (1, "C920"))

    assert find_camera("c920").number == 1


@pytest.mark.parametrize(("query", "number"), [("2", 2), ("brio", 4), ("FaceTime", 0)])
def test_a_camera_is_found_by_number_or_part_of_its_name(devices_here, query, number):
    assert find_camera(query).number == number


def test_a_number_of_no_camera_is_a_position_in_the_list(devices_here):
    devices_here((700, "C920"), (701, "Brio"))

    assert find_camera("0").number == 700


@pytest.mark.parametrize("query", ["logitech", "kinect", "9"])
def test_an_ambiguous_query_lists_all_cameras(devices_here, query):
    with pytest.raises(BadRequest, match=r"FaceTime HD.*Logitech C920.*Logitech Brio"):
        find_camera(query)


def test_no_camera_is_an_error_with_a_remedy(devices_here):
    devices_here()

    with pytest.raises(CameraUnavailable, match="--camera FILE"):
        find_camera("0")
