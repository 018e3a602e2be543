"""Cameras by number and by name."""

from types import SimpleNamespace

import cv2_enumerate_cameras
import pytest

from hipcv.core.errors import BadRequest, CameraUnavailable
from hipcv.video.devices import Device, cameras, choose

THERE = [(0, "FaceTime HD"), (2, "Logitech C920"), (4, "Logitech Brio")]


@pytest.fixture
def there(monkeypatch):
    def listed(*found):
        infos = [SimpleNamespace(index=n, name=name, path=f"/dev/v{n}") for n, name in found]
        monkeypatch.setattr(cv2_enumerate_cameras, "enumerate_cameras", lambda *_: infos)

    listed(*THERE)
    return listed


def test_every_camera_is_listed_by_number_and_name(there):
    assert cameras() == tuple(Device(*camera) for camera in THERE)


def test_a_camera_of_several_backends_is_listed_once(monkeypatch):
    twice = [SimpleNamespace(index=n, name="C920", path="usb-1") for n in (700, 1400)]
    monkeypatch.setattr(cv2_enumerate_cameras, "enumerate_cameras", lambda *_: twice)

    assert cameras() == (Device(700, "C920"),)


@pytest.mark.parametrize(("wanted", "number"), [("2", 2), ("brio", 4), ("FaceTime", 0)])
def test_a_camera_is_chosen_by_number_or_part_of_its_name(there, wanted, number):
    assert choose(wanted).number == number


def test_a_camera_without_that_number_is_taken_by_its_place(there):
    there((700, "C920"), (701, "Brio"))

    assert choose("0").number == 700


@pytest.mark.parametrize("wanted", ["logitech", "kinect", "9"])
def test_a_choice_that_is_not_clear_lists_what_there_is(there, wanted):
    with pytest.raises(BadRequest, match=r"0 FaceTime HD; 2 Logitech C920; 4 Logitech Brio"):
        choose(wanted)


def test_no_camera_at_all_is_told_with_what_to_do(there):
    there()

    with pytest.raises(CameraUnavailable, match="--camera FILE"):
        choose("0")
