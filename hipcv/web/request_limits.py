"""Limits on the size and the speed of request bodies."""

import asyncio
import time
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope

JSON_BYTES: Final = 1 << 20
UPLOAD_PATH: Final = "/api/uploads"


@dataclass(frozen=True, slots=True)
class BodyLimit:
    """Limit of one body."""

    largest_bytes: int
    silent_s: float  # the longest wait for the next part
    grace_s: float  # for so long any rate is accepted
    slowest_bytes_s: float  # after that, the lowest mean rate


class BrokenBody(Exception):
    """A body that is not read any further; `LimitedBody.problem` has the reason."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of all bodies."""

    upload_bytes: int = 4 << 30
    json_bytes: int = JSON_BYTES
    silent_s: float = 20.0
    grace_s: float = 30.0
    slowest_bytes_s: float = 2048.0

    def of(self, scope: Scope) -> BodyLimit:
        """Return the limit of a request."""
        upload = scope["path"] == UPLOAD_PATH
        return BodyLimit(
            largest_bytes=self.upload_bytes if upload else self.json_bytes,
            silent_s=self.silent_s,
            grace_s=self.grace_s,
            slowest_bytes_s=self.slowest_bytes_s,
        )

    def problem_of(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        """Return status and sentence if the declared size is invalid or too large, else None."""
        declared = headers.get("content-length")
        if declared is None:
            return None
        if not (declared.isascii() and declared.isdecimal()):
            return 400, "The request does not say how long it is."
        largest = self.of(scope).largest_bytes
        return too_large(largest) if int(declared) > largest else None


class LimitedBody:
    """A request's body, received under a limit."""

    def __init__(self, receive: Receive, limit: BodyLimit) -> None:
        self._receive, self._limit = receive, limit
        self._started_s = time.monotonic()
        self._bytes = 0
        self._complete = False
        self.problem: tuple[int, str] | None = None  # status and sentence

    async def receive(self) -> Message:
        """Receive the next message.

        Raises:
            BrokenBody: the body is too large or too slow.
        """
        if self._complete:  # only a disconnect may follow
            return await self._receive()
        if self.problem is not None:
            raise BrokenBody
        try:
            message = await asyncio.wait_for(self._receive(), self._limit.silent_s)
        except TimeoutError:
            raise self._broken(*too_slow()) from None
        if message["type"] != "http.request":
            return message
        self._bytes += len(message.get("body", b""))
        self._complete = not message.get("more_body", False)
        if self._bytes > self._limit.largest_bytes:
            raise self._broken(*too_large(self._limit.largest_bytes))
        spent_s = time.monotonic() - self._started_s
        slow = self._bytes < self._limit.slowest_bytes_s * (spent_s - self._limit.grace_s)
        if slow and not self._complete:
            raise self._broken(*too_slow())
        return message

    def _broken(self, status: int, text: str) -> BrokenBody:
        self.problem = status, text
        return BrokenBody(text)


def too_large(largest_bytes: int) -> tuple[int, str]:
    """Return status and sentence of a body above the limit."""
    size = format_size(largest_bytes)
    return 413, f"This is larger than the {size} that are allowed. Send less."


def too_slow() -> tuple[int, str]:
    """Return status and sentence of a body that stopped or is below the lowest rate."""
    return 408, "The transfer stopped or was too slow, and was ended. Try again."


def format_size(number_bytes: int) -> str:
    """Return a size with its unit, such as "4 GB"."""
    for unit, step in (("GB", 1 << 30), ("MB", 1 << 20), ("kB", 1 << 10)):
        if number_bytes >= step:
            return f"{number_bytes / step:.3g} {unit}"
    return f"{number_bytes} bytes"
