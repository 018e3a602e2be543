"""Results of other versions: they open, are assessed again, or a sentence says why not."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from hipcv.cli.main import app
from hipcv.cli.reproduce import describe_settings
from hipcv.core.answers import Answers
from hipcv.core.errors import HipcvError, InvalidTrack
from hipcv.pipeline import METHOD
from hipcv.report.html import provenance
from hipcv.result_schema import seal
from hipcv.results.document import RESULT, dumps, read_document
from hipcv.results.reassess import load, reassess
from hipcv.results.reproduction import differing_settings
from hipcv.version import __version__
from tests.errors import raises_plain
from tests.stored_results import measured_folder


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    return measured_folder(tmp_path_factory.mktemp("stored") / "result", 36, 38)


@pytest.fixture
def changed(stored, tmp_path):
    """A function that returns the result folder with its document changed, and sealed again."""

    def change(do):
        folder = shutil.copytree(stored, tmp_path / "result")
        document = json.loads((folder / RESULT).read_text(encoding="utf-8"))
        do(document)
        (folder / RESULT).write_text(dumps(seal(document)), encoding="utf-8")
        return folder

    return change


def settings_of(document):
    return document["provenance"]["protocol"]


def left(document):
    return document["sides"]["left"]


def setting_that_went(document):
    settings_of(document)["retired_deg"] = 3.0


def settings_that_came(document):
    for name in ("obliquity_counts_deg", "hold_band_deg"):
        del settings_of(document)[name]


def other_value(document):
    settings_of(document)["target_deg"] = 41.0


def new_keys(document):
    rep = left(document)["reps"][0]
    for part in (document, document["clip"], left(document), rep, document["provenance"]):
        part["new_key"] = {"a": [1]}


def new_issue(document):
    document["issues"].append(
        {"code": "new_issue", "severity": "warn", "side": None, "text": "T.", "remedy": "R.",
         "value": 1.0, "limit": 2.0, "unit": "parsec"}
    )  # fmt: skip


def new_finding(document):
    rep = left(document)["reps"][0]
    rep["findings"].append(
        {"code": "new_finding", "value": 1.0, "limit": 0.5, "unit": "deg", "at_s": 1.0,
         "severity": "invalid", "text": "T."}
    )  # fmt: skip
    left(document)["findings"].append("new_finding")


def new_channel(document):
    left(document)["reps"][0]["channels"]["new_deg"] = 1.0


def new_answer(document):
    document["answers"] = {"pain": 3, "limiter": "new_reason", "sleep": "bad"}


def later_version(document):
    document["provenance"] |= {"hipcv": "9.9.9", "method": 99}


def first_method(document):
    document["provenance"]["method"] = 1


OPENS = [
    setting_that_went, settings_that_came, other_value, new_keys, new_issue, new_finding,
    new_channel, new_answer, later_version, first_method,
]  # fmt: skip


def setting_out_of_range(document):
    settings_of(document)["target_deg"] = 400.0


def setting_that_is_no_number(document):
    settings_of(document)["new_mode"] = "quick"


def without_a_stated_setting(document):
    del settings_of(document)["target_deg"]


def later_schema(document):
    document["schema"] = "hipcv.assessment/3"


def new_category(document):
    left(document)["category"] = "superb"


def command(*words):
    """Run a command; return the error for users that ended it, raise any other."""
    error = CliRunner().invoke(app, [str(word) for word in words]).exception
    if not isinstance(error, SystemExit | HipcvError | None):
        raise error
    return error


@pytest.mark.parametrize("do", OPENS, ids=lambda do: do.__name__)
def test_result_of_another_version_opens(changed, do):
    folder = changed(do)

    assert [
        command("report", folder, "--out", folder / "again.html"),
        command("compare", folder, folder),
        *(
            command("export", folder, "--to", to, "--out", folder / f"x.{to}")
            for to in ("json", "fhir", "csv", "html", "handout")
        ),
    ] == [None] * 7


@pytest.mark.parametrize("do", OPENS, ids=lambda do: do.__name__)
def test_result_of_another_version_is_assessed_again_with_the_same_angles(changed, stored, do):
    again = reassess(load(changed(do))).document["sides"]["left"]

    angle = read_document(stored / RESULT)["sides"]["left"]["rotation_deg"]
    assert again["rotation_deg"] == pytest.approx(angle, abs=1.0)


@pytest.mark.parametrize(
    ("do", "fact"),
    [
        (setting_out_of_range, "target_deg: 400"),
        (setting_that_is_no_number, "protocol"),
        (without_a_stated_setting, "target_deg"),
        (later_schema, "hipcv.assessment/3"),
        (new_category, "superb"),
    ],
)
def test_result_that_this_version_cannot_assess_says_why(changed, do, fact):
    folder = changed(do)

    with raises_plain(InvalidTrack, fact, "version" if do is not setting_out_of_range else "hipcv"):
        reassess(load(folder))
    assert command("report", folder, "--out", folder / "again.html").exit_code == 3


def test_answers_that_this_version_knows_are_read_and_others_left_out():
    stored = {"pain": 3, "limiter": "new_reason", "sleep": "bad"}

    assert Answers.from_stored(stored) == Answers(pain=3)


def test_provenance_names_both_versions_after_a_reassessment(changed):
    source = reassess(load(changed(later_version))).document["provenance"]

    again = source["reassessed"]
    assert (source["hipcv"], source["method"]) == ("9.9.9", 99)
    assert (again["hipcv"], again["method"]) == (__version__, METHOD)


def test_provenance_names_the_settings_that_came_and_went(changed):
    def both(document):
        setting_that_went(document)
        settings_that_came(document)

    again = reassess(load(changed(both))).document["provenance"]["reassessed"]

    assert (again["settings_dropped"], again["settings_added"]) == (
        ["retired_deg"],
        ["hold_band_deg", "obliquity_counts_deg"],
    )


def test_result_of_this_version_has_one_version_in_its_provenance(stored):
    result = load(stored)
    source = reassess(result).document["provenance"]

    same = (source["hipcv"], source["method"]) == (__version__, METHOD)
    assert ("reassessed" in source) != same


def test_report_names_both_versions(changed):
    trial = reassess(load(changed(later_version))).trial
    texts = provenance(trial, "")

    assert ("9.9.9" in texts["hipcv"], __version__ in texts["Assessed again"]) == (True, True)


def test_reassessed_document_is_read_again(changed):
    folder = changed(setting_that_went)
    document = reassess(load(folder)).document
    (folder / RESULT).write_text(dumps(seal(document)), encoding="utf-8")

    assert read_document(folder / RESULT)["provenance"]["reassessed"]["hipcv"] == __version__


def test_reproduction_names_the_settings_that_differ(stored):
    now = read_document(stored / RESULT)
    then = json.loads(json.dumps(now))
    for change in (setting_that_went, settings_that_came, other_value):
        change(then)

    assert describe_settings(differing_settings(then, now)) == [
        f"Setting target_deg: 41 then, {now['provenance']['protocol']['target_deg']:g} now.",
        "Settings that are no longer there: retired_deg.",
        "Settings that were added since: hold_band_deg, obliquity_counts_deg.",
    ]


def test_settings_that_agree_are_not_mentioned(stored):
    document = read_document(stored / RESULT)

    assert describe_settings(differing_settings(document, document)) == []
