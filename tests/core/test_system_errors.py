"""Reasons of the operating system reach a user in the language of the program."""

import os

import pytest

from hipcv import language
from hipcv.core.errors import Failure
from hipcv.core.system_errors import REASONS, reason_of


@pytest.mark.parametrize("number", REASONS)
def test_a_reason_is_in_english_as_the_system_says_it(number):
    with language.using("en"):
        assert reason_of(OSError(number, "other words")) == os.strerror(number)


@pytest.mark.parametrize("number", REASONS)
def test_every_reason_is_translated(number):
    with language.using("es"):
        assert REASONS[number] != os.strerror(number)


def test_an_unknown_number_keeps_the_words_of_the_system():
    assert reason_of(OSError(99_999, "odd")) == "odd"


def test_an_error_without_a_number_keeps_its_words():
    assert reason_of(OSError("timed out")) == "timed out"


def test_a_missing_file_is_reported_in_the_language(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        (tmp_path / "none").read_bytes()

    with language.using("es"):
        text = Failure.from_error(caught.value).text
    assert text == f"{tmp_path / 'none'}: No existe el archivo o la carpeta."
