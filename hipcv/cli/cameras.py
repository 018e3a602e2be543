"""`hipcv cameras`: list of the cameras of this machine."""

from dataclasses import asdict
from typing import Annotated

import typer

from hipcv.cli.terminal import show_json
from hipcv.core.errors import EnvironmentFault
from hipcv.language import N_, _

NONE: str = N_("No camera devices. Plug one in, and see that no other program is using it.")


def command(
    as_json: Annotated[bool, typer.Option("--json", help=N_("One JSON document."))] = False,
) -> None:
    """List the cameras of this machine, by the number and name that `hipcv record` takes.

    Exit code: 0 there is one; 6 there is none.
    """
    from hipcv.video.devices import list_cameras

    devices = list_cameras()
    if as_json:
        show_json({"schema": "hipcv.cameras/1", "cameras": [asdict(device) for device in devices]})
    else:
        for device in devices:
            typer.echo(f"{device.number:3d}  {device.name}")
        if not devices:
            typer.echo(_(NONE), err=True)
    raise typer.Exit(0 if devices else EnvironmentFault.exit_code)
