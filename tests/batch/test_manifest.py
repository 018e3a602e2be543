import json

import pytest

from hipcv.batch.manifest import (
    NAME,
    Fingerprint,
    ResultRecord,
    open_manifest,
    read_result_at,
    read_state,
)
from hipcv.core.errors import BadRequest, EnvironmentFault

FINGERPRINT = Fingerprint(3, 4, "ab" * 32)


def record(folder, *clips):
    with open_manifest(folder) as manifest:
        for clip in clips:
            manifest.record_fingerprints({clip: FINGERPRINT})
    return folder / NAME


def test_recorded_fingerprint_is_read_back(tmp_path):
    record(tmp_path, "a \udcff.mp4")

    assert read_state(tmp_path).fingerprints == {"a \udcff.mp4": FINGERPRINT}


def test_partial_line_is_removed_before_the_next_is_appended(tmp_path):
    path = record(tmp_path, "a.mp4")
    with path.open("ab") as file:
        file.write(b'{"event": "found", "clip": "b.m')

    record(tmp_path, "c.mp4")

    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [line.get("clip") for line in lines] == [None, "a.mp4", "c.mp4"]


@pytest.mark.parametrize("partial", [b'{"event": "ended", "cl', b"\x00" * 40, b"[1]\n", b"{}\n"])
def test_unreadable_line_does_not_hide_the_others(tmp_path, partial):
    path = record(tmp_path, "a.mp4")
    with path.open("ab") as file:
        file.write(partial)

    assert read_state(tmp_path).fingerprints == {"a.mp4": FINGERPRINT}


def test_last_line_of_a_key_counts(tmp_path):
    line = {"clip": "a.mp4", "key": "k", "folder": "clips/a"}
    with open_manifest(tmp_path) as manifest:
        manifest.append(
            {"event": "ended", "status": "measured", "exit_code": 0, **line},
            {"event": "started", **line},
        )

    assert read_state(tmp_path).records == {"k": ResultRecord("clips/a")}


def test_changed_file_has_no_fingerprint(tmp_path):
    record(tmp_path, "a.mp4")
    with open_manifest(tmp_path) as manifest:
        manifest.record_changed("a.mp4")

    assert read_state(tmp_path).fingerprints == {}


def test_second_batch_on_one_folder_is_refused(tmp_path):
    with (
        open_manifest(tmp_path),
        pytest.raises(BadRequest, match="another batch"),
        open_manifest(tmp_path),
    ):
        pass


def test_manifest_of_another_schema_is_refused(tmp_path):
    (tmp_path / NAME).write_text('{"event": "begun", "schema": "hipcv.manifest/9"}\n')

    with pytest.raises(BadRequest, match="another version"):
        read_state(tmp_path)


def test_unwritable_folder_is_an_environment_fault(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(EnvironmentFault, match="--out"), open_manifest(tmp_path / "file" / "out"):
        pass


LINE = {"clip": "a.mp4", "key": "k", "folder": "clips/a"}
ENDED = {"event": "ended", "status": "measured", "exit_code": 0, **LINE}


def test_lines_that_others_replaced_are_left_out_as_a_run_begins(tmp_path):
    path = record(tmp_path, *["a.mp4"] * 800)
    with open_manifest(tmp_path) as manifest:
        manifest.append(*[{"event": "started", **LINE}, ENDED] * 800)
    before = read_state(tmp_path)

    with open_manifest(tmp_path) as manifest:
        state = manifest.state

    assert (state.fingerprints, state.records) == (before.fingerprints, before.records)
    assert [json.loads(line)["event"] for line in path.read_text().splitlines()] == [
        "begun",
        "found",
        "ended",
    ]


def test_manifest_without_replaced_lines_is_not_written_anew(tmp_path):
    path = record(tmp_path, *(f"{number}.mp4" for number in range(1100)))
    before = path.stat().st_ino

    with open_manifest(tmp_path):
        pass

    assert path.stat().st_ino == before


def test_result_is_read_from_its_line(tmp_path):
    with open_manifest(tmp_path) as manifest:
        manifest.append({"event": "begun"})
        position = manifest.append(ENDED | {"result": {"sides": {}}})

    assert read_result_at(tmp_path, position) == {"sides": {}}
    assert read_state(tmp_path).records["k"].line_at == position


def test_line_of_an_earlier_version_is_read(tmp_path):
    record(tmp_path)
    found = {"event": "found", "clip": "a.mp4", "size_bytes": 3, "mtime_ns": 4}
    with open_manifest(tmp_path) as manifest:
        manifest.append(found | {"sha256": "ab" * 32}, ENDED)

    state = read_state(tmp_path)

    assert state.fingerprints == {"a.mp4": FINGERPRINT}
    assert state.records == {"k": ResultRecord("clips/a", "measured", exit_code=0)}
