"""A desk of many patients: pages of rows, search, and a number of queries that does not grow."""

from contextlib import ExitStack

import pytest

from hipcv.store import tables
from hipcv.web.app import create_app
from hipcv.web.state import open_app_state
from tests import desk_of_many
from tests.web.conftest import Therapist, browser, settings_in, sign_in

FEW, MANY = 5, 50


def desk_of(patients, folder, empty_records, stack):
    state = stack.enter_context(open_app_state(settings_in(folder, empty_records)))
    client = stack.enter_context(browser(create_app(state)))
    sign_in(client, state)
    ids = desk_of_many.fill(state.records, patients=patients, clips=2)
    return Therapist(state, client, folder / "clips"), ids


@pytest.fixture(scope="module")
def desks(tmp_path_factory, empty_records):
    """Two desks, of 5 and of 50 patients, which no test changes."""
    with ExitStack() as stack:
        yield {
            count: desk_of(count, tmp_path_factory.mktemp(f"desk{count}"), empty_records, stack)
            for count in (FEW, MANY)
        }


@pytest.fixture
def desk(desks):
    """The desk of 50 patients, and a function that returns its lists."""
    therapist, _ids = desks[MANY]
    return lambda **query: therapist.get("/api/desk", **query)


def queries(therapist, paths):
    """Return the number of queries; the least of three: the job queue may ask in between."""
    counts = []
    for _round in range(3):
        with desk_of_many.counted_queries(therapist.state.records) as statements:
            for path in paths:
                assert therapist.client.get(path).status_code == 200
        counts.append(len(statements))
    return min(counts)


@pytest.mark.parametrize("page", ["desk", "desk, searched", "patient", "clip", "settings"])
def test_number_of_queries_does_not_grow_with_the_patients(desks, page):
    counts = []
    for therapist, ids in desks.values():
        clip = therapist.state.records.clips_of_patients(ids[:1])[0].clip
        paths = desk_of_many.pages(ids[0], clip.id)[page]
        counts.append(queries(therapist, [path for path in paths if "curves" not in path]))

    assert counts[0] == counts[1]


def test_lists_read_no_result_document(desks, monkeypatch):
    def refuse(_self, value, _dialect):
        assert value is None, "a result was read"

    monkeypatch.setattr(tables.ResultText, "process_result_value", refuse)
    therapist, ids = desks[FEW]

    paths = "/api/desk", f"/api/patients/{ids[0]}"
    assert [therapist.client.get(path).status_code for path in paths] == [200, 200]


def test_patients_come_in_pages_without_a_gap(desk):
    pages = [desk(patients=number)["patients"] for number in (1, 2, 3)]

    assert [len(page) for page in pages] == [25, 25, 0]
    assert len({row["id"] for page in pages for row in page}) == MANY


def test_clips_to_review_come_in_pages_without_a_gap(desk):
    first = desk()
    pages = range(1, first["waiting_total"] // first["rows"] + 2)
    rows = [row for number in pages for row in desk(clips=number)["waiting"]]

    assert len({row["id"] for row in rows}) == len(rows) == first["waiting_total"]


@pytest.mark.parametrize("typed", ["P-0017", "p-0017", " p-0017 ", "Ｐ－００１７", "p–oo17"])
def test_pseudonym_is_found_however_it_is_typed(desk, typed):
    assert [row["pseudonym"] for row in desk(search=typed)["patients"]] == ["P-0017"]


def test_search_holds_for_the_clips_too(desk):
    owners = {row["patient"]["pseudonym"] for row in desk(search="p-0002")["waiting"]}

    assert owners == {"P-0002"}


@pytest.mark.parametrize(
    ("show", "is_listed"),
    [
        ("waiting", lambda clip: True),
        ("unsigned", lambda clip: clip["quality"] is not None),
        ("poor", lambda clip: clip["quality"] is None or clip["quality"] < 0.6),
    ],
)
def test_filter_lists_the_clips_that_it_names(desk, show, is_listed):
    def ids(**query):
        pages = (desk(clips=number, **query)["waiting"] for number in (1, 2, 3, 4))
        return {row["id"]: row for page in pages for row in page}

    everything, filtered = ids(), ids(show=show)

    assert set(filtered) == {key for key, clip in everything.items() if is_listed(clip)}


def test_filter_lists_the_patients_that_are_due(desk):
    rows = desk(show="due")["patients"]

    assert {row["pseudonym"] for row in rows} == {"P-0001", "P-0021", "P-0041"}
    assert all(row["due"] for row in rows)


def test_patients_are_sorted_by_name(desk):
    names = [row["pseudonym"] for row in desk(order="name")["patients"]]

    assert names == [f"P-{number:04}" for number in range(1, 26)]


def test_clips_are_sorted_by_how_certain_they_are(desk):
    qualities = [row["quality"] or -1 for row in desk(order="certainty")["waiting"]]

    assert qualities == sorted(qualities)


@pytest.mark.parametrize(
    "query", [{}, {"show": "poor", "order": "latest"}, {"search": "p-000", "order": "name"}]
)
def test_neighbours_of_clips_to_review_are_those_of_the_list(desks, desk, query):
    therapist, _ids = desks[MANY]
    pages = (desk(clips=number, **query)["waiting"] for number in (1, 2, 3, 4))
    ids = [row["id"] for page in pages for row in page]
    found = [therapist.get(f"/api/clips/{one}/neighbours", **query) for one in (ids[0], ids[-1])]

    assert [(one["previous"], one["next"], one["number"], one["total"]) for one in found] == [
        (None, ids[1], 1, len(ids)),
        (ids[-2], None, len(ids), len(ids)),
    ]


@pytest.mark.parametrize("query", [{"show": "x"}, {"order": "x"}, {"clips": 0}, {"patients": "a"}])
def test_lists_that_do_not_exist_are_refused(desks, query):
    therapist, _ids = desks[FEW]

    assert therapist.client.get("/api/desk", params=query).status_code == 400


def test_record_of_changes_comes_in_pages_without_a_gap(desks):
    therapist, _ids = desks[MANY]
    numbers, before = [], {}
    while True:
        answer = therapist.get("/api/audit", **before)
        numbers = [row["number"] for row in answer["rows"]] + numbers
        if not answer["more"]:
            break
        before = {"before": numbers[0]}

    assert numbers == [row.number for row in therapist.state.records.audit()]
