"""Limits on connections that do not send a whole request: in time, and in number.

A connection waits from its beginning, and from the end of each response, until the head of its
next request has arrived. One that waits too long is closed. Where too many wait, the oldest one is
closed, so that a new one always finds room: whoever holds many connections open loses those.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_S: Final = 10.0
"""Time within which the head of a request must arrive."""

KEEP_ALIVE_S: Final = 5
"""Time after a response within which the next request must begin."""

MAX_WAITING_PER_ADDRESS: Final = 64
MAX_WAITING: Final = 256


@dataclass(slots=True)
class Waiting:
    """The connections that wait for the head of a request, by address, oldest first."""

    per_address: int = MAX_WAITING_PER_ADDRESS
    in_all: int = MAX_WAITING
    _addresses: dict[str, "OrderedDict[Connection, None]"] = field(default_factory=dict)
    _all: "OrderedDict[Connection, None]" = field(default_factory=OrderedDict)

    def add(self, connection: "Connection") -> None:
        """Add a connection, and close the oldest one where too many wait."""
        of_address = self._addresses.setdefault(connection.address, OrderedDict())
        of_address[connection] = self._all[connection] = None
        if len(of_address) > self.per_address:
            self._close(next(iter(of_address)))
        if len(self._all) > self.in_all:
            self._close(next(iter(self._all)))

    def remove(self, connection: "Connection") -> None:
        """Remove a connection, if it waits."""
        self._all.pop(connection, None)
        of_address = self._addresses.get(connection.address)
        if of_address is not None:
            of_address.pop(connection, None)
            if not of_address:
                del self._addresses[connection.address]

    def _close(self, connection: "Connection") -> None:
        self.remove(connection)
        connection.abort()


def protocol_class(waiting: Waiting, head_s: float = HEAD_S) -> type["Connection"]:
    """Return the protocol of a server whose waiting connections are these."""
    return type("LimitedConnection", (Connection,), {"waiting": waiting, "head_s": head_s})


class Connection(H11Protocol):
    """An HTTP connection under these limits."""

    waiting: Waiting
    head_s: float

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - of the base class
        super().__init__(*args, **kwargs)
        self.address = ""
        self._head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self.address = self.client[0] if self.client else ""
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._wait_no_longer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Receive a part of a request."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._wait_no_longer()
        elif self._head_timer is None:  # the next request has begun
            self._wait()

    def on_response_complete(self) -> None:
        """Wait for the next request, which may have arrived already."""
        super().on_response_complete()
        if not self.transport.is_closing() and self.conn.their_state is h11.IDLE:
            self._wait()

    def abort(self) -> None:
        """Close the connection at once."""
        self._wait_no_longer()
        self.transport.abort()

    def _wait(self) -> None:
        self._wait_no_longer()
        self._head_timer = self.loop.call_later(self.head_s, self.abort)
        self.waiting.add(self)

    def _wait_no_longer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None
        self.waiting.remove(self)
