"""`hipcv review`: the review app, a web app on this machine."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hipcv import libraries
from hipcv.cli import config, data
from hipcv.core.errors import BadRequest, EnvironmentFault
from hipcv.language import N_, _

if TYPE_CHECKING:
    from hipcv.web.opening import RunningApp

Port = Annotated[
    int,
    typer.Option("--port", min=0, max=65535, help=N_("Default: a free one."), show_default=False),
]
NoBrowser = Annotated[
    bool, typer.Option("--no-browser", help=N_("Print the link only; do not open it."))
]
Host = Annotated[
    str,
    typer.Option(
        "--host",
        metavar="ADDRESS",
        help=N_("Let other machines reach the desk here; needs --users, --tls-cert and --tls-key."),
    ),
]
Names = Annotated[
    list[str] | None,
    typer.Option(
        "--name", metavar="NAME", help=N_("A name by which browsers call the desk; repeatable.")
    ),
]
PasswordFile = Annotated[
    Path | None,
    typer.Option(
        "--password-file",
        metavar="FILE",
        help=N_("Holds a password that opens the desk on this machine."),
    ),
]
UsersFile = Annotated[
    Path | None,
    typer.Option(
        "--users",
        metavar="FILE",
        help=N_("Holds who may sign in, with a password each; what they sign bears their name."),
    ),
]
AddUser = Annotated[
    str,
    typer.Option(
        "--add-user",
        metavar="NAME",
        help=N_("Ask for a password and add NAME to the file of --users; opens nothing."),
    ),
]
RemoveUser = Annotated[
    str,
    typer.Option("--remove-user", metavar="NAME", help=N_("Take NAME out of the file of --users.")),
]
TlsCert = Annotated[
    Path | None, typer.Option("--tls-cert", metavar="FILE", help=N_("TLS certificate, PEM."))
]
TlsKey = Annotated[Path | None, typer.Option("--tls-key", metavar="FILE", help=N_("Its key, PEM."))]
MaxUpload = Annotated[
    float, typer.Option("--max-upload-gb", min=0.001, help=N_("The largest clip that is taken."))
]
LockAfter = Annotated[
    float | None,
    typer.Option(
        "--lock-after-min",
        min=0,
        metavar="MINUTES",
        help=N_("Lock the desk when nobody uses it for so long; 0: never. Default: 15."),
        show_default=False,
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        min=1,
        max=config.MAX_WORKERS,
        metavar="N",
        help=N_("Clips analysed at once. Default: half the real cores."),
        show_default=False,
    ),
]
Phone = Annotated[
    bool | None,
    typer.Option(
        "--phone/--no-phone",
        help=N_("Let clips come from a phone in the local network, by a code at the desk."),
        show_default=False,
    ),
]


def command(
    data_dir: data.DataDir = None,
    database: data.Database = "",
    port: Port = 0,
    no_browser: NoBrowser = False,
    host: Host = "127.0.0.1",
    names: Names = None,
    password_file: PasswordFile = None,
    users: UsersFile = None,
    add_user: AddUser = "",
    remove_user: RemoveUser = "",
    tls_cert: TlsCert = None,
    tls_key: TlsKey = None,
    max_upload_gb: MaxUpload = 4.0,
    lock_after_min: LockAfter = None,
    workers: Workers = None,
    phone: Phone = None,
) -> None:
    """Open the desk: review clips, put right what was misread, see change over time.

    It runs until Ctrl-C, for this machine alone, and opens in your browser. Each link opens it
    once; the same command in another terminal gives a new one. What was under way when it ends is
    done at the next start.
    """
    try:
        from hipcv.web import opening, schedule, serve, state
        from hipcv.web.request_limits import Limits
    except ModuleNotFoundError as error:
        raise EnvironmentFault(
            _(
                "{name} is not installed, which the desk needs. `pip install "
                '"hipcv[app]"` brings it.'
            ).format(name=error.name)
        ) from error
    if add_user or remove_user:
        _change_users(users, add_user, remove_user)
        return
    folder = data.data_folder(data_dir)
    if (running := opening.RunningApp.find(folder)) is not None:
        typer.echo(_("The desk is open already; it opens once more."), err=True)
        _show(running, folder, no_browser=no_browser)
        return
    libraries.require()
    folder_settings = config.load(Path.cwd())
    review = folder_settings.review.override(
        lock_after_min=lock_after_min, workers=workers, phone=phone
    )
    address = serve.Address(
        host=host,
        port=port,
        names=tuple(names or ()),
        password_file=password_file,
        users_file=users,
        tls_cert=tls_cert,
        tls_key=tls_key,
    )
    if any("/" in name or ":" in name or not name for name in address.names):
        raise BadRequest(_("--name: give the bare name or address, such as clinic-pc.local."))
    settings = state.Settings(
        folder=folder,
        database=database,
        auth=address.auth(review.lock_after_min),
        limits=Limits(upload_bytes=round(max_upload_gb * 2**30)),
        codes=folder_settings.codes,
        clip_names=folder_settings.clip_names,
        pattern=folder_settings.batch.pattern,
        options=folder_settings.options(overlay=True),
        workers=review.workers or schedule.default_workers(),
        phone=state.PhoneSettings(review.phone, review.phone_port),
    )

    def show(app: opening.RunningApp) -> None:
        text = _("Data: {folder}. Ctrl-C closes the desk.")
        typer.echo(text.format(folder=folder), err=True)
        _show(app, folder, no_browser=no_browser)

    serve.serve(settings, address, show)


def _change_users(file: Path | None, added: str, removed: str) -> None:
    """Add or remove a user of the file of users.

    Raises:
        BadRequest: no file is named, or the file or the user is not accepted.
    """
    from hipcv.web import passwords

    if file is None:
        raise BadRequest(_("Name the file of users with --users FILE."))
    users = passwords.UsersFile(file)
    if removed:
        users.remove(removed)
        typer.echo(_("{name} can no longer sign in.").format(name=removed))
    if added:
        question = _("Password of {name}").format(name=added)
        password = typer.prompt(question, hide_input=True, confirmation_prompt=True, err=True)
        users.add(added, password)
        typer.echo(_("{name} can sign in.").format(name=added))


def _show(app: "RunningApp", folder: Path, *, no_browser: bool) -> None:
    """Print a link to the app, and open it in the browser."""
    from hipcv.web import opening, sessions

    typer.echo(app.link())
    if app.secret:
        text = _(
            "The link opens the desk once, within {minutes} minutes. For a new one, give "
            "`hipcv review` in another terminal."
        )
        typer.echo(text.format(minutes=f"{sessions.PRINTED_KEY_S / 60:.0f}"), err=True)
    if not no_browser:
        opening.open_browser(app, folder)
