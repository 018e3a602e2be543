"""Wrong usage is one sentence in the language of the program, with exit code 2."""

import pytest

from hipcv import language

WRONG = {
    "analyze": ("CLIP is missing.", "Falta CLIP."),
    "export result": ("--to is missing. It is one of csv,", "Falta --to. Es uno de estos: csv,"),
    "analyze a.mp4 --side foo": (
        "--side: 'foo' is not possible. It is one of left, right and auto.",
        "--side: 'foo' no es posible. Es uno de estos: left, right y auto.",
    ),
    "record --reps x": ("'x' is not a whole number.", "'x' no es un número entero."),
    "record --reps 99": ("'99' is more than 10", "'99' es más que 10"),
    "record --reps 0": ("'0' is less than 1", "'0' es menos que 1"),
    "analyze a.mp4 --start-s x": ("'x' is not a number.", "'x' no es un número."),
    "record --reps": ("--reps needs a value.", "--reps necesita un valor."),
    "record --external=3": ("--external takes no value.", "--external no lleva valor."),
    "analyze --zzzz": ("There is no option --zzzz.", "No existe la opción --zzzz."),
    "analyze --sdie left": (
        "Did you mean: --set, --sex, --side?",
        "¿Quiso decir: --set, --sex, --side?",
    ),
    "cameras a b": ("Unexpected: a b.", "Sobra: a b."),
    "anlyze": ("No such command 'anlyze'. Did you mean", "No existe el comando 'anlyze'. ¿Quiso"),
}


@pytest.fixture(autouse=True)
def _no_language_of_the_environment(monkeypatch):
    monkeypatch.setenv(language.VARIABLE, "")


@pytest.mark.parametrize("code", language.NAMES)
@pytest.mark.parametrize("words", WRONG)
def test_wrong_usage_is_described_in_the_language(run_main, capsys, words, code):
    exit_code = run_main(*words.split(), f"--lang={code}")
    output = capsys.readouterr()

    described = dict(zip(language.NAMES, WRONG[words], strict=True))[code]
    assert (exit_code, output.out) == (2, "")
    assert described in output.err.splitlines()[-1]


@pytest.mark.parametrize("words", WRONG)
def test_no_line_of_it_is_english_in_another_language(run_main, capsys, words):
    run_main(*words.split(), "--lang", "es")
    output = capsys.readouterr()

    english = ("Error", "Usage", "Try", "Invalid", "Missing", "Option ", "extra", "Did you")
    assert not [word for word in english if word in output.err]


def test_the_help_is_named_where_the_usage_is_wrong(run_main, capsys):
    run_main("analyze")
    output = capsys.readouterr()

    assert "analyze -h' for help." in output.err


def test_control_characters_of_an_option_are_escaped(run_main, capsys):
    run_main("analyze", "--\x1b[2J")
    output = capsys.readouterr()

    assert "\x1b" not in output.err


def test_a_command_without_words_shows_its_help(run_main, capsys):
    exit_code = run_main()
    output = capsys.readouterr()

    assert (exit_code, "analyze" in output.err) == (2, True)
