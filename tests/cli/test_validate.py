import csv
import json
import re
import sys

import pytest
from typer.testing import CliRunner

from hipcv import language
from hipcv.cli.main import app
from hipcv.core.errors import BadRequest, EnvironmentFault, ResultExists, UnreadableTable
from hipcv.report.batch_summary import BatchRow
from hipcv.report.batch_summary import table as summary_table
from tests.study.builders import rows, table

pytest.importorskip("scipy", reason='hipcv validate needs `pip install "hipcv[study]"`')


@pytest.fixture
def readings(tmp_path, monkeypatch):
    """A table of a synthetic study in the current folder."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "readings.csv"
    path.write_text(table(rows(persons=12)), encoding="utf-8")
    return path


def validate(*words):
    return CliRunner().invoke(app, ["validate", *map(str, words)])


def test_report_page_pdf_plots_and_document_are_written(readings):
    done = validate(readings)

    folder = readings.parent / "hipcv-results" / "validate" / "readings"
    assert sorted(path.name for path in folder.iterdir()) == [
        "bland_altman.png", "bland_altman.svg", "identity.png", "identity.svg", "report.html",
        "report.pdf", "validate.json",
    ]  # fmt: skip
    assert done.stdout.splitlines()[-1].endswith("report.html")


def test_json_on_stdout_is_the_document_that_is_written(readings):
    document = json.loads(validate(readings, "--json", "--out", "out").stdout)

    assert document == json.loads((readings.parent / "out/validate.json").read_text())
    assert document["schema"] == "hipcv.validate/1"
    assert set(document["files"]) == {"readings.csv"}
    agreement = document["agreement"]
    low, high = agreement["bias_interval_deg"]
    assert low < agreement["bias_deg"] < high
    assert {"icc_a1", "icc_ak", "sem_deg", "mdc95_deg"} <= set(document["reliability"][0])


def test_every_figure_of_the_terminal_is_in_the_page(readings):
    lines = validate(readings, "--out", "out").stdout.splitlines()
    page = (readings.parent / "out/report.html").read_text()

    assert all(line in page for line in lines[:5])


def test_page_asks_no_other_host_for_anything(readings):
    validate(readings, "--out", "out")
    page = (readings.parent / "out/report.html").read_text()

    assert re.findall(r"(?:src|href)=[\"'](?!data:)", page) == []
    assert "http:" not in page
    assert "https:" not in page


def test_report_is_one_page_of_paper(readings):
    validate(readings, "--out", "out")

    pdf = (readings.parent / "out/report.pdf").read_bytes()
    assert len(re.findall(rb"/Type /Page\b", pdf)) == 1


def test_name_that_holds_markup_stays_a_name(readings):
    text = readings.read_text().replace("inclinometer", "$x_1$ <b>ruler</b>")
    readings.write_text(text)
    done = validate(readings, "--out", "out")

    assert done.exit_code == 0
    page = (readings.parent / "out/report.html").read_text()
    assert "<b>ruler" not in page
    assert "&lt;b&gt;ruler" in page


def test_second_study_is_not_written_over_the_first(readings):
    validate(readings)

    assert isinstance(validate(readings).exception, ResultExists)
    assert validate(readings, "--force").exit_code == 0


def test_fault_of_a_table_leaves_no_folder(readings):
    readings.write_text("subject,method,angle_deg\n1,hipcv,abc\n")
    done = validate(readings)

    assert isinstance(done.exception, UnreadableTable)
    assert done.exception.exit_code == 3
    assert not (readings.parent / "hipcv-results").exists()


def test_no_table_is_wrong_usage(readings):
    assert isinstance(validate().exception, BadRequest)


def test_absent_scipy_is_said_in_a_sentence(readings, monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy", None)
    error = validate(readings).exception

    assert isinstance(error, EnvironmentFault)
    assert 'pip install "hipcv[study]"' in str(error)


def test_file_in_the_way_of_the_folder_is_named(readings):
    error = validate(readings, "--out", readings).exception

    assert isinstance(error, EnvironmentFault)
    assert "a file is in the way" in str(error)


def test_new_study_removes_the_plots_of_the_earlier_one_and_no_file_of_others(readings):
    validate(readings, "--out", "out")
    (readings.parent / "out/notes.txt").write_text("mine")
    lines = [line for line in readings.read_text().splitlines() if "inclinometer" not in line]
    readings.write_text("\n".join(lines))
    validate(readings, "--out", "out", "--force")

    assert sorted(path.name for path in (readings.parent / "out").iterdir()) == [
        "notes.txt", "report.html", "report.pdf", "validate.json",
    ]  # fmt: skip


def test_reliability_alone_needs_no_second_method(readings):
    lines = [line for line in readings.read_text().splitlines() if "inclinometer" not in line]
    readings.write_text("\n".join(lines))
    done = validate(readings, "--out", "out")

    assert done.exit_code == 0
    assert json.loads((readings.parent / "out/validate.json").read_text())["agreement"] is None
    assert not (readings.parent / "out/identity.svg").exists()


def test_document_is_the_same_in_every_language(readings):
    english = validate(readings, "--json", "--out", "en").stdout
    with language.using("es"):
        spanish = validate(readings, "--json", "--out", "es").stdout

    assert spanish == english


def test_readings_on_the_template_are_compared_with_the_summary_of_a_batch(tmp_path):
    """A study by the template, from its files alone: hipcv reads 1° more."""
    validate("--template", "--people", 6, "--out", tmp_path)
    sheet = csv.DictReader((tmp_path / "readings.csv").read_text().splitlines())
    angles = {}
    lines = ["subject,side,session,trial,method,rater,angle_deg"]
    for row in sheet:
        angle = 30 + int(row["subject"][1:]) + int(row["trial"])
        key = (row["subject"], f"{row['session']}{row['rater']}", row["side"])
        angles.setdefault(key, []).append(angle)
        lines.append(",".join([*list(row.values())[:-1], str(angle)]))
    (tmp_path / "readings.csv").write_text("\n".join(lines), encoding="utf-8")
    clips = [
        BatchRow("a.mp4", "measured", *key[:2], side=key[2], rotation_deg=sum(three) / 3 + 1)
        for key, three in angles.items()
    ]
    (tmp_path / "summary.csv").write_text(summary_table(clips), encoding="utf-8")
    tables = (tmp_path / "readings.csv", tmp_path / "summary.csv")
    found = json.loads(validate(*tables, "--json", "--out", tmp_path / "out").stdout)["agreement"]

    assert (found["trials"], found["pairs_share_rater"], found["pairs"]) == ("mean", True, 48)
    assert found["bias_deg"] == pytest.approx(1.0)


def test_template_writes_what_a_study_is_run_with(tmp_path):
    out = tmp_path / "study"
    done = validate("--template", "--people", 6, "--out", out)

    assert sorted(path.name for path in out.iterdir()) == [
        "consent.html", "consent.pdf", "order.csv", "protocol.html", "protocol.pdf",
        "readings.csv", "sheets.html", "sheets.pdf",
    ]  # fmt: skip
    assert len(done.stdout.splitlines()) == 8


def test_empty_template_is_refused_in_a_sentence(tmp_path):
    validate("--template", "--people", 5, "--out", tmp_path)
    error = validate(tmp_path / "readings.csv", "--out", tmp_path / "out").exception

    assert isinstance(error, UnreadableTable)
    assert "0 persons" in str(error)


def test_template_is_not_written_over_a_study_that_is_under_way(tmp_path):
    (tmp_path / "readings.csv").write_text("readings of weeks")

    assert isinstance(validate("--template", "--out", tmp_path).exception, ResultExists)
    assert [path.name for path in tmp_path.iterdir()] == ["readings.csv"]


def test_template_and_a_table_exclude_each_other(readings):
    assert isinstance(validate("--template", readings).exception, BadRequest)
