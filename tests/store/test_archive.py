import numpy as np
import pytest

from hipcv.core.errors import InvalidTrack
from hipcv.core.evidence_codec import to_arrays
from hipcv.core.landmarks import Side
from hipcv.store.archive import load_evidence, save_evidence
from tests.closeups import performance
from tests.errors import raises_plain


@pytest.fixture(scope="module")
def evidence():
    track, closeup = performance(30, obliquity_deg=4.0)
    return track, {Side.LEFT: closeup}


@pytest.fixture
def stored(tmp_path, evidence):
    path = tmp_path / "evidence.npz"
    save_evidence(path, *evidence)
    return path


def test_stored_evidence_is_read_back_unchanged(stored, evidence):
    read = to_arrays(*load_evidence(stored))

    expected = to_arrays(*evidence)
    assert all(np.array_equal(read[name], expected[name]) for name in expected | read)


def test_damaged_file_is_named_with_a_remedy(stored):
    stored.write_bytes(stored.read_bytes()[:1000])

    with raises_plain(InvalidTrack, "evidence.npz"):
        load_evidence(stored)


@pytest.mark.parametrize("share", np.arange(0.02, 1, 0.07).round(2))
def test_damaged_bytes_never_change_the_evidence(stored, evidence, share):
    content = bytearray(stored.read_bytes())
    at = int(share * len(content))
    content[at : at + 6] = bytes(255 - byte for byte in content[at : at + 6])
    stored.write_bytes(content)

    try:
        read = to_arrays(*load_evidence(stored))
    except InvalidTrack:
        return
    expected = to_arrays(*evidence)  # bytes without evidence, such as the archive's time
    assert all(np.array_equal(read[name], expected[name]) for name in expected | read)


@pytest.mark.parametrize("content", [b"", b"a letter, not evidence", b"\x80\x04K\x01."])
def test_another_kind_of_file_is_refused(tmp_path, content):
    path = tmp_path / "evidence.npz"
    path.write_bytes(content)

    with pytest.raises(InvalidTrack, match=r"evidence\.npz"):
        load_evidence(path)


def test_a_single_array_is_not_evidence(tmp_path):
    path = tmp_path / "evidence.npz"
    with path.open("wb") as file:
        np.save(file, np.zeros(3))

    with pytest.raises(InvalidTrack, match=r"evidence\.npz"):
        load_evidence(path)


def test_missing_evidence_file_is_named(tmp_path):
    with pytest.raises(InvalidTrack, match=r"gone\.npz"):
        load_evidence(tmp_path / "gone.npz")


def test_evidence_of_another_version_is_refused_by_name(tmp_path, evidence):
    path = tmp_path / "old.npz"
    np.savez_compressed(path, **(to_arrays(*evidence) | {"schema": np.array(0)}))

    with pytest.raises(InvalidTrack, match=r"old\.npz.*another version"):
        load_evidence(path)
