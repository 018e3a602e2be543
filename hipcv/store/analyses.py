"""Analyses of clips: automatic results, corrections and sign-off."""

import uuid
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Final

import sqlalchemy as sa

from hipcv.core.errors import NotFound
from hipcv.language import _
from hipcv.result_schema import fingerprint
from hipcv.store import summaries, tables
from hipcv.store.clips import insert_clip
from hipcv.store.models import (
    Analysis,
    Clip,
    CorrectionRow,
    JsonObject,
    NewClip,
    NewCorrection,
)
from hipcv.store.results import delete_oldest, outcome_of
from hipcv.store.signatures import current_analysis, revoke, signature_of
from hipcv.store.transactions import (
    Transactions,
    WriteTransaction,
    fetch,
    fetch_one,
    fetch_unchanged,
)

_AUDITED: Final = ("number", "kind", "side", "rep", "before", "after")


class AnalysisRecords(Transactions):
    """Reads and writes analyses and their corrections."""

    def add_analysis(  # noqa: PLR0913 - all of a result
        self,
        clip_id: str,
        document: JsonObject,
        method: int,
        *,
        by: str,
        analysis_id: str | None = None,
        files: Mapping[str, str] | None = None,
        why: str = "",
    ) -> Analysis:
        """Add a result and make it the current one of its clip; earlier ones stay.

        Args:
            clip_id: the clip that was analysed.
            document: the result document.
            method: number of the method that made it.
            by: actor.
            analysis_id: the id in use already for its folder; default: a new one.
            files: see `add_analysed_clip`.
            why: reason.

        Raises:
            NotFound: no such clip; it may have been erased in the meantime.
        """
        row = _automatic(clip_id, document, method, analysis_id)
        with self._write(by, why) as tx:
            fetch_one(tx.connection, Clip, tables.clips, clip_id)
            return _insert_analysis(tx, row, files)

    def add_analysed_clip(
        self,
        new: NewClip,
        document: JsonObject,
        *,
        by: str,
        analysis_id: str,
        files: Mapping[str, str] | None = None,
        why: str = "",
    ) -> Analysis:
        """Add a clip together with its result, so that it never waits for an analysis.

        Where the visit has this content already, the result becomes the current one of that clip.

        Args:
            new: fields of the clip.
            document: the result document.
            by: actor.
            analysis_id: the id in use for the folder of the result.
            files: SHA-256 of every file in it, by its name, which the audit fixes.
            why: reason.

        Raises:
            NotFound: no such visit.
        """
        method = int(document["provenance"]["method"])
        with self._write(by, why) as tx:
            clip = insert_clip(tx, new, "analysing")
            answers = new.get("answers") or clip.answers
            tx.update(tables.clips, clip.id, answers=answers)
            row = _automatic(clip.id, document, method, analysis_id)
            return _insert_analysis(tx, row, files)

    def analysis(self, analysis_id: str) -> Analysis:
        """Return one analysis.

        Raises:
            NotFound: there is none.
        """
        with self._read() as connection:
            return fetch_one(connection, Analysis, tables.analyses, analysis_id)

    def analyses(self, clip_id: str) -> list[Analysis]:
        """Return every analysis of a clip, newest first."""
        query = sa.select(tables.analyses).where(tables.analyses.c.clip_id == clip_id)
        with self._read() as connection:
            return fetch(connection, Analysis, query.order_by(tables.analyses.c.made_at.desc()))

    def analysis_ids(self) -> list[str]:
        """Return the ids of all analyses, sorted."""
        query = sa.select(tables.analyses.c.id).order_by(tables.analyses.c.id)
        with self._read() as connection:
            return list(connection.execute(query).scalars())

    def corrections(self, analysis_id: str) -> list[CorrectionRow]:
        """Return every correction of an analysis in its order, including withdrawn ones."""
        columns = tables.corrections.c
        query = sa.select(tables.corrections).where(columns.analysis_id == analysis_id)
        with self._read() as connection:
            return fetch(connection, CorrectionRow, query.order_by(columns.number))

    def correct(
        self,
        analysis_id: str,
        correction: NewCorrection,
        *,
        version: int,
        by: str,
        why: str = "",
    ) -> Analysis:
        """Add a correction with the result it leads to, and revoke any sign-off.

        Args:
            analysis_id: the analysis.
            correction: the correction, and the result it leads to.
            version: version of the analysis that the corrector saw.
            by: actor.
            why: reason.

        Raises:
            NotFound: no such analysis, or no such correction to withdraw.
            Stale: it was changed by another user since.
        """
        document = correction["document"]
        with self._write(by, why) as tx:
            analysis = fetch_unchanged(
                tx.connection, Analysis, tables.analyses, analysis_id, version=version
            )
            row = _numbered(tx, analysis, correction)
            tx.insert(tables.corrections, asdict(row))
            if row.kind == "withdraw":
                _mark_withdrawn(tx, row)
            tx.update(
                tables.analyses,
                analysis_id,
                version=version + 1,
                corrected=document,
                signed_by=None,
                signed_at=None,
                amended=analysis.amended or analysis.signed_by is not None,
            )
            current = analysis.automatic if document is None else document
            summaries.store(tx.connection, analysis_id, current)
            detail = {name: getattr(row, name) for name in _AUDITED}
            corrected = None if document is None else fingerprint(document)
            detail |= {"corrected": corrected, **signature_of(analysis)}
            tx.audit("correct", "analysis", analysis_id, **detail)
            return fetch_one(tx.connection, Analysis, tables.analyses, analysis_id)


def _automatic(
    clip_id: str, document: JsonObject, method: int, analysis_id: str | None
) -> Analysis:
    """Return the row of a new result, not corrected and not signed."""
    return Analysis(
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


def _insert_analysis(
    tx: WriteTransaction, row: Analysis, files: Mapping[str, str] | None
) -> Analysis:
    """Add a result and make it the current one of its clip; a signature of the earlier one ends."""
    state, said = outcome_of(row.automatic)
    clip = fetch_one(tx.connection, Clip, tables.clips, row.clip_id)
    earlier = current_analysis(tx.connection, clip)
    signature = revoke(tx, earlier)
    amended = earlier is not None and (earlier.amended or bool(signature))
    tx.insert(tables.analyses, asdict(replace(row, amended=amended)))
    summaries.store(tx.connection, row.id, row.automatic)
    tx.update(tables.clips, row.clip_id, analysis_id=row.id, state=state, said=said)
    detail = {"clip": row.clip_id, "method": row.method, "state": state, **signature}
    if files is not None:
        detail["files"] = dict(files)
    if deleted := delete_oldest(tx, row.clip_id):
        detail["deleted"] = deleted
    tx.audit("add_analysis", "analysis", row.id, **detail, automatic=fingerprint(row.automatic))
    return replace(row, amended=amended)


def _numbered(tx: WriteTransaction, analysis: Analysis, correction: NewCorrection) -> CorrectionRow:
    """Return the correction as a row with the next number."""
    of_analysis = tables.corrections.c.analysis_id == analysis.id
    last = tx.connection.execute(
        sa.select(sa.func.max(tables.corrections.c.number)).where(of_analysis)
    ).scalar()
    return CorrectionRow(
        id=str(uuid.uuid4()),
        analysis_id=analysis.id,
        number=(last or 0) + 1,
        kind=correction["kind"],
        side=correction["side"],
        rep=correction["rep"],
        before=correction["before"],
        after=correction["after"],
        why=tx.why,
        by=tx.by,
        at=datetime.now(UTC),
        withdrawn=False,
    )


def _mark_withdrawn(tx: WriteTransaction, withdrawal: CorrectionRow) -> None:
    columns, number = tables.corrections.c, withdrawal.after.get("number")
    query = sa.select(columns.number, columns.id).where(
        columns.analysis_id == withdrawal.analysis_id,
        columns.kind != "withdraw",
        columns.withdrawn.is_(False),
    )
    active = {row.number: row.id for row in tx.connection.execute(query)}
    if not isinstance(number, int) or number not in active:
        raise NotFound(
            _("There is no correction {number} that holds and could be withdrawn.").format(
                number=number
            )
        )
    tx.update(tables.corrections, active[number], withdrawn=True)
