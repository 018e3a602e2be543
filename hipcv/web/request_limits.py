"""Limits on the size and the speed of request bodies."""

import asyncio
import time
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope

from hipcv.language import _

JSON_BYTES: Final = 1 << 20
UPLOAD_PATH: Final = "/api/uploads"
RECORDING_PATH: Final = "/api/recordings"


class BrokenBody(Exception):
    """A body that is not read any further; `LimitedBody.problem` has the reason."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of all bodies."""

    upload_bytes: int = 4 << 30
    json_bytes: int = JSON_BYTES
    part_bytes: int = 16 << 20  # of a recording under way: 16 s at the rate of the record page
    silent_s: float = 20.0  # the longest wait for the next part
    grace_s: float = 30.0  # for so long any rate is accepted
    slowest_bytes_s: float = 2048.0  # after that, the lowest mean rate

    def largest_bytes(self, scope: Scope) -> int:
        """Return the limit on the size of a request's body."""
        by_path = {UPLOAD_PATH: self.upload_bytes, RECORDING_PATH: self.part_bytes}
        return by_path.get(scope["path"], self.json_bytes)

    @staticmethod
    def problem_of(headers: Headers, largest_bytes: int) -> tuple[int, str] | None:
        """Return status and sentence if the declared size is invalid or too large, else None."""
        declared = headers.get("content-length")
        if declared is None:
            return None
        if not (declared.isascii() and declared.isdecimal()):
            return 400, _("The request does not say how long it is.")
        return _too_large(largest_bytes) if int(declared) > largest_bytes else None


class LimitedBody:
    """A request's body, received under limits."""

    def __init__(self, receive: Receive, limits: Limits, largest_bytes: int) -> None:
        self._receive, self._limits, self._largest_bytes = receive, limits, largest_bytes
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
            message = await asyncio.wait_for(self._receive(), self._limits.silent_s)
        except TimeoutError:
            raise self._broken(_too_slow()) from None
        if message["type"] != "http.request":
            return message
        self._bytes += len(message.get("body", b""))
        self._complete = not message.get("more_body", False)
        if self._bytes > self._largest_bytes:
            raise self._broken(_too_large(self._largest_bytes))
        spent_s = time.monotonic() - self._started_s
        slow = self._bytes < self._limits.slowest_bytes_s * (spent_s - self._limits.grace_s)
        if slow and not self._complete:
            raise self._broken(_too_slow())
        return message

    def _broken(self, problem: tuple[int, str]) -> BrokenBody:
        self.problem = problem
        return BrokenBody(problem[1])


def _too_slow() -> tuple[int, str]:
    return 408, _("The transfer stopped or was too slow, and was ended. Try again.")


def _too_large(largest_bytes: int) -> tuple[int, str]:
    text = _("This is larger than the {size} that are allowed. Send less.")
    return 413, text.format(size=_format_size(largest_bytes))


def _format_size(number_bytes: int) -> str:
    """Return a size with its unit, such as "4 GB"."""
    for unit, step in (("GB", 1 << 30), ("MB", 1 << 20), ("kB", 1 << 10)):
        if number_bytes >= step:
            return f"{number_bytes / step:.3g} {unit}"
    return f"{number_bytes} bytes"
