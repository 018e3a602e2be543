"""`hipcv models`: which pose models are here, and whether they are the files they should be."""

from typing import TYPE_CHECKING

import typer

from hipcv.core.errors import ModelMissing

if TYPE_CHECKING:
    from hipcv.estimation.models import ModelCheck

app = typer.Typer(help="List or verify the pose models.", no_args_is_help=True)


@app.command("list")
def list_models() -> None:
    """Show the known models, and where each was found."""
    from hipcv.estimation.models import verify_all

    typer.echo("\n".join(line(check) for check in verify_all()))


@app.command()
def verify() -> None:
    """Compare every model on this machine with its declared SHA-256."""
    from hipcv.estimation.models import verify_all

    checks = verify_all()
    for check in checks:
        typer.echo(f"{line(check)}\n       sha256 {check.spec.sha256}")
    if altered := [check.spec.file for check in checks if check.condition == "altered"]:
        raise ModelMissing(
            f"{', '.join(altered)}: not the file it should be. Replace it with the original, "
            "or install hipcv again."
        )
    if all(check.condition == "missing" for check in checks):
        raise ModelMissing("No pose model is on this machine. Install hipcv again.")


def line(check: "ModelCheck") -> str:
    """One model on one line."""
    size_mb = check.spec.size_bytes / 1e6
    found = check.path or "not on this machine"
    return f"{check.spec.name:6} {check.condition:8} {size_mb:5.1f} MB  {found}"
