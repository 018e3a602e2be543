"""Questions on the terminal are answered in the language they are asked in, or in English."""

import pytest
import typer
from typer.testing import CliRunner

from hipcv import language
from hipcv.cli.terminal import confirm


def answer(code, typed):
    """The answer of a person who types these lines, and what the program wrote."""
    app = typer.Typer()

    @app.command()
    def ask():
        with language.using(code):
            typer.echo(confirm("Go on?"))

    done = CliRunner().invoke(app, input=typed)
    return done.stdout.split()[-1], done.stderr


@pytest.mark.parametrize(
    ("code", "typed", "agreed"),
    [
        ("en", "y\n", "True"),
        ("en", "n\n", "False"),
        ("en", "\n", "False"),
        ("es", "Sí\n", "True"),
        ("es", "s\n", "True"),
        ("es", "yes\n", "True"),
        ("es", "no\n", "False"),
    ],
)
def test_a_question_is_answered_by_yes_or_no(code, typed, agreed):
    assert answer(code, typed)[0] == agreed


def test_any_other_word_is_asked_about_again():
    agreed, written = answer("en", "perhaps\ny\n")

    assert agreed == "True"
    assert written.count("Go on? [y/N]") == 2
