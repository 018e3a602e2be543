"""Signatures: what takes one off a result, whose it was, and how one is taken back."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

import sqlalchemy as sa

from hipcv.core.errors import BadRequest
from hipcv.language import _
from hipcv.store import tables
from hipcv.store.models import Analysis, Clip, JsonObject
from hipcv.store.transactions import Transactions, WriteTransaction, fetch_one, fetch_unchanged

EndedBy = Literal["correct", "move_clip", "ask_again", "add_analysis", "make_current", "unsign"]
"""The change of the audit trail that took a signature off."""

_CHANGES: Final = (
    "sign", "correct", "move_clip", "ask_again", "add_analysis", "make_current", "unsign",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class EndedSignature:
    """A signature that no longer holds."""

    by: str
    at: datetime
    change: EndedBy
    changed_by: str
    changed_at: datetime


class SignatureRecords(Transactions):
    """Signs results, takes signatures back, and finds whose signature was taken off."""

    def sign(self, analysis_id: str, *, version: int, by: str, why: str = "") -> Analysis:
        """Sign an analysis off in the version that was shown.

        Raises:
            NotFound: no such analysis.
            Stale: it was changed by another user since.
        """
        with self._write(by, why) as tx:
            fetch_unchanged(tx.connection, Analysis, tables.analyses, analysis_id, version=version)
            signature = {"signed_by": tx.by, "signed_at": datetime.now(UTC)}
            tx.update(tables.analyses, analysis_id, version=version + 1, **signature)
            tx.audit("sign", "analysis", analysis_id, version=version + 1)
            return fetch_one(tx.connection, Analysis, tables.analyses, analysis_id)

    def unsign(self, analysis_id: str, *, version: int, by: str, why: str = "") -> Analysis:
        """Take a signature back: the result has the status again that it had before.

        Raises:
            NotFound: no such analysis.
            Stale: it was changed by another user since.
            BadRequest: it is not signed.
        """
        with self._write(by, why) as tx:
            analysis = fetch_unchanged(
                tx.connection, Analysis, tables.analyses, analysis_id, version=version
            )
            if analysis.signed_by is None:
                raise BadRequest(_("This result is not signed off."))
            unsigned = {"signed_by": None, "signed_at": None, "version": version + 1}
            tx.update(tables.analyses, analysis_id, **unsigned)
            tx.audit("unsign", "analysis", analysis_id, **signature_of(analysis))
            return fetch_one(tx.connection, Analysis, tables.analyses, analysis_id)

    def ended_signature(self, clip: Clip) -> EndedSignature | None:
        """Return the last signature of a clip's results where it was taken off; else None."""
        of_clip = sa.select(tables.analyses.c.id).where(tables.analyses.c.clip_id == clip.id)
        columns = tables.audit.c
        subjects = sa.or_(columns.subject_id == clip.id, columns.subject_id.in_(of_clip))
        query = sa.select(columns.what, columns.who, columns.at, columns.detail)
        query = query.where(subjects, columns.what.in_(_CHANGES)).order_by(columns.number)
        signed: Any = None
        ended: Any = None
        with self._read() as connection:
            for row in connection.execute(query):
                if row.what == "sign":
                    signed, ended = row, None
                elif row.detail.get("restored"):
                    ended = None
                elif ended is None:
                    ended = row
        if signed is None or ended is None:
            return None
        return EndedSignature(signed.who, signed.at, ended.what, ended.who, ended.at)


def signature_of(analysis: Analysis | None) -> JsonObject:
    """Return a signature as a detail of the audit; empty where there is none."""
    if analysis is None or analysis.signed_by is None or analysis.signed_at is None:
        return {}
    return {
        "signature": {
            "analysis": analysis.id,
            "by": analysis.signed_by,
            "at": analysis.signed_at.isoformat(),
            "amended": analysis.amended,
            "version": analysis.version,
        }
    }


def current_analysis(connection: sa.Connection, clip: Clip) -> Analysis | None:
    """Return the current analysis of a clip; None where it has none."""
    if clip.analysis_id is None:
        return None
    return fetch_one(connection, Analysis, tables.analyses, clip.analysis_id)


def revoke(tx: WriteTransaction, analysis: Analysis | None) -> JsonObject:
    """Take the signature off a result that is no longer what was signed: it becomes amended.

    Returns:
        The signature as a detail of the audit; empty where there was none.
    """
    signature = signature_of(analysis)
    if analysis is not None and signature:
        unsigned = {"signed_by": None, "signed_at": None, "version": analysis.version + 1}
        tx.update(tables.analyses, analysis.id, amended=True, **unsigned)
    return signature


def restore(tx: WriteTransaction, signature: JsonObject | None) -> bool:
    """Put a signature back that `revoke` took off; return False where the result changed since."""
    if not signature:
        return False
    analysis = fetch_one(tx.connection, Analysis, tables.analyses, signature["analysis"])
    if analysis.signed_by is not None or analysis.version != signature["version"] + 1:
        return False
    tx.update(
        tables.analyses,
        analysis.id,
        version=analysis.version + 1,
        signed_by=signature["by"],
        signed_at=datetime.fromisoformat(signature["at"]),
        amended=signature["amended"],
    )
    return True
