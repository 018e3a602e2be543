"""A clip that is replaced, cut or still copied while it is read gives no result."""

import os
import shutil

import pytest

from hipcv.core.errors import ChangedWhileRead
from hipcv.video.file import VideoFile
from tests.clips import numbered_pictures, write_clip
from tests.errors import raises_plain

FRAMES = 20


@pytest.fixture
def clip(tmp_path):
    return write_clip(tmp_path / "clip.mp4", numbered_pictures(FRAMES))


def replace(path):
    other = write_clip(path.with_name("other.mp4"), numbered_pictures(FRAMES + 5))
    other.replace(path)


def append(path):
    with path.open("ab") as file:
        file.write(b"more")


def cut(path):
    os.truncate(path, path.stat().st_size - 1)


def remove(path):
    path.unlink()


@pytest.mark.parametrize("change", [replace, append, cut, remove])
def test_a_clip_that_changes_while_it_is_read_is_refused(clip, change):
    frames = iter(VideoFile(clip))
    next(frames)
    change(clip)

    with raises_plain(ChangedWhileRead, "clip.mp4"):
        list(frames)


@pytest.mark.parametrize("change", [replace, append, cut])
def test_a_clip_that_changed_since_it_was_first_read_is_not_read_again(clip, change):
    file = VideoFile(clip)
    list(file)
    change(clip)

    with raises_plain(ChangedWhileRead, "clip.mp4"):
        list(VideoFile(clip, state=file.state))


def test_the_hash_is_that_of_the_clip_that_was_read(clip):
    file = VideoFile(clip)
    list(file)
    replace(clip)

    with raises_plain(ChangedWhileRead, "clip.mp4"):
        file.clip  # noqa: B018 - a property that reads the file


def test_a_copy_in_the_place_of_a_clip_is_another_file(clip):
    file = VideoFile(clip)
    list(file)
    shutil.copy(clip, clip.with_name("copy.mp4")).replace(clip)

    with raises_plain(ChangedWhileRead, "clip.mp4"):
        list(file)


def test_an_unchanged_clip_is_read_as_often_as_needed(clip):
    file = VideoFile(clip)

    assert len(list(file)) == len(list(VideoFile(clip, state=file.state))) == FRAMES
