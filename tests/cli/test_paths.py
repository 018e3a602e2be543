from pathlib import Path

from hipcv.cli.paths import result_folders

DEFAULT = Path("hipcv-results")


def test_one_clip_is_written_into_the_named_folder_itself():
    assert result_folders([Path("a/x.mp4")], Path("out"), DEFAULT) == [Path("out")]


def test_without_a_named_folder_the_clip_names_one():
    assert result_folders([Path("a/x.mp4")], None, DEFAULT) == [DEFAULT / "x"]


def test_several_clips_get_folders_of_their_own():
    clips = [Path("a/x.mp4"), Path("b/y.mov")]

    assert result_folders(clips, Path("out"), DEFAULT) == [Path("out/x"), Path("out/y")]


def test_clips_of_one_name_never_share_a_folder():
    clips = [Path("a/x.mp4"), Path("b/X.mp4"), Path("x-2.mp4"), Path("c/x.mov")]

    folders = result_folders(clips, Path("out"), DEFAULT)

    assert len({str(folder).casefold() for folder in folders}) == len(clips)
