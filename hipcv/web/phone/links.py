"""The open links of the desk, each with its listener, which runs no longer than the link."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from starlette.concurrency import run_in_threadpool

from hipcv.core.errors import EnvironmentFault
from hipcv.core.system_errors import reason_of
from hipcv.language import _
from hipcv.web.http_server import BACKLOG, LimitedServer, config_of
from hipcv.web.phone.app import Door, create_phone_app
from hipcv.web.phone.certificate import Certificate, current_certificate
from hipcv.web.phone.link import End, Link
from hipcv.web.schemas import PhoneBody
from hipcv.web.security import Refused
from hipcv.web.sessions import Session
from hipcv.web.state import AppState

CHECK_S: Final = 0.25
"""Time between two checks whether a link has ended."""

FORBIDDEN: Final = 403


class Listener(LimitedServer):
    """The server of one link."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the server of the desk."""
        yield


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A link, where phones reach it, and the task that ends with its listener."""

    door: Door
    addresses: tuple[str, ...]  # of this machine, to choose from
    certificate: Certificate
    task: asyncio.Task[None]

    @property
    def link(self) -> Link:
        """The link."""
        return self.door.link


@dataclass(slots=True)
class PhoneLinks:
    """The links of all sessions, at most one each; used in the event loop alone."""

    state: AppState
    _open: dict[str, OpenLink] = field(default_factory=dict)  # by the cookie of the session

    @property
    def allowed(self) -> bool:
        """True where the settings allow clips from a phone."""
        return self.state.settings.phone.allowed

    async def open(self, session: Session, assignment: PhoneBody) -> OpenLink:
        """Open a link, in place of the session's earlier one.

        Raises:
            Refused: the settings do not allow it.
            EnvironmentFault: there is no local network, or its port cannot be used.
        """
        if not self.allowed:
            text = _(
                "Clips from a phone are turned off. Start the desk with --phone, or write "
                "phone = true under [review] in hipcv.toml."
            )
            raise Refused(FORBIDDEN, text)
        await self.close(session)
        settings = self.state.settings.phone
        addresses = await run_in_threadpool(settings.addresses)
        host = _chosen(addresses, assignment.address)
        certificate = await run_in_threadpool(
            current_certificate, self.state.settings.folder, addresses
        )
        listening = _listen(host, settings.port)
        link = Link(session, assignment, self.state.auth.sessions.holds, settings.valid_s)
        door = Door(link, host, listening.getsockname()[1])
        task = asyncio.create_task(self._serve(door, certificate, listening))
        self._open[session.cookie] = OpenLink(door, addresses, certificate, task)
        return self._open[session.cookie]

    def find(self, session: Session) -> OpenLink | None:
        """Return the last link of a session, which may have ended."""
        return self._open.get(session.cookie)

    async def close(self, session: Session) -> None:
        """End the link of a session, and wait until its listener is closed."""
        found = self._open.pop(session.cookie, None)
        if found is not None:
            found.link.end = found.link.end or End.CLOSED
            await found.task

    async def close_all(self) -> None:
        """End every link."""
        for found in [*self._open.values()]:
            await self.close(found.link.session)

    async def _serve(self, door: Door, certificate: Certificate, listening: socket.socket) -> None:
        """Serve a link until it ends."""
        app = create_phone_app(self.state, door)
        config = config_of(app, cert=certificate.path, log_config=None, lifespan="off", ws="none")
        server = Listener(config)
        serving = asyncio.create_task(server.serve([listening]))
        try:
            while not (door.link.check() or serving.done()):
                await asyncio.sleep(CHECK_S)
        finally:
            server.should_exit = True
            await serving
            listening.close()


def _chosen(addresses: tuple[str, ...], address: str) -> str:
    """Return the address that was chosen, or the first one.

    Raises:
        EnvironmentFault: there is none.
    """
    if not addresses:
        text = _("This computer is in no local network. Connect it to the one of the phone first.")
        raise EnvironmentFault(text)
    return address if address in addresses else addresses[0]


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), backlog=BACKLOG)
    except OSError as error:
        text = _("{host}:{port} cannot be used for the phone ({error}). Close it elsewhere first.")
        raise EnvironmentFault(text.format(host=host, port=port, error=reason_of(error))) from error
