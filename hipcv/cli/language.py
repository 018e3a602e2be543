"""Language of the command line: `--lang` at any position, and help in that language."""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import typer
import typer.core

from hipcv import language
from hipcv.cli import config
from hipcv.language import N_, _
from hipcv.results.formats import help_text

FLAG: Final = "--lang"

TYPER_TEXTS: Final = (
    N_("Usage:"),
    N_("Arguments"),
    N_("Options"),
    N_("Commands"),
    N_("Show this message and exit."),
    N_("required"),
    N_("default: {default}"),
    N_("env var: {var}"),
    N_("Missing command."),
    N_("No such command {name!r}."),
    N_("Install completion for the current shell."),
    N_("Show completion for the current shell, to copy it or customize the installation."),
)
"""Texts of Typer that can be translated; `usage` says its other errors of usage in our words."""

BUILT_HELPS: Final[Mapping[str, Callable[[], str]]] = {"to": help_text}
"""Functions that return the translated help of an option, by its name, where it is no constant."""


def choose(words: Sequence[str]) -> list[str]:
    """Set the language of this program, and return the command line without `--lang`.

    The flag goes before the environment, and that before the folder's `hipcv.toml`.

    Raises:
        BadRequest: the flag or the file names an unknown language.
    """
    rest, tags = _split(words)
    if tags:
        language.use(config.language_code(FLAG, tags[-1]))
    elif not os.environ.get(language.VARIABLE) and (code := config.language_of(Path.cwd())):
        language.use(code)
    return rest


def translate(command: Any) -> None:  # noqa: ANN401 - Typer does not export the type
    """Translate the help of a command, of its options and of its subcommands."""
    typer.core._ = _  # type: ignore[attr-defined]  # Typer's own texts
    command.context_class = _Context
    command.help, command.epilog = _paragraphs(command.help), _paragraphs(command.epilog)
    for parameter in command.params:
        build = BUILT_HELPS.get(parameter.name)
        parameter.help = build() if build else parameter.help and _(parameter.help)
    for subcommand in getattr(command, "commands", {}).values():
        translate(subcommand)


def paragraphs_of(text: str | None) -> list[str]:
    """Return the paragraphs of a help text, each in one line; they are translated one by one."""
    return [" ".join(paragraph.split()) for paragraph in text.split("\n\n")] if text else []


def _paragraphs(text: str | None) -> str:
    return "\n\n".join(_(paragraph) for paragraph in paragraphs_of(text))


def _split(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the words without the language flags, and the values of these."""
    rest, tags = [], []
    remaining = iter(words)
    for word in remaining:
        name, equals, value = word.partition("=")
        if name == FLAG:
            tags.append(value if equals else next(remaining, ""))
        else:
            rest.append(word)
        if word == "--":
            rest += remaining
    return rest, tags


class _Formatter(typer.Context.formatter_class):  # type: ignore[valid-type,misc]
    """Formatter of help pages, for the two texts that Typer does not translate itself."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or f"{_('Usage:')} ")

    def write_dl(self, rows: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().write_dl([(name, _(text)) for name, text in rows], *args, **kwargs)


class _Context(typer.Context):
    """Context of a command with translated help pages."""

    formatter_class = _Formatter
