"""uvicorn with the limits that every listener of the app has."""

import asyncio
import socket
from functools import partial
from pathlib import Path
from typing import Any, Final

import uvicorn
from starlette.types import ASGIApp

from hipcv.web.connections import HEAD_S, KEEP_ALIVE_S, Waiting, protocol_class

SHUTDOWN_S: Final = 3
TLS_SHUTDOWN_S: Final = 0.5
"""Time within which a browser must agree to the end of a connection."""

BACKLOG: Final = 128
"""Connections that are accepted at once; `Waiting` closes those beyond its limits afterwards."""


def config_of(
    app: ASGIApp,
    *,
    cert: Path | None = None,
    key: Path | None = None,
    **options: Any,  # noqa: ANN401 - of uvicorn
) -> uvicorn.Config:
    """Return the configuration of a listener; with a certificate it speaks TLS alone."""
    return uvicorn.Config(
        app,
        http=protocol_class(Waiting()),
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_S,
        access_log=False,  # it would hold keys
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=SHUTDOWN_S,
        ssl_certfile=cert,
        ssl_keyfile=key,
        **options,
    )


class LimitedServer(uvicorn.Server):
    """A server whose connections agree upon TLS as fast as a head of a request must arrive."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen."""
        if not self.config.is_ssl:
            await super().startup(sockets)
            return
        loop = asyncio.get_running_loop()
        create = loop.create_server
        limited = partial(create, ssl_handshake_timeout=HEAD_S, ssl_shutdown_timeout=TLS_SHUTDOWN_S)
        loop.create_server = limited  # type: ignore[method-assign]
        try:
            await super().startup(sockets)
        finally:
            loop.create_server = create  # type: ignore[method-assign]
