import os

import pytest

from hipcv.batch.discovery import iter_clips

MP4 = b"\x00\x00\x00\x20ftypisom" + bytes(40)
HEIC = b"\x00\x00\x00\x20ftypheic" + bytes(40)
MATROSKA = b"\x1a\x45\xdf\xa3" + bytes(40)
TRANSPORT = (b"\x47" + bytes(187)) * 4


@pytest.fixture
def write(tmp_path):
    def write_file(name, content=b"x"):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    (tmp_path / "in").mkdir()
    return write_file


def names(tmp_path, kind="clip"):
    candidates = iter_clips(tmp_path / "in", tmp_path / "in" / "results")
    return sorted(candidate.name for candidate in candidates if candidate.kind == kind)


@pytest.mark.parametrize("name", ["a.mp4", "B.MOV", "c d/é ü.MkV", "-dash.webm", "1.ts", "x.m2ts"])
def test_clip_is_recognised_by_its_suffix(tmp_path, write, name):
    write(name, TRANSPORT if name.endswith(".ts") else b"anything")

    assert names(tmp_path) == [name]


@pytest.mark.parametrize("content", [MP4, MATROSKA, TRANSPORT, b"RIFF1234AVI ", b"FLV\x01"])
def test_clip_without_suffix_is_recognised_by_its_first_bytes(tmp_path, write, content):
    write("recording 7", content)

    assert names(tmp_path) == ["recording 7"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("notes.txt", MP4),
        ("sound.m4a", MP4),
        ("photo", HEIC),
        ("empty", b""),
        ("program.ts", b"const answer = 42;"),
        (".hidden.mp4", MP4),
        ("._a.mp4", MP4),
        (".trash/a.mp4", MP4),
        ("results/clips/a/annotated.mp4", MP4),
    ],
)
def test_other_files_are_ignored(tmp_path, write, name, content):
    write(name, content)

    assert names(tmp_path) == []


def test_annotated_video_of_a_result_is_not_a_clip(tmp_path, write):
    write("earlier/annotated.mp4")
    write("earlier/result.json")

    assert names(tmp_path) == []


def test_folder_named_like_a_clip_is_listed_and_searched(tmp_path, write):
    write("a.mp4/b.mp4")

    assert (names(tmp_path, "not_a_file"), names(tmp_path)) == (["a.mp4"], ["a.mp4/b.mp4"])


def test_pipe_named_like_a_clip_is_not_opened(tmp_path, write):
    os.mkfifo(tmp_path / "in" / "a.mp4")
    os.mkfifo(tmp_path / "in" / "b")

    assert (names(tmp_path, "not_a_file"), names(tmp_path)) == (["a.mp4"], [])


def test_broken_link_is_listed_as_unreadable(tmp_path, write):
    (tmp_path / "in" / "a.mp4").symlink_to(tmp_path / "gone.mp4")

    assert names(tmp_path, "unreadable") == ["a.mp4"]


def test_link_to_itself_is_listed_as_unreadable(tmp_path, write):
    (tmp_path / "in" / "a.mp4").symlink_to(tmp_path / "in" / "a.mp4")

    assert names(tmp_path, "unreadable") == ["a.mp4"]


def test_folders_of_circular_links_are_entered_once(tmp_path, write):
    write("b/a.mp4")
    (tmp_path / "in" / "b" / "again").symlink_to(tmp_path / "in")
    (tmp_path / "in" / "a-link").symlink_to(tmp_path / "in" / "b")

    assert names(tmp_path) == ["b/a.mp4"]


def test_clips_are_sorted_by_name(tmp_path, write):
    for name in ("b.mp4", "a/z.mp4", "a.mp4"):
        write(name)

    assert names(tmp_path) == ["a.mp4", "a/z.mp4", "b.mp4"]
