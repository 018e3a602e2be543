"""One clip gives the same files in every way in which it can be analysed."""

import re
import shutil
import subprocess
import sys
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path

import pytest

from hipcv.batch import run
from hipcv.batch.cluster import executor as dask_executor
from hipcv.batch.executor import LocalExecutor, StopRequest
from hipcv.batch.job import analyze_command
from hipcv.batch.plan import BatchRequest
from hipcv.batch.warm import NewPrograms, WarmWorkers
from hipcv.core.options import AnalysisOptions
from tests.batch.conftest import ProgressRecorder
from tests.batch.machines import Machines

SAMPLES = Path(__file__).parents[2] / "sample_videos"
CLIPS = {"clean_left.mp4": "measured", "standing.mp4": "not_measured"}
TIMING = re.compile(rb'"timing": \{[^}]*\}')

pytestmark = pytest.mark.model


def files(folder):
    """Return the bytes of all files, but the manifest and the duration of the analysis."""
    paths = [path for path in folder.rglob("*") if path.is_file() and path.stem != "manifest"]
    contents = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    return {name: TIMING.sub(b"", content) for name, content in contents.items()}


@contextmanager
def dask(root):
    root.mkdir()
    machines = Machines(root, preload=None)
    try:
        machines.scheduler().worker("one", nanny=True)
        with dask_executor.connect(str(machines.file), "full") as cluster:
            yield cluster
    finally:
        machines.end()


def local(workers, open_starter):
    return lambda _root: nullcontext(LocalExecutor(workers, open_starter))


WAYS = {
    "cold, one worker": local(1, partial(NewPrograms, analyze_command)),
    "warm, one worker": local(1, WarmWorkers),
    "warm, two workers": local(2, WarmWorkers),
    "pool, one worker": local(1, partial(WarmWorkers, fork=False)),
    "pool, two workers": local(2, partial(WarmWorkers, fork=False)),
    "Dask": dask,
}


def batch(way, root, names):
    """Analyze some sample clips in one of `WAYS` and return the files of all results."""
    clips, out = root / "clips", root / way
    clips.mkdir(exist_ok=True)
    for name in names:
        shutil.copy2(SAMPLES / name, clips)
    request = BatchRequest(clips, out, AnalysisOptions(overlay=False))
    with WAYS[way](root / "machines") as executor:
        result = run.run_batch(request, executor, ProgressRecorder(), StopRequest())
    assert {one.clip: one.status for one in result.outcomes} == {
        name: CLIPS[name] for name in names
    }
    return files(out)


@pytest.mark.slow
def test_real_clip_is_measured_by_a_worker_of_dask(tmp_path):
    pytest.importorskip("distributed", reason="the cluster extra is not installed")

    written = batch("Dask", tmp_path, ["clean_left.mp4"])

    assert {"clips/clean_left/result.json", "clips/clean_left/report.html"} <= {*written}


@pytest.mark.slow
def test_results_are_equal_in_every_way(tmp_path):
    pytest.importorskip("distributed", reason="the cluster extra is not installed")

    first, *others = (batch(way, tmp_path, CLIPS) for way in WAYS)
    for name in CLIPS:
        words = ["analyze", tmp_path / "clips" / name, "--no-overlay", "--out"]
        words.append(tmp_path / "analyze" / "clips" / Path(name).stem)
        subprocess.run([sys.executable, "-m", "hipcv", *words], check=False, capture_output=True)

    assert others == [first] * len(others)
    results = {name: content for name, content in first.items() if name.startswith("clips/")}
    assert files(tmp_path / "analyze") == results
    assert len(results) > 20
