"""Real threads, each with what it needs to get in the way of the others."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from hipcv.core.errors import Stale
from tests.records import document, new_clip, rejection, visited, withdrawal

THREADS = 8


def at_once(*actions):
    """What each gave or raised; all start together."""
    together = threading.Barrier(len(actions))

    def act(action):
        together.wait()
        try:
            return action()
        except Stale as told:
            return told

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(act, actions))


def test_of_two_writers_one_is_told_that_it_came_late(records, other):
    analysis = visited(records)

    def correct(opened, left_deg):
        amendment = rejection(document(left_deg))
        return lambda: opened.correct(analysis.id, amendment, version=1, by="KM")

    ended = at_once(correct(records, 27.0), correct(other, 28.0))

    assert Counter(type(each).__name__ for each in ended) == {"Analysis": 1, "Stale": 1}


def test_what_counts_is_the_correction_of_the_writer_who_came_first(records, other):
    analysis = visited(records)
    signed, corrected = at_once(
        lambda: records.sign(analysis.id, version=1, by="KM"),
        lambda: other.correct(analysis.id, rejection(document(20.0)), version=1, by="AB"),
    )

    first = corrected if isinstance(signed, Stale) else signed
    assert records.analysis(analysis.id) == first


def test_clip_is_handed_to_one_of_many(records, other):
    made = [records.add_clip(new_clip(content=str(n)), by="KM").id for n in range(THREADS // 2)]

    claimed = at_once(*[(records, other)[n % 2].claim_next for n in range(THREADS)])

    assert sorted(clip.id for clip in claimed if clip) == sorted(made)


@pytest.mark.parametrize("assigned", [True, False])
def test_content_that_comes_many_times_at_once_is_one_clip(records, other, assigned):
    visit = records.clip(visited(records).clip_id).visit_id if assigned else None

    def add(opened):
        return lambda: opened.add_clip(new_clip(visit, content="new"), by="KM")

    made = at_once(*[add((records, other)[n % 2]) for n in range(THREADS)])

    assert len({clip.id for clip in made}) == 1


def test_visit_that_is_made_many_times_at_once_is_one(records, other):
    patient = records.add_patient("P-017", by="KM")
    on = patient.created_at.date()

    made = at_once(
        *[lambda n=n: (records, other)[n % 2].add_visit(patient.id, on, by="KM") for n in range(6)]
    )

    assert len({visit.id for visit in made}) == 1


def test_trail_of_many_writers_has_no_gap(records, other):
    def add(n):
        return lambda: (records, other)[n % 2].add_patient(f"P-{n}", by="KM")

    at_once(*[add(n) for n in range(THREADS)])

    assert ([row.number for row in records.audit()], records.verify_audit()) == (
        list(range(1, THREADS + 1)),
        [],
    )


def test_correction_is_withdrawn_by_one_of_two(records, other):
    analysis = visited(records)
    records.correct(analysis.id, rejection(document(20.0)), version=1, by="KM")

    ended = at_once(
        *[
            lambda opened=opened: opened.correct(analysis.id, withdrawal(1), version=2, by="KM")
            for opened in (records, other)
        ]
    )

    assert sum(isinstance(each, Stale) for each in ended) == 1


def test_readers_see_whole_changes_while_somebody_writes(records, other):
    analysis = visited(records)

    def write():
        for version in range(1, 9):
            amendment = rejection(document(float(version)))
            records.correct(analysis.id, amendment, version=version, by="KM")

    def read():
        seen = [other.analysis(analysis.id) for _ in range(30)]
        return all(
            each.version == 1 or each.document == document(each.version - 1.0) for each in seen
        )

    assert at_once(write, read, read)[1:] == [True, True]


def test_database_that_is_new_is_opened_by_many(url):
    from hipcv.store.records import Records

    opened = at_once(*[lambda: Records.open(url)] * 4)
    found = [each.patients() for each in opened]
    for each in opened:
        each.close()

    assert found == [[]] * 4
