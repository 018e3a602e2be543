"""WebSocket of the guided test at a browser's camera: JPEGs come in, views as JSON go out.

Frames are read and the session is advanced by the same functions as in `hipcv record`. The
answers are a preview: the result comes from the recording, which the browser uploads.
"""

import asyncio
import math
import struct
from collections import deque
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, suppress
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Annotated, Any, Final, Literal, TypedDict

import numpy as np
from fastapi import APIRouter, Query, WebSocket
from starlette.websockets import WebSocketDisconnect

from hipcv.core import guide, presenter
from hipcv.core.errors import BadRequest, HipcvError
from hipcv.core.guide import SIDE_CHOICES, SessionPlan, SessionState
from hipcv.core.interfaces import Frame, Picture
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.view_model import GuideView, Key, Stage
from hipcv.guide import prompts
from hipcv.guide.estimator import LiveEstimator, open_estimators
from hipcv.guide.speech import Announcements
from hipcv.language import _, translate
from hipcv.outside_json import parse
from hipcv.web.jpeg import size_px
from hipcv.web.live_records import LiveRecords, TakeRecord
from hipcv.web.recordings import Recordings
from hipcv.web.state import AppState, AppStateDep

router = APIRouter(prefix="/api")

LARGEST_PX: Final = 4_000_000
"""Live pictures have a quarter of that; a larger one is a mistake, or malicious."""

LARGEST_BYTES: Final = 4 << 20
IDLE_S: Final = 60.0
"""A page that has sent nothing for this long is closed."""

UPLOAD_WITHIN_S: Final = 60.0
"""Time that a page has, once the connection ended, to upload what it recorded."""

LONGEST_REASON: Final = 120
"""Bytes of the reason for which a connection is closed; the protocol has room for 123."""

BUSY: Final = 1013
UNFIT: Final = 1003
BROKEN: Final = 1011
KEYS: Final = {**{key.value: key for key in Key}, "quit": Key.STOP}


class Message(TypedDict, total=False):
    """A text message of the browser."""

    key: str
    rate_hz: float
    began_s: float


@dataclass(slots=True)
class Inbox:
    """Messages of the browser not handled yet: the newest picture, and all keys."""

    picture: bytes | None = None
    keys: deque[Key] = field(default_factory=lambda: deque(maxlen=16))
    rate_hz: float = math.nan  # of the browser's camera; NaN = not known
    began_s: float = math.nan  # when the browser began its latest recording; NaN = not known
    closed: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(slots=True)
class Session:
    """One guided test; used from one thread."""

    estimator: LiveEstimator
    state: SessionState
    records: LiveRecords
    session_id: str
    view: GuideView | None = None  # the latest
    frames: int = 0
    announcements: Announcements = field(default_factory=Announcements)

    def advance(self, message: bytes, key: Key | None, inbox: Inbox) -> dict[str, Any] | None:
        """Process one picture; return the answer, None where it is not later than the last one.

        `inbox` tells the camera's rate, and when the browser began to record.

        Raises:
            BadRequest: the message is not a picture.
        """
        time_s, bgr = decode_picture(message)
        if self.state.recent and time_s <= self.state.now.time_s:
            return None
        frame = Frame(self.frames, time_s, bgr)
        self.frames += 1
        observation = self.estimator.estimate(frame, self.state.stage)
        observation = replace(observation, rate_hz=inbox.rate_hz)
        past, self.state = self.state, guide.advance(self.state, observation, key)
        self._record(past, inbox.began_s)
        before, self.view = self.view, presenter.present(self.state)
        text, tone = self.announcements.after(self.view)
        sound = {"say": text, "tone": tone.name if tone else ""}
        return {"session": self.session_id, **sound, **_answer(before, self.view, self.state)}

    def _record(self, past: SessionState, began_s: float) -> None:
        """Store the repetitions of the recording under way, or of the one that has just ended."""
        state = past if self.state.take != past.take else self.state
        if state is past or state.stage is Stage.FINISHED:
            state = guide.end_recording(state)
        if state.previews is past.previews:
            return
        begun = math.isfinite(began_s) and began_s >= state.recorded_from_s
        record = TakeRecord(state.previews, began_s if begun else state.recorded_from_s)
        self.records.put(self.session_id, state.take, record)


@router.websocket("/live")
async def live(
    state: AppStateDep,
    socket: WebSocket,
    side: Literal["left", "right", "both", "auto"] = "auto",
    reps: Annotated[int | None, Query(ge=1, le=10)] = None,
    *,
    external: bool = False,
) -> None:
    """Lead one person through the test; with `external`, of external rotation as well."""
    await socket.accept()
    if not state.live_slots.acquire(blocking=False):
        await socket.close(BUSY, _("Other tests are under way. End one of them first."))
        return
    try:
        protocol = _protocol(state.settings.options.protocol, reps)
        # The page asks the questions on safety itself; it confirms them once.
        external = external or state.settings.options.external
        plan = SessionPlan(protocol, SIDE_CHOICES[side], questions=("seat",), external=external)
        await _lead(socket, plan, state)
    except HipcvError as error:
        await _close(socket, BROKEN, str(error))
    finally:
        state.live_slots.release()


async def _lead(socket: WebSocket, plan: SessionPlan, state: AppState) -> None:
    inbox = Inbox()
    listening = asyncio.create_task(_listen(socket, inbox))
    try:
        async with _session(plan, state.live_records) as (session, pool):
            with _recorded(state.recordings, session.session_id):
                await _answer_pictures(socket, session, inbox, pool)
    finally:
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening


@contextmanager
def _recorded(recordings: Recordings, session_id: str) -> Iterator[None]:
    """Accept the parts of the session's recordings, and for a while afterwards."""
    loop = asyncio.get_running_loop()
    recordings.open(session_id)
    try:
        yield
    finally:
        loop.call_later(UPLOAD_WITHIN_S, loop.run_in_executor, None, recordings.close, session_id)


@asynccontextmanager
async def _session(
    plan: SessionPlan, records: LiveRecords
) -> AsyncIterator[tuple[Session, ThreadPoolExecutor]]:
    """Yield a session with its own estimator, and the one thread that both run in."""
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1, thread_name_prefix="live") as pool:
        opening: AbstractContextManager[LiveEstimator] = open_estimators(plan.protocol)
        estimator = await loop.run_in_executor(pool, opening.__enter__)
        try:
            yield Session(estimator, guide.begin(plan), records, records.begin()), pool
        finally:
            await loop.run_in_executor(pool, opening.__exit__, None, None, None)


async def _answer_pictures(
    socket: WebSocket, session: Session, inbox: Inbox, pool: ThreadPoolExecutor
) -> None:
    """Answer one picture at a time; of those that came meanwhile, only the newest is used."""
    loop, context = asyncio.get_running_loop(), copy_context()  # with the reader's language
    while not inbox.closed:
        try:
            await asyncio.wait_for(inbox.changed.wait(), IDLE_S)
        except TimeoutError:
            await _close(socket, UNFIT, _("No picture came for a minute."))
            return
        inbox.changed.clear()
        picture, inbox.picture = inbox.picture, None
        if picture is None:
            continue
        key = inbox.keys.popleft() if inbox.keys else None
        advance = partial(context.run, session.advance, picture, key, inbox)
        answer = await loop.run_in_executor(pool, advance)
        if answer is None:
            if key is not None:
                inbox.keys.appendleft(key)
            continue
        with suppress(WebSocketDisconnect, RuntimeError):
            await socket.send_json(answer)
        if answer["finished"]:
            await _close(socket, 1000, "")
            return


async def _listen(socket: WebSocket, inbox: Inbox) -> None:
    """Receive messages until the browser disconnects."""
    try:
        while True:
            message = await socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            if (picture := message.get("bytes")) is not None:
                inbox.picture = picture[: LARGEST_BYTES + 1]
            else:
                _read_text(inbox, message.get("text") or "")
            inbox.changed.set()
    finally:
        inbox.closed = True
        inbox.changed.set()


def _read_text(inbox: Inbox, text: str) -> None:
    """Store a key, the camera's rate, or the begin of a recording; ignore anything else."""
    with suppress(ValueError):
        message: Message = parse(text, Message)
        key = KEYS.get(message.get("key", ""))
        if key is not None:
            inbox.keys.append(key)
        inbox.rate_hz = message.get("rate_hz", inbox.rate_hz)
        inbox.began_s = message.get("began_s", inbox.began_s)


async def _close(socket: WebSocket, code: int, reason: str) -> None:
    with suppress(RuntimeError, WebSocketDisconnect):
        if reason:
            await socket.send_json({"error": reason})
        await socket.close(code, reason.encode()[:LONGEST_REASON].decode(errors="ignore"))


def decode_picture(message: bytes) -> tuple[float, Picture]:
    """Return capture time and picture, (H, W, 3) uint8 BGR, of a message of the browser.

    Raises:
        BadRequest: the message is not 8 bytes of time and a JPEG of an accepted size.
    """
    import cv2

    if not 8 < len(message) <= LARGEST_BYTES:  # noqa: PLR2004 - bytes of the time
        raise BadRequest(_("A live picture must be a JPEG of at most 4 MB, after its time."))
    (time_s,) = struct.unpack_from("<d", message)
    size = size_px(message[8:])
    if not math.isfinite(time_s) or size is None or not 0 < size[0] * size[1] <= LARGEST_PX:
        raise BadRequest(
            _("A live picture must be a JPEG of at most 4 megapixels, after its time.")
        )
    bgr = cv2.imdecode(np.frombuffer(message, np.uint8, offset=8), cv2.IMREAD_COLOR)
    if bgr is None:
        raise BadRequest(_("A live picture could not be decoded."))
    return time_s, np.asarray(bgr, dtype=np.uint8)


def _protocol(protocol: MeasurementProtocol, reps: int | None) -> MeasurementProtocol:
    """Return the app's protocol with this number of repetitions, after one for practice."""
    if reps is None:
        return protocol
    return replace(protocol, reps_wanted=reps, practice_from_reps=reps + 1)


def _answer(before: GuideView | None, view: GuideView, state: SessionState) -> dict[str, Any]:
    """Return one view as the record page reads it."""
    return {
        "stage": view.stage.value,
        "words": {
            "title": prompts.STAGES[view.stage],
            "prompt": prompts.lines(None, view)[-1],
            "leg": prompts.leg(view.side),
            "repetition": prompts.repetition(view),
            "preview": prompts.preview(view),
            "asked": list(translate(prompts.ASKED)),
            "notice": prompts.NOTICES.get(view.notice, ""),
            "lines": prompts.lines(before, view),
            "keys": [list(pair) for pair in prompts.KEYS[view.stage]],
        },
        "rotation_deg": _rounded(view.rotation_deg),
        "angle_source": view.angle_source,
        "peak_deg": _rounded(view.peak_deg),
        "target_deg": None if view.external else view.target_deg,  # one of internal rotation
        "before_external": view.before_external,
        "side": view.side and view.side.value,
        "rep": view.rep,
        "reps": view.reps,
        "count": view.count,
        "still_share": round(view.still_share, 3),
        "hold_share": round(view.hold_share, 3),
        "recording": view.recording,
        "recorded_s": round(view.recorded_s, 2),
        "take": state.take,
        "finished": view.stage is Stage.FINISHED,
        "checks": [
            {
                "rule": check.rule,
                "good": check.good,
                "text": prompts.RULES[check.rule],
                "prompt": prompts.PROMPTS.get(check.code, ""),
            }
            for check in view.checks
        ],
        "marks": [
            {
                "peak_deg": _rounded(rep.peak_deg),
                "plateau_deg": _rounded(rep.plateau_deg),
                "held": rep.held,
                "practice": rep.practice,
            }
            for rep in view.reps_this_way
        ],
        "landmarks": _landmark_shares(view, state.now.size_px),
        "time_s": view.time_s,
    }


def _landmark_shares(view: GuideView, size_px: tuple[int, int]) -> list[list[float] | None]:
    """Return (33) positions as shares of the picture's width and height; None = not seen."""
    xy = view.pose.xy_px / np.array(size_px, dtype=np.float64)
    return [[round(float(x), 4), round(float(y), 4)] if np.isfinite(x + y) else None for x, y in xy]


def _rounded(value: float) -> float | None:
    return round(value, 2) if math.isfinite(value) else None
