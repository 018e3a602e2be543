"""Damage of VP8, VP9 and AV1, whose decoders say little, and clips of theirs without any."""

import os
from fractions import Fraction

import av
import numpy as np
import pytest

from hipcv.video.block_edges import BlockEdges
from hipcv.video.file import VideoFile
from tests.clips import write_clip

LIBVPX = {"deadline": "good", "cpu-used": "5", "g": "30"}
SETTINGS: dict[str, tuple[str, dict[str, str]]] = {
    "VP8, hidden references": ("libvpx", LIBVPX | {"lag-in-frames": "16", "auto-alt-ref": "1"}),
    "VP8 of a browser": ("libvpx", {"deadline": "realtime", "cpu-used": "-6", "g": "100"}),
    "VP8 in parts, resilient": (
        "libvpx",
        LIBVPX | {"slices": "4", "error-resilient": "default+partitions"},
    ),
    "VP8, poor": ("libvpx", LIBVPX | {"b": "150k", "qmin": "40", "qmax": "63"}),
    "VP9, hidden references": ("libvpx-vp9", LIBVPX | {"lag-in-frames": "16", "auto-alt-ref": "1"}),
    "VP9 of a browser": (
        "libvpx-vp9",
        {"deadline": "realtime", "cpu-used": "7", "g": "100", "row-mt": "1"},
    ),
    "VP9 resilient": ("libvpx-vp9", LIBVPX | {"error-resilient": "default"}),
    "VP9, poor": ("libvpx-vp9", LIBVPX | {"b": "150k", "qmin": "40", "qmax": "63"}),
    "AV1": ("libsvtav1", {"preset": "10", "g": "30"}),
    "AV1 of a telephone": ("libsvtav1", {"preset": "12", "svtav1-params": "pred-struct=1"}),
    "AV1, poor": ("libsvtav1", {"preset": "10", "crf": "60"}),
}
FINE = {"deadline": "realtime", "cpu-used": "8", "b": "4M", "qmin": "2", "qmax": "12"}
CONTAINERS = {"libvpx": ["webm"], "libvpx-vp9": ["webm", "mp4"], "libsvtav1": ["mkv", "mp4"]}
SIZES = [
    (320, 240),
    *(pytest.param(size, marks=pytest.mark.slow) for size in ((326, 250), (176, 144))),
]


@pytest.fixture(autouse=True)
def quiet_encoder(monkeypatch):
    monkeypatch.setenv("SVT_LOG", "1")


def room(width=320, height=240, *, still=20, frames=60, grain=4.0):
    """Yield a grainy wall before which a disc begins to move."""
    y, x = np.mgrid[:height, :width]
    wall = (90 + 60 * np.sin(x / 40) * np.cos(y / 30))[..., None] * np.ones(3)
    grains = np.random.default_rng(1).normal(0, grain, (8, height, width, 1))
    for number in range(frames):
        at = 60 + 3 * max(0, number - still)
        near = np.clip(30 - np.hypot(x - at, y - 120), 0, 4)[..., None] / 4
        picture = wall * (1 - near) + np.array([60, 120, 200]) * near + grains[number % 8]
        yield picture.clip(0, 255).astype(np.uint8)


def damage_of(path):
    source = VideoFile(path)
    spoiled = [frame.corrupt for frame in source]
    return source.clip.packets_damaged, spoiled


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", SETTINGS)
def test_an_intact_clip_has_no_damage(name, size, tmp_path):
    codec, options = SETTINGS[name]
    for container in CONTAINERS[codec]:
        path = tmp_path / f"c.{container}"
        write_clip(path, room(*size), codec=codec, options=options)

        packets, spoiled = damage_of(path)

        assert (packets, sum(spoiled)) == (0, 0)


@pytest.mark.parametrize("codec", ["libvpx", "libvpx-vp9", "libsvtav1"])
def test_plain_pictures_have_no_damage(codec, tmp_path):
    """Black, then white, then green: nothing but zeros may be left of their blocks."""
    colours = [(0, 0, 0), (255, 255, 255), (0, 255, 0)]
    pictures = [np.full((240, 320, 3), colours[n // 20], np.uint8) for n in range(60)]
    path = write_clip(tmp_path / "c.mkv", pictures, codec=codec)

    packets, spoiled = damage_of(path)

    assert (packets, sum(spoiled)) == (0, 0)


def shortened(source, target, number, share):
    """Copy the coded pictures of a clip, one without its end."""
    with av.open(str(source)) as old, av.open(str(target), "w") as new:
        stream = new.add_stream_from_template(old.streams.video[0])
        for at, packet in enumerate(p for p in old.demux(video=0) if p.size):
            coded = bytes(packet)
            copy = av.Packet(coded[: int(share * len(coded))] if at == number else coded)
            copy.pts, copy.dts, copy.time_base = packet.pts, packet.dts, Fraction(packet.time_base)
            copy.is_keyframe, copy.stream = packet.is_keyframe, stream
            new.mux(copy)
    return target


@pytest.mark.parametrize("number", [12, 35, 48])
def test_a_picture_of_vp8_whose_end_is_missing_spoils_all_to_the_next_key_frame(number, tmp_path):
    """The decoder returns it, with an earlier picture in the part that it did not decode."""
    options = FINE | {"g": "20"}
    whole = write_clip(tmp_path / "c.webm", room(grain=20), codec="libvpx", options=options)
    path = shortened(whole, tmp_path / "d.webm", number, 0.4)

    _packets, spoiled = damage_of(path)

    until = number // 20 * 20 + 20
    assert spoiled == [number <= at < until for at in range(60)]


def test_two_readings_of_a_damaged_clip_of_vp8_mark_the_same_frames(tmp_path):
    options = FINE | {"g": "1000"}
    whole = write_clip(tmp_path / "c.webm", room(grain=20), codec="libvpx", options=options)
    path = shortened(whole, tmp_path / "d.webm", 30, 0.5)

    assert [damage_of(path)[1] for _ in range(3)] == [[False] * 30 + [True] * 30] * 3


@pytest.mark.parametrize(("coarse", "found"), [(True, False), (False, True)])
def test_blocks_that_change_are_no_damage_in_a_picture_of_nothing_but_blocks(coarse, found):
    """As of a recording of few bytes, whose key frames and refinements move edges of its blocks."""
    rng = np.random.default_rng(0)
    levels = rng.integers(60, 160, (30, 40)) if coarse else np.full((30, 40), 100)
    before = np.kron(levels, np.ones((8, 8))).astype(np.uint8)
    now = before.copy()
    now[64:128, 64:192] += 40
    edges = BlockEdges()

    appear = [edges.appear_in(av.VideoFrame.from_ndarray(p, "gray")) for p in (before, before, now)]

    assert appear[1:] == [False, found]


@pytest.mark.skipif(not hasattr(os, "sched_getscheduler"), reason="the system has no such call")
def test_encoding_leaves_the_priority_of_the_tests_as_it_was(tmp_path):
    before = os.sched_getscheduler(0)
    write_clip(tmp_path / "c.mkv", room(), codec="libsvtav1")

    assert os.sched_getscheduler(0) == before == os.SCHED_OTHER
