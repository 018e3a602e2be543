import math
from dataclasses import fields

import pytest

from hipcv.core.errors import UnreadableTable
from hipcv.report.batch_summary import BatchRow
from hipcv.report.formats import rep_table
from hipcv.study.readings import parse, read_files
from tests.study.builders import table


def read(*lines, header="subject,side,trial,method,angle_deg"):
    return list(parse(table(lines, header), "t.csv"))


def test_each_row_is_a_reading():
    (reading,) = read("07,left,2,hipcv,34.5")

    assert (reading.subject, reading.side, reading.trial, reading.method, reading.angle_deg) == (
        "07", "left", "2", "hipcv", 34.5,
    )  # fmt: skip
    assert reading.row.number == 2


@pytest.mark.parametrize(
    ("text", "angle_deg"),
    [("34.5", 34.5), ("-3", -3.0), ("−3", -3.0), ("34.5°", 34.5), (" 34.5 ", 34.5)],
)
def test_angle_is_read_as_people_write_it(text, angle_deg):
    assert read(f"1,left,1,hipcv,{text}")[0].angle_deg == angle_deg


@pytest.mark.parametrize("text", ["", "NA", "nan", "–"])
def test_cell_without_an_angle_is_no_reading(text):
    assert math.isnan(read(f"1,left,1,hipcv,{text}")[0].angle_deg)


def test_table_of_a_spreadsheet_with_decimal_commas_is_read():
    (reading,) = read("1;izquierda;1;hipcv;34,5", header="subject;side;trial;method;angle_deg")

    assert (reading.side, reading.angle_deg) == ("left", 34.5)


def test_rater_stands_for_the_method_where_there_is_no_column_of_methods():
    (reading,) = read("1,A,34", header="subject,rater,angle_deg")

    assert (reading.method, reading.rater) == ("A", "")


def test_names_that_differ_by_case_are_one():
    first, second = read("p1,left,1,HipCV,34", "P1,left,2,hipcv,35")

    assert (second.subject, second.method) == (first.subject, first.method)


def test_empty_rows_and_columns_of_a_spreadsheet_are_left_out():
    readings = read("1,left,1,hipcv,34,,", ",,,,,,", header="subject,side,trial,method,angle_deg,,")

    assert len(readings) == 1


SUMMARY = "clip,status,patient,visit,side,rotation_deg,result_deg"


@pytest.mark.parametrize(
    ("visit", "session", "rater"),
    [("2", "2", ""), ("1A", "1", "A"), ("2b", "2", "B"), ("2026-05-03", "2026-05-03", "")],
)
def test_summary_of_a_batch_counts_as_readings_of_hipcv(visit, session, rater):
    (reading,) = read(f"a.mp4,measured,P-1,{visit},left,34.00,30.10", header=SUMMARY)

    assert reading.identity == ("P-1", "left", session, "", "hipcv", rater)
    assert reading.angle_deg == 34.0


def test_clip_without_a_number_is_a_row_without_an_angle():
    (reading,) = read("a.mp4,not_measured,P-1,1A,,,", header=SUMMARY)

    assert math.isnan(reading.angle_deg)


REPS = "clip,side,movement,rep,counted,rotation_deg"


def read_reps(*lines):
    return list(
        parse(table(lines, REPS), "reps.csv", None, lambda clip: tuple(clip.split("_")[:2]))
    )


def test_repetition_of_a_result_counts_as_a_trial_of_hipcv():
    (reading,) = read_reps("P07_1A_left.mp4,left,internal,2,1,34.500")

    assert reading.identity == ("P07", "left", "1", "2", "hipcv", "A")
    assert reading.angle_deg == 34.5


@pytest.mark.parametrize("line", ["left,internal,2,0,34.5", "left,external,1,1,30.0"])
def test_repetition_that_does_not_count_is_a_row_without_an_angle(line):
    (reading,) = read_reps(f"P07_1A_left.mp4,{line}")

    assert math.isnan(reading.angle_deg)


def test_clip_whose_name_holds_no_person_is_refused():
    with pytest.raises(UnreadableTable, match="row 2: the name of the clip"):
        list(parse(table(["a.mp4,left,internal,1,1,34"], REPS), "reps.csv"))


def test_columns_of_tables_of_hipcv_are_those_that_are_read():
    assert set(SUMMARY.split(",")) <= {field.name for field in fields(BatchRow)}
    assert set(REPS.split(",")) <= set(rep_table.COLUMNS)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("1,left,1,hipcv,abc", "row 3: 'abc' is not an angle"),
        ("1,left,1,hipcv,inf", "row 3: 'inf' is not an angle"),
        ("1,left,1,hipcv,345", "row 3: '345' is not an angle"),
        ("1,lft,1,hipcv,34", "row 3: the side is 'lft'"),
        (",left,1,hipcv,34", "row 3: the cell subject is empty"),
        ("1,left,1,,34", "row 3: the cell method is empty"),
        ("1,left,1,hipcv,34,5", "row 3: 6 cells, but 5 columns"),
        ("1\x1b[2J,left,1,hipcv,34", "row 3: a name has control characters"),
    ],
)
def test_row_that_cannot_be_used_is_named(line, words):
    with pytest.raises(UnreadableTable, match=r"^t\.csv, ") as error:
        read("1,left,9,hipcv,34", line)

    assert words in str(error.value)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("subject,method", "angle_deg is missing"),
        ("method,angle_deg", "subject is missing"),
        ("subject,angle_deg", "method is missing"),
        ("subject,method,method,angle_deg", "two columns have the same name"),
        ("", "subject is missing"),
    ],
)
def test_table_without_its_columns_is_refused(header, words):
    with pytest.raises(UnreadableTable, match=words):
        read(header=header)


@pytest.fixture
def write(tmp_path):
    def make(content, name="t.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return make


def test_same_reading_twice_is_refused_with_both_rows(write):
    lines = ["1,left,1,hipcv,34", "2,left,1,hipcv,35", "1,left,1,HIPCV,36"]
    path = write(table(lines, "subject,side,trial,method,angle_deg"))

    with pytest.raises(UnreadableTable, match=r"^Row 2 of t\.csv and row 4 of t\.csv"):
        read_files([path])


def test_readings_of_several_tables_are_one_study(write):
    header = "subject,method,angle_deg"
    paths = [write(table([f"1,{name},34"], header), f"{name}.csv") for name in ("a", "b")]

    assert [str(reading.row) for reading in read_files(paths)] == ["a.csv:2", "b.csv:2"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"subject,method,angle_deg\n\xff\xfe,hipcv,34\n", "not text in UTF-8"),
        (b'subject,method,angle_deg\n"1,hipcv,34\n', "not a table that can be read"),
    ],
)
def test_file_that_is_no_table_is_refused(write, content, words):
    with pytest.raises(UnreadableTable, match=words):
        read_files([write(content)])


def test_tables_of_the_same_name_are_named_with_their_folders(tmp_path):
    for name in "ab":
        (tmp_path / name).mkdir()
        (tmp_path / name / "reps.csv").write_text(f"subject,method,angle_deg\n{name},hipcv,34\n")
    readings = read_files([tmp_path / name / "reps.csv" for name in "ab"])

    assert [str(reading.row) for reading in readings] == ["a/reps.csv:2", "b/reps.csv:2"]


def test_absent_file_is_named(tmp_path):
    with pytest.raises(UnreadableTable, match="there is no such file"):
        read_files([tmp_path / "none.csv"])


def test_mark_of_utf_8_is_no_part_of_the_first_column(write):
    assert read_files([write("\ufeffsubject,method,angle_deg\n1,hipcv,34\n")])


def test_folder_in_place_of_a_table_is_named(tmp_path):
    with pytest.raises(UnreadableTable, match="a folder"):
        read_files([tmp_path])
