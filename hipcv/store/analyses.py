"""Analyses of clips: what the machine found, what people corrected, and who signed it."""

import uuid
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Final, get_args

import sqlalchemy as sa

from hipcv.core.errors import BadRequest, NotFound, Stale
from hipcv.store import tables
from hipcv.store.audit import fingerprint
from hipcv.store.documents import event_rows, outcome
from hipcv.store.models import (
    Amendment,
    Analysis,
    Clip,
    Correction,
    CorrectionKind,
    Event,
    JsonObject,
    SideName,
)
from hipcv.store.transactions import Ledger, Writing, checked_text, fetch, fetch_one

KINDS: Final = get_args(CorrectionKind)
_SIDES: Final = get_args(SideName)


class Analyses(Ledger):
    """The part of the records that knows what was measured."""

    def add_analysis(
        self,
        clip_id: str,
        document: JsonObject,
        method: int,
        *,
        by: str,
        analysis_id: str | None = None,
        why: str = "",
    ) -> Analysis:
        """Keep a result; it becomes the one that counts for its clip, earlier ones stay.

        Args:
            clip_id: which clip was analysed.
            document: the result document (`hipcv.assessment/1`).
            method: the number of the method that made it.
            by: who.
            analysis_id: the id its folder has already; a new one where not given.
            why: for what reason.

        Raises:
            NotFound: no such clip; it may have been erased in the meantime.
        """
        row = Analysis(
            id=analysis_id or str(uuid.uuid4()),
            clip_id=clip_id,
            method=method,
            version=1,
            automatic=document,
            corrected=None,
            signed_by=None,
            signed_at=None,
            made_at=datetime.now(UTC),
            amended=False,
        )
        state, said = outcome(document)
        with self._writing(by, why) as work:
            fetch_one(work.connection, Clip, tables.clips, clip_id)
            work.insert(tables.analyses, asdict(row))
            for event in event_rows(row.id, document):
                work.insert(tables.events, event)
            work.update(tables.clips, clip_id, analysis_id=row.id, state=state, said=said)
            made = {"clip": clip_id, "method": method, "state": state}
            work.note("add_analysis", "analysis", row.id, **made, automatic=fingerprint(document))
        return row

    def analysis(self, analysis_id: str) -> Analysis:
        """One analysis.

        Raises:
            NotFound: there is none.
        """
        with self._reading() as connection:
            return fetch_one(connection, Analysis, tables.analyses, analysis_id)

    def analyses(self, clip_id: str) -> list[Analysis]:
        """Every analysis of a clip, newest first."""
        wanted = sa.select(tables.analyses).where(tables.analyses.c.clip_id == clip_id)
        with self._reading() as connection:
            return fetch(connection, Analysis, wanted.order_by(tables.analyses.c.made_at.desc()))

    def events(self, analysis_id: str) -> list[Event]:
        """What the machine found when, by side, rep and time."""
        event = tables.events.c
        wanted = sa.select(tables.events).where(event.analysis_id == analysis_id)
        with self._reading() as connection:
            rows = connection.execute(wanted.order_by(event.side, event.rep, event.from_s)).all()
        return [
            Event(row.analysis_id, row.side, row.rep, row.kind, (row.from_s, row.to_s))
            for row in rows
        ]

    def corrections(self, analysis_id: str) -> list[Correction]:
        """Every correction of an analysis in its order, withdrawn ones among them."""
        correction = tables.corrections.c
        wanted = sa.select(tables.corrections).where(correction.analysis_id == analysis_id)
        with self._reading() as connection:
            return fetch(connection, Correction, wanted.order_by(correction.number))

    def correct(
        self,
        analysis_id: str,
        amendment: Amendment,
        *,
        version: int,
        by: str,
        why: str = "",
    ) -> Analysis:
        """Keep a correction and the result it leads to; a sign-off no longer holds then.

        Args:
            analysis_id: which analysis.
            amendment: the correction, and the result it leads to.
            version: the one the corrector saw.
            by: who.
            why: for what reason.

        Raises:
            NotFound: no such analysis, or no such correction to withdraw.
            Stale: somebody else changed it since.
            BadRequest: the correction is of no known kind.
        """
        _refuse_unknown(amendment)
        with self._writing(by, why) as work:
            seen = _unchanged(work.connection, analysis_id, version)
            row = _correction(work, seen, amendment)
            work.insert(tables.corrections, asdict(row))
            if row.kind == "withdraw":
                _withdraw(work, row)
            work.update(
                tables.analyses,
                analysis_id,
                version=version + 1,
                corrected=amendment["document"],
                signed_by=None,
                signed_at=None,
                amended=seen.amended or seen.signed_by is not None,
            )
            told = {name: getattr(row, name) for name in _TOLD}
            corrected = (
                None if amendment["document"] is None else fingerprint(amendment["document"])
            )
            work.note("correct", "analysis", analysis_id, **told, corrected=corrected)
            return fetch_one(work.connection, Analysis, tables.analyses, analysis_id)

    def sign(self, analysis_id: str, *, version: int, by: str, why: str = "") -> Analysis:
        """Sign an analysis off as it was seen.

        Raises:
            NotFound: no such analysis.
            Stale: somebody else changed it since.
        """
        with self._writing(by, why) as work:
            _unchanged(work.connection, analysis_id, version)
            signed = {"signed_by": work.by, "signed_at": datetime.now(UTC)}
            work.update(tables.analyses, analysis_id, version=version + 1, **signed)
            work.note("sign", "analysis", analysis_id, version=version + 1)
            return fetch_one(work.connection, Analysis, tables.analyses, analysis_id)


_TOLD: Final = ("number", "kind", "side", "rep", "before", "after")


def _unchanged(connection: sa.Connection, analysis_id: str, version: int) -> Analysis:
    found = fetch_one(connection, Analysis, tables.analyses, analysis_id)
    if found.version != version:
        raise Stale(
            "Somebody else changed this analysis in the meantime. Look at it as it is now, and "
            "make your change again if it is still needed."
        )
    return found


def _refuse_unknown(amendment: Amendment) -> None:
    if amendment["kind"] not in KINDS:
        raise BadRequest(f"kind: {amendment['kind']!r} is none of {', '.join(KINDS)}.")
    if amendment["side"] is not None and amendment["side"] not in _SIDES:
        raise BadRequest(f"side: {amendment['side']!r} is neither left nor right.")


def _correction(work: Writing, analysis: Analysis, amendment: Amendment) -> Correction:
    """The correction as it is kept, with the next number."""
    of_this = tables.corrections.c.analysis_id == analysis.id
    last = work.connection.execute(
        sa.select(sa.func.max(tables.corrections.c.number)).where(of_this)
    ).scalar()
    return Correction(
        id=str(uuid.uuid4()),
        analysis_id=analysis.id,
        number=(last or 0) + 1,
        kind=amendment["kind"],
        side=amendment["side"],
        rep=amendment["rep"],
        before=amendment["before"],
        after=amendment["after"],
        why=checked_text("why", work.why),
        by=work.by,
        at=datetime.now(UTC),
        withdrawn=False,
    )


def _withdraw(work: Writing, row: Correction) -> None:
    """Mark the correction that `row` takes back."""
    correction, number = tables.corrections.c, row.after.get("number")
    holding = sa.select(correction.number, correction.id).where(
        correction.analysis_id == row.analysis_id,
        correction.kind != "withdraw",
        correction.withdrawn.is_(False),
    )
    meant = {found.number: found.id for found in work.connection.execute(holding)}
    if not isinstance(number, int) or number not in meant:
        raise NotFound(f"There is no correction {number} that holds and could be withdrawn.")
    work.update(tables.corrections, meant[number], withdrawn=True)
