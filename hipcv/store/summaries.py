"""Columns with what lists show of each analysis, so that no list reads a result document.

The tables are derived from the current document of each analysis, in the transaction that changes
it, and can be made again from the documents at any time.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from hipcv.core.side_result import not_counted_because, quality_of, reached_deg, result_of
from hipcv.language import _
from hipcv.store import tables
from hipcv.store.models import JsonObject

Rows = tuple[JsonObject, list[JsonObject]]
"""The row of `summaries`, and those of `side_summaries`."""


def summarise(analysis_id: str, document: Mapping[str, Any]) -> Rows:
    """Return the rows of an analysis."""
    issues = document.get("issues", ())
    refusals = [issue for issue in issues if issue["severity"] == "refuse"]
    row = {
        "analysis_id": analysis_id,
        "quality": quality_of(document),
        "refusal": refusals[0] if refusals else None,
    }
    sides = document["sides"].items()
    return row, [
        {"analysis_id": analysis_id, "side": name, **_columns(side)}
        for name, side in sorted(sides)
        if side is not None and (result_of(side) or side.get("status") == "not_counted")
    ]


def store(connection: sa.Connection, analysis_id: str, document: Mapping[str, Any]) -> None:
    """Replace the rows of an analysis by those of its present document."""
    delete(connection, [analysis_id])
    row, sides = summarise(analysis_id, document)
    connection.execute(sa.insert(tables.summaries).values(row))
    if sides:
        connection.execute(sa.insert(tables.side_summaries), sides)


def delete(connection: sa.Connection, analysis_ids: Sequence[str]) -> None:
    """Delete the rows of analyses."""
    for table in (tables.side_summaries, tables.summaries):
        connection.execute(sa.delete(table).where(table.c.analysis_id.in_(analysis_ids)))


def unsummarised(connection: sa.Connection) -> list[str]:
    """Return the ids of the analyses that have no rows yet."""
    present = sa.select(tables.summaries.c.analysis_id)
    query = sa.select(tables.analyses.c.id).where(tables.analyses.c.id.not_in(present))
    return list(connection.execute(query).scalars())


def complete(connection: sa.Connection, analysis_ids: Iterable[str]) -> None:
    """Add the rows of analyses, as an earlier version did not write them."""
    column = tables.analyses.c
    for analysis_id in analysis_ids:
        query = sa.select(column.automatic, column.corrected).where(column.id == analysis_id)
        automatic, corrected = connection.execute(query).one()
        store(connection, analysis_id, corrected or automatic)


def documents(connection: sa.Connection, analysis_ids: Sequence[str]) -> dict[str, JsonObject]:
    """Return the summary of each analysis, in the shape of a document without repetitions."""
    summary, side = tables.summaries, tables.side_summaries
    of_summary = sa.select(summary).where(summary.c.analysis_id.in_(analysis_ids))
    found: dict[str, JsonObject] = {
        row.analysis_id: {"sides": {}, "issues": [row.refusal] if row.refusal else []}
        for row in connection.execute(of_summary)
    }
    of_sides = sa.select(side).where(side.c.analysis_id.in_(analysis_ids))
    for row in connection.execute(of_sides).mappings():
        found[row["analysis_id"]]["sides"][row["side"]] = _side(row)
    return found


def altered(connection: sa.Connection) -> Iterator[str]:
    """Yield a sentence for every analysis of which lists show something else than its result."""
    if not sa.inspect(connection).has_table(tables.summaries.name):
        return  # tables of an earlier version
    column = tables.analyses.c
    query = sa.select(column.id, column.automatic, column.corrected).order_by(column.id)
    for analysis_id, automatic, corrected in connection.execute(query):
        if _stored(connection, analysis_id) != summarise(analysis_id, corrected or automatic):
            text = _("The lists show another result of analysis {id} than the one that is stored.")
            yield text.format(id=analysis_id)


def _stored(connection: sa.Connection, analysis_id: str) -> Rows | None:
    """Return the rows as they are stored; None where there are none."""
    summary, side = tables.summaries, tables.side_summaries
    of_summary = sa.select(summary).where(summary.c.analysis_id == analysis_id)
    of_sides = sa.select(side).where(side.c.analysis_id == analysis_id).order_by(side.c.side)
    row = connection.execute(of_summary).mappings().one_or_none()
    if row is None:
        return None
    return dict(row), [dict(one) for one in connection.execute(of_sides).mappings()]


def _columns(side: Mapping[str, Any]) -> JsonObject:
    result = result_of(side)
    low_deg, high_deg = (result and result.interval_deg) or (None, None)
    return {
        "status": side.get("status"),
        "result_deg": result and result.result_deg,
        "low_deg": low_deg,
        "high_deg": high_deg,
        "basis": result and result.basis,
        "provisional": result is not None and result.provisional,
        "rotation_deg": side.get("rotation_deg"),
        "category": side.get("category"),
        "quality": side.get("quality"),
        "yaw_deg": side.get("yaw_deg"),
        "not_counted": " ".join(not_counted_because(side)),
        "reached_deg": reached_deg(side) if result is None else None,
    }


def _side(row: Mapping[Any, Any]) -> JsonObject:
    """Return a row as a side of a document."""
    names = ("status", "result_deg", "provisional", "rotation_deg", "category", "quality")
    return {
        **{name: row[name] for name in (*names, "yaw_deg", "reached_deg")},
        "result_basis": row["basis"],
        "result_interval_deg": (
            None if row["low_deg"] is None else [row["low_deg"], row["high_deg"]]
        ),
        "not_counted": row["not_counted"].split(),
    }
