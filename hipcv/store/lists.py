"""Lists of clips and patients: filtered, sorted and divided into pages by the database.

The number of queries does not depend on the number of rows.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final, Literal

import sqlalchemy as sa

from hipcv.core.errors import NotFound
from hipcv.core.text import normal_form
from hipcv.language import _
from hipcv.store import summaries, tables
from hipcv.store.models import (
    UNDER_WAY,
    Clip,
    ListedAnalysis,
    ListedClip,
    ListedPatient,
    Patient,
    Visit,
)
from hipcv.store.pseudonyms import lookalike_form
from hipcv.store.transactions import Transactions, fetch

POOR_QUALITY: Final = 0.6
"""Quality of a result, 0..1, under which it is called poor."""

Filter = Literal["all", "waiting", "unsigned", "poor", "due"]
Order = Literal["latest", "name", "certainty"]

_CLIP, _VISIT, _PATIENT = tables.clips.c, tables.visits.c, tables.patients.c
_ANALYSIS, _SUMMARY = tables.analyses.c, tables.summaries.c


@dataclass(frozen=True, slots=True)
class ListQuery:
    """Search, filter and order of a list."""

    search: str = ""  # part of a pseudonym
    filter: Filter = "all"
    order: Order = "latest"
    today: date = date.min  # patients whose data was to be stored until an earlier day are due


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, by its number and the number of rows of each page."""

    number: int = 1  # 1, 2, ..
    length: int = 25

    @property
    def offset(self) -> int:
        """Number of rows before the page."""
        return (self.number - 1) * self.length


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Clips before and after one in a list, by their ids; None at its ends."""

    previous: str | None
    next: str | None
    number: int  # of the clip in the list: 1, 2, ..
    total: int


class Lists(Transactions):
    """Reads lists."""

    def clips_under_way(self, page: Page) -> tuple[list[ListedClip], int]:
        """Return clips that are not analysed yet, oldest first, and how many there are."""
        query = _clips().where(_CLIP.state.in_(UNDER_WAY)).order_by(_CLIP.added_at, _CLIP.id)
        with self._read() as connection:
            return _listed(connection, _cut(query, page)), _count(connection, query)

    def clips_to_review(self, wanted: ListQuery, page: Page) -> tuple[list[ListedClip], int]:
        """Return analysed clips that are not signed off, and how many there are."""
        with self._read() as connection:
            query = _clips().where(*_searched_conditions(connection, wanted))
            ordered = query.order_by(*_review_order(wanted.order))
            return _listed(connection, _cut(ordered, page)), _count(connection, query)

    def neighbours_in_review(self, clip_id: str, wanted: ListQuery) -> Neighbours:
        """Return the neighbours of a clip in `clips_to_review`; one that left it is at its place.

        Raises:
            NotFound: there is no such clip.
        """
        with self._read() as connection:
            listed = sa.and_(*_searched_conditions(connection, wanted))
            query = _clips().where(sa.or_(listed, _CLIP.id == clip_id))
            return _neighbours(connection, clip_id, query, _review_order(wanted.order))

    def neighbours_of_patient(self, clip_id: str, patient_id: str) -> Neighbours:
        """Return the neighbours of a clip among those of its patient, the latest visit first.

        Raises:
            NotFound: the patient has no such clip.
        """
        query = _clips().where(_VISIT.patient_id == patient_id)
        order = _VISIT.on.desc(), _CLIP.added_at, _CLIP.id
        with self._read() as connection:
            return _neighbours(connection, clip_id, query, order)

    def patients_listed(self, wanted: ListQuery, page: Page) -> tuple[list[ListedPatient], int]:
        """Return patients with their visits, and how many there are."""
        latest = (
            sa.select(_VISIT.patient_id, sa.func.max(_VISIT.on).label("on"))
            .group_by(_VISIT.patient_id)
            .subquery()
        )
        by_name = (_PATIENT.pseudonym, _PATIENT.id)
        order = by_name if wanted.order == "name" else (latest.c.on.desc().nulls_last(), *by_name)
        query = (
            sa.select(tables.patients)
            .outerjoin(latest, latest.c.patient_id == _PATIENT.id)
            .where(_PATIENT.erased_at.is_(None), *_patient_conditions(wanted))
        )
        with self._read() as connection:
            if wanted.search:
                query = query.where(_PATIENT.id.in_(_named_like(connection, wanted.search)))
            patients = fetch(connection, Patient, _cut(query.order_by(*order), page))
            return _with_visits(connection, patients), _count(connection, query)

    def count_due(self, today: date) -> int:
        """Return how many patients were to be stored until an earlier day only."""
        query = sa.select(_PATIENT.id).where(_PATIENT.keep_until < today)
        with self._read() as connection:
            return _count(connection, query.where(_PATIENT.erased_at.is_(None)))

    def clips_of_patients(self, patient_ids: Collection[str]) -> list[ListedClip]:
        """Return all clips of these patients, oldest first."""
        query = _clips().where(_VISIT.patient_id.in_(patient_ids))
        with self._read() as connection:
            return _listed(connection, query.order_by(_CLIP.added_at, _CLIP.id))

    def clips_with_content(self, sha256: str) -> list[ListedClip]:
        """Return all clips of one content, oldest first."""
        query = _clips().where(_CLIP.sha256 == sha256)
        with self._read() as connection:
            return _listed(connection, query.order_by(_CLIP.added_at, _CLIP.id))


def _clips() -> sa.Select[Any]:
    """Return the query of clips with all that is joined to them; columns are named by table."""
    analysis = [_ANALYSIS[name] for name in ("id", "clip_id", "method", "signed_by", "amended")]
    columns = [*tables.clips.c, *tables.visits.c, *tables.patients.c, *analysis]
    return (
        sa.select(*(column.label(f"{column.table.name}_{column.name}") for column in columns))
        .select_from(tables.clips)
        .outerjoin(tables.visits, _VISIT.id == _CLIP.visit_id)
        .outerjoin(tables.patients, _PATIENT.id == _VISIT.patient_id)
        .outerjoin(tables.analyses, _ANALYSIS.id == _CLIP.analysis_id)
        .outerjoin(tables.summaries, _SUMMARY.analysis_id == _CLIP.analysis_id)
    )


def _searched_conditions(
    connection: sa.Connection, wanted: ListQuery
) -> list[sa.ColumnElement[bool]]:
    conditions = _review_conditions(wanted)
    if wanted.search:
        conditions.append(_PATIENT.id.in_(_named_like(connection, wanted.search)))
    return conditions


def _review_order(order: Order) -> tuple[sa.ColumnElement[Any], ...]:
    certainty = sa.func.coalesce(_SUMMARY.quality, -1.0)
    return {
        "latest": (_CLIP.added_at.desc(), _CLIP.id),
        "name": (_PATIENT.pseudonym.nulls_first(), _CLIP.added_at, _CLIP.id),
        "certainty": (certainty, _CLIP.added_at, _CLIP.id),
    }[order]


def _review_conditions(wanted: ListQuery) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = [
        _CLIP.state.not_in(UNDER_WAY),
        _ANALYSIS.signed_by.is_(None),
    ]
    if wanted.filter == "unsigned":
        conditions.append(_SUMMARY.quality.is_not(None))
    if wanted.filter == "poor":
        conditions.append(sa.func.coalesce(_SUMMARY.quality, 0.0) < POOR_QUALITY)
    if wanted.filter == "due":
        conditions.append(_PATIENT.keep_until < wanted.today)
    return conditions


def _patient_conditions(wanted: ListQuery) -> list[sa.ColumnElement[bool]]:
    if wanted.filter == "all":
        return []
    if wanted.filter == "due":
        return [_PATIENT.keep_until < wanted.today]
    of_clips = _clips().with_only_columns(_VISIT.patient_id).where(*_review_conditions(wanted))
    return [_PATIENT.id.in_(of_clips.where(_VISIT.patient_id.is_not(None)))]


def _named_like(connection: sa.Connection, search: str) -> list[str]:
    """Return the ids of the patients whose pseudonym holds a text, or one that looks like it."""
    query = sa.select(_PATIENT.id, _PATIENT.pseudonym).where(_PATIENT.erased_at.is_(None))
    typed, alike = normal_form(search.strip()), lookalike_form(search)
    return [
        row.id
        for row in connection.execute(query)
        if typed in normal_form(row.pseudonym) or (alike and alike in lookalike_form(row.pseudonym))
    ]


def _neighbours(
    connection: sa.Connection,
    clip_id: str,
    query: sa.Select[Any],
    order: Sequence[sa.ColumnElement[Any]],
) -> Neighbours:
    rows = query.with_only_columns(
        _CLIP.id,
        sa.func.lag(_CLIP.id).over(order_by=order).label("previous"),
        sa.func.lead(_CLIP.id).over(order_by=order).label("next"),
        sa.func.row_number().over(order_by=order).label("number"),
        sa.func.count().over().label("total"),
    ).subquery()
    columns = rows.c.previous, rows.c.next, rows.c.number, rows.c.total
    row = connection.execute(sa.select(*columns).where(rows.c.id == clip_id)).one_or_none()
    if row is None:
        raise NotFound(_("There is no such clip in this list."))
    return Neighbours(*row)


def _cut(query: sa.Select[Any], page: Page) -> sa.Select[Any]:
    return query.limit(page.length).offset(page.offset)


def _count(connection: sa.Connection, query: sa.Select[Any]) -> int:
    rows = query.order_by(None).subquery()
    return int(connection.execute(sa.select(sa.func.count()).select_from(rows)).scalar_one())


def _listed(connection: sa.Connection, query: sa.Select[Any]) -> list[ListedClip]:
    rows = connection.execute(query).mappings().all()
    ids = [row["analyses_id"] for row in rows if row["analyses_id"] is not None]
    documents = summaries.documents(connection, ids)
    listed = []
    for row in rows:
        visit = _part(Visit, row) if row["visits_id"] is not None else None
        patient = _part(Patient, row) if row["patients_id"] is not None else None
        analysis = None
        if row["analyses_id"] is not None:
            document = documents.get(row["analyses_id"], {"sides": {}, "issues": []})
            analysis = _part(ListedAnalysis, row, document=document)
        listed.append(ListedClip(_part(Clip, row), visit, patient, analysis))
    return listed


_TABLES: Final = {Clip: "clips", Visit: "visits", Patient: "patients", ListedAnalysis: "analyses"}


def _part(record: Any, row: Any, **more: Any) -> Any:  # noqa: ANN401 - types of records
    """Return the columns of one table in a joined row as a record."""
    names = [field.name for field in fields(record) if field.name not in more]
    return record(**{name: row[f"{_TABLES[record]}_{name}"] for name in names}, **more)


def _with_visits(connection: sa.Connection, patients: Sequence[Patient]) -> list[ListedPatient]:
    ids = [patient.id for patient in patients]
    query = sa.select(tables.visits).where(_VISIT.patient_id.in_(ids)).order_by(_VISIT.on)
    visits: dict[str, list[Visit]] = {patient_id: [] for patient_id in ids}
    for visit in fetch(connection, Visit, query):
        visits[visit.patient_id].append(visit)
    return [ListedPatient(patient, visits[patient.id]) for patient in patients]
