"""The guided test at a browser's camera: its pictures come in, what to show goes out.

A picture is looked at by the same functions, and the session moved on by the same fold, as in
`hipcv record`. What is answered is a preview: the number comes from the recording, which the
browser uploads.
"""

import asyncio
import json
import math
import struct
from collections import deque
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Annotated, Any, Final, Literal

import numpy as np
from fastapi import APIRouter, Query, WebSocket
from starlette.websockets import WebSocketDisconnect

from hipcv.core import guide, presenter
from hipcv.core.errors import BadRequest, HipcvError
from hipcv.core.guide import SessionPlan, SessionState
from hipcv.core.interfaces import Frame, Picture
from hipcv.core.landmarks import Side
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.view_model import GuideView, Key
from hipcv.guide.session import LiveEstimator, open_estimators
from hipcv.web.jpeg import size_px
from hipcv.web.scenes import answer
from hipcv.web.state import AppStateDep

router = APIRouter(prefix="/api")

LARGEST_PX: Final = 4_000_000
"""A live picture has a quarter of that; a larger one is a mistake, or wants to hurt."""

LARGEST_BYTES: Final = 4 << 20
IDLE_S: Final = 60.0
"""A page that sends nothing for so long is gone."""

BUSY: Final = 1013
UNFIT: Final = 1003
BROKEN: Final = 1011
KEYS: Final = {**{key.value: key for key in Key}, "quit": Key.STOP}
SIDES: Final[dict[str, tuple[Side, ...]]] = {
    "left": (Side.LEFT,),
    "right": (Side.RIGHT,),
    "both": (Side.LEFT, Side.RIGHT),
    "auto": (),
}


@dataclass(slots=True)
class Inbox:
    """What came from the browser and was not looked at yet: the newest picture, and all keys."""

    picture: bytes | None = None
    keys: deque[Key] = field(default_factory=lambda: deque(maxlen=16))
    rate_hz: float = math.nan  # of the browser's camera; NaN = not said
    over: bool = False
    news: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(slots=True)
class Session:
    """One person's test; used from one thread."""

    estimator: LiveEstimator
    state: SessionState
    shown: GuideView | None = None
    frames: int = 0

    def look(self, picture: bytes, key: Key | None, rate_hz: float) -> dict[str, Any] | None:
        """Look at one picture and go one step; None where it is not later than the one before.

        Raises:
            BadRequest: it is no picture.
        """
        time_s, bgr = unpacked(picture)
        if self.state.recent and time_s <= self.state.now.time_s:
            return None
        frame = Frame(self.frames, time_s, bgr)
        self.frames += 1
        seen = self.estimator.estimate(frame, count=not self.state.recording)
        self.state = guide.advance(self.state, replace(seen, rate_hz=rate_hz), key)
        scene = presenter.present(self.state)
        told = answer(self.shown, scene, self.state, seen.size_px)
        self.shown = scene
        return told


@router.websocket("/live")
async def live(
    state: AppStateDep,
    socket: WebSocket,
    side: Literal["left", "right", "both", "auto"] = "auto",
    reps: Annotated[int | None, Query(ge=1, le=10)] = None,
) -> None:
    """Lead one person through the test."""
    await socket.accept()
    if not state.live_slots.acquire(blocking=False):
        await socket.close(BUSY, "Other tests are under way. End one of them first.")
        return
    try:
        plan = SessionPlan(_protocol(state.settings.options.protocol, reps), SIDES[side])
        await _lead(socket, plan)
    except HipcvError as told:
        await _close(socket, BROKEN, str(told))
    finally:
        state.live_slots.release()


async def _lead(socket: WebSocket, plan: SessionPlan) -> None:
    inbox = Inbox()
    listening = asyncio.create_task(_listen(socket, inbox))
    try:
        async with _session(plan) as (session, pool):
            await _answer_pictures(socket, session, inbox, pool)
    finally:
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening


@asynccontextmanager
async def _session(plan: SessionPlan) -> AsyncIterator[tuple[Session, ThreadPoolExecutor]]:
    """Yield a session with its own estimator, and the one thread that both run in."""
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1, thread_name_prefix="live") as pool:
        opening: AbstractContextManager[LiveEstimator] = open_estimators()
        estimator = await loop.run_in_executor(pool, opening.__enter__)
        try:
            yield Session(estimator, guide.begin(plan)), pool
        finally:
            await loop.run_in_executor(pool, opening.__exit__, None, None, None)


async def _answer_pictures(
    socket: WebSocket, session: Session, inbox: Inbox, pool: ThreadPoolExecutor
) -> None:
    """One picture under way at a time; those that came meanwhile are dropped for the newest."""
    loop = asyncio.get_running_loop()
    while not inbox.over:
        try:
            await asyncio.wait_for(inbox.news.wait(), IDLE_S)
        except TimeoutError:
            await _close(socket, UNFIT, "No picture came for a minute.")
            return
        inbox.news.clear()
        picture, inbox.picture = inbox.picture, None
        if picture is None:
            continue
        key = inbox.keys.popleft() if inbox.keys else None
        look = partial(session.look, picture, key, inbox.rate_hz)
        told = await loop.run_in_executor(pool, look)
        if told is None:
            if key is not None:
                inbox.keys.appendleft(key)
            continue
        with suppress(WebSocketDisconnect, RuntimeError):
            await socket.send_json(told)
        if told["finished"]:
            await _close(socket, 1000, "")
            return


async def _listen(socket: WebSocket, inbox: Inbox) -> None:
    """Take in what the browser sends, for as long as it does."""
    try:
        while True:
            message = await socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            if (picture := message.get("bytes")) is not None:
                inbox.picture = picture[: LARGEST_BYTES + 1]
            else:
                _take_words(inbox, message.get("text") or "")
            inbox.news.set()
    finally:
        inbox.over = True
        inbox.news.set()


def _take_words(inbox: Inbox, text: str) -> None:
    """A key, or the camera's rate; anything else is passed over."""
    with suppress(ValueError, TypeError, AttributeError):
        told = json.loads(text)
        key = KEYS.get(str(told.get("key")))
        if key is not None:
            inbox.keys.append(key)
        if "rate_hz" in told:
            inbox.rate_hz = float(told["rate_hz"])


async def _close(socket: WebSocket, code: int, why: str) -> None:
    with suppress(RuntimeError, WebSocketDisconnect):
        if why:
            await socket.send_json({"error": why})
        await socket.close(code, why[:120])


def unpacked(message: bytes) -> tuple[float, Picture]:
    """Capture time and picture, (H, W, 3) uint8 BGR, of a message of the browser.

    Raises:
        BadRequest: it is not 8 bytes of time and a JPEG of a sensible size.
    """
    import cv2

    if not 8 < len(message) <= LARGEST_BYTES:  # noqa: PLR2004 - bytes of the time
        raise BadRequest("A live picture must be a JPEG of at most 4 MB, after its time.")
    (time_s,) = struct.unpack_from("<d", message)
    size = size_px(message[8:])
    if not math.isfinite(time_s) or size is None or not 0 < size[0] * size[1] <= LARGEST_PX:
        raise BadRequest("A live picture must be a JPEG of at most 4 megapixels, after its time.")
    bgr = cv2.imdecode(np.frombuffer(message, np.uint8, offset=8), cv2.IMREAD_COLOR)
    if bgr is None:
        raise BadRequest("A live picture could not be decoded.")
    return time_s, np.asarray(bgr, dtype=np.uint8)


def _protocol(protocol: MeasurementProtocol, reps: int | None) -> MeasurementProtocol:
    """The desk's protocol, for as many repetitions; the one before them is practice."""
    if reps is None:
        return protocol
    return replace(protocol, reps_wanted=reps, practice_from_reps=reps + 1)
