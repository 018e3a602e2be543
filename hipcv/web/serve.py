"""The server: one process on one address, which prints the link that opens it."""

import ipaddress
import socket
import ssl
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import uvicorn

from hipcv.core.errors import BadRequest, EnvironmentFault
from hipcv.web.app import create_app
from hipcv.web.live import LARGEST_BYTES
from hipcv.web.security import Door
from hipcv.web.state import Settings, opened

LOOPBACK: Final = "127.0.0.1"
HERE: Final = (LOOPBACK, "localhost", "[::1]")
PASSWORD_SHORTEST: Final = 12
GOODBYE_S: Final = 3


@dataclass(frozen=True, slots=True)
class Address:
    """Where the desk is reached."""

    host: str = LOOPBACK
    port: int = 0  # 0: a free one
    names: tuple[str, ...] = ()  # by which browsers may call it, besides the host itself
    password_file: Path | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None

    @property
    def local(self) -> bool:
        """Whether only this machine reaches it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def secure(self) -> bool:
        """Whether it speaks TLS."""
        return self.tls_cert is not None

    def door(self) -> Door:
        """The secrets of this start, and the names it answers to.

        Raises:
            BadRequest: the address can be reached from elsewhere, and lacks what that needs.
        """
        self._refuse_open()
        own = () if self._everywhere else (_bracketed(self.host),)
        hosts = (*(HERE if self.local else own), *(name.lower() for name in self.names))
        return Door(hosts=hosts, password=self._password())

    def _refuse_open(self) -> None:
        given = [self.password_file, self.tls_cert, self.tls_key]
        if not self.local and None in given:
            raise BadRequest(
                f"--host {self.host}: other machines could reach the desk. That needs "
                "--password-file, --tls-cert and --tls-key; without --host it is for this machine "
                "alone."
            )
        if (self.tls_cert is None) != (self.tls_key is None):
            raise BadRequest("--tls-cert and --tls-key go together.")
        if self._everywhere and not self.names:
            raise BadRequest(
                f"--host {self.host}: say with --name by which name or address browsers will call "
                "the desk."
            )

    @property
    def _everywhere(self) -> bool:
        return self.host in ("0.0.0.0", "::")  # noqa: S104 - asked about, not used

    def _password(self) -> str:
        if self.password_file is None:
            return ""
        try:
            password = self.password_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as fault:
            raise BadRequest(f"{self.password_file}: the password cannot be read.") from fault
        if len(password) < PASSWORD_SHORTEST:
            raise BadRequest(
                f"{self.password_file}: the password must have {PASSWORD_SHORTEST} signs or more."
            )
        return password


def serve(settings: Settings, address: Address, tell: Callable[[str], None]) -> None:
    """Serve a desk until somebody stops it.

    Args:
        settings: the desk; its door as `address.door()` made it.
        address: where.
        tell: given the link, once it can be followed.

    Raises:
        EnvironmentFault: the address or the data folder cannot be used.
        BadRequest: the TLS files cannot be used.
    """
    _refuse_bad_tls(address)
    with opened(settings) as desk, _listening(address) as listener:
        config = uvicorn.Config(
            create_app(desk),
            log_level="warning",
            access_log=False,  # the link's token would stand in it
            server_header=False,
            proxy_headers=False,
            ws="websockets-sansio",
            ws_max_size=LARGEST_BYTES,
            timeout_graceful_shutdown=GOODBYE_S,
            ssl_certfile=address.tls_cert,
            ssl_keyfile=address.tls_key,
        )
        tell(link(settings.door, address, listener.getsockname()[1]))
        with suppress(KeyboardInterrupt):  # that is how it is closed
            _Server(config, desk.hub.close).run(sockets=[listener])


class _Server(uvicorn.Server):
    """One that lets pages that listen for news go before it waits for them."""

    def __init__(self, config: uvicorn.Config, goodbye: Callable[[], None]) -> None:
        super().__init__(config)
        self._goodbye = goodbye

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End."""
        self._goodbye()
        await super().shutdown(sockets)


def link(door: Door, address: Address, port: int) -> str:
    """What to open."""
    name = address.names[0] if address.names else _bracketed(address.host)
    return f"{'https' if address.secure else 'http'}://{name}:{port}/?token={door.token}"


def show(url: str) -> None:
    """Open the link in the user's browser, where there is one."""
    webbrowser.open(url)


def _listening(address: Address) -> socket.socket:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        return socket.create_server((address.host, address.port), family=family, backlog=128)
    except (OSError, OverflowError) as fault:
        raise EnvironmentFault(
            f"{address.host}:{address.port} cannot be used ({fault}). "
            "Name another port with --port, or none for a free one."
        ) from fault


def _refuse_bad_tls(address: Address) -> None:
    if address.tls_cert is None or address.tls_key is None:
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(address.tls_cert, address.tls_key)
    except (OSError, ssl.SSLError) as fault:
        raise BadRequest(
            f"{address.tls_cert}, {address.tls_key}: not a certificate with its key ({fault})."
        ) from fault


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host.lower()
