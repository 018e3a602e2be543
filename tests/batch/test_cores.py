import os
import sys

import pytest

from hipcv.batch import cores

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux lists its cores in files"
)


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """Set up which hardware threads share a core, and the quota of a container."""

    def build(siblings, quota="max 100000"):
        for thread, sharing in siblings.items():
            folder = tmp_path / f"cpu{thread}" / "topology"
            folder.mkdir(parents=True)
            (folder / "thread_siblings_list").write_text(f"{sharing}\n")
        (tmp_path / "cpu.max").write_text(f"{quota}\n")
        monkeypatch.setattr(cores, "CPUS", tmp_path)
        monkeypatch.setattr(cores, "QUOTA", tmp_path / "cpu.max")
        monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: set(siblings))

    return build


@pytest.mark.parametrize(
    ("siblings", "quota", "count"),
    [
        ({0: "0", 1: "1"}, "max 100000", 2),
        ({0: "0,2", 1: "1,3", 2: "0,2", 3: "1,3"}, "max 100000", 2),
        ({0: "0,2", 2: "0,2"}, "max 100000", 1),
        ({0: "0", 1: "1", 2: "2"}, "150000 100000", 1),
        ({0: "0"}, "50000 100000", 1),
    ],
)
def test_real_cores_are_those_available_to_this_process(machine, siblings, quota, count):
    machine(siblings, quota)

    assert cores.real_cores() == count


def test_two_threads_per_core_are_assumed_where_linux_lists_none(machine, tmp_path, monkeypatch):
    machine({})
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0, 1, 2, 3})

    assert cores.real_cores() == 2
