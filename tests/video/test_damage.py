"""Damaged files and files that are no videos: read as far as possible, or refused."""

import itertools
import json
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import av
import numpy as np
import pytest

from hipcv.core.errors import UnreadableVideo
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.quality import damaged_share
from hipcv.video.clip_metadata import DecodeStats
from hipcv.video.decoding import decode
from hipcv.video.file import VideoFile
from tests.clips import (
    cut_short,
    number_in,
    numbered_over,
    numbered_picture,
    scratched,
    write_clip,
    write_sound,
)
from tests.errors import assert_plain_error
from validation.damage import without_packets

CASES = Path(__file__).parents[2] / ".." / "shared" / "cases" / "damage"
NOISE = np.random.default_rng(0).integers(0, 80, (60, 96, 128, 3), dtype=np.uint8)
BUSY = numbered_over(NOISE)
FRONT_INDEX = {"movflags": "+faststart"}


@pytest.fixture(scope="module")
def busy(tmp_path_factory):
    """60 numbered pictures over noise, so that there are bytes to damage; index in front."""
    path = tmp_path_factory.mktemp("clips") / "busy.mp4"
    return write_clip(path, BUSY, muxing=FRONT_INDEX, options={"g": "10"})


def refusal(path):
    """Return the reason why a file cannot be read, without the file's name and the remedy."""
    with pytest.raises(UnreadableVideo) as caught:
        list(VideoFile(path))
    assert_plain_error(caught.value, f"{path.name}: ")
    return str(caught.value).removeprefix(f"{path.name}: ").split(". ")[0]


def metadata(path):
    source = VideoFile(path)
    for _ in source:
        pass
    return source.clip


def test_a_truncated_clip_is_read_as_far_as_possible(busy, tmp_path):
    cut = VideoFile(cut_short(busy, tmp_path / "cut.mp4", 0.6))

    assert [number_in(frame.bgr) for frame in cut][:20] == list(range(20))


def test_a_truncated_clip_declares_more_frames_than_it_has(busy, tmp_path):
    clip = metadata(cut_short(busy, tmp_path / "cut.mp4", 0.6))

    assert clip.frames < clip.frames_declared == 60


def test_damaged_bytes_lose_no_frame_after_the_next_key_frame(busy, tmp_path):
    assert metadata(scratched(busy, tmp_path / "s.mp4", bytes_flipped=20)).frames > 35


def test_lost_packets_spoil_what_is_predicted_from_them_to_the_next_key_frame(tmp_path):
    """A key frame every 20; three packets are lost, and nothing in the file tells so."""
    clean = write_clip(tmp_path / "clean.mkv", BUSY, options={"g": "20"})
    without_packets(clean, tmp_path / "lost.mkv", range(25, 28))
    spoiled = [frame.corrupt for frame in VideoFile(tmp_path / "lost.mkv")]

    first, last = spoiled.index(True), len(spoiled) - 1 - spoiled[::-1].index(True)
    assert (first > 20, all(spoiled[first : last + 1])) == (True, True)
    assert 8 <= last + 1 - first < 20


def test_a_clip_without_damage_has_no_spoiled_frame(busy):
    assert not any(frame.corrupt for frame in VideoFile(busy))


def test_one_lost_packet_of_a_plain_chain_spoils_every_later_frame(tmp_path):
    """Nothing but the numbers of the frames tells that one is missing."""
    chain = {"g": "1000", "tune": "zerolatency", "preset": "ultrafast"}
    clean = write_clip(tmp_path / "clean.mp4", BUSY, options=chain)
    without_packets(clean, tmp_path / "lost.mp4", {25})

    spoiled = [frame.corrupt for frame in VideoFile(tmp_path / "lost.mp4")]

    assert spoiled == [False] * 25 + [True] * 34


def test_a_lost_picture_that_no_other_refers_to_spoils_none(tmp_path):
    pairs = {"g": "1000", "x264-params": "bframes=1:b-adapt=0:b-pyramid=none:scenecut=0"}
    clean = write_clip(tmp_path / "clean.mp4", BUSY, options=pairs)
    without_packets(clean, tmp_path / "lost.mp4", {2})  # first, second and the one between them

    assert not any(frame.corrupt for frame in VideoFile(tmp_path / "lost.mp4"))


def scrambled(source, target, number):
    """A copy of a clip with one packet's last part overwritten."""
    content = bytearray(source.read_bytes())
    with av.open(str(source)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
        start, size = packets[number].pos, packets[number].size
    content[start + size // 2 : start + size] = bytes(size - size // 2)
    target.write_bytes(content)
    return target


@pytest.mark.parametrize(("number", "first"), [(20, 20), (30, 30), (40, 40)])
def test_damage_in_one_of_the_slices_of_a_frame_is_noticed(number, first, tmp_path):
    """The decoder conceals it where it decodes slices side by side."""
    sliced = {"g": "20", "bf": "0", "x264-params": "slices=4:cabac=1:scenecut=0"}
    clean = write_clip(tmp_path / "clean.mkv", BUSY, options=sliced)
    source = VideoFile(scrambled(clean, tmp_path / "damaged.mkv", number))
    spoiled = [round(30 * frame.time_s) for frame in source if frame.corrupt]

    assert spoiled[-1] - spoiled[0] >= 15 - number % 20
    assert first <= spoiled[0] <= spoiled[-1] == first // 20 * 20 + 19


def test_packets_lost_from_a_transport_stream_are_counted(tmp_path):
    content = write_clip(tmp_path / "clean.ts", BUSY).read_bytes()
    at = len(content) // 2 // 188 * 188
    (tmp_path / "lost.ts").write_bytes(content[:at] + content[at + 188 :])

    clip = metadata(tmp_path / "lost.ts")

    assert clip.packets_damaged + clip.frames_corrupt > 0


@pytest.mark.parametrize("codec", ["libvpx", "libvpx-vp9"])
def test_a_hole_in_steady_times_counts_as_a_lost_frame(codec, tmp_path):
    clean = write_clip(tmp_path / "clean.mkv", NOISE, codec=codec)
    without_packets(clean, tmp_path / "lost.mkv", {25, 40, 41})

    assert metadata(clean).packets_damaged == 0
    assert metadata(tmp_path / "lost.mkv").packets_damaged >= 3


@pytest.mark.parametrize("codec", ["libvpx", "libx264"])
def test_uneven_times_are_no_damage(codec, tmp_path):
    """A camera in poor light, or a recorder that drops what has not changed."""
    times_s = np.cumsum(np.random.default_rng(1).choice([1, 1, 1, 1.4, 2], 60)) / 30
    path = write_clip(tmp_path / "uneven.mkv", NOISE, times_s.tolist(), codec=codec)

    assert metadata(path).packets_damaged == 0


def test_damaged_packets_are_counted(busy, tmp_path):
    clip = metadata(scratched(busy, tmp_path / "s.mp4", bytes_flipped=20))

    assert clip.frames_corrupt + clip.packets_damaged > 0


def test_damaged_frames_are_marked(busy, tmp_path):
    path = scratched(busy, tmp_path / "s.mp4", bytes_flipped=20)

    assert sum(frame.corrupt for frame in VideoFile(path)) == metadata(path).frames_corrupt


@pytest.mark.skipif(not CASES.is_dir(), reason="the damaged cases are not on this machine")
@pytest.mark.parametrize(
    "name", ["3-packets-lost-at-40.mkv", "4096-bytes-damaged.mp4", "splice-49.mp4"]
)
def test_a_clip_of_one_key_frame_is_too_damaged_to_measure(name):
    """They read 9 to 25 degrees for 35, without a word, as long as nothing was noticed."""
    assert damaged_share(metadata(CASES / f"video-{name}")) > MeasurementProtocol().damaged_share


def test_damage_in_hevc_is_counted(tmp_path):
    clean = write_clip(tmp_path / "c.mp4", NOISE, codec="libx265", muxing=FRONT_INDEX)

    assert metadata(scratched(clean, tmp_path / "s.mp4", bytes_flipped=100)).packets_damaged > 0


def damaged_frames_on_one_core(path):
    """Return which frames are damaged, as found by a process that may use one core alone."""
    reading = (
        "import json, os, pathlib, sys; from hipcv.video.file import VideoFile;"
        "os.sched_setaffinity(0, {min(os.sched_getaffinity(0))});"
        "print(json.dumps([frame.corrupt for frame in VideoFile(pathlib.Path(sys.argv[1]))]))"
    )
    run = subprocess.run(
        [sys.executable, "-c", reading, path], capture_output=True, text=True, check=True
    )
    return json.loads(run.stdout)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="cores are not chosen here")
def test_the_same_frames_of_hevc_are_damaged_on_any_number_of_cores(tmp_path):
    options = {"x265-params": "keyint=20:log-level=none"}
    clean = write_clip(
        tmp_path / "c.mp4", BUSY, codec="libx265", options=options, muxing=FRONT_INDEX
    )
    path = scratched(clean, tmp_path / "s.mp4", bytes_flipped=20, seed=1)

    damaged = [frame.corrupt for frame in VideoFile(path)]

    assert any(damaged)
    assert len(damaged) < len(BUSY)
    assert damaged == damaged_frames_on_one_core(path)


def room(*, still=30):
    """Smooth pictures with a disc that begins to move, as a leg before a wall does."""
    y, x = np.mgrid[:240, :320]
    wall = (90 + 60 * np.sin(x / 40) * np.cos(y / 30))[..., None] * np.ones(3)
    for number in range(60):
        at = 60 + 3 * max(0, number - still)
        near = np.clip(30 - np.hypot(x - at, y - 120), 0, 4)[..., None] / 4
        yield (wall * (1 - near) + np.array([60, 120, 200]) * near).astype(np.uint8)


QUIETLY: dict[str, dict[str, str]] = {
    "libx265": {"preset": "ultrafast", "x265-params": "log-level=none:keyint=20:scenecut=0"},
    "libvpx": {"deadline": "realtime", "cpu-used": "8", "crf": "8", "b": "4M", "g": "20"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8", "crf": "20", "b": "0", "g": "20"},
}


@pytest.mark.parametrize("codec", QUIETLY)
def test_a_clip_that_begins_to_move_has_no_damage(codec, tmp_path):
    path = write_clip(tmp_path / "clean.mkv", room(), codec=codec, options=QUIETLY[codec])

    assert (metadata(path).packets_damaged, metadata(path).frames_corrupt) == (0, 0)


@pytest.mark.parametrize("codec", QUIETLY)
def test_blocks_that_appear_at_once_are_damage_to_the_next_key_frame(codec, tmp_path):
    """The damage is part of the coded picture, so that no decoder can report it."""
    pictures = list(room())
    for number in range(27, 40):
        pictures[number] = pictures[number].copy()
        pictures[number][64:128, 160:288] = np.roll(pictures[number][64:128, 160:288], 48, axis=1)
        pictures[number][64:96, 192:224] //= 2
    path = write_clip(tmp_path / "b.mkv", pictures, codec=codec, options=QUIETLY[codec])
    spoiled = [frame.corrupt for frame in VideoFile(path)]

    assert (any(spoiled[:18]), all(spoiled[27:40])) == (False, True)


@pytest.mark.parametrize("codec", ["libx265", "libvpx-vp9"])
def test_zeros_in_a_picture_are_damage(codec, tmp_path):
    options = QUIETLY[codec]
    clean = write_clip(tmp_path / "c.mkv", NOISE, codec=codec, options=options)
    content = bytearray(clean.read_bytes())
    with av.open(str(clean)) as container:
        packet = [packet for packet in container.demux(video=0) if packet.size][25]
        start, size = packet.pos, packet.size
    content[start + size // 2 : start + size // 2 + 40] = bytes(40)
    (tmp_path / "d.mkv").write_bytes(content)

    spoiled = [frame.corrupt for frame in VideoFile(tmp_path / "d.mkv")]

    assert (any(spoiled[:18]), any(spoiled[20:40])) == (False, True)


@pytest.mark.parametrize("seed", range(12))
def test_damage_gives_frames_or_a_refusal(busy, tmp_path, seed):
    path = scratched(busy, tmp_path / "s.mp4", bytes_flipped=300, seed=seed)
    try:
        times_s = [frame.time_s for frame in VideoFile(path)]
    except UnreadableVideo:
        times_s = []

    assert np.all(np.diff(times_s) > 0)


def test_frames_whose_time_goes_back_are_skipped(tmp_path):
    path = tmp_path / "back.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mjpeg", rate=30)
        stream.width, stream.height, stream.pix_fmt = 128, 96, "yuvj420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        for number, tick in enumerate([0, 33, 67, 50, 67, 100]):
            frame = av.VideoFrame.from_ndarray(numbered_picture(number), format="bgr24")
            [packet] = stream.encode(frame)
            packet.pts, packet.dts = tick, number - 100
            container.mux(packet)

    assert [number_in(frame.bgr) for frame in VideoFile(path)] == [0, 1, 2, 5]


def test_an_unfinished_recording_is_called_incomplete(tmp_path, busy):
    back = write_clip(tmp_path / "back.mp4", NOISE)

    assert "cut off" in refusal(cut_short(back, tmp_path / "cut.mp4", 0.5))


def test_an_empty_file_is_called_empty(tmp_path):
    (tmp_path / "empty.mp4").touch()

    assert "empty" in refusal(tmp_path / "empty.mp4")


def test_a_text_is_called_no_video(tmp_path):
    (tmp_path / "notes.mp4").write_text("not a video\n" * 100)

    assert "not a video" in refusal(tmp_path / "notes.mp4")


def test_a_playlist_is_not_followed(tmp_path, busy):
    playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{busy}\n#EXT-X-ENDLIST\n"
    (tmp_path / "list.m3u8").write_text(playlist)

    assert "not a video" in refusal(tmp_path / "list.m3u8")


@pytest.mark.parametrize("kind", [b"WEBP", b"WAVE"])
def test_an_animated_picture_or_sound_is_no_damaged_video(kind, tmp_path):
    (tmp_path / "film.webp").write_bytes(b"RIFF" + bytes(4) + kind + bytes(200))

    assert "not a video" in refusal(tmp_path / "film.webp")


def test_a_film_that_was_cut_off_after_its_first_bytes_is_called_damaged(tmp_path):
    (tmp_path / "film.avi").write_bytes(b"RIFF" + bytes(4) + b"AVI ")

    assert "cut off" in refusal(tmp_path / "film.avi")


def test_a_sound_recording_is_called_one(tmp_path):
    assert "only sound" in refusal(write_sound(tmp_path / "voice.m4a"))


def test_a_folder_is_called_a_folder(tmp_path):
    assert "a folder" in refusal(tmp_path)


def test_a_missing_file_is_called_missing(tmp_path):
    assert "no such file" in refusal(tmp_path / "gone.mp4")


def test_a_device_is_called_no_file():
    assert "not a file" in refusal(Path(os.devnull))


def test_a_name_too_long_for_the_disk_is_refused(tmp_path):
    assert "not a video" in refusal(tmp_path / ("x" * 300 + ".mp4"))


def test_a_file_without_read_permission_is_refused(busy, monkeypatch):
    def deny(*_args, **_options):
        raise PermissionError

    monkeypatch.setattr("av.open", deny)

    assert "may not be read" in refusal(busy)


def test_a_recording_cut_off_before_its_index_is_called_incomplete(tmp_path):
    back = write_clip(tmp_path / "back.mp4", (numbered_picture(n) for n in range(30)))

    assert "cut off" in refusal(cut_short(back, tmp_path / "cut.mp4", 0.6))


def test_a_clip_without_a_complete_picture_is_refused(tmp_path):
    clean = write_clip(tmp_path / "c.mp4", NOISE[:3], muxing=FRONT_INDEX)
    content = bytearray(clean.read_bytes())
    body = content.find(b"mdat") + 4
    content[body:] = bytes(len(content) - body)
    clean.write_bytes(content)

    assert "no picture" in refusal(clean)


def endless(demux) -> tuple[SimpleNamespace, SimpleNamespace]:
    codec = SimpleNamespace(canonical_name="vp8")
    context = SimpleNamespace(codec=codec, extradata=None, decode=lambda _: [])
    return (
        SimpleNamespace(demux=demux, format=SimpleNamespace(name="mov")),
        SimpleNamespace(codec_context=context),
    )


def test_reading_ends_after_many_packets_without_a_picture():
    pictureless = SimpleNamespace(is_discard=False, is_corrupt=False, pts=None)
    container, stream = endless(lambda _: itertools.repeat(pictureless))

    assert list(decode(container, stream, DecodeStats("vp8", None))) == []


def test_reading_ends_after_many_failures():
    def fail(_):
        raise av.error.InvalidDataError(0, "broken")

    assert list(decode(*endless(fail), DecodeStats("vp8", None))) == []


def test_ffmpeg_writes_nothing_to_the_terminal(busy, tmp_path, capfd):
    list(VideoFile(scratched(busy, tmp_path / "s.mp4", bytes_flipped=50)))

    assert capfd.readouterr() == ("", "")
