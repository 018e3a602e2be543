"""Wrong usage of the command line, in one sentence of the program's language."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import typer
from typer._click import exceptions as usage

from hipcv.core.text import escape
from hipcv.language import N_, Translated, _, join

EXTRA: Final = "Got unexpected extra argument(s) ("
TYPO: Final = "Did you mean "
NO_VALUE: Final = "does not take a value"
"""Signs of errors that Typer tells apart by their texts alone."""

PROBLEMS: Final = Translated(
    {
        "choice": N_("{name}: {value} is not possible. It is one of {choices}."),
        "int_parsing": N_("{name}: {value} is not a whole number."),
        "float_parsing": N_("{name}: {value} is not a number."),
        "greater_than_equal": N_("{name}: {value} is less than {ge}, the least possible."),
        "less_than_equal": N_("{name}: {value} is more than {le}, the most possible."),
        "other": N_("{name}: {value} is not possible here."),
    }
)
"""Sentences on a value that is refused, by Pydantic's type of error."""


def run(command: Callable[..., object]) -> int:
    """Run a command line; return its exit code, and describe a wrong usage on stderr."""
    try:
        code = command(standalone_mode=False)
    except usage.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except usage.UsageError as error:
        typer.echo("\n".join([*_help_lines(error), describe(error)]), err=True)
        return error.exit_code
    except typer.Abort:
        typer.echo(_("Aborted!"), err=True)
        return 1
    return code if isinstance(code, int) else 0


def describe(error: usage.UsageError) -> str:
    """Return what is wrong in one sentence; in Typer's words where it is of no known kind."""
    match error:
        case usage.MissingParameter():
            return _missing(error)
        case usage.BadParameter():
            return _bad_value(error)
        case usage.NoSuchOption():
            text = _("There is no option {name}.").format(name=escape(error.option_name))
            return _suggest(text, error.possibilities or ())
        case usage.BadOptionUsage():
            return _option_usage(error)
    return _other(error.format_message())


def _help_lines(error: usage.UsageError) -> list[str]:
    """Return how the command is used, and where its help is."""
    if error.ctx is None:
        return []
    command = f"{error.ctx.command_path} {error.ctx.help_option_names[0]}"
    return [error.ctx.get_usage(), _("Try '{command}' for help.").format(command=command), ""]


def _missing(error: usage.MissingParameter) -> str:
    """Return which argument or option is missing, and what it may be."""
    name, choices = _name_of(error), _choices_of(error)
    if choices:
        return _("{name} is missing. It is one of {choices}.").format(name=name, choices=choices)
    return _("{name} is missing.").format(name=name)


def _bad_value(error: usage.BadParameter) -> str:
    fault, choices = _fault_of(error), _choices_of(error)
    kind = "choice" if choices else str(fault.get("type"))
    if not fault:
        return f"{_name_of(error)}: {error.message}"
    template = PROBLEMS[kind if kind in PROBLEMS else "other"]
    limits = fault.get("ctx", {})
    value = repr(str(fault["input"]))
    return template.format(name=_name_of(error), value=value, choices=choices, **limits)


def _fault_of(error: usage.BadParameter) -> Mapping[str, Any]:
    """Return Pydantic's first error; {} where the value was refused otherwise."""
    errors = getattr(error.__cause__, "errors", None)
    return errors()[0] if errors else {}


def _option_usage(error: usage.BadOptionUsage) -> str:
    text = (
        N_("{name} takes no value.") if NO_VALUE in error.message else N_("{name} needs a value.")
    )
    return _(text).format(name=escape(error.option_name))


def _other(message: str) -> str:
    """Return an error that Typer raises with nothing but its text."""
    if message.startswith(EXTRA):
        words = message.removeprefix(EXTRA).removesuffix(")")
        return _("Unexpected: {words}. This command takes fewer arguments.").format(words=words)
    text, typo, matches = message.partition(TYPO)
    return _suggest(text.strip(), matches.rstrip("?").split(", ")) if typo else message


def _suggest(text: str, names: Sequence[str]) -> str:
    """Return a text, followed by the names that may have been meant."""
    if not names:
        return text
    question = _("Did you mean: {names}?").format(names=", ".join(sorted(names)))
    return f"{text} {question}"


def _name_of(error: usage.BadParameter) -> str:
    """Return the argument as the help names it, or the option's flags."""
    parameter: Any = error.param
    if parameter.param_type_name == "option":
        return " / ".join(parameter.opts)
    return str(parameter.display_name_raw)


def _choices_of(error: usage.BadParameter) -> str:
    """Return the values that the parameter may have, as a list in words; "" where any may be."""
    parameter: Any = error.param
    choices = parameter.type_descriptor.choices or ()
    return join([str(getattr(choice, "value", choice)) for choice in choices])
