"""Files are written whole or not at all, hashed by content, and locked between processes."""

import hashlib
import subprocess
import sys

import pytest

from hipcv.files import atomic_path, discard_unfinished, exclusive_lock, sha256_of, write_atomic

HOLD = """
import sys
from pathlib import Path
from hipcv.files import exclusive_lock
with exclusive_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_write_that_fails_leaves_the_earlier_file(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("earlier")

    def fail_half_way():
        with atomic_path(path) as part:
            part.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()

    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {"a.txt": "earlier"}


def test_what_is_discarded_as_the_program_ends_is_not_completed_any_more(tmp_path):
    (tmp_path / "a").write_text("earlier")

    def end_half_way():
        with atomic_path(tmp_path / "a") as part:
            part.write_text("half")
            discard_unfinished()

    with pytest.raises(FileNotFoundError):
        end_half_way()
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {"a": "earlier"}


@pytest.mark.parametrize("content", ["a\r\n°", b"\x00\xff"])
def test_content_is_written_byte_for_byte(tmp_path, content):
    path = write_atomic(tmp_path / "new" / "a.bin", content)

    assert path.read_bytes() == (content.encode() if isinstance(content, str) else content)


@pytest.mark.parametrize("sync", [False, True])
@pytest.mark.parametrize("content", [b"abc", bytes(range(256)) * 2000])
def test_a_hash_is_that_of_all_bytes(tmp_path, content, sync):
    path = write_atomic(tmp_path / "a", content)

    assert sha256_of(path, sync=sync) == hashlib.sha256(content).hexdigest()


def test_a_lock_is_refused_while_another_process_holds_it(tmp_path):
    path = tmp_path / "lock"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(BlockingIOError), exclusive_lock(path):
            pass
        holder.kill()


def test_a_lock_is_free_again_after_its_holder_was_killed(tmp_path):
    path = tmp_path / "lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        holder.stdout.readline()
        holder.kill()

    with exclusive_lock(path):
        assert path.exists()
