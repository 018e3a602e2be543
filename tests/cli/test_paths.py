from pathlib import Path

from hipcv.cli.paths import result_folders
from tests.names import HOSTILE, NAMES

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


def test_folders_of_any_names_can_be_made_and_are_not_hidden(tmp_path):
    clips = [Path(f"{place}/{stem}.mp4") for stem in (NAMES | HOSTILE).values() for place in "ab"]
    folders = result_folders(clips, None, tmp_path)
    for folder in folders:
        folder.mkdir()

    assert len({*tmp_path.iterdir()}) == len(clips)
    assert [folder.name for folder in folders if folder.name.startswith(".")] == []
