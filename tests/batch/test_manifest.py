import json

import pytest

from hipcv.batch import manifest
from hipcv.batch.manifest import Entry, Hashed
from hipcv.core.errors import BadRequest, EnvironmentFault

SEEN = Hashed(3, 4, "ab" * 32)


def written(folder, *lines):
    with manifest.opened(folder) as notes:
        notes.add(*lines)
    return folder / manifest.NAME


def test_what_was_written_down_is_known_again(tmp_path):
    written(tmp_path, manifest.found("a \udcff.mp4", SEEN))

    assert manifest.read(tmp_path).hashes == {"a \udcff.mp4": SEEN}


def test_line_that_was_cut_short_is_taken_off_before_the_next(tmp_path):
    path = written(tmp_path, manifest.found("a.mp4", SEEN))
    with path.open("ab") as file:
        file.write(b'{"event": "found", "clip": "b.m')

    written(tmp_path, manifest.found("c.mp4", SEEN))

    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [line.get("clip") for line in lines] == [None, "a.mp4", "c.mp4"]


@pytest.mark.parametrize("torn", [b'{"event": "ended", "cl', b"\x00" * 40, b"[1]\n", b"{}\n"])
def test_line_that_cannot_be_read_does_not_hide_the_others(tmp_path, torn):
    path = written(tmp_path, manifest.found("a.mp4", SEEN))
    with path.open("ab") as file:
        file.write(torn)

    assert manifest.read(tmp_path).hashes == {"a.mp4": SEEN}


def test_last_line_about_a_key_counts(tmp_path):
    told = {"clip": "a.mp4", "key": "k", "folder": "clips/a"}
    written(
        tmp_path,
        {"event": "ended", "status": "measured", "exit_code": 0, **told},
        {"event": "started", **told},
    )

    assert manifest.read(tmp_path).entries == {"k": Entry("clips/a")}


def test_file_that_changed_is_read_afresh(tmp_path):
    written(tmp_path, manifest.found("a.mp4", SEEN), manifest.changed("a.mp4"))

    assert manifest.read(tmp_path).hashes == {}


def test_two_batches_do_not_write_to_one_folder(tmp_path):
    with (
        manifest.opened(tmp_path),
        pytest.raises(BadRequest, match="another batch"),
        manifest.opened(tmp_path),
    ):
        pass


def test_manifest_of_another_version_is_left_alone(tmp_path):
    (tmp_path / manifest.NAME).write_text('{"event": "begun", "schema": "hipcv.manifest/9"}\n')

    with pytest.raises(BadRequest, match="another version"):
        manifest.read(tmp_path)


def test_folder_that_cannot_be_written_is_told_of(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(EnvironmentFault, match="--out"), manifest.opened(tmp_path / "file" / "out"):
        pass
