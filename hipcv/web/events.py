"""Server-sent events: state changes of clips, from the worker threads to the open pages."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

QUEUE_LENGTH: Final = 256
"""Events a reader may leave unread; then it loses the oldest, and can load the overview again."""

HEARTBEAT_S: Final = 15.0


@dataclass(slots=True, eq=False)
class _Page:
    loop: asyncio.AbstractEventLoop
    queue: "asyncio.Queue[bytes | None]"  # None: the stream ends

    def put(self, event: bytes | None) -> None:
        """Queue an event; to be called in the page's own loop."""
        if self.queue.full():
            self.queue.get_nowait()
        self.queue.put_nowait(event)


@dataclass(slots=True, eq=False)
class EventHub:
    """Sends events to every open page; thread-safe."""

    _pages: set[_Page] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def notify_clip(
        self,
        clip_id: str,
        state: str,
        *,
        said: str = "",
        doing: str = "",
        share: float = 0.0,
        measured: bool = False,
    ) -> None:
        """Send the new state of a clip; `measured` while only the result's files are missing."""
        payload = {"id": clip_id, "state": state, "said": said, "doing": doing, "share": share}
        payload["measured"] = measured
        self._send(f"event: clip\ndata: {json.dumps(payload)}\n\n".encode())

    def close(self) -> None:
        """End every stream."""
        self._send(None)

    async def stream(self, is_open: Callable[[], bool]) -> AsyncIterator[bytes]:
        """Yield events in the format of EventSource while the page may have them."""
        page = _Page(asyncio.get_running_loop(), asyncio.Queue(QUEUE_LENGTH))
        with self._lock:
            self._pages.add(page)
        try:
            yield b"retry: 2000\n\n"
            while True:
                try:
                    event = await asyncio.wait_for(page.queue.get(), HEARTBEAT_S)
                except TimeoutError:
                    event = b"event: alive\ndata: {}\n\n"
                if event is None or not is_open():
                    return
                yield event
        finally:
            with self._lock:
                self._pages.discard(page)

    def _send(self, event: bytes | None) -> None:
        with self._lock:
            pages = [*self._pages]
        for page in pages:
            with suppress(RuntimeError):  # its loop has ended
                page.loop.call_soon_threadsafe(page.put, event)
