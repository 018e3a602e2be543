"""Earlier results of a clip: listed with what they were made with, made current again, bounded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from hipcv.core.errors import BadRequest
from hipcv.language import N_, _
from hipcv.store import summaries, tables
from hipcv.store.models import (
    OPTION_NAMES,
    UNDER_WAY,
    Analysis,
    Clip,
    ClipState,
    JsonObject,
)
from hipcv.store.signatures import revoke, signature_of
from hipcv.store.transactions import (
    Transactions,
    WriteTransaction,
    fetch,
    fetch_one,
    fetch_unchanged,
)

MAX_EARLIER: Final = 9
"""Earlier results that are stored for each clip; of more, the oldest are deleted."""

NOTHING_MEASURED: Final = N_("Nothing could be measured in this clip.")
"""Stored in English, as the texts of a result are."""

_CHANGES: Final = ("add_clip", "ask_again", "add_analysis", "make_current")


@dataclass(frozen=True, slots=True)
class ClipResult:
    """One result of a clip, with the options and the person that asked for it."""

    analysis: Analysis
    options: JsonObject  # of `OPTION_NAMES`
    asked_by: str


class ResultRecords(Transactions):
    """Reads the results of a clip, and makes an earlier one current again."""

    def results(self, clip: Clip) -> list[ClipResult]:
        """Return every stored result of a clip, newest first."""
        of_clip = sa.select(tables.analyses).where(tables.analyses.c.clip_id == clip.id)
        newest_first = of_clip.order_by(tables.analyses.c.made_at.desc())
        with self._read() as connection:
            analyses = fetch(connection, Analysis, newest_first)
            origins = _origins(connection, clip, [analysis.id for analysis in analyses])
        unknown = ({name: getattr(clip, name) for name in OPTION_NAMES}, "")
        return [ClipResult(one, *origins.get(one.id, unknown)) for one in analyses]

    def make_current(
        self, analysis_id: str, *, current: str, version: int, by: str, why: str = ""
    ) -> Clip:
        """Make an earlier result of a clip its current one, with the options it was made with.

        It has to be signed anew; a signature of the present result ends.

        Args:
            analysis_id: the earlier result.
            current: the present result.
            version: version of the present result that was shown.
            by: actor.
            why: reason.

        Raises:
            NotFound: no such result.
            Stale: the present result was changed by another user since.
            BadRequest: the clip is being measured, or the result is no earlier one of it.
        """
        with self._write(by, why) as tx:
            present = fetch_unchanged(
                tx.connection, Analysis, tables.analyses, current, version=version
            )
            earlier = fetch_one(tx.connection, Analysis, tables.analyses, analysis_id)
            clip = fetch_one(tx.connection, Clip, tables.clips, earlier.clip_id)
            _refuse_unless_earlier(clip, earlier, present)
            signature = signature_of(present) or signature_of(earlier)
            for one in (present, earlier):
                revoke(tx, one)
            if present.amended or signature:
                tx.update(tables.analyses, earlier.id, amended=True)
            origins = _origins(tx.connection, clip, [earlier.id])
            options = origins[earlier.id][0] if earlier.id in origins else {}
            state, said = outcome_of(earlier.document)
            values = {"analysis_id": earlier.id, "state": state, "said": said, **options}
            tx.update(tables.clips, clip.id, **values)
            detail = {name: [getattr(clip, name), value] for name, value in options.items()}
            tx.audit("make_current", "analysis", earlier.id, clip=clip.id, **detail, **signature)
            return fetch_one(tx.connection, Clip, tables.clips, clip.id)


def outcome_of(document: JsonObject) -> tuple[ClipState, str]:
    """Return the state a result brings its clip to, and why if nothing was measured.

    A clip of which no repetition counts is ready: its repetitions can be looked at and corrected.
    """
    if document["status"] in ("measured", "not_counted"):
        return "ready", ""
    reasons = [
        issue["text"] for issue in document.get("issues", ()) if issue["severity"] == "refuse"
    ]
    return "refused", reasons[0] if reasons else NOTHING_MEASURED


def delete_oldest(tx: WriteTransaction, clip_id: str) -> list[str]:
    """Delete the results of a clip beyond the newest; return their ids."""
    columns = tables.analyses.c
    newest_first = sa.select(columns.id).where(columns.clip_id == clip_id)
    ids = tx.connection.execute(newest_first.order_by(columns.made_at.desc())).scalars()
    oldest = list(ids)[MAX_EARLIER + 1 :]
    if oldest:
        delete_analyses(tx, oldest)
    return oldest


def delete_analyses(tx: WriteTransaction, analysis_ids: Sequence[str]) -> None:
    """Delete results with their corrections; their files remain until `Erasure.delete_files`."""
    correction = tables.corrections.c
    of_analyses = sa.select(correction.id).where(correction.analysis_id.in_(analysis_ids))
    tx.delete(tables.corrections, list(tx.connection.execute(of_analyses).scalars()))
    summaries.delete(tx.connection, analysis_ids)
    tx.delete(tables.analyses, analysis_ids)
    for analysis_id in analysis_ids:
        leftover = {"kind": "analysis", "key": analysis_id}
        tx.connection.execute(sa.insert(tables.leftovers).values(leftover))


def _refuse_unless_earlier(clip: Clip, earlier: Analysis, present: Analysis) -> None:
    if clip.state in UNDER_WAY:
        raise BadRequest(_("This clip is being measured. Wait until that is done."))
    if clip.analysis_id != present.id or earlier.id == present.id:
        raise BadRequest(_("This is no earlier result of the clip. Load the page again."))


def _origins(
    connection: sa.Connection, clip: Clip, analysis_ids: Iterable[str]
) -> dict[str, tuple[JsonObject, str]]:
    """Return the options of each result, and who asked for it, from the audit trail."""
    columns = tables.audit.c
    query = sa.select(columns.what, columns.who, columns.subject_id, columns.detail)
    subjects = columns.subject_id.in_([clip.id, *analysis_ids])
    query = query.where(subjects, columns.what.in_(_CHANGES)).order_by(columns.number)
    events = connection.execute(query).all()
    options, asked_by = _first_options(clip, events), ""
    origins: dict[str, tuple[JsonObject, str]] = {}
    for event in events:
        if event.what == "add_analysis":
            origins[event.subject_id] = (dict(options), asked_by or event.who)
            continue
        if event.what != "make_current":
            asked_by = event.who
        options |= {name: pair[1] for name, pair in _option_changes(event.detail)}
    return origins


def _first_options(clip: Clip, events: Iterable[Any]) -> JsonObject:
    """Return the options a clip was added with: those before the first change of each."""
    options = {name: getattr(clip, name) for name in OPTION_NAMES}
    for event in reversed(list(events)):
        options |= {name: pair[0] for name, pair in _option_changes(event.detail)}
    return options


def _option_changes(detail: JsonObject) -> list[tuple[str, list[Any]]]:
    return [(name, detail[name]) for name in OPTION_NAMES if isinstance(detail.get(name), list)]
