"""The cache of reassessed analyses."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from hipcv.core.errors import InvalidTrack
from hipcv.results.document import EVIDENCE
from hipcv.web import analysis_cache


@pytest.fixture
def stored(therapist, state):
    """A clip with its analysis, as the cache takes them."""
    view = therapist.placed()
    return state.records.clip(view["clip"]["id"]), state.records.analysis(view["analysis"]["id"])


@pytest.fixture
def loads(monkeypatch):
    """The folders that were loaded."""
    folders, load = [], analysis_cache.load
    monkeypatch.setattr(
        analysis_cache, "load", lambda folder: (folders.append(folder), load(folder))[1]
    )
    return folders


def test_concurrent_requests_load_an_analysis_once(state, stored, loads):
    with ThreadPoolExecutor(8) as pool:
        results = [*pool.map(lambda _: state.cache.get(*stored), range(8))]

    assert (len(loads), len(set(map(id, results)))) == (1, 1)


def test_failed_load_is_tried_again(state, stored):
    evidence = state.files.analysis_folder(stored[1].id) / EVIDENCE
    content = evidence.read_bytes()
    evidence.write_bytes(b"damaged")
    with pytest.raises(InvalidTrack):
        state.cache.get(*stored)
    evidence.write_bytes(content)

    assert state.cache.get(*stored).stored.document == stored[1].automatic


def test_discarded_analysis_is_loaded_again(state, stored, loads):
    for _ in range(2):
        state.cache.get(*stored)
        state.cache.discard([stored[1].id])

    assert len(loads) == 2
