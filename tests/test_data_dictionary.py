"""Meaning of keys, columns and arrays: complete, published as it is, and true of real results."""

import csv
import json

import numpy as np
import pytest

from hipcv.core.landmarks import Side
from hipcv.data_dictionary import EVIDENCE, KEYS, TABLES, json_schema
from hipcv.results.document import build_document
from hipcv.results.output import Output
from hipcv.results.write import write
from tests.builders import HIKE, assessment, external_rep, rep, trial
from tests.conftest import SAMPLES
from tests.schema_check import VALIDATOR, checked, errors_of

ABSENT = object()
"""Stands for a key that is missing."""

LIFTED = rep(51.0, clean_deg=26.9, findings=(HIKE,))
RESULTS = {
    "one side": trial(assessment()),
    "both sides": trial(assessment(), assessment(Side.RIGHT)),
    "compensation": trial(assessment(reps=(LIFTED,))),
    "external": trial(assessment(external_reps=(external_rep(),))),
    "nothing": trial(),
}


@pytest.fixture(scope="module")
def measured_sample(sample_analysis, tmp_path_factory):
    """Folder of the result of a clip."""
    folder, clip = tmp_path_factory.mktemp("dictionary") / "result", "clean_left.mp4"
    write(SAMPLES / clip, sample_analysis(clip), Output(folder))
    return folder


def test_every_key_of_a_result_has_its_meaning():
    definitions = json_schema()["$defs"]

    assert {name: set(texts) for name, texts in KEYS.items()} == {
        name: set(definition["properties"]) for name, definition in definitions.items()
    }


@pytest.mark.parametrize("name", RESULTS)
def test_schema_accepts_every_result(name):
    document = json.loads(json.dumps(build_document(RESULTS[name])))

    assert list(VALIDATOR.iter_errors(document)) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("status", "good"),
        ("status", "not_measured"),  # beside the side that has a number
        ("schema", "hipcv.assessment/99"),
        ("schema", ABSENT),
        ("tested_side", "middle"),
        ("tested_side", None),
        ("checksum", "abc"),
        ("issues", {}),
        ("clip.frames", -1),
        ("clip.frames", 1.5),
        ("clip.sha256", None),
        ("clip.width_px", 0),
        ("clip.duration_s", "3 s"),
        ("sides.left", ABSENT),
        ("sides.left.status", "ok"),
        ("sides.left.status", "not_counted"),  # with its number
        ("sides.left.rotation_deg", "35"),
        ("sides.left.rotation_deg", None),  # of a measured side
        ("sides.left.rotation_deg", 1000),
        ("sides.left.interval_deg", [1.0]),
        ("sides.left.interval_deg", [1.0, 2.0, 3.0]),
        ("sides.left.category", "high"),
        ("sides.left.result_basis", "guess"),
        ("sides.left.quality", 1.5),
        ("sides.left.findings", ["pelvic hike"]),
        ("sides.left.reps", ABSENT),
        ("sides.left.reps.0.valid", None),
        ("sides.left.reps.0.rotation_deg", None),  # of a repetition that counts
        ("sides.left.reps.0.start_s", -1.0),
        ("sides.left.reps.0.plateau_s", [1.0]),
        ("sides.left.reps.0.findings", [{"code": "pelvic_hike"}]),
        ("sides.right.status", "measured"),  # and nothing else
        ("provenance", ABSENT),
        ("provenance.protocol", []),
        ("provenance.method", "6"),
    ],
)
def test_schema_refuses_a_wrong_result(path, value):
    document = json.loads(json.dumps(build_document(RESULTS["one side"])))
    *parents, key = path.split(".")
    part = document
    for parent in parents:
        if part[int(parent) if parent.isdigit() else parent] is None:
            part[parent] = {}
        part = part[int(parent) if parent.isdigit() else parent]
    if value is ABSENT:
        del part[key]
    else:
        part[key] = value

    assert not VALIDATOR.is_valid(document)


@pytest.mark.parametrize("key", ["rotation_deg", "result_deg", "interval_deg", "category"])
def test_schema_refuses_a_number_where_no_repetition_counts(key, not_counted):
    document = json.loads(json.dumps(build_document(not_counted)))
    assert VALIDATOR.is_valid(document)

    measured = build_document(RESULTS["one side"])["sides"]["left"]
    document["sides"]["right"][key] = json.loads(json.dumps(measured[key]))

    assert not VALIDATOR.is_valid(document)


def test_a_result_that_breaks_the_schema_fails_the_test_that_makes_it():
    build = checked(lambda: build_document(RESULTS["nothing"]) | {"status": "measured"})

    with pytest.raises(AssertionError, match="tested_side"):
        build()


def test_tables_and_arrays_of_a_result_are_those_described(measured_sample):
    heads = {}
    for name in TABLES:
        with (measured_sample / name).open(encoding="utf-8-sig", newline="") as file:
            heads[name] = next(csv.reader(file))
    with np.load(measured_sample / "evidence.npz") as evidence:
        arrays = {name.replace("left.", "SIDE.").replace("right.", "SIDE.") for name in evidence}

    assert heads == {name: list(columns) for name, columns in TABLES.items()}
    assert arrays == set(EVIDENCE)


def test_document_of_a_clip_fits_the_schema(measured_sample):
    document = json.loads((measured_sample / "result.json").read_bytes())

    assert list(VALIDATOR.iter_errors(document)) == []


@pytest.mark.model
@pytest.mark.parametrize("name", sorted(clip.name for clip in SAMPLES.glob("*.mp4")))
def test_document_of_every_sample_fits_the_schema(sample_trial, name):
    assert errors_of(build_document(sample_trial(name))) == []
