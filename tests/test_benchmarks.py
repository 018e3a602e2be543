"""Names of product functions in the benchmarks."""

import importlib
import sys
from functools import reduce
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"


@pytest.fixture
def stages(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    yield importlib.import_module("timing.stages")
    for name in [name for name in sys.modules if name.partition(".")[0] == "timing"]:
        del sys.modules[name]


def test_timed_functions_exist(stages):
    names = [
        stages.INFERENCE,
        *stages.READERS,
        *(n for group in stages.STAGES.values() for n in group),
    ]

    for module, _, path in (name.partition(":") for name in names):
        assert callable(reduce(getattr, path.split("."), importlib.import_module(module)))
