import json
import shlex

import pytest

from hipcv.core.errors import InvalidProtocol
from hipcv.core.landmarks import Side
from hipcv.core.limits import ClipLimits
from hipcv.core.options import AnalysisOptions
from hipcv.core.person import Person
from hipcv.core.protocol import MeasurementProtocol

EVERYTHING = AnalysisOptions(
    side=Side.LEFT,
    mirrored=True,
    start_s=0.5,
    model="lite",
    protocol=MeasurementProtocol(target_deg=40),
    overlay=False,
    blur_face=True,
    person=Person(34, "female"),
    external=True,
    limits=ClipLimits(frames_max=90_000),
)


def test_default_options_are_an_empty_command_line():
    assert AnalysisOptions().to_argv() == []


def test_command_holds_all_that_decides_the_number_and_no_more():
    assert EVERYTHING.command("my clip.mp4") == (
        "hipcv analyze --side=left --mirrored --start-s=0.5 --model=lite "
        "--set target_deg=40 --set frames_max=90000 --age=34 --sex=female --external 'my clip.mp4'"
    )


@pytest.mark.parametrize("value", [44.1234567, 1 / 3 + 40, 10.000000000000002])
def test_command_holds_every_digit_of_a_setting(value):
    command = AnalysisOptions(protocol=MeasurementProtocol(target_deg=value)).command("x.mp4")

    assert float(shlex.split(command)[3].removeprefix("target_deg=")) == value


def test_command_separates_a_name_that_begins_with_a_dash():
    assert AnalysisOptions().command("-x.mp4") == "hipcv analyze -- -x.mp4"


def test_command_is_text_whatever_the_bytes_of_the_file_name():
    assert AnalysisOptions().command("a\udcff.mp4") == "hipcv analyze 'a?.mp4'"


def test_options_survive_json():
    assert AnalysisOptions.from_dict(json.loads(json.dumps(EVERYTHING.to_dict()))) == EVERYTHING


def test_options_stored_before_age_and_sex_are_read():
    earlier = {k: v for k, v in AnalysisOptions().to_dict().items() if k != "person"}

    assert AnalysisOptions.from_dict(earlier) == AnalysisOptions()


def test_options_from_json_refuse_an_unknown_protocol_setting():
    with pytest.raises(InvalidProtocol):
        AnalysisOptions.from_dict({**AnalysisOptions().to_dict(), "protocol": {"no_such": 1}})


def test_options_stored_before_the_limits_are_read():
    earlier = {k: v for k, v in AnalysisOptions().to_dict().items() if k != "limits"}

    assert AnalysisOptions.from_dict(earlier) == AnalysisOptions()


def test_command_holds_the_limits_that_let_the_clip_in():
    longer = AnalysisOptions(limits=ClipLimits(duration_max_s=1200))

    assert longer.to_argv() == ["--set", "duration_max_s=1200"]
