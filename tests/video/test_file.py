import math
import subprocess
import sys
from fractions import Fraction

import av
import numpy as np
import pytest

from hipcv.core.errors import BadRequest, UnreadableVideo
from hipcv.video.decoding import CONTAINERS
from hipcv.video.file import LONGEST_SIDE_PX, VideoFile, _matrix_of, square_pixel_size
from tests.clips import (
    ANTITRANSPOSED,
    MIRRORED,
    TRANSPOSED,
    TURNED_90,
    TURNED_180,
    TURNED_270,
    UPSIDE_DOWN_MIRRORED,
    mirrored_twin,
    number_in,
    numbered_picture,
    numbered_pictures,
    remux,
    stored_for,
    trimmed_twin,
    turned_twin,
    variable_rate_twin,
    write_clip,
)
from tests.errors import raises_plain

EIGHT_LESS_ONE = [
    TURNED_90,
    TURNED_180,
    TURNED_270,
    MIRRORED,
    UPSIDE_DOWN_MIRRORED,
    TRANSPOSED,
    ANTITRANSPOSED,
]


def numbers(source):
    return [number_in(frame.bgr) for frame in source]


def times_s(source):
    return [frame.time_s for frame in source]


def metadata(path, **how):
    source = VideoFile(path, **how)
    for _ in source:
        pass
    return source.clip


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """One second, 30 frames, numbered 1 to 30."""
    return write_clip(tmp_path_factory.mktemp("clips") / "plain.mp4", numbered_pictures(30))


# --- upright and un-mirrored


@pytest.mark.parametrize("matrix", EIGHT_LESS_ONE)
def test_a_turned_or_mirrored_container_is_shown_upright(plain, tmp_path, matrix):
    twin = turned_twin(plain, tmp_path / "twin.mp4", matrix)

    assert numbers(VideoFile(twin)) == list(range(1, 31))


@pytest.mark.parametrize("matrix", EIGHT_LESS_ONE)
def test_metadata_hold_the_display_matrix(plain, tmp_path, matrix):
    assert metadata(turned_twin(plain, tmp_path / "twin.mp4", matrix)).display_matrix == matrix


def test_metadata_of_a_container_without_a_matrix_hold_none(plain):
    assert metadata(plain).display_matrix == ()


def test_a_mirrored_container_is_marked(plain, tmp_path):
    assert metadata(mirrored_twin(plain, tmp_path / "twin.mp4")).mirrored_container


def test_a_turned_container_is_not_marked_as_mirrored(plain, tmp_path):
    assert not metadata(turned_twin(plain, tmp_path / "twin.mp4", TURNED_90)).mirrored_container


def test_metadata_hold_the_upright_size(plain, tmp_path):
    clip = metadata(turned_twin(plain, tmp_path / "twin.mp4", TURNED_90))

    assert (clip.width_px, clip.height_px) == (128, 96)


def test_a_declared_selfie_recording_is_flipped_back(tmp_path):
    selfie = write_clip(tmp_path / "selfie.mp4", [numbered_picture(n)[:, ::-1] for n in range(9)])

    assert numbers(VideoFile(selfie, mirrored=True)) == list(range(9))


def test_a_selfie_recording_with_a_turned_container_is_flipped_as_displayed(tmp_path):
    selfie = [stored_for(numbered_picture(n)[:, ::-1], TURNED_90) for n in range(9)]
    path = write_clip(tmp_path / "selfie.mp4", selfie, matrix=TURNED_90)

    assert numbers(VideoFile(path, mirrored=True)) == list(range(9))


def test_a_slanted_display_is_refused(plain, tmp_path):
    slanted = remux(plain, tmp_path / "slanted.mp4", matrix=((1, 1), (-1, 1)))

    with raises_plain(UnreadableVideo, "slanted.mp4: ", "slant"):
        list(VideoFile(slanted))


# --- the container's clock


def test_times_are_those_of_the_container(tmp_path):
    uneven_s = [0.0, 0.04, 0.07, 0.2, 0.21]
    path = write_clip(tmp_path / "uneven.mp4", numbered_pictures(5), uneven_s)

    assert times_s(VideoFile(path)) == pytest.approx(uneven_s, abs=1e-4)


def test_a_variable_rate_is_marked(plain, tmp_path):
    assert metadata(variable_rate_twin(plain, tmp_path / "twin.mp4")).variable_rate


def test_dropped_frames_leave_the_others_at_their_times(plain, tmp_path):
    twin = VideoFile(variable_rate_twin(plain, tmp_path / "twin.mp4"))
    displayed = {number_in(frame.bgr): frame.time_s for frame in twin}

    assert displayed[28] == pytest.approx(27 / 30)


def test_frames_hidden_by_an_edit_list_are_skipped(plain, tmp_path):
    assert numbers(VideoFile(trimmed_twin(plain, tmp_path / "t.mp4", 0.33)))[0] == 11


def test_frames_hidden_by_an_edit_list_do_not_count_as_missing(plain, tmp_path):
    clip = metadata(trimmed_twin(plain, tmp_path / "t.mp4", 0.33))

    assert clip.frames_declared == clip.frames


def test_a_late_first_picture_counts_from_zero(plain, tmp_path):
    assert times_s(VideoFile(remux(plain, tmp_path / "late.mp4", shift_s=0.99)))[0] == 0


def test_metadata_hold_the_time_of_the_first_picture(plain, tmp_path):
    late = remux(plain, tmp_path / "late.mp4", shift_s=0.99)

    assert metadata(late).start_s == pytest.approx(0.99)


def test_an_avi_without_display_times_keeps_its_pictures_in_order(tmp_path):
    path = write_clip(tmp_path / "old.avi", numbered_pictures(30))

    assert numbers(VideoFile(path)) == list(range(1, 31))


def test_an_avi_without_display_times_has_an_even_clock(tmp_path):
    path = write_clip(tmp_path / "old.avi", numbered_pictures(30))

    assert metadata(path).largest_gap_s == pytest.approx(1 / 30)


def test_frames_before_the_requested_start_are_skipped(plain):
    assert numbers(VideoFile(plain, start_s=0.5))[0] == 16


def test_times_count_from_the_requested_start(plain):
    assert times_s(VideoFile(plain, start_s=0.5))[0] == 0


def test_the_requested_start_counts_from_the_first_picture(plain, tmp_path):
    late = remux(plain, tmp_path / "late.mp4", shift_s=0.99)

    assert numbers(VideoFile(late, start_s=0.5))[0] == 16


def test_a_start_beyond_the_end_is_refused(plain):
    with raises_plain(BadRequest, "plain.mp4: ", "5 s"):
        list(VideoFile(plain, start_s=5))


@pytest.mark.parametrize("start_s", [-0.1, float("nan"), float("inf")])
def test_a_start_that_is_negative_or_not_finite_is_refused(plain, start_s):
    with pytest.raises(BadRequest):
        VideoFile(plain, start_s=start_s)


# --- pixels


def test_ten_bit_hevc_is_read(tmp_path):
    path = write_clip(
        tmp_path / "hdr.mp4", numbered_pictures(8), codec="libx265", pixel_format="yuv420p10le"
    )

    assert numbers(VideoFile(path)) == list(range(1, 9))


def test_an_animated_gif_is_read(tmp_path):
    path = write_clip(tmp_path / "a.gif", numbered_pictures(8), codec="gif", pixel_format="rgb8")

    assert numbers(VideoFile(path)) == list(range(1, 9))


def test_odd_sizes_are_unchanged(tmp_path):
    pictures = numbered_pictures(3, width=129, height=97)
    clip = metadata(write_clip(tmp_path / "odd.mp4", pictures, pixel_format="yuv444p"))

    assert (clip.width_px, clip.height_px) == (129, 97)


def test_pixels_become_square(tmp_path):
    clip = metadata(
        write_clip(tmp_path / "wide.mp4", numbered_pictures(3), sample_aspect=Fraction(4, 3))
    )

    assert (clip.width_px, clip.height_px) == (128, 72)


@pytest.mark.parametrize(
    ("stored", "aspect", "square"),
    [
        ((640, 480), None, (640, 480)),
        ((640, 480), Fraction(0), (640, 480)),
        ((720, 576), Fraction(16, 15), (720, 540)),
        ((480, 640), Fraction(3, 4), (360, 640)),
        ((8192, 4096), Fraction(1), (LONGEST_SIDE_PX, LONGEST_SIDE_PX // 2)),
        ((1, 1), Fraction(1), (1, 1)),
        ((320, 240), Fraction(1, 1000), (5, LONGEST_SIDE_PX)),
    ],
)
def test_the_larger_side_is_kept_up_to_a_limit(stored, aspect, square):
    assert square_pixel_size(*stored, aspect) == square


def spliced(folder, **second_size):
    """Pictures 1 to 5 as usual, then 6 to 10 at another size."""
    first = write_clip(folder / "1.ts", numbered_pictures(5))
    more = (numbered_picture(n, **second_size) for n in range(6, 11))
    second = write_clip(folder / "2.ts", more, [1 + n / 30 for n in range(5)])
    (folder / "both.ts").write_bytes(first.read_bytes() + second.read_bytes())
    return folder / "both.ts"


def test_a_clip_that_grows_midway_keeps_its_first_size(tmp_path):
    path = spliced(tmp_path, width=256, height=192)

    assert {frame.bgr.shape for frame in VideoFile(path)} == {(96, 128, 3)}


def test_a_clip_that_grows_midway_keeps_its_pictures(tmp_path):
    path = spliced(tmp_path, width=256, height=192)

    assert numbers(VideoFile(path)) == list(range(1, 11))


def test_the_first_change_of_size_is_noted_with_its_time(tmp_path):
    change = metadata(spliced(tmp_path, width=256, height=192)).size_change

    assert (change.before_px, change.after_px) == ((128, 96), (256, 192))
    assert change.at_s == pytest.approx(1, abs=0.1)


def test_a_clip_of_one_size_has_no_change(plain):
    assert metadata(plain).size_change is None


@pytest.mark.parametrize(("size", "main"), [((256, 192), (96, 128, 3)), ((64, 48), (96, 128, 3))])
def test_a_clip_is_read_again_at_the_size_of_most_pictures(size, main, tmp_path):
    """Upwards and downwards; the smaller part of the clip does not set its size."""
    width, height = size
    small = write_clip(tmp_path / "1.ts", numbered_pictures(3, width=width, height=height))
    rest = (numbered_picture(n) for n in range(4, 11))
    whole = write_clip(tmp_path / "2.ts", rest, [1 + n / 30 for n in range(7)])
    (tmp_path / "both.ts").write_bytes(small.read_bytes() + whole.read_bytes())
    source = VideoFile(tmp_path / "both.ts")
    list(source)

    assert source.use_main_size()
    assert not source.use_main_size()
    assert {frame.bgr.shape for frame in source} == {main}


@pytest.mark.parametrize("suffix", [".webm", ".mkv"])
def test_a_change_of_size_in_a_browser_s_recording_is_noted(suffix, tmp_path):
    path, packets = tmp_path / f"ramp{suffix}", []
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libvpx", rate=30)
        stream.width, stream.height, stream.pix_fmt = 128, 96, "yuv420p"
        larger = av.CodecContext.create("libvpx", "w")
        larger.width, larger.height, larger.pix_fmt = 256, 192, "yuv420p"
        larger.time_base = Fraction(1, 30)
        for at in range(14):
            encoder, size = (stream, (128, 96)) if at < 5 else (larger, (256, 192))
            picture = numbered_picture(at, width=size[0], height=size[1])
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24").reformat(format="yuv420p")
            frame.pts, frame.time_base = at, Fraction(1, 30)
            packets += encoder.encode(frame)
        for packet in packets:
            packet.stream = stream
            container.mux(packet)

    assert metadata(path).size_change.after_px == (256, 192)


def test_pictures_of_another_shape_are_counted_as_damage(tmp_path):
    clip = metadata(spliced(tmp_path, width=96, height=128))

    assert (clip.frames, clip.packets_damaged) == (5, 6)  # and the joint


@pytest.mark.parametrize(
    ("turn_deg", "matrix"), [(0, None), (90, TURNED_90), (-180, TURNED_180), (-90, TURNED_270)]
)
def test_unknown_tags_leave_the_turn_readable(turn_deg, matrix):
    class Unreadable:
        rotation = turn_deg

        @property
        def side_data(self):
            raise ValueError("29 is not a valid Type")

    assert _matrix_of(Unreadable(), "clip.mov") == matrix


def test_colours_are_preserved(tmp_path):
    blue = np.full((96, 128, 3), (200, 80, 40), np.uint8)
    path = write_clip(tmp_path / "blue.mp4", [blue] * 3)

    assert next(iter(VideoFile(path))).bgr[48, 64] == pytest.approx([200, 80, 40], abs=6)


# --- names, second looks, metadata


@pytest.mark.parametrize("name", ["-dash.mp4", "größe 測試.mp4", "two words.mp4", "a%02d:b.mp4"])
def test_any_file_name_is_read(plain, tmp_path, name):
    (tmp_path / name).write_bytes(plain.read_bytes())

    assert numbers(VideoFile(tmp_path / name))[:3] == [1, 2, 3]


def test_a_name_relative_to_the_folder_is_read(plain, monkeypatch):
    monkeypatch.chdir(plain.parent)

    assert numbers(VideoFile(plain.relative_to(plain.parent)))[:3] == [1, 2, 3]


def test_a_second_reading_gives_the_same_frames(plain):
    source = VideoFile(plain)

    assert numbers(source) == numbers(source)


def test_an_interrupted_second_reading_keeps_the_metadata(plain):
    source = VideoFile(plain)
    whole = len(list(source))
    next(iter(source))

    assert source.clip.frames == whole


def test_metadata_are_available_only_after_the_end(plain):
    source = VideoFile(plain)
    next(iter(source))

    with pytest.raises(RuntimeError, match="to its end"):
        _ = source.clip


def test_metadata_count_all_frames(plain):
    clip = metadata(plain)

    assert (clip.frames, clip.frames_declared) == (30, 30)


def test_an_undamaged_clip_has_no_damage(plain):
    clip = metadata(plain)

    assert (clip.frames_corrupt, clip.packets_damaged) == (0, 0)


def test_progress_is_the_share_of_the_declared_frames(plain):
    source = VideoFile(plain)
    shares = [source.share_read for _ in source]

    assert shares[14] == pytest.approx(0.5)


def test_progress_includes_frames_before_the_requested_start(plain):
    source = VideoFile(plain, start_s=0.5)
    shares = [source.share_read for _ in source]

    assert shares[-1] == pytest.approx(1)


def test_progress_is_unknown_before_reading(plain):
    assert math.isnan(VideoFile(plain).share_read)


def test_the_codec_has_its_common_name(plain):
    assert metadata(plain).codec == "h264"


def test_importing_the_reader_loads_no_codec():
    loaded = (
        "import sys, hipcv.video.file, hipcv.video.writer; print({'av', 'cv2'} & {*sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", loaded], capture_output=True, check=True, text=True
    )

    assert done.stdout.strip() == "set()"


def test_no_playlist_format_is_accepted():
    assert not {"hls", "concat", "dash", "sdp", "image2", "tty"} & set(CONTAINERS.split(","))


def test_clip_that_is_ended_while_it_is_read_has_the_frames_until_then(tmp_path):
    clip = VideoFile(write_clip(tmp_path / "clip.mp4", numbered_pictures(20)))
    for frame in clip:
        if frame.index == 4:
            clip.end_s = frame.time_s

    assert (clip.clip.frames, clip.clip.frames_declared) == (5, None)
    assert len(list(clip)) == 5
