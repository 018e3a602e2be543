"""Folders are tried before work, reserved for one run, and replaced whole."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from hipcv import folders
from hipcv.cli.main import app
from hipcv.core.errors import BadRequest, EnvironmentFault

OLD = {"result.json": "old", "evidence.npz": "old", "stills/1.jpg": "old"}
NEW = {"result.json": "new", "evidence.npz": "new", "chart.svg": "new"}
OWN = {"notes.txt": "mine", "more/take.mp4": "mine"}


def write(folder, content):
    for name, text in content.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def read(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.is_file()
    }


def earlier(folder):
    return {name for name in OLD | NEW if (folder / name).exists()}


def replace(folder):
    with folders.reserved(folder, earlier), folders.new_content(folder, earlier) as part:
        write(part, NEW)


@pytest.fixture
def folder(tmp_path):
    write(tmp_path / "results" / "clip", OLD | OWN)
    return tmp_path / "results" / "clip"


@pytest.mark.parametrize("without_exchange", [False, True])
def test_new_content_replaces_the_earlier_one_and_the_users_files_stay(
    folder, monkeypatch, without_exchange
):
    if without_exchange:
        monkeypatch.setattr(folders, "_swap", lambda: None)

    replace(folder)

    assert read(folder) == NEW | OWN
    assert [path.name for path in folder.parent.iterdir()] == ["clip"]


def test_a_folder_in_use_as_working_directory_stays_the_same_one(folder, monkeypatch):
    monkeypatch.chdir(folder)
    inode = folder.stat().st_ino

    replace(Path())

    assert (folder.stat().st_ino, read(folder)) == (inode, NEW | OWN)


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_a_link_to_a_folder_stays_a_link(folder, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(folder)

    replace(link)

    assert (link.is_symlink(), read(folder)) == (True, NEW | OWN)


def test_after_an_exception_the_earlier_content_is_there(folder):
    def fail_half_way():
        with folders.reserved(folder, earlier), folders.new_content(folder, earlier) as part:
            write(part, NEW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()

    assert read(folder.parent) == {f"clip/{name}": text for name, text in (OLD | OWN).items()}


HOLD = """
import sys
from pathlib import Path
from hipcv import folders
folder = Path(sys.argv[1])
with folders.reserved(folder), folders.new_content(folder, folders.all_files) as part:
    (part / "half").write_text("half")
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(folder):
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_run_into_a_folder_is_refused_and_takes_nothing_from_the_first(folder, holder):
    with pytest.raises(BadRequest, match="another run"), folders.reserved(folder, earlier):
        pass

    assert "half" in {path.name for path in folder.parent.rglob("*")}
    holder.communicate("")
    assert read(folder) == {"half": "half"}


def test_a_run_into_a_folder_beside_takes_nothing_from_one_that_lives(folder, holder):
    replace(folder.with_name("other"))

    holder.communicate("")
    assert read(folder) == {"half": "half"}


def test_the_leftovers_of_a_killed_run_are_removed_by_the_next(folder, holder):
    holder.kill()
    holder.wait()

    replace(folder)

    assert read(folder.parent) == {f"clip/{name}": text for name, text in (NEW | OWN).items()}


def test_a_file_in_the_way_is_named(tmp_path):
    (tmp_path / "file").write_text("")

    for folder in (tmp_path / "file", tmp_path / "file" / "clip"):
        with (
            pytest.raises(EnvironmentFault, match="a file is in the way"),
            folders.reserved(folder),
        ):
            pass


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder that refuses files")
def test_a_folder_that_cannot_be_written_to_is_refused():
    with pytest.raises(EnvironmentFault, match="/proc"), folders.reserved(Path("/proc/hipcv/x")):
        pass


def test_a_full_disk_is_refused(tmp_path, monkeypatch):
    usage = SimpleNamespace(free=10_000)
    monkeypatch.setattr(folders.shutil, "disk_usage", lambda _path: usage)

    with pytest.raises(EnvironmentFault, match="full"), folders.reserved(tmp_path / "a" / "b"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_the_longest_name_can_be_replaced(tmp_path):
    folder = tmp_path / ("ü" * 127)
    write(folder, OLD)

    replace(folder)

    assert read(folder) == NEW


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder that refuses files")
@pytest.mark.parametrize(
    "words",
    [
        ("analyze", "{clip}", "--out", "/proc/hipcv"),
        ("record", "--camera", "{clip}", "--yes", "--no-window", "--out", "/proc/hipcv"),
        ("batch", "{folder}", "--out", "/proc/hipcv"),
        ("report", "{result}", "--out", "/proc/hipcv/report.html"),
        ("export", "{result}", "--to", "csv", "--out", "/proc/hipcv/a.csv"),
    ],
    ids=lambda words: words[0],
)
def test_every_command_that_writes_tries_its_folder_before_it_reads_anything(
    tmp_path, monkeypatch, words
):
    """The inputs are no clips and no result: reading one first would be another error."""
    (tmp_path / "clips").mkdir()
    (tmp_path / "clips" / "a.mp4").write_bytes(b"no clip")
    (tmp_path / "result").mkdir()
    monkeypatch.setattr("hipcv.batch.environment.model_hashes", lambda *_: {"full": "ab" * 32})
    places = {"clip": tmp_path / "clips" / "a.mp4", "folder": tmp_path / "clips"}
    result = tmp_path / "result"

    ended = CliRunner().invoke(app, [word.format(result=result, **places) for word in words])

    text = ended.output + str(ended.exception)
    code = getattr(ended.exception, "exit_code", ended.exit_code)
    assert (code, "/proc/hipcv" in text, "cannot be written" in text) == (6, True, True), text
