"""News for the open pages: what becomes of clips, from the threads that work on them."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

QUEUE: Final = 256
"""A page that does not read so many loses the oldest: it asks for the whole desk at any time."""

HEARTBEAT_S: Final = 15.0


@dataclass(slots=True, eq=False)
class _Page:
    loop: asyncio.AbstractEventLoop
    news: "asyncio.Queue[tuple[str, dict[str, Any]] | None]"

    def put(self, item: tuple[str, dict[str, Any]] | None) -> None:
        """From the page's own loop."""
        if self.news.full():
            self.news.get_nowait()
        self.news.put_nowait(item)


@dataclass(slots=True, eq=False)
class Hub:
    """Tells every open page; may be used from any thread."""

    _pages: set[_Page] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def tell(self, event: str, told: dict[str, Any]) -> None:
        """Send an event to whoever listens."""
        self._give((event, told))

    def tell_clip(
        self, clip_id: str, state: str, *, said: str = "", doing: str = "", share: float = 0.0
    ) -> None:
        """Say what became of a clip."""
        told = {"id": clip_id, "state": state, "said": said, "doing": doing, "share": share}
        self.tell("clip", told)

    def close(self) -> None:
        """End every stream: the desk closes."""
        self._give(None)

    async def stream(self) -> AsyncIterator[bytes]:
        """Events as a page's EventSource reads them, until the desk closes."""
        page = _Page(asyncio.get_running_loop(), asyncio.Queue(QUEUE))
        with self._lock:
            self._pages.add(page)
        try:
            yield b"retry: 2000\n\n"
            while True:
                try:
                    item = await asyncio.wait_for(page.news.get(), HEARTBEAT_S)
                except TimeoutError:
                    yield b": still here\n\n"
                    continue
                if item is None:
                    return
                yield f"event: {item[0]}\ndata: {json.dumps(item[1])}\n\n".encode()
        finally:
            with self._lock:
                self._pages.discard(page)

    def _give(self, item: tuple[str, dict[str, Any]] | None) -> None:
        with self._lock:
            pages = [*self._pages]
        for page in pages:
            with suppress(RuntimeError):  # its loop has ended
                page.loop.call_soon_threadsafe(page.put, item)
