"""The language of a program is chosen by flag, environment or file, and reaches its help."""

import re

import pytest

from hipcv import language
from hipcv.cli import language as choice
from hipcv.core.errors import BadRequest

HELP = {"en": "Measure hip internal rotation", "es": "Medir la rotación interna"}


@pytest.fixture(autouse=True)
def program(monkeypatch, tmp_path):
    """A program in an empty folder, without a language of its environment."""
    monkeypatch.setenv(language.VARIABLE, "")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def settings(folder, code):
    (folder / "hipcv.toml").write_text(f'lang = "{code}"')


@pytest.mark.parametrize(
    "words",
    [
        ["--lang", "es", "analyze", "a.mp4"],
        ["analyze", "--lang=es", "a.mp4"],
        ["analyze", "a.mp4", "--lang", "es-MX"],
        ["analyze", "--lang", "en", "a.mp4", "--lang", "es"],
    ],
)
def test_the_flag_counts_at_any_position(words):
    assert (choice.choose(words), language.current()) == (["analyze", "a.mp4"], "es")


def test_words_after_two_dashes_are_left_alone():
    words = ["analyze", "--", "--lang", "es"]

    assert (choice.choose(words), language.current()) == (words, "en")


@pytest.mark.parametrize(
    ("given", "chosen"),
    [
        ({"flag": "es", "environment": "en", "file": "en"}, "es"),
        ({"environment": "en", "file": "es"}, "en"),
        ({"file": "es"}, "es"),
        ({}, "en"),
    ],
)
def test_the_flag_goes_before_the_environment_and_that_before_the_file(
    program, monkeypatch, given, chosen
):
    monkeypatch.setenv(language.VARIABLE, given.get("environment", ""))
    if "file" in given:
        settings(program, given["file"])

    choice.choose(["--lang", given["flag"]] if "flag" in given else [])

    assert language.current() == chosen


@pytest.mark.parametrize("words", [["--lang", "fr"], []])
def test_an_unknown_language_is_one_sentence_of_wrong_usage(program, run_main, capsys, words):
    settings(program, "fr")

    code = run_main(*words, "protocol")

    error = capsys.readouterr().err
    assert (code, error.count("\n")) == (2, 1)
    assert "fr: no such language. Known: en, es." in error


def test_a_flag_without_a_language_is_refused():
    with pytest.raises(BadRequest, match="--lang"):
        choice.choose(["analyze", "--lang"])


def test_a_file_that_is_damaged_is_left_to_the_commands_that_need_it(program):
    (program / "hipcv.toml").write_text("[")

    assert choice.choose(["doctor"]) == ["doctor"]


@pytest.mark.parametrize("code", language.NAMES)
def test_the_help_is_in_the_language(run_main, capsys, code):
    run_main("analyze", "--help", "--lang", code)

    assert HELP[code] in capsys.readouterr().out


@pytest.mark.parametrize("words", [[], *([name] for name in ("analyze", "export", "compare"))])
def test_no_line_of_a_spanish_help_is_english(run_main, capsys, words):
    pages = {}
    for code in language.NAMES:
        run_main(*words, "--help", "--lang", code)
        pages[code] = {line.strip() for line in capsys.readouterr().out.splitlines()}

    same = {line for line in pages["en"] & pages["es"] if not line.startswith("-")}
    assert [line for line in same if re.search("[a-z]{3}", line)] == []
