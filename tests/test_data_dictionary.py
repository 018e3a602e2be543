"""Meaning of keys, columns and arrays: complete, published as it is, and true of real results."""

import csv
import json

import jsonschema
import numpy as np
import pytest

from hipcv.core.landmarks import Side
from hipcv.data_dictionary import EVIDENCE, KEYS, TABLES, json_schema
from hipcv.results.document import build_document
from hipcv.results.write import Output, write
from tests.builders import HIKE, assessment, external_rep, rep, trial
from tests.conftest import SAMPLES

VALIDATOR = jsonschema.Draft202012Validator(json_schema())
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
        ("schema", "hipcv.assessment/99"),
        ("clip.frames", -1),
        ("clip.sha256", None),
        ("sides.left.rotation_deg", "35"),
        ("sides.left.interval_deg", [1.0]),
        ("sides.left.reps.0.valid", None),
        ("sides.middle", None),
        ("provenance.protocol", []),
    ],
)
def test_schema_refuses_a_wrong_result(path, value):
    document = json.loads(json.dumps(build_document(RESULTS["one side"])))
    *parents, key = path.split(".")
    part = document
    for parent in parents:
        part = part[int(parent)] if parent.isdigit() else part[parent]
    if key == "middle":
        del part["left"]  # a side is missing
    else:
        part[key] = value

    assert not VALIDATOR.is_valid(document)


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
