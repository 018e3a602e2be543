"""The `hipcv` command and its subcommands; errors become exit codes here."""

import sys
from typing import Annotated

import typer

from hipcv import native
from hipcv.cli import (
    analyze,
    audit,
    backup,
    batch,
    cameras,
    compare,
    demo,
    doctor,
    export,
    history,
    isolation,
    language,
    models,
    protocol,
    purge,
    record,
    report,
    reproduce,
    restore,
    review,
    usage,
    validate,
)
from hipcv.cli.errors import attempt, print_error
from hipcv.cli.signals import end_on_signals
from hipcv.cli.terminal import detach_stderr, escape_output
from hipcv.core.errors import Failure
from hipcv.files import make_new_files_private
from hipcv.language import N_, NAMES, _
from hipcv.version import __version__

app = typer.Typer(
    name="hipcv",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain text, and quick
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=N_(
        "Nothing leaves this machine, unless you name a cluster. Not a medical device; see "
        "README for what is validated."
    ),
)


def print_version(requested: bool) -> None:
    """Print the version and stop."""
    if requested:
        typer.echo(f"hipcv {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool,
        typer.Option(
            "--version", "-V", callback=print_version, is_eager=True, help=N_("Show the version.")
        ),
    ] = False,
    lang: Annotated[
        str,
        typer.Option(
            language.FLAG,
            metavar="|".join(NAMES),
            help=N_("Language of every text; also after the command."),
        ),
    ] = "",
) -> None:
    """Measure seated active hip internal rotation from a video clip."""


for module in (
    analyze, batch, cameras, demo, doctor, record, review, report, export, history, compare, purge,
    audit, backup, restore, protocol, reproduce, validate,
):  # fmt: skip
    app.command(module.__name__.rpartition(".")[2])(module.command)
app.add_typer(models.app, name="models")


def start() -> None:
    """Run the command line in the language that it names."""
    sys.argv[1:] = language.choose(sys.argv[1:])
    end_on_signals(_("stopped; what was finished before is whole."))
    command = typer.main.get_command(app)
    language.translate(command)
    sys.exit(usage.run(command))


def run() -> None:
    """Run the command line and exit the process."""
    native.use_single_arena()
    isolation.enable()
    make_new_files_private()
    detach_stderr()
    escape_output()
    failure = attempt(start)
    if isinstance(failure, Failure):
        print_error(failure)
        sys.exit(failure.exit_code)
