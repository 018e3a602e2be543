"""Names of files and folders that every system takes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipcv.core.text import file_name
from tests.names import HOSTILE, NAMES

FORBIDDEN = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*\u202a-\u202e\u2066-\u2069]')
DEVICES = {"con", "prn", "aux", "nul", *(f"{one}{n}" for one in ("com", "lpt") for n in range(10))}


@given(st.text(), st.sampled_from(["", ".mp4", "_angles.csv"]), st.sampled_from([100, 255]))
def test_a_name_is_one_that_every_system_takes(text, ending, most_bytes):
    name = file_name(text, ending, most_bytes=most_bytes)

    assert len(name.encode()) <= most_bytes  # and is UTF-8
    assert FORBIDDEN.search(name) is None
    assert not name.startswith((".", " "))
    assert name.partition(".")[0].lower() not in DEVICES


@pytest.mark.parametrize("stem", [NAMES[key] for key in NAMES if key not in {
    "device", "device_with_suffix", "hidden", "dots", "shell"}], ids=ascii)  # fmt: skip
def test_a_usual_name_stays_as_it_is_in_any_script(stem):
    assert file_name(stem, ".mp4") == f"{stem}.mp4"


@pytest.mark.parametrize("stem", HOSTILE.values(), ids=ascii)
def test_a_character_that_some_system_does_not_take_is_replaced(stem):
    assert file_name(stem, replacement="") == FORBIDDEN.sub("", stem)


def test_two_long_names_stay_two():
    assert file_name("髋" * 100 + "a") != file_name("髋" * 100 + "b")


def test_nothing_is_left_of_dots_alone():
    assert file_name(" .. ", ".mp4") == ""
