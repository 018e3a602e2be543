"""`hipcv models`: list and verification of the pose models."""

from typing import Final

import typer

from hipcv.core.errors import ModelMissing
from hipcv.estimation import models
from hipcv.language import N_, Translated, _

LINES: Final = Translated(
    {
        "good": N_("good     {size_mb:5.1f} MB  {path}"),
        "missing": N_("missing  {size_mb:5.1f} MB  {path}"),
        "altered": N_("altered  {size_mb:5.1f} MB  {path}"),
    }
)
"""Condition, size and path of a model, by its condition."""

app = typer.Typer(help=N_("List or verify the pose models."), no_args_is_help=True)


@app.command("list")
def list_models() -> None:
    """Show the known models, and where each was found."""
    typer.echo("\n".join(line(check) for check in models.verify_all()))


@app.command()
def verify() -> None:
    """Compare every model on this machine with its declared SHA-256."""
    checks = models.verify_all()
    for check in checks:
        typer.echo(f"{line(check)}\n       sha256 {check.spec.sha256}")
    if altered := [check.spec.file for check in checks if check.condition == "altered"]:
        raise ModelMissing(
            _(
                "{altered}: not the file it should be. Replace it with the original, or "
                "install hipcv again."
            ).format(altered=", ".join(altered))
        )
    if all(check.condition == "missing" for check in checks):
        raise ModelMissing(_("No pose model is on this machine. Install hipcv again."))


def line(check: models.ModelCheck) -> str:
    """Return one model as a line of text."""
    size_mb = check.spec.size_bytes / 1e6
    path = check.path or _("not on this machine")
    return f"{check.spec.name:6} {LINES[check.condition].format(size_mb=size_mb, path=path)}"
