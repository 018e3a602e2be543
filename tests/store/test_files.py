import hashlib
import stat
import subprocess
import sys

import pytest

from hipcv.core.errors import BadRequest
from hipcv.store.files import FileStore

CONTENT = b"moving pictures"
SHA256 = hashlib.sha256(CONTENT).hexdigest()
ID = "0b0f9f5c-5d0e-4f1e-9a2b-111111111111"


@pytest.fixture
def files(tmp_path):
    return FileStore(tmp_path / "desk")


@pytest.fixture
def upload(files):
    path = files.incoming_folder() / "upload.MP4"
    path.write_bytes(CONTENT)
    return path


def test_clip_is_stored_under_its_content(files, upload):
    assert files.clip_path(files.add_clip(upload), ".mp4").read_bytes() == CONTENT


def test_name_is_the_hash_of_the_content(files, upload):
    assert files.add_clip(upload) == SHA256


def test_upload_is_moved(files, upload):
    files.add_clip(upload)

    assert not upload.exists()


def test_suffix_can_be_given(files, upload):
    files.add_clip(upload, ".mov")

    assert files.clip_path(SHA256, ".mov").is_file()


def test_same_content_twice_is_stored_once(files, upload):
    files.add_clip(upload)
    first = files.clip_path(SHA256, ".mp4").stat()
    upload.write_bytes(CONTENT)
    files.add_clip(upload)

    assert (files.clip_path(SHA256, ".mp4").stat().st_ino, upload.exists()) == (first.st_ino, False)


def test_truncated_copy_is_replaced(files, upload):
    stored = files.clip_path(SHA256, ".mp4")
    stored.parent.mkdir(parents=True)
    stored.write_bytes(CONTENT[:3])
    files.add_clip(upload)

    assert stored.read_bytes() == CONTENT


@pytest.mark.skipif(sys.platform == "win32", reason="read-only files cannot be deleted there")
def test_stored_clip_is_read_only(files, upload):
    files.add_clip(upload)

    assert stat.S_IMODE(files.clip_path(SHA256, ".mp4").stat().st_mode) == 0o400


def test_clip_is_deleted_under_every_suffix(files, upload):
    for suffix in (".mp4", ".mov", ""):
        upload.write_bytes(CONTENT)
        files.add_clip(upload, suffix)
    files.delete_clip(SHA256)

    assert list(files.clip_path(SHA256, "").parent.iterdir()) == []


@pytest.mark.parametrize(
    ("sha256", "suffix"),
    [("../../etc/passwd", ""), (SHA256, "/../x"), (SHA256[:-1], ".mp4"), (SHA256, ".MP4")],
)
def test_no_path_leads_outside_the_folder(files, sha256, suffix):
    with pytest.raises(BadRequest):
        files.clip_path(sha256, suffix)


@pytest.mark.parametrize("analysis_id", ["..", "a/b", "", "0" * 31])
def test_invalid_analysis_id_is_refused(files, analysis_id):
    with pytest.raises(BadRequest):
        files.analysis_folder(analysis_id)


def test_deleted_analysis_leaves_nothing(files):
    folder = files.analysis_folder(ID)
    (folder / "explain").mkdir(parents=True)
    (folder / "explain" / "index.html").write_text("")
    files.delete_analysis(ID)

    assert list(folder.parent.iterdir()) == []


def test_interrupted_deletion_is_completed(files):
    folder = files.analysis_folder(ID)
    doomed = folder.with_name(f"{folder.name}.gone")
    doomed.mkdir(parents=True)
    files.delete_analysis(ID)

    assert not doomed.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit of file sizes")
def test_a_data_folder_on_a_full_disk_is_refused(tmp_path):
    code = (
        "import resource, signal, sys; from pathlib import Path;"
        "from hipcv.store.files import create_data_folder;"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0));"
        "create_data_folder(Path(sys.argv[1]))"
    )
    ended = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, check=False)

    assert b"EnvironmentFault" in ended.stderr
    assert list(tmp_path.iterdir()) == []
