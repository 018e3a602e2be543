import itertools

import av
import numpy as np
import pytest

from hipcv.core.errors import EnvironmentFault
from hipcv.video.file import VideoFile
from hipcv.video.writer import VideoWriter, shrink_to, to_yuv420p
from tests.clips import number_in, numbered_picture
from tests.errors import raises_plain

UNEVEN_S = [0.0, 0.0333, 0.0667, 0.2, 0.25, 1.0]


def written(path, times_s=UNEVEN_S, **size):
    with VideoWriter(path) as writer:
        for number, time_s in enumerate(times_s):
            writer.write(numbered_picture(number, **size), time_s)
    return path


def stream_of(path):
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        return stream.codec_context.name, stream.codec_context.pix_fmt


def left_in(folder):
    return [path.name for path in folder.iterdir()]


def test_every_picture_is_written(tmp_path):
    displayed = [number_in(frame.bgr) for frame in VideoFile(written(tmp_path / "a.mp4"))]

    assert displayed == list(range(6))


def test_pictures_keep_their_times(tmp_path):
    times_s = [frame.time_s for frame in VideoFile(written(tmp_path / "a.mp4"))]

    assert times_s == pytest.approx(UNEVEN_S, abs=1 / 90_000)


def test_the_codec_plays_in_browsers(tmp_path):
    assert stream_of(written(tmp_path / "a.mp4")) == ("h264", "yuv420p")


def test_playing_can_begin_before_all_is_loaded(tmp_path):
    content = written(tmp_path / "a.mp4").read_bytes()

    assert content.find(b"moov") < content.find(b"mdat")


def test_a_key_frame_comes_at_least_every_thirty_frames(tmp_path):
    path = written(tmp_path / "a.mp4", [n / 30 for n in range(90)])
    with av.open(str(path)) as container:
        packets = enumerate(container.demux(video=0))
        keys = [number for number, packet in packets if packet.is_keyframe]

    assert max(after - before for before, after in itertools.pairwise([*keys, 90])) <= 30


@pytest.mark.parametrize(("width", "height"), [(129, 97), (128, 97), (129, 96)])
def test_odd_sides_become_even(tmp_path, width, height):
    path = written(tmp_path / "a.mp4", width=width, height=height)

    assert next(iter(VideoFile(path))).bgr.shape[:2] == (height + height % 2, width + width % 2)


def test_a_single_pixel_can_be_written(tmp_path):
    with VideoWriter(tmp_path / "a.mp4") as writer:
        writer.write(np.zeros((1, 1, 3), np.uint8), 0.0)

    assert len(list(VideoFile(tmp_path / "a.mp4"))) == 1


def test_colours_are_preserved(tmp_path):
    with VideoWriter(tmp_path / "a.mp4") as writer:
        writer.write(np.full((96, 128, 3), (200, 80, 40), np.uint8), 0.0)

    assert next(iter(VideoFile(tmp_path / "a.mp4"))).bgr[50, 60] == pytest.approx(
        [200, 80, 40], abs=6
    )


def test_white_is_encoded_without_a_tint():
    white = np.full((96, 128, 3), 255, np.uint8)

    assert np.all(to_yuv420p(white).to_ndarray()[96:] == 128)


def test_the_same_pictures_make_the_same_file(tmp_path):
    one, other = written(tmp_path / "a.mp4"), written(tmp_path / "b.mp4")

    assert one.read_bytes() == other.read_bytes()


def test_nothing_but_the_clip_is_left(tmp_path):
    written(tmp_path / "a.mp4")

    assert left_in(tmp_path) == ["a.mp4"]


def test_the_clip_is_not_there_before_it_is_whole(tmp_path):
    with VideoWriter(tmp_path / "a.mp4") as writer:
        writer.write(numbered_picture(0), 0.0)

        assert not (tmp_path / "a.mp4").exists()


def test_a_failure_leaves_nothing_behind(tmp_path):
    def fail_while_writing():
        with VideoWriter(tmp_path / "a.mp4") as writer:
            writer.write(numbered_picture(0), 0.0)
            raise KeyError

    with pytest.raises(KeyError):
        fail_while_writing()

    assert left_in(tmp_path) == []


def test_a_failure_leaves_the_older_clip_alone(tmp_path):
    (tmp_path / "a.mp4").write_bytes(b"older")

    def fail_while_writing():
        with VideoWriter(tmp_path / "a.mp4") as writer:
            writer.write(numbered_picture(0), 0.0)
            raise KeyError

    with pytest.raises(KeyError):
        fail_while_writing()

    assert (tmp_path / "a.mp4").read_bytes() == b"older"


def test_a_writer_without_pictures_makes_no_file(tmp_path):
    with VideoWriter(tmp_path / "a.mp4"):
        pass

    assert left_in(tmp_path) == []


def test_a_folder_that_cannot_be_written_to_is_an_environment_fault(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(EnvironmentFault, match=r"^a\.mp4: "):
        written(tmp_path / "file" / "a.mp4")


def test_a_full_disk_is_an_environment_fault(tmp_path, monkeypatch):
    def full(_self, _target):
        raise OSError(28, "no space")

    monkeypatch.setattr("pathlib.Path.replace", full)

    with raises_plain(EnvironmentFault, "a.mp4: ", "No space left"):
        written(tmp_path / "a.mp4")


def test_a_time_that_goes_back_is_refused(tmp_path):
    with pytest.raises(ValueError, match="not later"):
        written(tmp_path / "a.mp4", [0.0, 0.1, 0.1])


@pytest.mark.parametrize("time_s", [-1.0, float("nan")])
def test_a_time_that_is_negative_or_nan_is_refused(tmp_path, time_s):
    with pytest.raises(ValueError, match="expected seconds"):
        written(tmp_path / "a.mp4", [time_s])


def test_pictures_of_two_sizes_are_refused(tmp_path):
    def write_two_sizes():
        with VideoWriter(tmp_path / "a.mp4") as writer:
            writer.write(numbered_picture(0), 0.0)
            writer.write(numbered_picture(1, width=256), 0.1)

    with pytest.raises(ValueError, match=r"128x96.*256x96"):
        write_two_sizes()


def test_a_writer_that_was_not_opened_writes_nothing(tmp_path):
    with pytest.raises(ValueError, match="with"):
        VideoWriter(tmp_path / "a.mp4").write(numbered_picture(0), 0.0)


def test_a_picture_within_the_limit_is_unchanged():
    picture = numbered_picture(5)

    assert shrink_to(picture, max(picture.shape)) is picture


def test_a_larger_picture_is_made_smaller_and_keeps_its_shape():
    assert shrink_to(np.zeros((2160, 3840, 3), np.uint8), 1920).shape == (1080, 1920, 3)


def test_a_tall_picture_is_measured_by_its_height():
    assert shrink_to(np.zeros((3840, 2160, 3), np.uint8), 1920).shape == (1920, 1080, 3)
