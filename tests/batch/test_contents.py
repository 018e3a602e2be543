import os

import pytest

from hipcv.batch import contents
from hipcv.batch.contents import END_BYTES, Content, ContentIndex, hash_of_ends
from hipcv.batch.discovery import Candidate
from hipcv.batch.manifest import Fingerprint, ManifestState
from hipcv.files import sha256_of


@pytest.fixture
def clip(tmp_path):
    def write(name, content, mtime_ns=5):
        path = tmp_path / name
        path.write_bytes(content)
        os.utime(path, ns=(mtime_ns, mtime_ns))
        return Candidate(path, name, "clip", len(content), mtime_ns)

    return write


@pytest.fixture
def whole_reads(monkeypatch):
    """Names of the clips that were read whole."""
    names = []
    monkeypatch.setattr(
        contents, "sha256_of", lambda path: names.append(path.name) or sha256_of(path)
    )
    return names


def recorded(candidate):
    sha256 = sha256_of(candidate.path)
    ends = hash_of_ends(candidate.path)
    return Fingerprint(candidate.size_bytes, candidate.mtime_ns, sha256, ends)


@pytest.fixture
def index(tmp_path):
    def build(read_all=False, **fingerprints):
        return ContentIndex(ManifestState(fingerprints), tmp_path, read_all=read_all)

    return build


def test_clips_of_distinct_sizes_are_not_read(index, clip, whole_reads, monkeypatch):
    monkeypatch.setattr(contents, "hash_of_ends", None)
    new = index()

    assert [new.content(clip(name, name.encode())) for name in ("a", "bb")] == [Content()] * 2


def test_clips_that_differ_at_their_ends_are_not_read_whole(index, clip, whole_reads):
    new = index()

    assert [new.content(clip(name, name.encode())) for name in "ab"] == [Content()] * 2
    assert whole_reads == []


def test_clips_that_differ_in_the_middle_alone_are_told_apart(index, clip):
    ends = bytes(END_BYTES)
    new = index()
    new.content(clip("a", ends + b"a" + ends))

    assert new.content(clip("b", ends + b"b" + ends)).first == "b"


def test_clip_equal_to_an_earlier_one_of_the_run_names_it(index, clip):
    new = index()
    new.content(clip("a", b"same"))

    assert new.content(clip("b", b"same")).first == "a"


def test_renamed_clip_is_recognised_without_reading_it_whole(index, clip, whole_reads):
    earlier = clip("a", b"content")

    content = index(a=recorded(earlier)).content(clip("b", b"content"))

    assert (content.sha256, whole_reads) == (recorded(earlier).sha256, [])


@pytest.mark.parametrize("ends", ["as recorded", ""])
def test_touched_clip_is_recognised_by_its_content(index, clip, ends):
    earlier = recorded(clip("a", b"content"))
    if not ends:  # in a manifest of an earlier version
        earlier = Fingerprint(earlier.size_bytes, earlier.mtime_ns, earlier.sha256)

    assert index(a=earlier).content(clip("a", b"content", 6)).sha256 == earlier.sha256


def test_unchanged_clip_is_not_read(index, clip, whole_reads, monkeypatch):
    known = clip("a", b"content")
    known_contents = index(a=recorded(known))
    monkeypatch.setattr(contents, "hash_of_ends", None)

    assert (known_contents.content(known).first, whole_reads) == ("a", [])


def test_every_new_clip_is_read_where_its_sum_is_needed(index, clip):
    new = clip("a", b"content")

    assert index(read_all=True).content(new).sha256 == sha256_of(new.path)
