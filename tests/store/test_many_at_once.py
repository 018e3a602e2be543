"""Concurrent threads on one database."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from hipcv.core.errors import Stale
from tests.records import document, new_clip, rejection, visited, withdrawal

THREADS = 8


def at_once(*actions):
    """Return what each action returned or raised; all start together."""
    start = threading.Barrier(len(actions))

    def act(action):
        start.wait()
        try:
            return action()
        except Stale as error:
            return error

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(act, actions))


def test_of_two_concurrent_corrections_one_is_stale(records, other):
    analysis = visited(records)

    def correct(opened, left_deg):
        correction = rejection(document(left_deg))
        return lambda: opened.correct(analysis.id, correction, version=1, by="KM")

    outcomes = at_once(correct(records, 27.0), correct(other, 28.0))

    assert Counter(type(outcome).__name__ for outcome in outcomes) == {"Analysis": 1, "Stale": 1}


def test_first_of_two_concurrent_writers_counts(records, other):
    analysis = visited(records)
    signed, corrected = at_once(
        lambda: records.sign(analysis.id, version=1, by="KM"),
        lambda: other.correct(analysis.id, rejection(document(20.0)), version=1, by="AB"),
    )

    first = corrected if isinstance(signed, Stale) else signed
    assert records.analysis(analysis.id) == first


def test_clip_is_claimed_by_one_of_many(records, other):
    added = [records.add_clip(new_clip(content=str(n)), by="KM").id for n in range(THREADS // 2)]

    claimed = at_once(*[(records, other)[n % 2].claim_next for n in range(THREADS)])

    assert sorted(clip.id for clip in claimed if clip) == sorted(added)


@pytest.mark.parametrize("assigned", [True, False])
def test_content_added_many_times_at_once_is_one_clip(records, other, assigned):
    visit = records.clip(visited(records).clip_id).visit_id if assigned else None

    def add(opened):
        return lambda: opened.add_clip(new_clip(visit, content="new"), by="KM")

    added = at_once(*[add((records, other)[n % 2]) for n in range(THREADS)])

    assert len({clip.id for clip in added}) == 1


def test_visit_added_many_times_at_once_is_one(records, other):
    patient = records.add_patient("P-017", by="KM")
    on = date(2025, 3, 1)

    added = at_once(
        *[lambda n=n: (records, other)[n % 2].add_visit(patient.id, on, by="KM") for n in range(6)]
    )

    assert len({visit.id for visit in added}) == 1


def test_audit_trail_of_many_writers_has_no_gap(records, other):
    def add(n):
        return lambda: (records, other)[n % 2].add_patient(f"P-{n}", by="KM")

    at_once(*[add(n) for n in range(THREADS)])

    assert ([row.number for row in records.audit()], records.verify_audit()) == (
        list(range(1, THREADS + 1)),
        [],
    )


def test_correction_is_withdrawn_once_by_two_writers(records, other):
    analysis = visited(records)
    records.correct(analysis.id, rejection(document(20.0)), version=1, by="KM")

    outcomes = at_once(
        *[
            lambda opened=opened: opened.correct(analysis.id, withdrawal(1), version=2, by="KM")
            for opened in (records, other)
        ]
    )

    assert sum(isinstance(outcome, Stale) for outcome in outcomes) == 1


def test_concurrent_reader_sees_whole_changes(records, other):
    analysis = visited(records)

    def write():
        for version in range(1, 9):
            correction = rejection(document(float(version)))
            records.correct(analysis.id, correction, version=version, by="KM")

    def read():
        return all(
            current.version == 1 or current.document == document(current.version - 1.0)
            for current in (other.analysis(analysis.id) for _ in range(30))
        )

    assert at_once(write, read, read)[1:] == [True, True]


def test_new_database_is_opened_by_many_at_once(url):
    from hipcv.store.records import Records

    opened = at_once(*[lambda: Records.open(url)] * 4)
    patients = [records.patients() for records in opened]
    for records in opened:
        records.close()

    assert patients == [[]] * 4
