import os

import pytest

from hipcv.batch.discovery import find

MP4 = b"\x00\x00\x00\x20ftypisom" + bytes(40)
HEIC = b"\x00\x00\x00\x20ftypheic" + bytes(40)
MATROSKA = b"\x1a\x45\xdf\xa3" + bytes(40)
TRANSPORT = (b"\x47" + bytes(187)) * 4


@pytest.fixture
def put(tmp_path):
    def place(name, content=b"x"):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    (tmp_path / "in").mkdir()
    return place


def names(tmp_path, kind="clip"):
    found = find(tmp_path / "in", tmp_path / "in" / "results")
    return [one.name for one in found if one.kind == kind]


@pytest.mark.parametrize("name", ["a.mp4", "B.MOV", "c d/é ü.MkV", "-dash.webm", "1.ts", "x.m2ts"])
def test_clip_is_known_by_the_end_of_its_name(tmp_path, put, name):
    put(name, TRANSPORT if name.endswith(".ts") else b"anything")

    assert names(tmp_path) == [name]


@pytest.mark.parametrize("content", [MP4, MATROSKA, TRANSPORT, b"RIFF1234AVI ", b"FLV\x01"])
def test_clip_without_a_telling_name_is_known_by_its_first_bytes(tmp_path, put, content):
    put("recording 7", content)

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
def test_what_is_no_clip_is_passed_over(tmp_path, put, name, content):
    put(name, content)

    assert names(tmp_path) == []


def test_own_annotated_video_is_not_taken_for_a_clip(tmp_path, put):
    put("earlier/annotated.mp4")
    put("earlier/result.json")

    assert names(tmp_path) == []


def test_folder_named_like_a_clip_is_told_of_and_searched(tmp_path, put):
    put("a.mp4/b.mp4")

    assert (names(tmp_path, "not_a_file"), names(tmp_path)) == (["a.mp4"], ["a.mp4/b.mp4"])


def test_pipe_named_like_a_clip_is_not_opened(tmp_path, put):
    os.mkfifo(tmp_path / "in" / "a.mp4")
    os.mkfifo(tmp_path / "in" / "b")

    assert (names(tmp_path, "not_a_file"), names(tmp_path)) == (["a.mp4"], [])


def test_link_that_leads_nowhere_is_told_of(tmp_path, put):
    (tmp_path / "in" / "a.mp4").symlink_to(tmp_path / "gone.mp4")

    assert names(tmp_path, "unreadable") == ["a.mp4"]


def test_links_that_lead_round_in_a_circle_are_entered_once(tmp_path, put):
    put("b/a.mp4")
    (tmp_path / "in" / "b" / "again").symlink_to(tmp_path / "in")
    (tmp_path / "in" / "a-link").symlink_to(tmp_path / "in" / "b")

    assert names(tmp_path) == ["b/a.mp4"]


def test_clips_come_in_the_order_of_their_names(tmp_path, put):
    for name in ("b.mp4", "a/z.mp4", "a.mp4"):
        put(name)

    assert names(tmp_path) == ["a.mp4", "a/z.mp4", "b.mp4"]
