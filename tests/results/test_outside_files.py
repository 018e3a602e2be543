"""Stored results, evidence and settings that were altered: accepted, or one plain sentence."""

import json
import random
import shutil
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from hipcv.batch.cluster.executor import _address
from hipcv.batch.manifest import read_state
from hipcv.cli import config
from hipcv.cli.main import app
from hipcv.core.correction import overrides_of
from hipcv.core.errors import BadRequest, HipcvError
from hipcv.core.landmarks import Side
from hipcv.results.document import EVIDENCE, RESULT, read_document_of
from hipcv.results.reassess import load, reassess
from tests.builders import CLIP
from tests.stored_results import measured_folder

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases" / "parsers"
STRANGE = (
    None, True, "", "x", "\ud800", -1, 0, 0.5, 1e308, 10**400, [], [1], {}, {"a": 1}, [None, None],
)  # fmt: skip


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    return measured_folder(tmp_path_factory.mktemp("stored") / "result", 36, 38)


@pytest.fixture
def folder(stored, tmp_path):
    return shutil.copytree(stored, tmp_path / "result")


def run(*words):
    """Run a command; errors for users end it, others are raised."""
    error = CliRunner().invoke(app, [str(word) for word in words]).exception
    if not isinstance(error, SystemExit | HipcvError | None):
        raise error


def read_as_users_do(folder):
    """Read a result folder with every command that reads one."""
    run("compare", folder, folder)
    run("report", folder, "--force", "--out", folder / "again.html")
    run("export", folder, "--to", "fhir", "--force", "--out", folder / "fhir.json")
    read_document_of(folder, CLIP.sha256)


def cases(*kinds):
    found = [path for kind in kinds for path in sorted(CASES.glob(f"{kind}-*"))]
    absent = pytest.param(None, marks=pytest.mark.skip("the cases are not here"))
    return pytest.mark.parametrize("case", found or [absent], ids=lambda path: path and path.name)


def mutations(value, count):
    """Yield values with one part replaced, left out, repeated or swapped, the same each time."""
    chance = random.Random(14)
    for _ in range(count):
        mutated = json.loads(json.dumps(value))
        parent, key = chance.choice(list(parts_of(mutated)))
        change = chance.randrange(3)
        if change == 0:
            parent[key] = chance.choice(STRANGE)
        elif change == 1:
            del parent[key]
        elif isinstance(parent, list):
            parent.insert(key, parent[key])
        else:
            parent[key] = parent[chance.choice(list(parent))]
        yield mutated


def parts_of(value):
    keys = list(value) if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield value, key
        if isinstance(value[key], dict | list):
            yield from parts_of(value[key])


@cases("batch-read", "compare", "result+evidence", "result-alone", "store-doc")
@pytest.mark.parametrize("evidence", [True, False], ids=["evidence", "alone"])
def test_an_altered_result_ends_in_a_sentence(folder, case, evidence):
    shutil.copy(case, folder / RESULT)
    if not evidence:
        (folder / EVIDENCE).unlink()

    read_as_users_do(folder)


@pytest.mark.parametrize(
    "count", [150, pytest.param(20_000, marks=pytest.mark.slow)], ids=["few", "many"]
)
def test_mutated_results_end_in_a_sentence(folder, count):
    """Without evidence, so that everything comes from the document."""
    document = json.loads((folder / RESULT).read_text(encoding="utf-8"))
    (folder / EVIDENCE).unlink()
    accepted = 0
    for mutated in mutations(document, count):
        (folder / RESULT).write_text(json.dumps(mutated), encoding="utf-8")
        if read_document_of(folder, CLIP.sha256) is not None:
            accepted += 1
            run("export", folder, "--to", "fhir", "--force", "--out", folder / "fhir.json")
            run("compare", folder, folder)
    assert 0 < accepted < count


@cases("npz-load", "npz-export")
def test_altered_evidence_ends_in_a_sentence(folder, case):
    shutil.copy(case, folder / EVIDENCE)

    read_as_users_do(folder)


def strange_arrays(array):
    yield array.astype(str)
    yield array.reshape(-1)
    yield array[..., None]
    yield np.full_like(array, np.nan) if array.dtype.kind == "f" else array * 0 - 7
    yield array * 1e300 if array.dtype.kind == "f" else array.reshape(-1)[:1]


@pytest.mark.slow
def test_mutated_evidence_ends_in_a_sentence(folder):
    with np.load(folder / EVIDENCE) as arrays:
        evidence = dict(arrays)
    for name, array in evidence.items():
        for strange in strange_arrays(array):
            np.savez(folder / EVIDENCE, **{**evidence, name: strange})
            read_as_users_do(folder)


@cases("manifest")
def test_an_altered_manifest_is_read_as_far_as_it_holds(tmp_path, case):
    shutil.copy(case, tmp_path / "manifest.ndjson")

    assert read_state(tmp_path).records is not None


@cases("corrections")
def test_altered_corrections_are_refused(stored, case):
    with pytest.raises(BadRequest):
        reassess(load(stored), json.loads(case.read_text(encoding="utf-8")))


@pytest.mark.parametrize("correction", [
    {"kind": "landmark", "side": "left", "rep": 0, "why": "",
     "after": {"at": "plateau", "row": 9, "knee_px": [1.0, 2.0], "ankle_px": [3.0, 4.0]}},
    {"kind": "plateau", "side": "left", "rep": 0, "why": "", "after": {"plateau_s": [2.0, 2.5]}},
])  # fmt: skip
def test_mutated_corrections_are_refused_or_valid(correction):
    for mutated in mutations(correction, 100):
        with suppress(BadRequest):
            overrides_of([mutated], Side.LEFT)


@cases("scheduler-file")
def test_an_altered_scheduler_file_is_refused(case):
    with pytest.raises(BadRequest, match="not the file of a Dask scheduler"):
        _address(str(case))


@cases("toml")
def test_altered_settings_are_refused(tmp_path, case):
    shutil.copy(case, tmp_path / config.FILE_NAME)

    with pytest.raises(BadRequest, match="not a valid TOML file"):
        config.load(tmp_path)
