"""Stored results that several tests read."""

import pytest

from tests.stored_results import sealed_folder


@pytest.fixture(scope="session")
def sealed_results(tmp_path_factory):
    """Two result folders with checksums; tests change copies of them."""
    root = tmp_path_factory.mktemp("results")
    return sealed_folder(root / "one", 30, 36), sealed_folder(root / "other", 41, 44)
