"""Clips: which there are, whose they are, and how far the analysis of each has come."""

import re
import uuid
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Final, get_args

import sqlalchemy as sa

from hipcv.core.errors import BadRequest
from hipcv.store import tables
from hipcv.store.models import Clip, NewClip, SideName, State, Visit
from hipcv.store.transactions import Ledger, Writing, checked_text, fetch, fetch_one

DESK: Final = "desk"
"""Who does what no person asked for."""

STATES: Final = get_args(State)
SIDES: Final = (*get_args(SideName), None)
_NAME_LENGTH: Final = 500


class Clips(Ledger):
    """The part of the records that knows what was filmed."""

    def clips(self, *, visit_id: str | None = None, state: State | None = None) -> list[Clip]:
        """All clips, of one visit or in one state where said; oldest first."""
        wanted = sa.select(tables.clips).order_by(tables.clips.c.added_at, tables.clips.c.id)
        if visit_id is not None:
            wanted = wanted.where(tables.clips.c.visit_id == visit_id)
        if state is not None:
            wanted = wanted.where(tables.clips.c.state == state)
        with self._reading() as connection:
            return fetch(connection, Clip, wanted)

    def clip(self, clip_id: str) -> Clip:
        """One clip.

        Raises:
            NotFound: there is none.
        """
        with self._reading() as connection:
            return fetch_one(connection, Clip, tables.clips, clip_id)

    def add_clip(self, new: NewClip, *, by: str, why: str = "") -> Clip:
        """A clip that waits to be analysed.

        The same content in the same visit, or twice without one, gives the clip already there.

        Raises:
            NotFound: no such visit.
            BadRequest: a field is not what it should be.
        """
        row = _waiting(new)
        with self._writing(by, why) as work:
            if row.visit_id is not None:
                fetch_one(work.connection, Visit, tables.visits, row.visit_id)
            there = _same(work.connection, row.visit_id, row.sha256)
            if there is not None:
                return there
            work.insert(tables.clips, asdict(row))
            told = {"visit": row.visit_id, "sha256": row.sha256, "size_bytes": row.size_bytes}
            asked = {"mirrored": row.mirrored, "side": row.side}
            work.note("add_clip", "clip", row.id, **told, **asked)
        return row

    def move_clip(self, clip_id: str, visit_id: str, *, by: str, why: str = "") -> Clip:
        """Give a clip to a visit.

        Raises:
            NotFound: no such clip, or no such visit.
            BadRequest: the visit has this content already.
        """
        with self._writing(by, why) as work:
            clip = fetch_one(work.connection, Clip, tables.clips, clip_id)
            fetch_one(work.connection, Visit, tables.visits, visit_id)
            there = _same(work.connection, visit_id, clip.sha256)
            if there is not None and there.id != clip_id:
                raise BadRequest(f"{clip.name}: this visit holds the same recording already.")
            if clip.visit_id != visit_id:
                work.update(tables.clips, clip_id, visit_id=visit_id)
                work.note("move_clip", "clip", clip_id, visit=[clip.visit_id, visit_id])
            return fetch_one(work.connection, Clip, tables.clips, clip_id)

    def claim_next(self, *, by: str = DESK, why: str = "") -> Clip | None:
        """The clip that waited longest, now being analysed; None where none waits.

        However many ask at once, a clip is given to one of them.
        """
        waiting = sa.select(tables.clips.c.id).where(tables.clips.c.state == "waiting")
        oldest = waiting.order_by(tables.clips.c.added_at, tables.clips.c.id).limit(1)
        with self._reading() as connection:
            if connection.execute(oldest).first() is None:
                return None  # the usual answer, which no writer needs to wait for
        with self._writing(by, why) as work:
            clip_id = work.connection.execute(oldest).scalar()
            return None if clip_id is None else _set(work, clip_id, "analysing", "")

    def set_state(
        self, clip_id: str, state: State, said: str = "", *, by: str, why: str = ""
    ) -> Clip:
        """Say how far a clip has come; `said` is for the person who waits for it.

        Raises:
            NotFound: no such clip.
            BadRequest: no such state.
        """
        if state not in STATES:
            raise BadRequest(f"state: {state!r} is none of {', '.join(STATES)}.")
        told = checked_text("said", said)
        with self._writing(by, why) as work:
            fetch_one(work.connection, Clip, tables.clips, clip_id)
            return _set(work, clip_id, state, told)

    def ask_again(self, clip_id: str, side: str | None, *, by: str, why: str = "") -> Clip:
        """Let a clip wait once more, to be measured on this side; None: whichever moved.

        Raises:
            NotFound: no such clip.
            BadRequest: no such side.
        """
        _refuse_unknown_side(side)
        with self._writing(by, why) as work:
            clip = fetch_one(work.connection, Clip, tables.clips, clip_id)
            work.update(tables.clips, clip_id, side=side, state="waiting", said="")
            work.note("ask_again", "clip", clip_id, side=[clip.side, side])
            return fetch_one(work.connection, Clip, tables.clips, clip_id)

    def release_all(self, *, by: str = DESK, why: str = "") -> list[Clip]:
        """Let clips wait again whose analysis was cut short; for the start of the desk.

        Returns:
            These clips.
        """
        cut = sa.select(tables.clips.c.id).where(tables.clips.c.state == "analysing")
        with self._writing(by, why) as work:
            found = list(work.connection.execute(cut).scalars())
            return [_set(work, clip_id, "waiting", "") for clip_id in found]


def _set(work: Writing, clip_id: str, state: State, said: str) -> Clip:
    """Change the state; what is said stays out of the audit, since it names the file."""
    work.update(tables.clips, clip_id, state=state, said=said)
    work.note("set_state", "clip", clip_id, state=state)
    return fetch_one(work.connection, Clip, tables.clips, clip_id)


def _same(connection: sa.Connection, visit_id: str | None, sha256: str) -> Clip | None:
    here = tables.clips.c.visit_id
    in_visit: sa.ColumnElement[Any] = here.is_(None) if visit_id is None else here == visit_id
    wanted = sa.select(tables.clips).where(in_visit, tables.clips.c.sha256 == sha256)
    return next(iter(fetch(connection, Clip, wanted)), None)


def _waiting(new: NewClip) -> Clip:
    _refuse_unknown_side(new["side"])
    if not re.fullmatch(r"[0-9a-f]{64}", new["sha256"]):
        raise BadRequest("sha256: expected 64 hexadecimal digits.")
    if not re.fullmatch(r"(\.[a-z0-9]{1,15})?", new["suffix"]):
        raise BadRequest(f"suffix: {new['suffix']!r} is not the end of a clip's name.")
    checked_text("name", new["name"], _NAME_LENGTH)
    return Clip(
        id=str(uuid.uuid4()),
        **new,
        state="waiting",
        said="",
        added_at=datetime.now(UTC),
        analysis_id=None,
    )


def _refuse_unknown_side(side: object) -> None:
    if side not in SIDES:
        raise BadRequest(f"side: {side!r} is neither left nor right.")
