"""The `hipcv` command: the app, and the one place where errors become exit codes."""

import sys
from typing import Annotated

import typer

import hipcv
from hipcv import native
from hipcv.cli import (
    analyze,
    batch,
    cameras,
    compare,
    demo,
    doctor,
    export,
    history,
    models,
    protocol,
    purge,
    record,
    report,
    review,
)
from hipcv.cli.errors import attempt, complain
from hipcv.cli.terminal import accept_any_text, speak_apart
from hipcv.core.errors import Failure

app = typer.Typer(
    name="hipcv",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain text, and quick
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Nothing leaves this machine, unless you name a cluster. Not a medical device; see "
    "README for what is validated.",
)


def tell_version(asked: bool) -> None:
    """Print the version and stop."""
    if asked:
        typer.echo(f"hipcv {hipcv.__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool,
        typer.Option("--version", callback=tell_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Measure seated active hip internal rotation from a video clip."""


app.command("analyze")(analyze.command)
app.command("batch")(batch.command)
app.command("cameras")(cameras.command)
app.command("demo")(demo.command)
app.command("doctor")(doctor.command)
app.command("record")(record.command)
app.command("review")(review.command)
app.command("report")(report.command)
app.command("export")(export.command)
app.command("history")(history.command)
app.command("compare")(compare.command)
app.command("purge")(purge.command)
app.command("protocol")(protocol.command)
app.add_typer(models.app, name="models")


def run() -> None:
    """Run the command line, and exit."""
    native.use_single_arena()
    speak_apart()
    accept_any_text()
    failure = attempt(app)
    if isinstance(failure, Failure):
        complain(failure)
        sys.exit(failure.exit_code)
