import json
import re

import pytest
from typer.testing import CliRunner

from hipcv.cli.main import app
from hipcv.core.errors import BadRequest
from hipcv.core.protocol import MeasurementProtocol
from hipcv.report.comparison import VisitSide, compare_visits
from tests.records import (
    document,
    not_counted_document,
    rejection,
    sha256_of,
    side,
    visited,
)


@pytest.fixture
def result(tmp_path):
    """Makes a result folder."""

    def make(name, *, method=3, stored=None, recording=None, **fields):
        folder = tmp_path / name
        folder.mkdir()
        content = stored or document(**fields)
        content["clip"]["sha256"] = sha256_of(recording or name)
        content = content | {"provenance": content["provenance"] | {"method": method}}
        (folder / "result.json").write_text(json.dumps(content), encoding="utf-8")
        return str(folder)

    return make


def run(*words):
    return CliRunner().invoke(app, ["compare", *map(str, words)])


def as_data(*words):
    return json.loads(run(*words, "--json").stdout)


@pytest.mark.parametrize("later_deg", [34.0, 18.0])
def test_change_is_described_by_the_sentence_of_the_comparison(result, later_deg):
    text = run(result("a", left_deg=30.0), result("b", left_deg=later_deg)).stdout

    results = (VisitSide.of(side(angle_deg)) for angle_deg in (30.0, later_deg))
    assert compare_visits(*results, MeasurementProtocol())["text"] in text


def test_both_numbers_are_shown_with_their_intervals(result):
    text = run(result("a", left_deg=30.0), result("b", left_deg=34.0)).stdout

    numbers = re.findall(r"[\d.]+", text.splitlines()[0])
    assert numbers == ["30.0", "24.0", "36.0", "34.0", "28.0", "40.0"]


def test_difference_is_later_less_earlier(result):
    comparison = as_data(result("a", left_deg=30.0), result("b", left_deg=24.0))

    assert comparison["sides"]["left"]["difference_deg"] == -6.0


def test_result_may_be_named_by_its_file(result):
    earlier, later = (f"{result(name)}/result.json" for name in "ab")

    assert as_data(earlier, later)["sides"]["left"]["real"] is False


def test_analysis_of_the_records_counts_as_corrected(records):
    earlier, later = (visited(records, content=name) for name in "ab")
    records.correct(later.id, rejection(document(12.0)), version=1, by="KM")

    assert as_data(earlier.id, later.id)["sides"]["left"]["difference_deg"] == -18.0


def test_side_that_one_of_them_lacks_is_not_compared(result):
    comparison = as_data(result("a", left_deg=30.0, right_deg=30.0), result("b", left_deg=30.0))

    assert comparison["sides"]["right"] is None


def test_results_without_a_common_side_end_with_code_4(result):
    done = run(result("a", left_deg=30.0), result("b", left_deg=None, right_deg=30.0))

    assert (done.exit_code, "°" in done.stdout) == (4, False)


def test_result_that_is_not_counted_is_not_compared_and_says_why(result):
    done = run(result("a", left_deg=30.0), result("b", stored=not_counted_document()))

    assert (done.exit_code, "°" in done.stdout) == (4, False)
    assert "not counted: hip lift" in done.stdout


@pytest.mark.parametrize(
    ("fields", "word"),
    [({"provisional": True}, "too few"), ({"result_basis": "pelvis_relative"}, "hip lift")],
    ids=["provisional", "another basis"],
)
def test_doubtful_result_makes_no_real_change(result, fields, word):
    results = result("a", left_deg=30.0), result("b", left_deg=46.0, **fields)

    assert as_data(*results)["sides"]["left"]["real"] is False
    assert word in run(*results).stdout


def test_results_of_two_methods_are_compared_with_a_caution(result):
    lines = [
        run(result(f"a{later}", method=2), result(f"b{later}", method=later)).stdout
        for later in (2, 3)
    ]

    assert ["method" in text for text in lines] == [False, True]


def test_two_results_of_one_recording_are_no_change_of_the_hip(result):
    results = (result(name, recording="one", left_deg=deg) for name, deg in (("a", 30), ("b", 45)))
    change = as_data(*results)["sides"]["left"]

    assert (change["difference_deg"], change["real"]) == (15, False)
    assert "the same recording, 15.0° apart" in change["text"]


def test_oblique_camera_gives_a_caution(tmp_path):
    stored = document()
    stored["sides"]["left"]["yaw_deg"] = -40.0
    path = tmp_path / "result.json"
    path.write_text(json.dumps(stored), encoding="utf-8")

    assert "oblique" in run(path, path).stdout


@pytest.mark.parametrize("content", ["", "{}", "[]", "\udcff", '{"schema": "another/1"}'])
def test_file_that_is_no_result_is_named(tmp_path, content):
    path = tmp_path / "result.json"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    error = run(path, path).exception

    assert (type(error), str(path) in str(error)) == (BadRequest, True)


def test_folder_without_a_result_is_named(tmp_path):
    error = run(tmp_path, tmp_path).exception

    assert (type(error), str(tmp_path) in str(error)) == (BadRequest, True)


def test_unknown_name_is_refused_with_what_can_be_named():
    error = run("nowhere", "nowhere").exception

    assert isinstance(error, BadRequest)
    assert all(word in str(error) for word in ("nowhere: ", "folder", "result.json", "id"))


@pytest.mark.usefixtures("records")
def test_analysis_that_is_not_in_the_records_is_named():
    unknown = "0b0f9f5c-5d0e-4f1e-9a2b-111111111111"

    assert unknown in str(run(unknown, unknown).exception)
