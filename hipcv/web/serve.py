"""The HTTP server of the review app: one process on one address."""

import ipaddress
import socket
import ssl
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import uvicorn

from hipcv.core.errors import BadRequest, EnvironmentFault
from hipcv.core.system_errors import reason_of
from hipcv.language import _
from hipcv.web.app import create_app
from hipcv.web.http_server import BACKLOG, LimitedServer, config_of
from hipcv.web.live import LARGEST_BYTES
from hipcv.web.opening import RunningApp
from hipcv.web.passwords import MIN_PASSWORD_LENGTH, UsersFile
from hipcv.web.secret_files import refuse_unless_private
from hipcv.web.security import LOCAL_NAMES, Auth
from hipcv.web.sessions import LOCK_AFTER_MIN, Sessions
from hipcv.web.state import Settings, open_app_state

LOOPBACK: Final = "127.0.0.1"
OPEN_FILES: Final = 4096


@dataclass(frozen=True, slots=True)
class Address:
    """The address under which browsers reach the app, and how it is secured."""

    host: str = LOOPBACK
    port: int = 0  # 0: any free port
    names: tuple[str, ...] = ()  # host names that browsers may use, besides the host itself
    password_file: Path | None = None
    users_file: Path | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None

    @property
    def local(self) -> bool:
        """True if only this machine can reach it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    def auth(self, lock_after_min: float = LOCK_AFTER_MIN) -> Auth:
        """Return new secrets, and the host names to answer to.

        Raises:
            BadRequest: other machines can reach the address and users or TLS are missing, or a file
                cannot be used or others can read it.
        """
        self._refuse_insecure()
        if self.tls_key is not None:
            refuse_unless_private(self.tls_key)
        own = () if self._any_host else (_bracketed(self.host),)
        hosts = (*(LOCAL_NAMES if self.local else own), *(name.lower() for name in self.names))
        return Auth(hosts, self._password(), self._users(), sessions=Sessions(lock_after_min))

    def _refuse_insecure(self) -> None:
        if self.password_file and self.users_file:
            raise BadRequest(_("Give --users or --password-file, not both."))
        required = [self.users_file, self.tls_cert, self.tls_key]
        if not self.local and None in required:
            text = _(
                "--host {host}: other machines could reach the desk. That needs --tls-cert, "
                "--tls-key and --users, since a signature must be somebody's; without --host it "
                "is for this machine alone."
            )
            raise BadRequest(text.format(host=self.host))
        if (self.tls_cert is None) != (self.tls_key is None):
            raise BadRequest(_("--tls-cert and --tls-key go together."))
        if self._any_host and not self.names:
            text = _(
                "--host {host}: say with --name by which name or address browsers will call the "
                "desk."
            )
            raise BadRequest(text.format(host=self.host))

    @property
    def _any_host(self) -> bool:
        return self.host in ("0.0.0.0", "::")  # noqa: S104 - compared only

    def _users(self) -> UsersFile | None:
        if self.users_file is None:
            return None
        users = UsersFile(self.users_file)
        if not users.read():
            text = _("{file}: there is no user yet. Add one with --add-user NAME.")
            raise BadRequest(text.format(file=self.users_file))
        return users

    def _password(self) -> str:
        if self.password_file is None:
            return ""
        refuse_unless_private(self.password_file)
        try:
            password = self.password_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            text = _("{file}: the password cannot be read.")
            raise BadRequest(text.format(file=self.password_file)) from error
        if len(password) < MIN_PASSWORD_LENGTH:
            text = _("{file}: the password must have {count} signs or more.")
            raise BadRequest(text.format(file=self.password_file, count=MIN_PASSWORD_LENGTH))
        return password


def serve(settings: Settings, address: Address, on_ready: Callable[[RunningApp], None]) -> None:
    """Serve the app until it is interrupted.

    Args:
        settings: settings of the app, with the result of `address.auth()`.
        address: the address.
        on_ready: called once it can be opened.

    Raises:
        EnvironmentFault: the address or the data folder cannot be used.
        BadRequest: the TLS files cannot be used.
    """
    _refuse_bad_tls(address)
    _allow_open_files()
    with open_app_state(settings) as state, _listening(address) as listener:
        config = config_of(
            create_app(state),
            cert=address.tls_cert,
            key=address.tls_key,
            log_level="error",  # a warning for each malformed request would fill the terminal
            ws="websockets-sansio",
            ws_max_size=LARGEST_BYTES,
        )
        app = running_app(settings.auth, address, listener.getsockname()[1])
        with app.announced(settings.folder), suppress(KeyboardInterrupt):
            on_ready(app)
            _Server(config, state.hub.close).run(sockets=[listener])


class _Server(LimitedServer):
    """A server that ends event streams before it waits for open connections."""

    def __init__(self, config: uvicorn.Config, end_streams: Callable[[], None]) -> None:
        super().__init__(config)
        self._end_streams = end_streams

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the event streams, then shut down."""
        self._end_streams()
        await super().shutdown(sockets)


def running_app(auth: Auth, address: Address, port: int) -> RunningApp:
    """Return the app as browsers reach it."""
    name = address.names[0] if address.names else _bracketed(address.host)
    scheme = "https" if address.tls_cert else "http"
    return RunningApp(f"{scheme}://{name}:{port}", "" if auth.users else auth.keys.secret)


def _listening(address: Address) -> socket.socket:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        return socket.create_server((address.host, address.port), family=family, backlog=BACKLOG)
    except (OSError, OverflowError) as error:
        text = _(
            "{host}:{port} cannot be used ({error}). Name another port with --port, or none for a "
            "free one."
        )
        raise EnvironmentFault(
            text.format(host=address.host, port=address.port, error=reason_of(error))
        ) from error


def _allow_open_files() -> None:
    """Raise the limit on open files, which some systems set for programs with few connections."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < files:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))


def _refuse_bad_tls(address: Address) -> None:
    if address.tls_cert is None or address.tls_key is None:
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(address.tls_cert, address.tls_key)
    except (OSError, ssl.SSLError) as error:
        text = _("{cert}, {key}: not a certificate with its key ({error}).")
        raise BadRequest(
            text.format(cert=address.tls_cert, key=address.tls_key, error=reason_of(error))
        ) from error


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host.lower()
