"""Clips: their visit, and the state of the analysis of each."""

import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa

from hipcv.core.answers import Answers
from hipcv.core.errors import BadRequest
from hipcv.core.text import LINE_BREAKS, escape
from hipcv.language import N_, _
from hipcv.store import tables
from hipcv.store.models import (
    OPTION_NAMES,
    UNDER_WAY,
    AuditRow,
    Clip,
    ClipOptions,
    ClipState,
    NewClip,
    Visit,
)
from hipcv.store.signatures import current_analysis, restore, revoke
from hipcv.store.transactions import (
    Transactions,
    WriteTransaction,
    fetch,
    fetch_one,
    stale,
    validated_text,
)

SYSTEM: Final = "desk"
"""Actor of changes that no person made."""

MAX_STARTS: Final = 3

INTERRUPTED: Final = N_(
    "{name}: the desk ended {count} times while it was analysed, so it is not begun again by "
    "itself. If you closed the desk each time, analyse it again."
)

CANCELLED: Final = N_(
    "Measuring was stopped before there was a result. The clip can be measured at any time."
)

Choice = Callable[[Sequence[Clip]], Clip | None]
"""Chooses the next clip to be analysed from those that wait, oldest first; None: none of them."""


def first_added(waiting: Sequence[Clip]) -> Clip | None:
    """Return the clip that was added first; None if none waits."""
    return next(iter(waiting), None)


class ClipRecords(Transactions):
    """Reads and writes clips."""

    def clips(self, *, visit_id: str | None = None, sha256: str | None = None) -> list[Clip]:
        """Return clips, oldest first; all, or those of one visit, or of one content."""
        query = sa.select(tables.clips).order_by(tables.clips.c.added_at, tables.clips.c.id)
        if sha256 is not None:
            query = query.where(tables.clips.c.sha256 == sha256)
        if visit_id is not None:
            query = query.where(tables.clips.c.visit_id == visit_id)
        with self._read() as connection:
            return fetch(connection, Clip, query)

    def clip(self, clip_id: str) -> Clip:
        """Return one clip.

        Raises:
            NotFound: there is none.
        """
        with self._read() as connection:
            return fetch_one(connection, Clip, tables.clips, clip_id)

    def add_clip(self, new: NewClip, *, by: str, why: str = "") -> Clip:
        """Add a clip to be analysed.

        The same content in the same visit, or twice without one, returns the existing clip.

        Raises:
            NotFound: no such visit.
        """
        with self._write(by, why) as tx:
            return insert_clip(tx, new, "waiting")

    def move_clip(self, clip_id: str, visit_id: str, *, by: str, why: str = "") -> Clip:
        """Assign a clip to a visit; a signature ends, since it was for another patient or day.

        Raises:
            NotFound: no such clip, or no such visit.
            BadRequest: the visit has this content already.
        """
        with self._write(by, why) as tx:
            clip = fetch_one(tx.connection, Clip, tables.clips, clip_id)
            fetch_one(tx.connection, Visit, tables.visits, visit_id)
            move(tx, clip, visit_id)
            return fetch_one(tx.connection, Clip, tables.clips, clip_id)

    def last_move(self, clip_id: str) -> AuditRow | None:
        """Return the last move of a clip; None where it was not moved, or the move was undone."""
        with self._read() as connection:
            return _last_move(connection, clip_id)

    def moves_from(self, visit_ids: Collection[str]) -> set[tuple[str, str]]:
        """Return the ids of clip and visit of every move out of these visits, ever."""
        columns = tables.audit.c
        query = sa.select(columns.subject_id, columns.detail).where(columns.what == "move_clip")
        with self._read() as connection:
            moves = {(clip_id, detail["visit"][0]) for clip_id, detail in connection.execute(query)}
        return {(clip_id, visit_id) for clip_id, visit_id in moves if visit_id in visit_ids}

    def undo_move(self, clip_id: str, *, by: str, why: str = "") -> Clip:
        """Move a clip back to where it was before its last move.

        A signature that the move took off is put back where the result has not changed since.

        Raises:
            NotFound: no such clip, or its earlier visit was erased.
            BadRequest: it was not moved, or the earlier visit has this content already.
        """
        with self._write(by, why) as tx:
            clip = fetch_one(tx.connection, Clip, tables.clips, clip_id)
            last = _last_move(tx.connection, clip_id)
            if last is None:
                raise BadRequest(_("This clip was not moved, so there is nothing to undo."))
            visit_id = last.detail["visit"][0]
            if visit_id is not None:
                fetch_one(tx.connection, Visit, tables.visits, visit_id)
            _refuse_twice(tx.connection, visit_id, clip)
            restored = restore(tx, last.detail.get("signature"))
            ended = {} if restored else revoke(tx, current_analysis(tx.connection, clip))
            _move(tx, clip, visit_id, undoes=last.number, restored=restored, **ended)
            return fetch_one(tx.connection, Clip, tables.clips, clip_id)

    def answer(
        self,
        clip_id: str,
        answers: Answers,
        *,
        by: str,
        why: str = "",
        before: Answers | None = None,
    ) -> Clip:
        """Set the answers after the test of a clip; the audit has only which were given.

        Args:
            clip_id: Clip.
            answers: Answers, in place of the stored ones.
            by: Who enters them.
            why: Reason for the audit.
            before: Answers that were shown when these were entered; None for any.

        Raises:
            NotFound: no such clip.
            BadRequest: the text on where it hurt cannot be stored.
            Stale: others than `before` are stored by now, and not these either.
        """
        validated_text("pain_where", answers.pain_where)
        values = answers.to_dict() if answers else None
        with self._write(by, why) as tx:
            stored = fetch_one(tx.connection, Clip, tables.clips, clip_id).read_answers()
            if before is not None and stored not in (before, answers):
                raise stale(Answers)
            tx.update(tables.clips, clip_id, answers=values)
            tx.audit("answer", "clip", clip_id, given=_given(answers))
            return fetch_one(tx.connection, Clip, tables.clips, clip_id)

    def claim_next(
        self, choose: Choice = first_added, *, by: str = SYSTEM, why: str = ""
    ) -> Clip | None:
        """Claim one of the waiting clips for analysis; None if none waits, or none is chosen.

        Concurrent callers never get the same clip.

        Args:
            choose: returns one of the waiting clips, which are oldest first, or None.
            by: actor in the audit.
            why: reason in the audit.
        """
        query = sa.select(tables.clips).where(tables.clips.c.state == "waiting")
        waiting = query.order_by(tables.clips.c.added_at, tables.clips.c.id)
        with self._read() as connection:
            if choose(fetch(connection, Clip, waiting)) is None:
                return None  # the usual case takes no write lock
        with self._write(by, why) as tx:
            clip = choose(fetch(tx.connection, Clip, waiting))
            return None if clip is None else _set_state(tx, clip.id, "analysing", "")

    def set_state(
        self, clip_id: str, state: ClipState, said: str = "", *, by: str, why: str = ""
    ) -> Clip:
        """Set a clip's state; `said` is the explanation shown to the user.

        Raises:
            NotFound: no such clip.
        """
        explanation = validated_text("said", escape(said, LINE_BREAKS))
        with self._write(by, why) as tx:
            fetch_one(tx.connection, Clip, tables.clips, clip_id)
            return _set_state(tx, clip_id, state, explanation)

    def request_reanalysis(
        self, clip_id: str, changes: ClipOptions, *, by: str, why: str = ""
    ) -> Clip:
        """Queue a clip once more, with these of its options changed; its signature ends.

        Raises:
            NotFound: no such clip.
        """
        with self._write(by, why) as tx:
            clip = fetch_one(tx.connection, Clip, tables.clips, clip_id)
            signature = revoke(tx, current_analysis(tx.connection, clip))
            tx.update(tables.clips, clip_id, **changes, state="waiting", said="")
            before = {name: getattr(clip, name) for name in OPTION_NAMES}
            detail = {name: [value, changes.get(name, value)] for name, value in before.items()}
            tx.audit("ask_again", "clip", clip_id, **detail, **signature)
            return fetch_one(tx.connection, Clip, tables.clips, clip_id)

    def cancel_clip(self, clip_id: str, *, by: str, why: str = "") -> Clip:
        """Cancel the analysis of a clip that waits for it, or is being analysed.

        An earlier result of it stays.

        Raises:
            NotFound: no such clip.
            BadRequest: no analysis of it is under way.
        """
        with self._write(by, why) as tx:
            clip = fetch_one(tx.connection, Clip, tables.clips, clip_id)
            if clip.state not in UNDER_WAY:
                text = _("{name}: it is not being measured, so there is nothing to stop.")
                raise BadRequest(text.format(name=clip.name))
            return _set_state(tx, clip_id, "cancelled", CANCELLED)

    def requeue_interrupted(self, *, by: str = SYSTEM, why: str = "") -> None:
        """Queue clips again whose analysis was interrupted; to be called before any is claimed.

        One that was interrupted `MAX_STARTS` times fails instead: it may be what ends the program.
        """
        query = sa.select(tables.clips).where(tables.clips.c.state == "analysing")
        with self._write(by, why) as tx:
            for clip in fetch(tx.connection, Clip, query):
                if _starts(tx.connection, clip.id) < MAX_STARTS:
                    _set_state(tx, clip.id, "waiting", "")
                else:
                    text = _(INTERRUPTED).format(name=clip.name, count=MAX_STARTS)
                    _set_state(tx, clip.id, "failed", text)


def insert_clip(tx: WriteTransaction, new: NewClip, state: ClipState) -> Clip:
    """Add a clip; return the existing one where the visit has this content already.

    Raises:
        NotFound: no such visit.
    """
    row = Clip(
        id=str(uuid.uuid4()),
        **new,
        state=state,
        said="",
        added_at=datetime.now(UTC),
        analysis_id=None,
    )
    if row.visit_id is not None:
        fetch_one(tx.connection, Visit, tables.visits, row.visit_id)
    existing = _with_content(tx.connection, row.visit_id, row.sha256)
    if existing is not None:
        return existing
    tx.insert(tables.clips, asdict(row))
    options = {"mirrored": row.mirrored, "external": row.external, "side": row.side}
    detail = {"visit": row.visit_id, "sha256": row.sha256, "size_bytes": row.size_bytes}
    tx.audit("add_clip", "clip", row.id, **detail, **options)
    return row


def move(tx: WriteTransaction, clip: Clip, visit_id: str) -> None:
    """Assign a clip to another visit; a signature ends.

    Raises:
        BadRequest: the visit has this content already.
    """
    _refuse_twice(tx.connection, visit_id, clip)
    if clip.visit_id != visit_id:
        signature = revoke(tx, current_analysis(tx.connection, clip))
        _move(tx, clip, visit_id, **signature)


def _given(answers: Answers) -> list[str]:
    """Return the names of the questions that were answered."""
    return [name for name, value in answers.to_dict().items() if value not in (None, "")]


def _set_state(tx: WriteTransaction, clip_id: str, state: ClipState, said: str) -> Clip:
    """Change the state; `said` stays out of the audit, since it names the file."""
    tx.update(tables.clips, clip_id, state=state, said=said)
    tx.audit("set_state", "clip", clip_id, state=state)
    return fetch_one(tx.connection, Clip, tables.clips, clip_id)


def _starts(connection: sa.Connection, clip_id: str) -> int:
    """Return how often a clip's analysis was begun since it was last asked for."""
    columns = tables.audit.c.what, tables.audit.c.detail
    of_clip = sa.select(*columns).where(tables.audit.c.subject_id == clip_id)
    starts = 0
    for what, detail in connection.execute(of_clip.order_by(tables.audit.c.number.desc())):
        if what != "set_state" or detail["state"] not in {"analysing", "waiting"}:
            break
        starts += detail["state"] == "analysing"
    return starts


def _move(tx: WriteTransaction, clip: Clip, visit_id: str | None, **detail: Any) -> None:  # noqa: ANN401 - JSON
    tx.update(tables.clips, clip.id, visit_id=visit_id)
    tx.audit("move_clip", "clip", clip.id, visit=[clip.visit_id, visit_id], **detail)


def _last_move(connection: sa.Connection, clip_id: str) -> AuditRow | None:
    columns = tables.audit.c
    of_clip = sa.select(tables.audit).where(
        columns.subject_id == clip_id, columns.what == "move_clip"
    )
    last = fetch(connection, AuditRow, of_clip.order_by(columns.number.desc()).limit(1))
    return next((row for row in last if "undoes" not in row.detail), None)


def _refuse_twice(connection: sa.Connection, visit_id: str | None, clip: Clip) -> None:
    """Raise BadRequest where another clip of the visit has the same content."""
    existing = _with_content(connection, visit_id, clip.sha256)
    if existing is not None and existing.id != clip.id:
        raise BadRequest(
            _("{name}: this visit holds the same recording already.").format(name=clip.name)
        )


def _with_content(connection: sa.Connection, visit_id: str | None, sha256: str) -> Clip | None:
    column = tables.clips.c.visit_id
    in_visit: sa.ColumnElement[Any] = column.is_(None) if visit_id is None else column == visit_id
    query = sa.select(tables.clips).where(in_visit, tables.clips.c.sha256 == sha256)
    return next(iter(fetch(connection, Clip, query)), None)
