import hashlib
import stat
import sys

import pytest

from hipcv.core.errors import BadRequest
from hipcv.store.files import Vault

CONTENT = b"moving pictures"
SHA256 = hashlib.sha256(CONTENT).hexdigest()
ID = "0b0f9f5c-5d0e-4f1e-9a2b-111111111111"


@pytest.fixture
def vault(tmp_path):
    return Vault(tmp_path / "desk")


@pytest.fixture
def upload(vault):
    path = vault.incoming() / "upload.MP4"
    path.write_bytes(CONTENT)
    return path


def test_clip_is_found_by_its_content(vault, upload):
    assert vault.path(vault.put(upload), ".mp4").read_bytes() == CONTENT


def test_name_is_the_hash_of_the_content(vault, upload):
    assert vault.put(upload) == SHA256


def test_finished_upload_is_moved(vault, upload):
    vault.put(upload)

    assert not upload.exists()


def test_suffix_can_be_told(vault, upload):
    vault.put(upload, ".mov")

    assert vault.path(SHA256, ".mov").is_file()


def test_same_content_twice_is_kept_once(vault, upload):
    vault.put(upload)
    first = vault.path(SHA256, ".mp4").stat()
    upload.write_bytes(CONTENT)
    vault.put(upload)

    assert (vault.path(SHA256, ".mp4").stat().st_ino, upload.exists()) == (first.st_ino, False)


def test_copy_that_was_cut_short_is_mended(vault, upload):
    place = vault.path(SHA256, ".mp4")
    place.parent.mkdir(parents=True)
    place.write_bytes(CONTENT[:3])
    vault.put(upload)

    assert place.read_bytes() == CONTENT


@pytest.mark.skipif(sys.platform == "win32", reason="what is read-only cannot be deleted there")
def test_stored_clip_is_read_only(vault, upload):
    vault.put(upload)

    assert stat.S_IMODE(vault.path(SHA256, ".mp4").stat().st_mode) == 0o400


def test_forgotten_clip_is_gone_under_every_suffix(vault, upload):
    for suffix in (".mp4", ".mov", ""):
        upload.write_bytes(CONTENT)
        vault.put(upload, suffix)
    vault.forget(SHA256)

    assert list(vault.path(SHA256, "").parent.iterdir()) == []


@pytest.mark.parametrize(
    ("sha256", "suffix"),
    [("../../etc/passwd", ""), (SHA256, "/../x"), (SHA256[:-1], ".mp4"), (SHA256, ".MP4")],
)
def test_nothing_outside_the_vault_has_a_path(vault, sha256, suffix):
    with pytest.raises(BadRequest):
        vault.path(sha256, suffix)


@pytest.mark.parametrize("analysis_id", ["..", "a/b", "", "0" * 31])
def test_what_is_no_id_has_no_folder(vault, analysis_id):
    with pytest.raises(BadRequest):
        vault.analysis(analysis_id)


def test_forgotten_analysis_leaves_nothing(vault):
    folder = vault.analysis(ID)
    (folder / "explain").mkdir(parents=True)
    (folder / "explain" / "index.html").write_text("")
    vault.forget_analysis(ID)

    assert list(folder.parent.iterdir()) == []


def test_rest_of_an_analysis_that_was_half_forgotten_goes(vault):
    folder = vault.analysis(ID)
    rest = folder.with_name(f"{folder.name}.gone")
    rest.mkdir(parents=True)
    vault.forget_analysis(ID)

    assert not rest.exists()
